// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePnpAdmmEstimator_h
#define tweediePnpAdmmEstimator_h

#include "tweedieMethodSettings.h"

#include <memory>

namespace tweedie
{
class Estimator;

struct PnpAdmmSettings final : SettingsOf<PnpAdmmSettings>
{
  double lambda = 1.0; ///< weight of the prior against the data; 1: as the noise says

  void Visit(OptionVisitor & v) override;
};

/** Plug-and-play ADMM (Venkatakrishnan et al. 2013; Chan et al. 2017, algorithm 1) with the diffusion prior as denoiser
 * and one iteration per noise level, equally spaced in log s (as Zhang et al. 2021):
 *
 *    rho = lambda / s^2
 *    x   = argmin -log p(y | x) + rho / 2 |x - (z - u)|^2
 *    z   = D(x + u, s)
 *    u   = u + x - z,    times s'^2 / s^2 for the next rho (Boyd et al. 2011, section 3.4.1)
 *
 * Deterministic; the result is z, an estimate of the mean. For a Gaussian prior N(m, C) the fixed point is, for every
 * s, the solution of C^-1 (x - m) = -gradient(x) / lambda: with lambda = 1 the posterior mean. For other priors it is
 * neither the mean nor the mode. A network meets x + u, an image without the noise that it is told: outside of what it
 * was trained on. Any likelihood with a proximal step. */
std::unique_ptr<Estimator> MakePnpAdmmEstimator();
} // namespace tweedie

#endif
