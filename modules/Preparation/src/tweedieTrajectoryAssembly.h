// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTrajectoryAssembly_h
#define tweedieTrajectoryAssembly_h

#include "tweedieMRIRaw.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace tweedie
{
/** Readouts with their trajectory. */
struct AssembledReadouts
{
  at::Tensor kspace;         ///< [coil, slice or partition, readout, sample], complex float
  at::Tensor trajectory;     ///< [readout, sample, 2 or 3], double, in the unit of the data
  std::int64_t averages = 1; ///< each readout is the mean of that many
};

/** One row per trajectory, in the order of the first slice; slices as slicesInOrder lists them, or the partitions of a
 * slab whose readouts have places of two numbers. What was measured as often everywhere is averaged; else every
 * measurement is a row, so that all have the same noise. whitening is applied where it is defined. Throws DataError for
 * readouts of different lengths or without places, for places that are not finite or have too many numbers, and for
 * slices that were not measured along the same trajectories. */
AssembledReadouts AssembleReadouts(const std::vector<const MRIReadout *> & readouts,
                                   const MRIEncoding & encoding,
                                   const std::vector<std::int64_t> & slicesInOrder,
                                   const at::Tensor & whitening,
                                   std::vector<std::string> & warnings);
} // namespace tweedie

#endif
