// SPDX-License-Identifier: Apache-2.0
#include "tweedieRankCalibration.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieRankNumbers.h"
#include "tweedieRealTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
std::vector<std::int64_t>
RankNumbers(const at::Tensor & ranks, std::int64_t samples)
{
  const at::Tensor whole = ranks.to(at::kCPU, at::kLong).contiguous();
  if (whole.dim() != 1 || whole.numel() == 0 || samples < 1 || whole.min().item<std::int64_t>() < 0 ||
      whole.max().item<std::int64_t>() > samples)
  {
    std::ostringstream message;
    message << "ranks: given shape " << ranks.sizes() << "; required one rank per case, from 0 to " << samples;
    throw DataError(message.str());
  }
  return {whole.data_ptr<std::int64_t>(), whole.data_ptr<std::int64_t>() + whole.numel()};
}

at::Tensor
RanksOf(const at::Tensor & truth, const at::Tensor & samples, std::uint64_t seed)
{
  const at::Tensor x = RealTensor(truth, 1, "ranks, truth").unsqueeze(1);
  const at::Tensor drawn = RealTensor(samples, 2, "ranks, samples");
  if (drawn.size(0) != x.size(0))
  {
    throw DataError("ranks: given " + std::to_string(x.size(0)) + " truths and samples of " +
                    std::to_string(drawn.size(0)) + "; required one set of samples per truth");
  }
  const at::Tensor below = drawn.lt(x).sum(1);
  const at::Tensor equal = drawn.eq(x).sum(1);
  const at::Tensor place = RandomStreams(seed, {0}).Uniform({x.size(0)}, at::kDouble).squeeze(0);
  return below + (place * (equal + 1).to(at::kDouble)).floor().to(at::kLong);
}

std::vector<RankCoverage>
CoverageOfRanks(const at::Tensor & ranks, std::int64_t samples, const std::vector<double> & levels, double bandLevel)
{
  const std::vector<std::int64_t> all = RankNumbers(ranks, samples);
  const auto places = static_cast<double>(samples + 1);
  std::vector<std::int64_t> left; // k: ranks left out on each side
  const std::int64_t most = samples / 2;
  for (const double level : levels)
  {
    // 1e-9: a level that is met exactly is not lost to rounding
    const auto k = static_cast<std::int64_t>(std::ceil(0.5 * (1.0 - level) * places - 1e-9));
    if (!(level <= (places - 2.0) / places + 1e-9) || k > most)
    {
      std::ostringstream message;
      message << "coverage: given level " << level << " with " << samples << " samples; required a level from "
              << (places - 2.0 * most) / places << " to " << (places - 2.0) / places;
      throw UsageError(message.str());
    }
    left.push_back(k);
  }
  constexpr std::int64_t longest = 50;
  for (std::int64_t i = std::min(most, longest); i > 0 && levels.empty(); --i)
  {
    left.push_back(most <= longest ? i : (i * most + longest - 1) / longest);
  }
  const auto cases = static_cast<std::int64_t>(all.size());
  std::vector<RankCoverage> curve;
  for (const std::int64_t k : left)
  {
    const auto count =
        std::count_if(all.begin(), all.end(), [=](std::int64_t r) { return r >= k && r <= samples - k; });
    const double level = static_cast<double>(samples + 1 - 2 * k) / places;
    const CountBand band = BinomialBand(bandLevel, cases, level);
    const auto share = [=](std::int64_t number) { return static_cast<double>(number) / static_cast<double>(cases); };
    curve.push_back({level, share(count), share(band.low), share(band.high), count >= band.low && count <= band.high});
  }
  return curve;
}

RankHistogram
HistogramOfRanks(const at::Tensor & ranks, std::int64_t samples, std::int64_t bins)
{
  const std::vector<std::int64_t> all = RankNumbers(ranks, samples);
  const double expected = static_cast<double>(all.size()) / static_cast<double>(std::max<std::int64_t>(bins, 1));
  if (bins < 2 || (samples + 1) % bins != 0 || expected < 5.0)
  {
    std::ostringstream message;
    message << "rank histogram: given " << all.size() << " ranks in " << bins << " bins; required bins that divide "
            << samples + 1 << " and 5 ranks or more for each";
    throw UsageError(message.str());
  }
  RankHistogram histogram;
  histogram.cases = static_cast<std::int64_t>(all.size());
  histogram.samples = samples;
  histogram.counts.assign(static_cast<std::size_t>(bins), 0);
  const std::int64_t width = (samples + 1) / bins;
  for (const std::int64_t rank : all)
  {
    ++histogram.counts[static_cast<std::size_t>(rank / width)];
  }
  for (const std::int64_t count : histogram.counts)
  {
    histogram.chiSquare += std::pow(static_cast<double>(count) - expected, 2) / expected;
  }
  histogram.pValue = ChiSquareTail(histogram.chiSquare, static_cast<double>(bins - 1));
  histogram.band = BinomialBand(0.99, histogram.cases, 1.0 / static_cast<double>(bins));
  return histogram;
}
} // namespace tweedie
