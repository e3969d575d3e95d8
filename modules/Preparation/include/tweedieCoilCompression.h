// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCoilCompression_h
#define tweedieCoilCompression_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** U^H [virtual coil, coil] (complex float) with the leading left singular vectors of k-space [coil, ...]: the virtual
 * coils that keep most of its energy (Buehrer et al. 2007). U^H U = 1, so that white noise stays white. Throws
 * UsageError for more virtual coils than there are coils. */
at::Tensor CoilCompression(const at::Tensor & kspace, std::int64_t virtualCoils);

/** A matrix [virtual coil, coil] applied to [coil, ...]. */
at::Tensor MixCoils(const at::Tensor & matrix, const at::Tensor & kspace);
} // namespace tweedie

#endif
