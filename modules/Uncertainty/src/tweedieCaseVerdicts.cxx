// SPDX-License-Identifier: Apache-2.0
#include "tweedieCaseSummary.h"

#include "tweedieHolm.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
// What a reader would still call right, whatever chance says: with many cases every approximation is told from an exact
// sampler.
constexpr double nominal = 0.9;
constexpr double coverageBand = 0.05;
constexpr double ratioLow = 0.8;
constexpr double ratioHigh = 1.25;
constexpr double alarm = 0.01; // of all tests of ranks together

/** Passed inside the range, Warned where the band of chance reaches it, else Failed. */
void
JudgeBand(double low, double high, Verdict & verdict)
{
  verdict = JudgeRange(verdict);
  if (verdict.state == VerdictState::Failed && low <= verdict.high && high >= verdict.low)
  {
    verdict.state = VerdictState::Warned;
  }
}

Verdict
OfCoverage(const CaseSummary & summary)
{
  Verdict verdict;
  verdict.key = "coverage";
  verdict.label = "Share of pixels inside intervals of about 90 %";
  const std::optional<LevelCoverage> point = StatedCoverage(summary, nominal);
  if (!point || std::isnan(point->low))
  {
    verdict.statement = point ? "One slice alone: coverage has no error bar." : "The method has no standard deviation.";
    return verdict;
  }
  verdict.value = point->covered;
  verdict.low = point->level - coverageBand;
  verdict.high = std::min(1.0, point->level + coverageBand);
  JudgeBand(point->low, point->high, verdict);
  const bool isLow = point->covered < verdict.low;
  verdict.statement =
      verdict.state == VerdictState::Passed   ? "Pixels lie inside their intervals as often as the intervals say."
      : verdict.state == VerdictState::Warned ? "Outside what is good, but so few slices could do that by chance."
      : isLow                                 ? "Pixels miss their intervals too often: the method is too sure."
              : "Pixels hardly ever miss their intervals: the method is not sure enough.";
  return verdict;
}

Verdict
OfRatio(const CaseSummary & summary)
{
  Verdict verdict;
  verdict.key = "deviation-over-error";
  verdict.label = "Predicted over found error";
  if (!summary.ratio)
  {
    verdict.statement = "One slice alone, or no standard deviation.";
    return verdict;
  }
  verdict.value = summary.ratio->value;
  verdict.low = ratioLow;
  verdict.high = ratioHigh;
  JudgeBand(summary.ratio->low, summary.ratio->high, verdict);
  verdict.statement = verdict.state == VerdictState::Passed ? "Errors are as large as the standard deviation says."
                      : verdict.value >= ratioLow           ? "Errors are smaller than the standard deviation says."
                      : summary.samples == 0                ? "Errors are larger than what new noise alone would do."
                                                            : "Errors are larger than the standard deviation says.";
  return verdict;
}

Verdict
OfRanks(const CaseSummary & summary)
{
  Verdict verdict;
  verdict.key = "simulation-based-calibration";
  verdict.label = "Ranks of the truth among the samples: smallest p over quantities, by Holm";
  if (summary.quantities.empty() || summary.groups < 2)
  {
    verdict.statement = "No samples, or one slice alone.";
    return verdict;
  }
  std::vector<double> pValues;
  for (const QuantityRanks & quantity : summary.quantities)
  {
    pValues.push_back(quantity.pValue);
  }
  // A gate that could not fail is none: the least p that so many slices can have.
  const at::Tensor worst = at::zeros({summary.groups}, at::kLong);
  if (CurveOfRanks(worst, summary.samples).pValue * static_cast<double>(pValues.size()) > alarm)
  {
    verdict.statement = std::to_string(summary.groups) + " slices are too few to tell.";
    return verdict;
  }
  const std::vector<double> adjusted = HolmAdjusted(pValues);
  const auto least = std::min_element(adjusted.begin(), adjusted.end());
  const std::string name = summary.quantities[static_cast<std::size_t>(least - adjusted.begin())].name;
  verdict.value = *least;
  verdict.low = alarm;
  verdict.high = 1.0;
  verdict.pValue = *least;
  verdict = JudgeRange(verdict);
  verdict.statement =
      verdict.state == VerdictState::Passed
          ? "From " + std::to_string(summary.groups) + " slices the truth cannot be told from one more sample."
          : "The truth is told from the samples by " + name + ".";
  return verdict;
}

Verdict
OfTarp(const CaseSummary & summary)
{
  Verdict verdict;
  verdict.key = "tarp";
  verdict.label = "Expected coverage of balls about random points (TARP), p";
  if (!summary.tarp || summary.groups < 2)
  {
    verdict.statement = "No samples, or one slice alone.";
    return verdict;
  }
  if (CheckTarp(at::zeros({summary.groups}, at::kLong), summary.samples).uniformity.pValue > alarm)
  {
    verdict.statement = std::to_string(summary.groups) + " slices are too few to tell.";
    return verdict;
  }
  verdict.value = summary.pOfTarp;
  verdict.low = alarm;
  verdict.high = 1.0;
  verdict.pValue = summary.pOfTarp;
  verdict = JudgeRange(verdict);
  verdict.statement = verdict.state == VerdictState::Passed ? "The truth is as far from random points as the samples."
                      : summary.tarp->excess > 0.0
                          ? "Samples are farther from random points near the data than the truth."
                          : "Samples are nearer to random points near the data than the truth.";
  return verdict;
}
} // namespace

std::vector<Verdict>
JudgeCases(const CaseSummary & summary, const std::string & key, const std::string & label)
{
  std::vector<Verdict> verdicts{OfCoverage(summary), OfRatio(summary)};
  if (summary.samples > 0)
  {
    verdicts.push_back(PosteriorGainVerdict(*summary.gain));
    verdicts.push_back(OfRanks(summary));
    verdicts.push_back(OfTarp(summary));
  }
  for (Verdict & verdict : verdicts)
  {
    verdict.key = key + '-' + verdict.key;
    verdict.label = label + ": " + verdict.label;
  }
  return verdicts;
}
} // namespace tweedie
