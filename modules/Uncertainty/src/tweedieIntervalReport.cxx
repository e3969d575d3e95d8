// SPDX-License-Identifier: Apache-2.0
#include "tweedieIntervalReport.h"

#include "tweedieConformal.h"
#include "tweedieDeviationCheck.h"
#include "tweedieError.h"
#include "tweedieRiskControl.h"

#include <ATen/ATen.h>

namespace tweedie
{
IntervalReport
ReportIntervals(const at::Tensor & truth,
                const at::Tensor & estimate,
                const at::Tensor & deviation,
                double scale,
                const at::Tensor & mask)
{
  const at::Tensor scores = ConformalScores(truth, estimate, deviation);
  if (truth.dim() < 2 || !(scale >= 0.0))
  {
    throw DataError("intervals: given one number per case, or a negative scale; required images and 0 or more");
  }
  const at::Tensor keep = mask.defined() ? mask.to(at::kCPU).ne(0).expand_as(scores) : at::ones_like(scores, at::kBool);
  const at::Tensor shares = MissedShares(scores, at::full({1}, scale, at::kDouble), keep).select(1, 0).contiguous();
  const at::Tensor missed = (scores > scale).to(at::kDouble);
  const at::Tensor error = (estimate - truth).to(at::kCPU, at::kDouble).masked_select(keep);
  const at::Tensor length = 2.0 * scale * deviation.to(at::kCPU, at::kDouble).masked_select(keep);
  IntervalReport report;
  report.ofCase.assign(shares.data_ptr<double>(), shares.data_ptr<double>() + shares.numel());
  report.missed = shares.mean().item<double>();
  report.length = length.mean().item<double>();
  report.meanSquareError = error.square().mean().item<double>();
  report.rankCorrelation = CheckDeviation(error, length, 0, 1.0).rankCorrelation;
  const at::Tensor order = std::get<1>(at::sort(length, /* stable */ true, 0, /* descending */ false));
  const at::Tensor sorted = missed.masked_select(keep).index_select(0, order);
  constexpr std::int64_t parts = 4;
  for (std::int64_t k = 0; k < parts && sorted.numel() >= parts; ++k)
  {
    const std::int64_t first = sorted.numel() * k / parts;
    report.bySize.push_back(sorted.slice(0, first, sorted.numel() * (k + 1) / parts).mean().item<double>());
  }
  const at::Tensor weight = keep.to(at::kDouble);
  report.map = (missed * weight).sum(0) / weight.sum(0);
  return report;
}
} // namespace tweedie
