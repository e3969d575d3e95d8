// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDdrmEstimator_h
#define tweedieDdrmEstimator_h

#include "tweedieMethodSettings.h"

#include <memory>

namespace tweedie
{
class Estimator;

struct DdrmSettings final : SettingsOf<DdrmSettings>
{
  double eta = 0.85; ///< share of fresh noise, 1: all, where the state knows a component better than the data or alone
  double etaB = 1.0; ///< share of the measured value where the data know it better than the state

  void Visit(OptionVisitor & v) override;
};

/** Denoising diffusion restoration (Kawar et al. 2022, section 3.2), in the basis of A^H A = V diag(l) V^H. With
 * d = V^H D(x, s), x_ = V^H x, y_ = V^H A^H y / l, the data's own noise in a component t = s_c / sqrt(l), fresh noise
 * z, a step from s to s' is, component by component,
 *
 *    l = 0      x_' = d + sqrt(1 - eta^2) s' (x_ - d) / s + eta s' z
 *    s' <  t    x_' = d + sqrt(1 - eta^2) s' (y_ - d) / t + eta s' z
 *    s' >= t    x_' = (1 - eta_b) d + eta_b y_ + sqrt(s'^2 - eta_b^2 t^2) z
 *
 * and the start y_ + sqrt(s^2 - t^2) z where s > t, else s z around the origin. White noise and an operator with a
 * decomposition only; no Jacobian. A component with l below 1e-12 (single precision: 1e-6) of the largest counts as not
 * measured. Approximate: a mean is taken from the prior or from the data, never weighed between the two, so that not
 * even a Gaussian prior gets its posterior: too narrow, 0.2 to 0.6 of the variance. Without data a DDIM chain (Song et
 * al. 2021) with the same eta. */
std::unique_ptr<Estimator> MakeDdrmEstimator();
} // namespace tweedie

#endif
