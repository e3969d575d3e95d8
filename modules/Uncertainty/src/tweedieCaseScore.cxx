// SPDX-License-Identifier: Apache-2.0
#include "tweedieCaseScore.h"

#include "tweedieCalibrationQuantity.h"
#include "tweedieConformal.h"
#include "tweedieDeviationCheck.h"
#include "tweedieEnsembleScore.h"
#include "tweedieError.h"
#include "tweedieMetrics.h"
#include "tweediePosteriorGain.h"
#include "tweedieRandom.h"
#include "tweedieRankCalibration.h"
#include "tweedieRiskControl.h"
#include "tweedieSparsification.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr std::int64_t functionals = 8;
constexpr std::uint64_t functionalSeed = 7; // the same ones in every case

at::Tensor
Shown(const at::Tensor & image)
{
  return (image.is_complex() ? image.abs() : image).to(at::kCPU, at::kDouble);
}

void
RequireFit(const CaseImages & images)
{
  const auto require = [&](const at::Tensor & one, const at::Tensor & like, const std::string & what)
  {
    if (one.sizes() != like.sizes())
    {
      std::ostringstream message;
      message << what << ": given " << one.sizes() << "; required the grid of the result, " << like.sizes();
      throw DataError(message.str());
    }
  };
  require(images.truth, images.mean, "truth");
  require(images.mask, images.mean, "mask");
  if (!images.mask.any().item<bool>())
  {
    throw DataError("mask: given only background; required pixels of the object");
  }
  if (images.samples.defined() && images.samples.size(0) < 2)
  {
    throw DataError("samples: given one; required two or more: one says nothing of its deviation");
  }
  for (const auto & [name, region] : images.regions)
  {
    require(region, images.mean, name);
    if (!region.logical_and(images.mask).any().item<bool>())
    {
      throw DataError(name + ": given only background; required pixels of the object");
    }
  }
}

/** Shares of n + 1 ranks as those of m + 1: a rank is a piece of [0, 1] of equal length. */
std::vector<double>
SpreadShares(const at::Tensor & shares, std::int64_t m)
{
  const std::int64_t n = shares.numel() - 1;
  std::vector<double> spread(static_cast<std::size_t>(m + 1), 0.0);
  const auto width = 1.0 / static_cast<double>(n + 1), places = static_cast<double>(m + 1);
  for (std::int64_t r = 0; r <= n; ++r)
  {
    for (std::int64_t k = 0; k <= m; ++k)
    {
      const double low = std::max(static_cast<double>(r) * width, static_cast<double>(k) / places);
      const double high = std::min(static_cast<double>(r + 1) * width, static_cast<double>(k + 1) / places);
      spread[static_cast<std::size_t>(k)] += std::max(0.0, high - low) / width * shares[r].item<double>();
    }
  }
  return spread;
}

/** One rank alike, by chance: uniform ranks stay uniform. */
std::int64_t
SpreadRank(std::int64_t rank, std::int64_t n, std::int64_t m, std::uint64_t seed)
{
  if (n == m)
  {
    return rank;
  }
  const double place = RandomStreams(seed, {0}).Uniform({1}, at::kDouble).item<double>();
  const double position = (static_cast<double>(rank) + place) / static_cast<double>(n + 1);
  return std::min(m, static_cast<std::int64_t>(position * static_cast<double>(m + 1)));
}

void
ScoreDeviation(const CaseImages & images, std::uint64_t seed, CaseScore & score)
{
  const at::Tensor truth = Shown(images.truth), mean = Shown(images.mean);
  const at::Tensor deviation = images.deviation.to(at::kCPU, at::kDouble);
  const std::int64_t samples = images.samples.defined() ? images.samples.size(0) : 0;
  const double factor =
      samples > 0 && images.isMeanOfSamples ? std::sqrt(1.0 + 1.0 / static_cast<double>(samples)) : 1.0;
  const DeviationCheck check = CheckDeviation(mean - truth, deviation, samples, factor, images.mask);
  score.predicted = check.predicted;
  score.calibration = check.calibrationError;
  score.spearman = check.rankCorrelation;
  for (std::size_t i = 0; i < CaseLevels().size(); ++i)
  {
    score.covered.push_back(check.curve[i].covered);
  }
  const at::Tensor drawn = deviation * factor * RandomStreams(seed, {0}).Normal(deviation.sizes(), at::kDouble)[0];
  const DeviationCheck oracle = CheckDeviation(drawn, deviation, 0, factor, images.mask);
  score.calibrationOracle = oracle.calibrationError;
  score.spearmanOracle = oracle.rankCorrelation;
  if (score.found > 0.0)
  {
    const Sparsification sparse = CheckSparsification(mean - truth, deviation, images.mask);
    score.sparsification = sparse.area;
    score.sparsificationAtRandom = sparse.areaAtRandom;
  }
  const at::Tensor scores = ConformalScores(truth, mean, deviation).masked_select(images.mask).unsqueeze(0);
  const at::Tensor missed = MissedShares(scores, at::tensor(CaseScales(), at::kDouble)).contiguous();
  score.missed.assign(missed.data_ptr<double>(), missed.data_ptr<double>() + missed.numel());
}

void
ScoreRegions(const CaseImages & images, CaseScore & score)
{
  for (const auto & [name, region] : images.regions)
  {
    const at::Tensor inside = region.logical_and(images.mask);
    const auto mean = [&](const at::Tensor & image) { return Shown(image).masked_select(inside).mean(); };
    RegionScore found;
    found.truth = mean(images.truth).item<double>();
    found.estimate = mean(images.mean).item<double>();
    std::vector<at::Tensor> ofSamples;
    for (std::int64_t i = 0; i < images.samples.size(0); ++i)
    {
      ofSamples.push_back(mean(images.samples[i]));
    }
    const at::Tensor values = at::stack(ofSamples);
    found.deviation = values.std().item<double>();
    score.regions[name] = found;
    const at::Tensor truth = at::scalar_tensor(found.truth, at::kDouble).reshape({1});
    score.ranks[name] = RanksOf(truth, values.unsqueeze(0)).item<std::int64_t>();
  }
}

void
ScoreSamples(const CaseImages & images, std::uint64_t seed, CaseScore & score)
{
  const at::Tensor truth = Shown(images.truth), samples = Shown(images.samples);
  const std::int64_t count = samples.size(0);
  score.rankedScore = RankedProbabilityScore(truth, samples, images.mask);
  const SampleErrors errors = MeasureSampleErrors(images.truth, images.samples, images.mask);
  score.single = errors.single;
  score.mean = errors.mean;
  const at::Tensor chosen = samples.masked_select(images.mask.unsqueeze(0)).reshape({count, -1}).transpose(0, 1);
  const at::Tensor ranks = RanksOf(truth.masked_select(images.mask), chosen.contiguous(), seed);
  score.rankShares = SpreadShares(
      at::bincount(ranks, {}, count + 1).to(at::kDouble) / static_cast<double>(score.pixels), score.samples);
  ScoreRegions(images, score);
  std::vector<CalibrationQuantity> quantities =
      RandomFunctionals(functionals, images.truth.sizes(), images.truth.is_complex(), functionalSeed);
  quantities.push_back(SquaredNorm());
  RankCollection collection(quantities, seed);
  collection.Add(images.truth, images.samples);
  for (std::size_t i = 0; i < quantities.size(); ++i)
  {
    score.ranks[quantities[i].name] = collection.Ranks(i).item<std::int64_t>();
  }
  for (const auto & [name, values] : images.quantities)
  {
    const at::Tensor all = values.to(at::kCPU, at::kDouble).reshape({-1});
    score.ranks[name] = RanksOf(all.narrow(0, 0, 1), all.narrow(0, 1, count).unsqueeze(0), seed).item<std::int64_t>();
  }
  for (auto & [name, rank] : score.ranks)
  {
    rank = SpreadRank(rank, count, score.samples, seed++);
  }
}
} // namespace

const std::vector<double> &
CaseLevels()
{
  static const std::vector<double> levels = []
  {
    std::vector<double> values;
    for (int percent = 5; percent <= 95; percent += 5)
    {
      values.push_back(percent / 100.0);
    }
    return values;
  }();
  return levels;
}

const std::vector<double> &
CaseScales()
{
  static const std::vector<double> scales = []
  {
    constexpr int count = 290;
    std::vector<double> values;
    for (int i = 0; i < count; ++i)
    {
      values.push_back(0.02 * std::pow(1.03, i));
    }
    return values;
  }();
  return scales;
}

CaseScore
ScoreCase(const CaseImages & images, std::uint64_t seed)
{
  RequireFit(images);
  CaseScore score;
  score.samples = !images.samples.defined() ? 0 : images.ranksOf > 0 ? images.ranksOf : images.samples.size(0);
  score.pixels = images.mask.sum().item<std::int64_t>();
  const at::Tensor error = (Shown(images.mean) - Shown(images.truth)).masked_select(images.mask);
  score.found = std::sqrt(error.square().mean().item<double>());
  score.psnr = PeakSignalToNoiseRatio(Shown(images.truth), Shown(images.mean), images.mask);
  if (images.deviation.defined())
  {
    ScoreDeviation(images, seed, score);
  }
  if (images.samples.defined())
  {
    ScoreSamples(images, seed, score);
  }
  return score;
}
} // namespace tweedie
