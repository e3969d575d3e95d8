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

/** The same for each place x along the readouts of k-space [coil, ..., x]: [x, virtual coil, coil], complex float
 * (Zhang, Pauly, Vasanawala and Lustig 2013). U_x are the leading left singular vectors of F^-1 k-space at x; from the
 * place with most energy outwards each matrix is turned by the unitary matrix that brings it nearest to its neighbour,
 *
 *    A_x = V W^H U_x^H,   U_x^H A_(x-1)^H = W S V^H,
 *
 * so that virtual coils are as smooth along x as the coils. A_x A_x^H = 1. Needs whole readouts. Throws as above. */
at::Tensor GeometricCoilCompression(const at::Tensor & kspace, std::int64_t virtualCoils);

/** Matrices [x, virtual coil, coil] applied to F^-1 of [coil, ..., x], and F of that. */
at::Tensor MixCoilsAlongReadout(const at::Tensor & matrices, const at::Tensor & kspace);

/** A matrix [virtual coil, coil] applied to [coil, ...]. */
at::Tensor MixCoils(const at::Tensor & matrix, const at::Tensor & kspace);
} // namespace tweedie

#endif
