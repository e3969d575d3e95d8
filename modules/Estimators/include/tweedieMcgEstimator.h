// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMcgEstimator_h
#define tweedieMcgEstimator_h

#include "tweedieMethodSettings.h"

#include <memory>

namespace tweedie
{
class Estimator;

struct McgSettings final : SettingsOf<McgSettings>
{
  double zeta = 1.0;      ///< length of the gradient step
  double threshold = 0.1; ///< eigenvalues of A^H A below this share of the largest count as not measured

  void Visit(OptionVisitor & v) override;
};

/** Manifold constrained gradient (Chung, Sim, Ryu and Ye 2022, algorithm 1): the replacement of ilvr after a gradient
 * step through the denoiser, of which it keeps the part in the null space,
 *
 *    x' = ancestral(x, D) - zeta c grad_x ||A^+ (y - A D(x))||,   x <- (I - A^+ A) x' + A^+ (y + s' A n)
 *    c = sqrt(m v) / steps * sqrt((1 + s^2 / v)(1 + s'^2 / v))
 *
 * m real directions measured; the length c is that of dps. The weight of the residual is A^+, with which the published
 * choices agree for projections.
 *
 * Biased as ilvr is: defined for data without noise and an A that is a projection, it puts A^+ y into every sample. A
 * step of fixed length moves the null space by a distance that the residual does not decide. Needs the decomposition of
 * A^H A, white noise, and a prior with a Jacobian product. */
std::unique_ptr<Estimator> MakeMcgEstimator();
} // namespace tweedie

#endif
