// SPDX-License-Identifier: Apache-2.0
#include "tweedieCallBudget.h"

#include "tweedieError.h"
#include "tweedieEstimator.h"

namespace tweedie
{
std::int64_t
CallsPerLevel(const DenoiserPointer & prior, EstimatorOptions options)
{
  const auto estimator = MakeEstimator(options.method);
  PosteriorProblem problem;
  problem.prior = prior;
  estimator->Complete(problem, options);
  const std::int64_t samples = options.samples > 0 ? options.samples : DefaultSamples;
  return estimator->CallsPerStep(options) * (estimator->DrawsSamples() ? samples : 1);
}

std::int64_t
LevelsWithin(std::int64_t calls, const DenoiserPointer & prior, const EstimatorOptions & options)
{
  const std::int64_t each = CallsPerLevel(prior, options);
  if (calls < each)
  {
    throw UsageError("method " + options.method + ": given " + std::to_string(calls) +
                     " network calls; required at least the " + std::to_string(each) + " of one noise level");
  }
  return calls / each;
}
} // namespace tweedie
