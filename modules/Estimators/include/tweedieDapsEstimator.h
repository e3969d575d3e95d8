// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDapsEstimator_h
#define tweedieDapsEstimator_h

#include <memory>

namespace tweedie
{
class Estimator;

/** Decoupled annealing (Zhang et al. 2025) in a calibrated form: Tweedie mean, r^2 = v s^2 / (v + s^2) or the
 * covariance product, the noise level of the data, and an exact inner draw; exact for Gaussian priors. */
std::unique_ptr<Estimator> MakeDapsEstimator();
} // namespace tweedie

#endif
