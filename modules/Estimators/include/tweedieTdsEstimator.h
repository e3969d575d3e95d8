// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTdsEstimator_h
#define tweedieTdsEstimator_h

#include "tweedieMethodSettings.h"

#include <memory>
#include <string>

namespace tweedie
{
class Estimator;

struct TdsSettings final : SettingsOf<TdsSettings>
{
  /** isotropic: w as below; ancestral: without r^2; auto: ancestral for a prior that needs noise, else isotropic */
  std::string kernel = "auto";
  std::string twist = "calibrated"; ///< calibrated: t^2 = ||A||^2 r^2; noise-level: t^2 = ||A||^2 s^2
  double resample = 0.5;            ///< resampled below this share of the particles

  void Visit(OptionVisitor & v) override;

  bool
  SearchesVariance() const override
  {
    return true;
  }
};

/** The twisted diffusion sampler (Wu et al. 2023, algorithm 1): sequential Monte Carlo along the reverse diffusion, the
 * samples of an image being its particles.
 *
 *    p~(y | x, s) = N(y; A D(x, s), (s_c^2 + t^2) I)                  twist; p(y | D) at the end
 *    p(x' | x)    = N(a x + (1 - a) D, w^2 I)                         a = s'^2 / s^2
 *    q(x' | x, y) = N(a x + (1 - a) (D + s^2 grad log p~(y | x)), w^2 I)
 *    log weight  += log p(x' | x) + log p~(y | x') - log q(x' | x, y) - log p~(y | x)
 *    w^2          = (1 - a) (a s^2 + (1 - a) r^2)                     exact for the prior N(m, v I)
 *
 * or w^2 = (1 - a) a s^2: narrower than the prior by some 1 - a, but where the prior knows an image better than r^2,
 * the first one leaves more noise in x' than a network is told.
 *
 * One call and one backward pass per level and particle; weights in double, systematic resampling where the
 * effective number of particles, (sum w)^2 / sum w^2, falls below the given share, and at the end, so that samples
 * weigh the same. The law of the particles tends to the posterior of the discretised diffusion as their number grows.
 * Samples of one run are correlated, and in many dimensions a few ancestors survive: judge by the summary's figures,
 * effective-sample-size (the smallest of all levels) and log-evidence, an estimate of log p(y), the density over all
 * real numbers measured, with its constants; its exponential is without bias. 16 particles by default; they run in one
 * batch. Linear operator, Gaussian noise, Jacobian. Without data: independent samples of the prior. */
std::unique_ptr<Estimator> MakeTdsEstimator();
} // namespace tweedie

#endif
