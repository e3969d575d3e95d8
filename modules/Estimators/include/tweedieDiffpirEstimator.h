// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDiffpirEstimator_h
#define tweedieDiffpirEstimator_h

#include "tweedieMethodSettings.h"

#include <memory>

namespace tweedie
{
class Estimator;

struct DiffpirSettings final : SettingsOf<DiffpirSettings>
{
  double lambda = 1.0; ///< weight of D against the data
  double zeta = 1.0;   ///< share of the noise that is drawn anew; 0: deterministic

  void Visit(OptionVisitor & v) override;
};

/** Denoise, solve the proximal problem exactly, keep a part of the noise (Zhu et al. 2023, algorithm 1),
 *
 *    x0 = argmin -log p(y | x0) + lambda |x0 - D|^2 / (2 s^2),   e = (x - x0) / s
 *    x' = x0 + s' (sqrt(1 - zeta) e + sqrt(zeta) z)
 *
 * so rho = lambda s_c^2 / s^2 in ||y - A x0||^2 + rho |x0 - D|^2. Published: lambda near 1; zeta 0.1 (deblurring),
 * 0.25 (super-resolution), 1 (inpainting, which a sampled k-space is; less shows a network the noise it was given).
 *
 * Biased: s^2 / lambda stands for the variance of x0 given x, which is v s^2 / (v + s^2); zeta = 1 draws x0 with no
 * spread of its own, so that many levels leave half of the posterior variance (v / 2 of v). Needs a linear model. */
std::unique_ptr<Estimator> MakeDiffpirEstimator();
} // namespace tweedie

#endif
