// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieKspaceAssembly_h
#define tweedieKspaceAssembly_h

#include "tweedieMRIRaw.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace tweedie
{
/** Samples at their places. */
struct AssembledKspace
{
  at::Tensor kspace; ///< [coil, slice, z, y, x], complex float: means where a place was measured several times
  at::Tensor count;  ///< [slice, z, y, x], float: how often it was
};

/** Puts readouts into the encoded matrix: slices as slicesInOrder lists them, whitening applied where it is defined.
 * Throws DataError for places outside of the matrix, and a matrix that is far larger than what was measured. */
AssembledKspace AssembleKspace(const std::vector<const MRIReadout *> & readouts,
                               const MRIEncoding & encoding,
                               const std::vector<std::int64_t> & slicesInOrder,
                               const at::Tensor & whitening,
                               std::vector<std::string> & warnings);

/** Throws DataError for a matrix that is far larger than what was measured. */
void RequirePlausibleMatrix(const std::vector<const MRIReadout *> & readouts,
                            const std::array<std::int64_t, 3> & matrix,
                            std::size_t slices);

/** The number of the step at k = 0; the middle, with a warning, where the header does not tell. */
std::int64_t CenterOfSteps(const std::optional<MRILimits> & limits,
                           std::int64_t length,
                           const char * name,
                           std::vector<std::string> & warnings);

/** The place of a step counted from its centre. Throws DataError outside of the matrix. */
std::int64_t PlaceOfStep(std::int64_t step, std::int64_t center, std::int64_t length, const char * name);

/** Transformed along a dimension (unitary, centred), cut to the middle and, where inKspace, transformed back: a smaller
 * field of view at the same resolution. */
at::Tensor CropFieldOfView(const at::Tensor & kspace, std::int64_t dimension, std::int64_t length, bool inKspace);
} // namespace tweedie

#endif
