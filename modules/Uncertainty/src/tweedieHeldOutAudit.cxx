// SPDX-License-Identifier: Apache-2.0
#include "tweedieHeldOutAudit.h"

#include "tweedieDeviationCheck.h"
#include "tweedieError.h"
#include "tweedieProgressPart.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
at::Tensor
BelongsTo(const at::Tensor & line, const std::vector<std::int64_t> & lines)
{
  at::Tensor isIn = at::zeros({line.max().item<std::int64_t>() + 1}, at::kBool);
  isIn.index_fill_(0, at::tensor(lines, at::kLong), true);
  return isIn.index_select(0, line);
}
struct LineMean
{
  double mean;
  double error; ///< standard error, the lines taken as independent
};

/** Of numbers that belong to lines of unequal length: a ratio of sums over lines. */
LineMean
MeanOverLines(const at::Tensor & line, const at::Tensor & numbers)
{
  const std::int64_t lines = line.max().item<std::int64_t>() + 1;
  const at::Tensor sums = at::bincount(line, numbers, lines);
  const at::Tensor counts = at::bincount(line, {}, lines).to(at::kDouble);
  const double all = counts.sum().item<double>();
  const double mean = sums.sum().item<double>() / all;
  const double used = counts.gt(0).sum().item<double>();
  const double spread = (sums - counts * mean).square().sum().item<double>();
  return {mean, used > 1.0 ? std::sqrt(spread * used / (used - 1.0)) / all : std::numeric_limits<double>::infinity()};
}
} // namespace

HeldOutPrediction
PredictHeldOut(const ScanStudy & study, std::int64_t folds, const StudyRun & run, const ProgressCallback & progress)
{
  const auto parts = FoldsOf(study.Lines(), folds, run.seed);
  const WhitenedData data = Whitened(study);
  std::vector<at::Tensor> values, predicted, line, group;
  HeldOutPrediction all;
  for (std::int64_t f = 0; f < folds; ++f)
  {
    const auto & lines = parts[static_cast<std::size_t>(f)];
    const VolumeEstimate estimate = study.Without(lines)->Run(
        run,
        ProgressOfPart(progress, f, folds, "without part " + std::to_string(f + 1) + " of " + std::to_string(folds)));
    all.seconds.push_back(estimate.summary.wallSeconds);
    const at::Tensor images = study.Images(estimate.samples);
    const at::Tensor isOut = BelongsTo(data.line, lines);
    std::vector<at::Tensor> draws;
    for (std::int64_t i = 0; i < images.size(0); ++i)
    {
      draws.push_back((data.values - WhitenedResidual(study, images[i])).masked_select(isOut));
    }
    values.push_back(data.values.masked_select(isOut));
    predicted.push_back(at::stack(draws));
    line.push_back(data.line.masked_select(isOut));
    group.push_back(data.group.masked_select(isOut));
  }
  std::int64_t least = predicted.front().size(0); // chains of phase retrieval that ended elsewhere are no samples
  for (const at::Tensor & one : predicted)
  {
    least = std::min(least, one.size(0));
  }
  for (at::Tensor & one : predicted)
  {
    one = one.narrow(0, 0, least);
  }
  all.values = at::cat(values);
  all.predicted = at::cat(predicted, 1);
  all.line = at::cat(line);
  all.group = at::cat(group);
  return all;
}

HeldOutAudit
AuditHeldOut(const HeldOutPrediction & prediction, std::int64_t folds, std::int64_t seed)
{
  const std::int64_t n = prediction.predicted.size(0), m = prediction.values.numel();
  if (n < 2)
  {
    throw DataError("samples: given " + std::to_string(n) + " for each part; required two at least");
  }
  HeldOutAudit audit;
  audit.folds = folds;
  RandomStreams random(static_cast<std::uint64_t>(seed), {0});
  const at::Tensor draws = prediction.predicted + random.Normal({n, m}, at::kDouble).squeeze(0);
  audit.check = CheckPrediction(prediction.values, draws, {}, static_cast<std::uint64_t>(seed));
  const at::Tensor ranks = (audit.check.pit * static_cast<double>(n + 1)).floor().clamp_max(n).to(at::kLong);
  const at::Tensor counts = at::bincount(ranks, {}, n + 1);
  audit.rankCounts.assign(counts.data_ptr<std::int64_t>(), counts.data_ptr<std::int64_t>() + n + 1);

  // Of the samples' own variance and the noise's, which is known to be 1.
  const at::Tensor own = prediction.predicted.var(0);
  const auto count = static_cast<double>(n);
  const at::Tensor predicted = (own * (1.0 + 1.0 / count) + 1.0).sqrt();
  const at::Tensor error = prediction.values - prediction.predicted.mean(0);
  const LineMean squares = MeanOverLines(prediction.line, predicted.square());
  const LineMean found = MeanOverLines(prediction.line, error.square());
  audit.predictedRms = std::sqrt(squares.mean);
  audit.foundRms = std::sqrt(found.mean);
  audit.deviationRatio = audit.predictedRms / audit.foundRms;
  // of (predicted / found)^(1/2), what differs from line to line being the error alone
  audit.deviationError = audit.deviationRatio * 0.5 * found.error / found.mean;
  audit.beyondNoise = own.mean().item<double>() / (own.mean().item<double>() + 1.0);
  const at::Tensor sampled = draws.var(0).sqrt() * std::sqrt(1.0 + 1.0 / count);
  const at::Tensor isInside =
      (prediction.values - draws.mean(0)).abs().le(sampled * StudentQuantile(0.95, count - 1.0)).to(at::kDouble);
  const LineMean covered = MeanOverLines(prediction.line, isInside);
  audit.coverage90 = covered.mean;
  audit.coverageError = covered.error;
  const std::int64_t groups = prediction.group.max().item<std::int64_t>() + 1;
  const at::Tensor inside = at::bincount(prediction.group, isInside, groups);
  const at::Tensor all = at::bincount(prediction.group, {}, groups);
  for (std::int64_t g = 0; g < groups; ++g)
  {
    const auto many = all[g].item<std::int64_t>();
    audit.coverageOfGroups.push_back(many > 0 ? inside[g].item<double>() / static_cast<double>(many)
                                              : std::numeric_limits<double>::quiet_NaN());
  }
  return audit;
}
} // namespace tweedie
