// SPDX-License-Identifier: Apache-2.0
#include "tweedieTarp.h"

#include "tweedieRandom.h"
#include "tweedieRankNumbers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
at::Tensor
TarpReference(const at::Tensor & point, double spread, std::uint64_t seed, std::int64_t number)
{
  const auto type = point.is_complex() ? at::kComplexDouble : at::kDouble;
  const at::Tensor centre = point.to(at::kCPU, type);
  return centre +
         spread * RandomStreams(seed, {static_cast<std::uint64_t>(number)}).Normal(centre.sizes(), type).squeeze(0);
}

Tarp
CheckTarp(const at::Tensor & ranks, std::int64_t samples, std::uint64_t seed)
{
  const std::vector<std::int64_t> all = RankNumbers(ranks, samples);
  const auto places = static_cast<double>(samples + 1);
  Tarp found;
  for (std::int64_t k = 0; k <= samples + 1; ++k)
  {
    const auto count = std::count_if(all.begin(), all.end(), [=](std::int64_t r) { return r < k; });
    found.level.push_back(static_cast<double>(k) / places);
    found.coverage.push_back(static_cast<double>(count) / static_cast<double>(all.size()));
    // the ends are equal, so that the rule of trapezoids is a plain sum
    found.excess += (found.coverage.back() - found.level.back()) / places;
    found.area += std::abs(found.coverage.back() - found.level.back()) / places;
  }
  const auto cases = static_cast<std::int64_t>(all.size());
  const at::Tensor place = RandomStreams(seed, {0}).Uniform({cases}, at::kDouble).squeeze(0);
  found.uniformity = CheckUniformity((ranks.to(at::kCPU, at::kDouble) + place) / places);
  return found;
}
} // namespace tweedie
