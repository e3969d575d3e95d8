// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReferenceEstimator_h
#define tweedieReferenceEstimator_h

#include <memory>

namespace tweedie
{
class Estimator;

/** Reverse SDE with the exact conditional score, closed-form priors only: the ruler for all others. */
std::unique_ptr<Estimator> MakeReferenceEstimator();
} // namespace tweedie

#endif
