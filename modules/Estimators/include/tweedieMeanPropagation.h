// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMeanPropagation_h
#define tweedieMeanPropagation_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** Reverse mean propagation, VE form (arXiv 2410.05646): the reverse SDE with its noise switched off,
 *
 *    mu_k = (s_k^2 / s_{k+1}^2) mu_{k+1} + (1 - s_k^2 / s_{k+1}^2) D_y(mu_{k+1}, s_{k+1})
 *
 * For a Gaussian posterior N(m, C) this is mu_k = V1 mu_{k+1} + V2 m with V1 = (s_k^2 + C)(s_{k+1}^2 + C)^-1, and the
 * chain ends at m + C (s_T^2 + C)^-1 (mu_T - m) whatever the steps.
 *
 * The same for the chain of decoupled annealing (Zhang et al. 2025), x_k = x0 + s_k n with x0 ~ p(x0 | x_{k+1}, y):
 *
 *    mu_k = E_n[D_y(mu_{k+1} + s_{k+1} n, s_{k+1})],   taken over L draws of n
 *
 * shows the denoiser states with the noise that it is told; L = 1 above the prior's deviation. For a Gaussian posterior
 * D_y is affine, the noise averages out, and the chain ends at m + prod_k C (s_k^2 + C)^-1 (mu_T - m). */
at::Tensor
MeanPropagationStep(const at::Tensor & x, const at::Tensor & conditionalMean, double sigma, double nextSigma);

/** One noise level of the natural-gradient inner loop: q_k = N(mu, 1/Lam) for the step from s_{k+1} (sigma) to s_k
 * (nextSigma > 0), with the fixed precision of an isotropic posterior variance v:
 *
 *    Lam = 1 / (s_{k+1}^2 - s_k^2) + 1 / (s_k^2 + v)
 *
 * v = 0 is the published choice for high noise levels, s_{k+1}^2 / (s_k^2 (s_{k+1}^2 - s_k^2)), v = infinity the one
 * for low levels, 1 / (s_{k+1}^2 - s_k^2). */
struct NaturalGradientLevel
{
  double sigma;
  double nextSigma;
  double variance;

  double
  Spread() const
  {
    return sigma * sigma - nextSigma * nextSigma;
  }
  double
  Precision() const
  {
    return 1.0 / Spread() + 1.0 / (nextSigma * nextSigma + variance);
  }

  /** grad log p(x_{k+1} | x_k) at x_k = point: (previous - point) / (s_{k+1}^2 - s_k^2). */
  at::Tensor ReverseGradient(const at::Tensor & point, const at::Tensor & previous) const;

  /** Lam <- Lam - stepSize (Lam + tr H / N), H = grad^2 log p(x_k | x_{k+1}, y), N real dimensions; with D_y of the
   * level below, tr H / N = -1 / (s_{k+1}^2 - s_k^2) - (1 - slope) / s_k^2, slope = tr(dD_y/dx) / N [B]. The paper
   * prints the update without 1 / N, which needs stepSize < 2 / N. The result stays above a hundredth of
   * 1 / (s_{k+1}^2 - s_k^2). */
  at::Tensor LearnedPrecision(const at::Tensor & precision, const at::Tensor & slope, double stepSize) const;
};

/** mu + stepSize / Lam * gradient, Lam [B]; gradient = reverse gradient + score of p(x_k | y). With stepSize 1, the
 * gradient at the mean, a posterior of covariance v I and its Lam one step lands on the fixed point from any mean. */
at::Tensor NaturalGradientStep(const at::Tensor & mean,
                               const at::Tensor & gradient,
                               double stepSize,
                               const at::Tensor & precision);
} // namespace tweedie

#endif
