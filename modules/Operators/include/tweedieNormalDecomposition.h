// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNormalDecomposition_h
#define tweedieNormalDecomposition_h

#include <ATen/core/Tensor.h>

#include <memory>

namespace tweedie
{
/** The eigen-decomposition of a normal operator,
 *
 *    A^H A = V diag(l) V^H,   V^H V = I,   l >= 0,
 *
 * so that a function of A^H A is two changes of basis: f(A^H A) x = V f(l) V^H x. The singular values of A are sqrt(l).
 * Worth its making where many equations with one A are solved, with whatever weights. */
class NormalDecomposition
{
public:
  virtual ~NormalDecomposition() = default;

  /** l, real, [1 or batch, M, N]: broadcasts against what Analyze returns. */
  virtual at::Tensor Eigenvalues() const = 0;

  /** z = V^H x, [batch, M, N], for x [batch, domain...] in the type and on the device the decomposition was made for:
   * as many numbers of the same type. White noise is white in either basis. */
  virtual at::Tensor Analyze(const at::Tensor & x) const = 0;

  /** V z, [batch, domain...]. */
  virtual at::Tensor Synthesize(const at::Tensor & z) const = 0;
};

using NormalDecompositionPointer = std::shared_ptr<const NormalDecomposition>;
} // namespace tweedie

#endif
