// SPDX-License-Identifier: Apache-2.0
#include "tweedieScanStudy.h"

#include "tweedieError.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
/** Numbers like the data that were measured, over their deviation, real and imaginary parts side by side, flat. */
at::Tensor
Flat(const GaussianLikelihood & data, const at::Tensor & values)
{
  const at::Tensor deviation = data.ComponentVariance().to(at::kDouble).sqrt();
  const auto kind = values.is_complex() ? at::kComplexDouble : at::kDouble;
  const at::Tensor white = values.to(kind) / deviation;
  const at::Tensor chosen = data.Sampled().defined()
                                ? white.masked_select(data.Sampled().to(at::kBool).expand(values.sizes()))
                                : white.reshape({-1});
  return chosen.is_complex() ? at::view_as_real(chosen).reshape({-1}).contiguous() : chosen.contiguous();
}

/** A label of each of those numbers. */
at::Tensor
FlatLabels(const GaussianLikelihood & data, const at::Tensor & labels)
{
  const at::Tensor all = labels.expand(data.Data().sizes());
  const at::Tensor chosen = data.Sampled().defined()
                                ? all.masked_select(data.Sampled().to(at::kBool).expand(all.sizes()))
                                : all.reshape({-1});
  return data.Data().is_complex() ? chosen.repeat_interleave(2) : chosen.contiguous();
}
} // namespace

WhitenedData
Whitened(const ScanStudy & study)
{
  const GaussianLikelihood & data = study.Data();
  return {Flat(data, data.Data()), FlatLabels(data, study.LineOfData()), FlatLabels(data, study.GroupOfData())};
}

at::Tensor
WhitenedResidual(const ScanStudy & study, const at::Tensor & image)
{
  return Flat(study.Data(), study.Data().Residual(image));
}

std::vector<std::vector<std::int64_t>>
FoldsOf(const std::vector<std::int64_t> & lines, std::int64_t parts, std::int64_t seed)
{
  const auto count = static_cast<std::int64_t>(lines.size());
  if (parts < 2 || count < parts)
  {
    throw UsageError("--folds: given " + std::to_string(parts) + " with " + std::to_string(count) +
                     " lines that can be left out; required 2 at least, and no more than lines");
  }
  const at::Tensor order =
      RandomStreams(static_cast<std::uint64_t>(seed), {0}).Uniform({count}, at::kDouble).squeeze(0).argsort();
  std::vector<std::vector<std::int64_t>> folds(static_cast<std::size_t>(parts));
  for (std::int64_t i = 0; i < count; ++i)
  {
    folds[static_cast<std::size_t>(i % parts)].push_back(
        lines[static_cast<std::size_t>(order[i].item<std::int64_t>())]);
  }
  for (auto & fold : folds)
  {
    std::sort(fold.begin(), fold.end());
  }
  return folds;
}
} // namespace tweedie
