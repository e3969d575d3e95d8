// SPDX-License-Identifier: Apache-2.0
#include "tweedieCallBudget.h"

#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweediePnpDmEstimator.h"
#include "tweedieRedDiffEstimator.h"
#include "tweedieRmpEstimator.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t mostSamples = 8;
constexpr std::int64_t callsOfASample = 12; // at least, where there are so many
constexpr std::int64_t manyCalls = 100;     // from here on rmp takes 4 noisy states, not 2
constexpr std::int64_t levelsOfAdam = 20;
constexpr std::int64_t mostAdamSteps = 10;

std::int64_t
AtLeastOne(std::int64_t count)
{
  return std::max<std::int64_t>(count, 1);
}
} // namespace

std::int64_t
CallsPerImage(const DenoiserPointer & prior, EstimatorOptions options)
{
  const auto estimator = MakeEstimator(options.method);
  PosteriorProblem problem;
  problem.prior = prior;
  estimator->Complete(problem, options);
  const std::int64_t samples = options.samples > 0 ? options.samples : DefaultSamples;
  return estimator->CallsPerChain(problem, options) * (estimator->DrawsSamples() ? samples : 1);
}

std::int64_t
LevelsWithin(std::int64_t calls, const DenoiserPointer & prior, const EstimatorOptions & options)
{
  const auto cost = [&](std::int64_t steps)
  {
    EstimatorOptions chain = options;
    chain.steps = steps;
    return CallsPerImage(prior, chain);
  };
  if (calls < cost(1))
  {
    throw UsageError("method " + options.method + ": given " + std::to_string(calls) +
                     " network calls; required at least the " + std::to_string(cost(1)) + " of one noise level");
  }
  std::int64_t enough = 1; // the cost grows with every level
  std::int64_t tooMany = calls + 1;
  while (tooMany - enough > 1)
  {
    const std::int64_t middle = (enough + tooMany) / 2;
    (cost(middle) <= calls ? enough : tooMany) = middle;
  }
  return enough;
}

void
SpendCalls(std::int64_t calls, const DenoiserPointer & prior, PosteriorOptions & options)
{
  const std::unique_ptr<Estimator> estimator = MakeEstimator(options.method);
  const bool isMean = options.method == "rmp";
  const bool hasSamples = isMean || estimator->DrawsSamples();
  options.samples = hasSamples ? std::clamp<std::int64_t>(calls / callsOfASample, 2, mostSamples) : 0;
  const std::int64_t chain = isMean ? calls / 2 : calls / AtLeastOne(options.samples);
  if (isMean)
  {
    options.Of<RmpSettings>().propagation = "decoupled";
    options.Of<RmpSettings>().draws = calls < manyCalls ? 2 : 4;
    options.sampleSteps = AtLeastOne(calls / 2 / options.samples);
  }
  options.Of<PnpDmSettings>().innerSteps = AtLeastOne(std::llround(std::sqrt(static_cast<double>(chain))));
  options.Of<RedDiffSettings>().iterations = std::clamp<std::int64_t>(calls / levelsOfAdam, 1, mostAdamSteps);
  options.steps = 1;
  if (const std::int64_t all = isMean ? chain : calls; CallsPerImage(prior, options) <= all)
  {
    options.steps = LevelsWithin(all, prior, options);
  }
}
} // namespace tweedie
