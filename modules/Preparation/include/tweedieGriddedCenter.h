// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGriddedCenter_h
#define tweedieGriddedCenter_h

#include "tweedieMRIScan.h"

#include <cstdint>

namespace tweedie
{
/** The middle of k-space on the grid of the image's transform, as EstimateCoilMaps takes it. */
struct GriddedCenter
{
  Volume kspace; ///< complex, on the image's grid, slice by slice; zero outside of the middle
  Volume mask;   ///< one slice
};

/** The middle w x w of k-space of a scan along a trajectory, coil by coil: the unitary transform of
 *
 *    x = argmin sum_j w_j |A x - y|_j^2,   12 conjugate-gradient steps from 0,
 *
 * over the samples j and the low-resolution images x of a margin more than w cycles; w_j: DensityCompensation. w is the
 * largest up to width in which no point is more than 0.75 cycles from a sample (on a grid of half cycles). A volume's
 * slices are interpolated (zeros around its middle along k_z). Throws DataError for a trajectory that leaves gaps
 * around k = 0. */
GriddedCenter GridCenter(const MRIScan & scan, std::int64_t width);
} // namespace tweedie

#endif
