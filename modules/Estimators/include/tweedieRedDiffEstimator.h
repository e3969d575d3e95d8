// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRedDiffEstimator_h
#define tweedieRedDiffEstimator_h

#include "tweedieMethodSettings.h"

#include <cstdint>
#include <memory>
#include <string>

namespace tweedie
{
class Estimator;

struct RedDiffSettings final : SettingsOf<RedDiffSettings>
{
  std::int64_t iterations = 10;   ///< Adam steps per noise level; published: one, with 1000 levels
  double rate = 0.1;              ///< of Adam, in prior deviations
  double lambda = 0.25;           ///< weight of the prior
  double dataWeight = 1.0;        ///< weight of the data
  std::string weights = "linear"; ///< w(t): linear | sqrt | const | square | log

  void Visit(OptionVisitor & v) override;
};

/** Variational inference with a point (Mardani et al. 2024, algorithm 1): Adam on the mean mu, noise levels descending,
 *
 *    grad = w_d (n / m) A^H (A mu - y) + lambda w(t) / t (mu - D(mu + s z, s)),   t = s / sqrt(v),   z ~ N(0, I)
 *    w(t) = t (linear) | sqrt(t) | 1 (const) | t^2 (square) | log(1 + t)
 *
 * the gradient of w_d ||y - A mu||^2 / (2 m) + lambda w(t) <eps_D - z, mu> / n with eps_D = (mu + s z - D) / s not
 * differentiated; n and m count real numbers of image and data. t for s makes the settings independent of the image's
 * units. With Gaussian noise the first term is s_0^2 (n / m) grad(-log p(y | mu)), s_0^2 the smallest s_c^2, so that
 * other than white noise is weighed; with other noise models it is their gradient. Adam: beta 0.9 and 0.99, real and
 * imaginary parts apart, never reset.
 *
 * Starts at argmin -log p(y | mu) + |mu - start|^2 / (2 v) for a linear model (A^+ y but for what is below the noise),
 * else at the start image; --start noise adds noise of the prior's deviation, for models with a stationary point at 0.
 *
 * An estimate of a mode, not of the mean, and no sample: the variance of its ends is Adam's. Biased even for Gaussian
 * priors: the weight of the prior fades with t, so that the end fits the data, noise and all. */
std::unique_ptr<Estimator> MakeRedDiffEstimator();
} // namespace tweedie

#endif
