// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePseudoInverse_h
#define tweediePseudoInverse_h

#include "tweedieLikelihood.h"
#include "tweedieNormalDecomposition.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** A^+ of a likelihood's linear model from A^H A = V diag(l) V^H:
 *
 *    A^+ b = V diag(l^+) V^H A^H b,    A^+ A = V diag(l > 0) V^H
 *
 * where l^+ = 1 / l, but 0 for an l below a share of the largest. */
class PseudoInverse
{
public:
  /** threshold: that share. images: type and device. The model has to offer a decomposition. */
  PseudoInverse(LikelihoodPointer likelihood, const at::TensorOptions & images, double threshold);

  /** A^+ (y - A x), [B, shape...]. */
  at::Tensor OfResidual(const at::Tensor & x) const;

  /** x + A^+ (y + A n - A x), n of x's shape or undefined for none. */
  at::Tensor Replace(const at::Tensor & x, const at::Tensor & noise) const;

  /** Dimensions that A^+ A keeps, a complex one as two: [1 or B] in double. */
  at::Tensor Rank() const;

private:
  at::Tensor Spectrum(const at::Tensor & x) const;

  LikelihoodPointer m_Likelihood;
  const LinearOperator & m_Operator;
  NormalDecompositionPointer m_Decomposition;
  at::Tensor m_Kept;    ///< l > 0, as numbers
  at::Tensor m_Inverse; ///< l^+
  bool m_IsComplex;
};

/** Whether the model of a Gaussian likelihood vanishes where nothing was sampled, as A^+ takes for granted: probed by a
 * random image of this type and device. */
bool VanishesUnsampled(const Likelihood & likelihood, const at::TensorOptions & images);
} // namespace tweedie

#endif
