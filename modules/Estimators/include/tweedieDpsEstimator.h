// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDpsEstimator_h
#define tweedieDpsEstimator_h

#include "tweedieMethodSettings.h"

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
class Estimator;

struct DpsSettings final : SettingsOf<DpsSettings>
{
  double zeta = 1.0;        ///< step length of the normalised form
  bool normalize = true;    ///< step zeta / ||r|| of the published form; false: the un-normalised guidance
  bool secondOrder = false; ///< un-normalised, eta 1: two denoiser calls per step
  double eta = 1.0;         ///< 1 ancestral, 0 deterministic but for the start, between: DDIM
  std::string form = "vp";  ///< variables that the normalised step is taken in: vp | ve
  std::string step =
      "scaled";             ///< its length: scaled to image and chain | released: zeta itself, as in the paper's code
  double unit = 1.0;        ///< prior units of a unit of the published variables; images from -1 to 1: 0.5
  std::vector<double> clip; ///< {low, high} of D in the normalised form; empty: no clipping

  void Visit(OptionVisitor & v) override;
};

/** Sampling with the data gradient through the denoiser (Chung et al. 2023, algorithm 1), p(y | x) taken as p(y | D):
 *
 *    x' = D + s' b (x - D) / s + eta s' sqrt(1 - a) z - zeta c ||r|| grad_x L(D(x)) / (2 L),   L(D) = -log p(y | D)
 *    a = s'^2 / s^2,   b = sqrt(1 - eta^2 (1 - a)),   r = y - A D
 *
 * eta 1 is the ancestral step (b = s' / s; the smaller of DDPM's two fixed variances), eta 0 that of DDIM (Song et al.
 * 2021), an Euler step in s of the probability-flow ODE. White Gaussian noise: the last term is zeta c grad ||r||,
 * which is the paper's zeta_i = zeta' / ||r|| on the squared norm with zeta = 2 zeta', and knows no noise level.
 * Poisson counts, Gaussian form: 2 L = sum g^2 r^2 / max(y, 1) is the paper's ||r||^2 with the weights 1 / (2 y),
 * twice; this replaces Poisson by a Gaussian whose variance comes from the counts that it weighs. (The released code
 * divides ||r|| by |y| instead and is infinite where nothing was counted.) Every norm is that of one sample, not of the
 * batch.
 *
 * Length, in the unit u of the published variables x_p = x / u, x_vp = x_p / sqrt(1 + s_p^2), s_p = s / u:
 *
 *    released   vp: c = u sqrt((1 + s_p^2)(1 + s_p'^2)),   ve: c = u     grad ||r|| is the same number in either unit
 *    scaled     c = sqrt(m v) / steps, in form vp times the same root with s_p^2 = s^2 / v
 *
 * scaled (m real measurements) makes zeta independent of image size and number of levels; released does not: it was
 * chosen for 256 x 256 x 3 values and 1000 levels. The noise schedule is that of s_p. clip bounds D, whose gradient is
 * then zero where it is saturated, as the released code does; off unless asked.
 *
 * Un-normalised: D_y of any guidance in place of D, no last term. With guidance dps it is biased even for a Gaussian:
 * for a prior N(0, v), y = x + n and k = v / s_c^2, mean 1 - exp(-k) times the data and variance v (1 - exp(-2 k)) / (2
 * k), where k / (1 + k) and v / (1 + k) are right. */
std::unique_ptr<Estimator> MakeDpsEstimator();
} // namespace tweedie

#endif
