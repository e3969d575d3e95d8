// SPDX-License-Identifier: Apache-2.0
#include "tweedieChainRun.h"

#include <ATen/ATen.h>

#include <filesystem>

namespace tweedie
{
namespace
{
EstimatorOptions
SamplerOptions(EstimatorOptions options)
{
  options.method = options.sampler;
  options.guidance = "auto";
  options.steps = options.sampleSteps;
  if (!options.checkpoint.empty())
  {
    options.checkpoint += ".samples";
  }
  return options;
}

/** Progress of a run that is part of a task, in denoiser calls. */
ProgressCallback
Part(const ProgressCallback & progress, const ChainRun & run, std::int64_t before, std::int64_t all, double seconds)
{
  if (!progress)
  {
    return {};
  }
  const std::int64_t calls = run.Calls();
  return [=](const ProgressReport & part)
  {
    ProgressReport whole = part;
    whole.step = before + calls * part.step / part.steps;
    whole.steps = all;
    whole.elapsedSeconds += seconds;
    return progress(whole);
  };
}

void
AddSamples(PosteriorEstimate & estimate, const PosteriorEstimate & sampled, const SampleSpread & spread)
{
  const at::Tensor difference = estimate.mean - sampled.mean;
  const double square = at::abs(difference).to(at::kDouble).square().sum().item<double>();
  estimate.standardDeviation = sampled.standardDeviation;
  estimate.magnitudeStandardDeviation = sampled.magnitudeStandardDeviation;
  estimate.phaseStandardDeviation = sampled.phaseStandardDeviation;
  estimate.samples = sampled.samples;
  Summary & summary = estimate.summary;
  summary.samples = sampled.summary.samples;
  summary.deviationOf = sampled.summary.deviationOf;
  summary.deviationKind = sampled.summary.deviationKind;
  summary.networkEvaluations += sampled.summary.networkEvaluations;
  summary.operatorEvaluations += sampled.summary.operatorEvaluations;
  summary.wallSeconds += sampled.summary.wallSeconds;
  summary.networkSeconds += sampled.summary.networkSeconds;
  summary.operatorSeconds += sampled.summary.operatorSeconds;
  for (const std::string & warning : sampled.summary.warnings)
  {
    summary.warnings.push_back(summary.deviationOf + ": " + warning);
  }
  NoteDisagreement(summary, square, spread, sampled.summary.method);
}
} // namespace

PosteriorEstimate
RunEstimator(const PosteriorProblem & problem,
             const EstimatorOptions & options,
             const ProgressCallback & progress,
             const ChainObserver & observer)
{
  return ChainRun(problem, options).Run(progress, observer);
}

PosteriorEstimate
EstimatePosterior(const PosteriorProblem & problem, const EstimatorOptions & options, const ProgressCallback & progress)
{
  ChainRun run(problem, options);
  if (MakeEstimator(options.method)->DrawsSamples() || options.samples == 0)
  {
    return run.Run(progress);
  }
  ChainRun sampler(problem, SamplerOptions(options)); // refuses wrong options before the work
  const std::int64_t all = run.Calls() + sampler.Calls();
  PosteriorEstimate estimate = run.Run(Part(progress, run, 0, all, 0.0));
  const PosteriorEstimate sampled =
      sampler.Run(Part(progress, sampler, run.Calls(), all, estimate.summary.wallSeconds));
  AddSamples(estimate, sampled, sampler.Spread());
  return estimate;
}

void
RemoveCheckpoints(const EstimatorOptions & options)
{
  if (!options.checkpoint.empty())
  {
    std::error_code ignored; // nothing is lost when a file cannot be removed
    std::filesystem::remove(options.checkpoint, ignored);
    std::filesystem::remove(options.checkpoint + ".samples", ignored);
  }
}
} // namespace tweedie
