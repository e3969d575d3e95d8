// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEstimatorRows_h
#define tweedieEstimatorRows_h

#include "tweedieEstimator.h"

namespace tweedie
{
/** Reverse mean propagation, VE (arXiv 2410.05646): closed one-step form, its decoupled sibling, or the
 * natural-gradient inner loop. */
std::unique_ptr<Estimator> MakeRmpEstimator();

/** Ancestral sampling with the data gradient through the denoiser (Chung et al. 2023). */
std::unique_ptr<Estimator> MakeDpsEstimator();

/** Decoupled annealing (Zhang et al. 2025) in a calibrated form: Tweedie mean, r^2 = v s^2 / (v + s^2) or the
 * covariance product, the noise level of the data, and an exact inner draw; exact for Gaussian priors. */
std::unique_ptr<Estimator> MakeDapsEstimator();

/** Reverse SDE with the exact conditional score: the ruler for all others. */
std::unique_ptr<Estimator> MakeReferenceEstimator();

/** The point a chain starts from before any noise: zero, the prior's mean or the given image. [B, shape...] */
at::Tensor ChainOrigin(const ChainContext & context);

/** One step of the reverse SDE dx = (x - D_y) / s^2 d(s^2) + dw, its linear part integrated exactly:
 *
 *    x' = a x + (1 - a) D_y(x, s) + s' sqrt(1 - a) z,    a = s'^2 / s^2
 *
 * secondOrder: D_y interpolated linearly in log s between both ends of the step, the far end predicted by the first
 * order step with the same z (Heun). The step to s' = 0 is D_y. */
void AncestralStep(const ChainContext & context, std::size_t level, bool secondOrder, ChainState & state);

/** Factors [B] (double) shaped to multiply x. */
at::Tensor PerSample(const at::Tensor & factors, const at::Tensor & x);
} // namespace tweedie

#endif
