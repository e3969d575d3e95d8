// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePnpDmEstimator_h
#define tweediePnpDmEstimator_h

#include "tweedieMethodSettings.h"

#include <cstdint>
#include <memory>

namespace tweedie
{
class Estimator;

struct PnpDmSettings final : SettingsOf<PnpDmSettings>
{
  double firstRho = 3.0;       ///< rho_0, in the prior's standard deviations
  double lastRho = 0.0;        ///< rho_min, likewise; 0: a fifth of s_c / ||A||
  double decay = 0.0;          ///< a; 0: rho_min is reached in the last iteration
  std::int64_t innerSteps = 8; ///< noise levels of the reverse diffusion that draws x given z

  void Visit(OptionVisitor & v) override;
};

/** Split Gibbs sampling (Wu et al. 2024, algorithm 1; Xu and Chi 2024). One iteration per level rho of the run,
 *
 *    z ~ p(y | z) N(z; x, rho^2 I)              exactly, Likelihood::Draw
 *    x ~ p(x | z) ~ p(x) N(x; z, rho^2 I)       reverse diffusion from the noise level rho
 *    rho_k = max(rho_0 a^k, rho_min)
 *
 * The result is the last x. At a fixed rho the chain's law is the posterior for the noise covariance s_c^2 I + rho^2 A
 * A^H: too wide unless rho << s_c / ||A||. Its correlation from one iteration to the next in a direction with prior
 * variance v and A^H A = l is, for a Gaussian, 1 / ((1 + rho^2 / v) (1 + rho^2 l / s_c^2)), so that 2 Var[x | y] /
 * rho^2 iterations make one independent sample: a small rho is only reached by annealing, and a finite one leaves the
 * variance of well measured directions too large by a factor of about 1 + 8 / iterations, and the mean behind.
 *
 * A step of the reverse diffusion from s to s' draws x0 ~ N(D(x, s), C) with C = Cov[x0 | x] of the prior or r^2 I, and
 * x' = a x + (1 - a) x0 + s' sqrt(1 - a) z, a = s'^2 / s^2: exact for a Gaussian prior with C, in the limit of many
 * steps for any. Levels from rho to rho / 20, not below the prior's range. Without data: samples of the prior. */
std::unique_ptr<Estimator> MakePnpDmEstimator();
} // namespace tweedie

#endif
