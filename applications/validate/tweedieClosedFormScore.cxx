// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormScore.h"

#include "tweedieError.h"
#include "tweedieHighestDensity.h"
#include "tweedieSampleDistance.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t directions = 200;
constexpr std::int64_t drawsOfMmd = 250; // the square of twice as many numbers is permuted
constexpr std::int64_t permutations = 199;
constexpr std::uint64_t seedOfDirections = 5;
constexpr std::uint64_t seedOfPermutations = 6;
constexpr double level = 0.9;

double
DeviationOf(const ClosedFormProblem & problem)
{
  return problem.variance.mean().sqrt().item<double>();
}

/** Root mean square over the pixels, in posterior deviations. */
double
MeanErrorOf(const ClosedFormProblem & problem, const at::Tensor & mean)
{
  return ((mean - problem.mean).square() / problem.variance).mean().sqrt().item<double>();
}

/** Figures of the first problem: samples [draws, n] beside the second half of the exact ones. */
void
AddLaw(const ClosedFormProblem & problem, const at::Tensor & samples, ClosedFormFigures & figures)
{
  const at::Tensor exact = problem.draws.slice(0, problem.draws.size(0) / 2);
  const double deviation = DeviationOf(problem);
  figures.meanError = MeanErrorOf(problem, samples.mean(0));
  figures.varianceRatio = (samples.var(0).sum() / problem.variance.sum()).item<double>();
  figures.sliced = SlicedWasserstein(samples, exact, directions, 1.0, seedOfDirections) / deviation;
  const Discrepancy discrepancy = MaximumMeanDiscrepancy(samples.slice(0, 0, drawsOfMmd),
                                                         exact.slice(0, 0, drawsOfMmd),
                                                         DiscrepancyKernel::InverseMultiquadric,
                                                         permutations,
                                                         seedOfPermutations);
  figures.mmd = discrepancy.squared;
  figures.mmdP = discrepancy.pValue;
}

/** Figures over the cases: samples [cases, CaseDraws, n]. The band of an exact sampler's coverage. */
CountBand
AddCases(const std::vector<ClosedFormProblem> & cases, const at::Tensor & samples, ClosedFormFigures & figures)
{
  std::vector<at::Tensor> truths, all;
  double energy = 0.0;
  for (std::size_t i = 0; i < cases.size(); ++i)
  {
    const at::Tensor drawn = samples[static_cast<std::int64_t>(i)];
    energy += EnergyScore(cases[i].truth, drawn) / DeviationOf(cases[i]);
    truths.push_back(cases[i].logDensity(cases[i].truth.unsqueeze(0)).squeeze(0));
    all.push_back(cases[i].logDensity(drawn));
  }
  figures.energy = energy / static_cast<double>(cases.size());
  const HighestDensityCoverage found = CheckHighestDensity(at::stack(truths), at::stack(all), level);
  figures.coverage = found.covered;
  return found.band;
}

/** 10 log10 of the square errors of means [cases, n] over those of the exact means. */
double
Gap(const std::vector<ClosedFormProblem> & cases, const at::Tensor & means)
{
  double found = 0.0;
  double least = 0.0;
  for (std::size_t i = 0; i < cases.size(); ++i)
  {
    found += (means[static_cast<std::int64_t>(i)] - cases[i].truth).square().sum().item<double>();
    least += (cases[i].mean - cases[i].truth).square().sum().item<double>();
  }
  return 10.0 * std::log10(found / least);
}

/** Whether the method asks for the prior conditioned on the data, which knows one image alone. */
bool
UsesPosterior(const ClosedFormProblem & problem, const ClosedFormMethod & method)
{
  const auto estimator = MakeEstimator(method.options.method);
  EstimatorOptions options = method.options;
  estimator->Complete(problem.problem, options);
  return problem.problem.conditioned &&
         (estimator->Needs(options).conditioned || (estimator->UsesGuidance() && options.guidance == "auto"));
}

/** Samples [cases, CaseDraws, n], or means [cases, 1, n] of a method that draws none. */
at::Tensor
RunCases(const ClosedFormProblems & problems, const ClosedFormMethod & method, const ProgressCallback & progress)
{
  const bool draws = MakeEstimator(method.options.method)->DrawsSamples();
  const auto run = [&](const ClosedFormProblem & one, const PosteriorProblem & problem, std::int64_t seed)
  {
    EstimatorOptions options = ClosedFormOptions(one, method, CaseDraws, seed);
    options.batch = CaseDraws * problem.likelihood->BatchSize();
    options.keepSamples = draws;
    const PosteriorEstimate estimate = RunEstimator(problem, options, progress);
    const at::Tensor kept = draws ? estimate.samples : estimate.mean.unsqueeze(0); // [samples, cases, shape...]
    return kept.flatten(2).transpose(0, 1).contiguous();
  };
  if (!UsesPosterior(problems.first, method))
  {
    PosteriorProblem all = problems.cases.front().problem;
    all.conditioned = nullptr;
    all.likelihood = problems.together;
    return run(problems.first, all, 2);
  }
  std::vector<at::Tensor> parts;
  for (const ClosedFormProblem & one : problems.cases)
  {
    parts.push_back(run(one, one.problem, 2 + static_cast<std::int64_t>(parts.size())));
  }
  return at::cat(parts);
}

void
Run(const ClosedFormProblems & problems,
    const ClosedFormMethod & method,
    const ClosedFormCounts & counts,
    const ProgressCallback & progress,
    ClosedFormScore & score)
{
  EstimatorOptions options = ClosedFormOptions(problems.first, method, counts.draws, 1);
  options.keepSamples = MakeEstimator(method.options.method)->DrawsSamples();
  const PosteriorEstimate estimate = RunEstimator(problems.first.problem, options, progress);
  score.networkEvaluations = static_cast<double>(estimate.summary.networkEvaluations) /
                             static_cast<double>(std::max<std::int64_t>(estimate.summary.samples, 1));
  score.seconds = estimate.summary.wallSeconds;
  if (options.keepSamples)
  {
    AddLaw(problems.first, estimate.samples.reshape({counts.draws, -1}), score.figures);
  }
  else
  {
    score.figures.meanError = MeanErrorOf(problems.first, estimate.mean.flatten());
  }
  if (problems.cases.empty())
  {
    return;
  }
  const at::Tensor samples = RunCases(problems, method, progress);
  score.figures.gap = Gap(problems.cases, samples.mean(1));
  if (options.keepSamples)
  {
    AddCases(problems.cases, samples, score.figures);
  }
}
} // namespace

ClosedFormFloor
FloorOf(const ClosedFormProblems & problems, const ClosedFormCounts & counts)
{
  ClosedFormFloor floor;
  AddLaw(problems.first, problems.first.draws.slice(0, 0, counts.draws), floor.figures);
  if (problems.cases.empty())
  {
    return floor;
  }
  std::vector<at::Tensor> draws;
  for (const ClosedFormProblem & one : problems.cases)
  {
    draws.push_back(one.draws);
  }
  const at::Tensor samples = at::stack(draws);
  floor.figures.gap = Gap(problems.cases, samples.mean(1));
  const CountBand band = AddCases(problems.cases, samples, floor.figures);
  const auto cases = static_cast<double>(problems.cases.size());
  floor.coverageLow = static_cast<double>(band.low) / cases;
  floor.coverageHigh = static_cast<double>(band.high) / cases;
  return floor;
}

ClosedFormScore
ScoreClosedForm(const ClosedFormProblems & problems,
                const ClosedFormMethod & method,
                const ClosedFormCounts & counts,
                const ProgressCallback & progress)
{
  ClosedFormScore score;
  try
  {
    Run(problems, method, counts, progress, score);
  }
  catch (const UsageError & refused)
  {
    score.refusal = refused.what();
  }
  catch (const NumericalError & failed)
  {
    score.refusal = failed.what();
  }
  return score;
}
} // namespace tweedie
