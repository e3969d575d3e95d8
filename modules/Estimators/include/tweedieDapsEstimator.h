// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDapsEstimator_h
#define tweedieDapsEstimator_h

#include "tweedieMethodSettings.h"

#include <cstdint>
#include <memory>
#include <string>

namespace tweedie
{
class Estimator;

/** The defaults are the calibrated form; the published one is estimate flow, radius sigma, inner langevin. */
struct DapsSettings final : SettingsOf<DapsSettings>
{
  std::string estimate = "tweedie";  ///< of x0 given x: tweedie (the mean) | flow (end of the probability-flow ODE)
  std::int64_t flowSteps = 5;        ///< flow: Euler steps of the ODE
  std::string radius = "calibrated"; ///< r^2: calibrated (v s^2 / (v + s^2), or the covariance product) | sigma (s^2)
  /** Of p(x0 | x, y): exact (perturb and solve) | langevin | underdamped (called HMC in the paper's code, which has no
   * accept step) | metropolis (random walk) */
  std::string inner = "exact";
  std::int64_t innerSteps = 100;
  double rate = 0.0;    ///< inner step; 0: a tenth of the inverse curvature; never above the inverse
  double rateEnd = 1.0; ///< factor on it at the last level, linear in between
  double momentum = 0.45;
  /** Score of the prior inside the chain: gaussian (of N(D, r^2 I)) | exact (the network's at its lowest level, and
   * that of x given x0) | score-min (the network's alone) */
  std::string priorScore = "gaussian";
  double dataWeight = 1.0; ///< power of p(y | x0): 1 is Bayes' rule
  /** calibrated: x0 is spread by r^2, or by this share of the next level's variance where that is less; 0: by r^2 for a
   * prior known in closed form, at most by 0.25 s'^2 for a network, which is told of s' alone */
  double spread = 0.0;

  void Visit(OptionVisitor & v) override;

  bool
  SearchesVariance() const override
  {
    return true;
  }
};

/** Decoupled annealing (Zhang et al. 2025, algorithm 1): x0 ~ p(x0 | x, y) ~ p(y | x0)^w N(x0; x0hat(x), r^2 I), then
 * x = x0 + s' n. In the calibrated form (x0hat the Tweedie mean, r^2 = v s^2 / (v + s^2) or the covariance product,
 * w = 1, an exact draw) it is exact for Gaussian priors.
 *
 * The released code divides the gradient of |y - A x|^2, not of its half, by tau^2 = 0.01^2 in its Langevin and
 * underdamped chains, and of its half in Metropolis: at a noise of 0.05 this is w = 50 and w = 25, and the variance in
 * measured directions is that many times too small. */
std::unique_ptr<Estimator> MakeDapsEstimator();
} // namespace tweedie

#endif
