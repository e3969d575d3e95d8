// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProximalDescent_h
#define tweedieProximalDescent_h

#include "tweedieGaussianLikelihood.h"

#include <ATen/core/Tensor.h>

#include <functional>

namespace tweedie
{
/** -log p(y | z) of each sample as a function of the model's value z = A(x), at one z. */
struct LikelihoodAt
{
  at::Tensor value;     ///< [B], double
  at::Tensor slope;     ///< d(-log p)/dz, like z
  at::Tensor curvature; ///< w >= 0, real, broadcasts against z: -log p ~ value + <slope, dz> + sum w |dz|^2 / 2
};

/** imbalance [B]: how far x is from the minimum, 1 at first, 0 there; for a curvature that is cautious only when
 * far. */
using LikelihoodOfRange = std::function<LikelihoodAt(const at::Tensor & z, const at::Tensor & imbalance)>;

/** For each sample of a batch by itself, a local minimum of
 *
 *    phi(x) = -log p(y | A(x)) + |x - c|^2 / (2 r^2)
 *
 * where A is not linear or -log p not quadratic, by Gauss-Newton steps (Nocedal and Wright 2006, section 10.3),
 *
 *    x <- x + a d,   (J^H w J + I / r^2) d = -grad phi(x),
 *
 * to a tenth by at most 50 conjugate gradients. J is A for a linear A, else NonlinearModel::Linearize; without that J v
 * is a difference of A along v and J^H v is Vjp. The step length a is shortened until phi decreases enough (Armijo
 * 1966) or, where rounding hides the decrease, by the slope (Hager and Zhang 2005): phi never rises by more than
 * rounding.
 *
 * A sample stops at |r grad phi| <= tolerance |(x - c) / r|, which means |x - x*| <= tolerance |x - c| for a phi that
 * is convex. It also stops where no step decreases phi any more, and after maximumSteps steps. A stopped sample
 * does not change, so that no result depends on the batch.
 *
 * center: [B, ...], real or complex (real and imaginary parts as real numbers). variance: r^2 >= 0, [B or 1, 1, ...];
 * where it is 0 the answer is c. start: where to begin if phi is lower there than at c; undefined: at c. Throws
 * NumericalError where phi is finite at neither. */
at::Tensor ProximalDescent(const ForwardModel & model,
                           const LikelihoodOfRange & likelihood,
                           const at::Tensor & center,
                           const at::Tensor & variance,
                           const at::Tensor & start,
                           const ProximalOptions & options);
} // namespace tweedie

#endif
