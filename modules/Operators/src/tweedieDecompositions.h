// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDecompositions_h
#define tweedieDecompositions_h

#include "tweedieLinearOperator.h"

#include <vector>

namespace tweedie
{
/** Decompositions of A^H A in bases that need no eigenvalue solver. l broadcasts against [batch, shape...], shape being
 * {channel, z, y, x}; its first dimension is 1 or batch. images: type and device. */

/** A^H A = diag(l): the basis of the pixels. */
NormalDecompositionPointer DecomposePixels(const at::Tensor & l, const Shape & shape, const at::TensorOptions & images);

/** A^H A = F^H diag(l) F with the centred unitary transform over the last 2 or 3 dimensions, for complex images. For
 * real ones, whose A^H A has l[-k] = l[k], in the real basis of the waves k and -k,
 *
 *    v_k[n] = N^(-1/2) (cos t + sin t),   t = 2 pi (k - c)(n - c) / N   (summed over the dimensions)
 *
 * (Hartley 1942), which is orthonormal and its own inverse: coefficients of real images are real, and white noise is
 * white in them. */
NormalDecompositionPointer
DecomposeWaves(const at::Tensor & l, const Shape & shape, int dimensions, const at::TensorOptions & images);

/** One axis of a separable basis. */
struct BasisAlongAxis
{
  std::int64_t axis;      ///< of an image [batch, channel, z, y, x], from the end: -1 is x
  at::Tensor basis;       ///< V^T of this axis, [N, N] real, rows orthonormal
  at::Tensor eigenvalues; ///< [N]
};

/** A^H A = V diag(l) V^T with V and l the products over the axes. */
NormalDecompositionPointer
DecomposeAxes(const std::vector<BasisAlongAxis> & axes, const Shape & shape, const at::TensorOptions & images);

/** That of factor A^H A, factor >= 0. */
NormalDecompositionPointer ScaleDecomposition(NormalDecompositionPointer original, double factor);

/** Number j of the result's axis is sum_k matrix[j, k] x[k] along an axis of x (negative: from the end); x real or
 * complex, the matrix real in the precision of x. */
at::Tensor MultiplyAlong(const at::Tensor & x, const at::Tensor & matrix, std::int64_t axis);
} // namespace tweedie

#endif
