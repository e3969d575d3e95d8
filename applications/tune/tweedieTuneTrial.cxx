// SPDX-License-Identifier: Apache-2.0
#include "tweedieTuneTrial.h"

#include "tweedieEnsembleScore.h"
#include "tweedieError.h"
#include "tweedieImageUnit.h"
#include "tweedieMetrics.h"
#include "tweedieReportTable.h"
#include "tweedieSuiteScore.h"
#include "tweedieSuiteSupport.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
using Clock = std::chrono::steady_clock;

constexpr double headFraction = 0.05;

/** The options of a trial as JSON text; trial gets its values and levels. */
std::string
OptionsOfTrial(const TuneTarget & target, std::int64_t seed, TuneTrial & trial)
{
  nlohmann::json all = nlohmann::json::parse(target.first);
  if (trial.trial > 0)
  {
    const std::vector<double> drawn =
        DrawSettings(target.settings, static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(trial.trial));
    for (std::size_t i = 0; i < drawn.size(); ++i)
    {
      const SearchedSetting & setting = target.settings[i];
      all[setting.name] = setting.isInteger ? nlohmann::json(std::llround(drawn[i])) : nlohmann::json(drawn[i]);
    }
  }
  for (const SearchedSetting & setting : target.settings)
  {
    const nlohmann::json & value = all.at(setting.name);
    trial.values.push_back(value.is_null() ? std::optional<double>() : value.get<double>());
  }
  if (target.levels)
  {
    trial.levels = target.levels(all.dump());
    all["steps"] = trial.levels;
  }
  return all.dump();
}

/** Of the magnitudes in the head, over the truth's 99.9th percentile. */
double
ScoreOfSamples(const Volume & truth, const Volume & samples)
{
  const auto magnitude = [](const at::Tensor & x) { return (x.is_complex() ? x.abs() : x).to(at::kDouble); };
  const at::Tensor reference = magnitude(TensorView(truth)[0]);
  const at::Tensor head = ForegroundMask(reference, headFraction);
  return RankedProbabilityScore(reference, magnitude(TensorView(samples)), head) / ImageUnit(reference);
}

void
Score(const TuneTarget & target, const VolumeEstimate & estimate, TuneTrial & trial)
{
  const SuiteScore score = ScoreSlices(target.truth, estimate);
  trial.psnr = Mean(score.psnr);
  trial.ssim = Mean(score.ssim);
  trial.networkEvaluations = score.networkEvaluations;
  if (score.pixels > 0)
  {
    trial.deviationRatio = score.predicted / score.found;
    trial.coverage = score.coverage;
  }
  if (estimate.samples.Channels() > 1)
  {
    trial.crps = ScoreOfSamples(target.truth, estimate.samples);
  }
  trial.failure = std::isnan(trial.psnr) ? "an image that is not finite" : "";
}

double
Objective(const TuneTrial & trial, const std::string & objective)
{
  return objective == "psnr" ? trial.psnr : trial.crps;
}
} // namespace

TuneTrial
RunTrial(const TuneTarget & target, std::int64_t seed, std::int64_t number, const ProgressCallback & progress)
{
  TuneTrial trial;
  trial.trial = number;
  const auto begin = Clock::now();
  try
  {
    const std::string text = OptionsOfTrial(target, seed, trial);
    Score(target, target.reconstruct(text, progress), trial);
  }
  catch (const NumericalError & failed)
  {
    trial.failure = failed.what();
  }
  catch (const UsageError & refused)
  {
    if (number == 0)
    {
      throw; // not the fault of a drawn setting
    }
    trial.failure = refused.what();
  }
  trial.seconds = std::round(std::chrono::duration<double>(Clock::now() - begin).count() * 1e3) / 1e3;
  return trial;
}

double
Loss(const TuneTrial & trial, const std::string & objective)
{
  const double value = Objective(trial, objective);
  const bool isKnown = trial.failure.empty() && !std::isnan(value);
  return !isKnown ? std::numeric_limits<double>::infinity() : objective == "psnr" ? -value : value;
}

std::string
ObjectiveText(const TuneTrial & trial, const std::string & objective)
{
  const double value = Objective(trial, objective);
  if (!trial.failure.empty() || std::isnan(value))
  {
    return "nothing";
  }
  return objective == "psnr" ? FormatNumber(value, 2) + " dB" : "CRPS " + FormatSignificant(value, 4);
}

const TuneTrial &
BestTrial(const std::vector<TuneTrial> & trials, const std::string & objective)
{
  const auto best = std::min_element(trials.begin(),
                                     trials.end(),
                                     [&](const TuneTrial & a, const TuneTrial & b)
                                     { return Loss(a, objective) < Loss(b, objective); });
  if (Loss(*best, objective) == std::numeric_limits<double>::infinity())
  {
    throw NumericalError("none of " + std::to_string(trials.size()) +
                         " trials gave an image; the first one: " + trials.front().failure);
  }
  return *best;
}
} // namespace tweedie
