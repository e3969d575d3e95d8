// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageStatistics.h"

#include <ATen/ATen.h>

namespace tweedie
{
const std::vector<std::string> &
ImageStatisticNames()
{
  static const std::vector<std::string> names{
      "mean", "deviation", "percentile-99", "foreground", "gradient", "fine-detail"};
  return names;
}

at::Tensor
ImageStatistics(const at::Tensor & images)
{
  const auto x = images.to(at::kDouble);
  const auto magnitude = x.square().sum(1).sqrt();
  const auto flat = magnitude.flatten(1);
  const auto mean = flat.mean(1);
  const auto peak = at::quantile(flat, 0.99, 1);
  const auto foreground = (flat > 0.1 * peak.unsqueeze(1)).to(at::kDouble).mean(1);
  const auto dy = magnitude.diff(1, 1).abs().mean(at::IntArrayRef({1, 2}));
  const auto dx = magnitude.diff(1, 2).abs().mean(at::IntArrayRef({1, 2}));

  const auto energy = at::fft_fft2(magnitude, {}, at::IntArrayRef({1, 2})).abs().square();
  const auto fy = at::fft_fftfreq(magnitude.size(1), 1.0, at::kDouble).abs().unsqueeze(1);
  const auto fx = at::fft_fftfreq(magnitude.size(2), 1.0, at::kDouble).abs().unsqueeze(0);
  const auto fine = (at::maximum(fy.expand({-1, fx.size(1)}), fx.expand({fy.size(0), -1})) > 0.25).to(at::kDouble);
  const auto share = (energy * fine).sum(at::IntArrayRef({1, 2})) / energy.sum(at::IntArrayRef({1, 2}));
  return at::stack({mean, flat.std(1), peak, foreground, (dy + dx) / mean, share}, 1);
}

const std::vector<double> &
StatisticProbabilities()
{
  static const std::vector<double> probabilities{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
  return probabilities;
}

std::vector<std::vector<double>>
StatisticQuantiles(const at::Tensor & images)
{
  const auto quantiles = at::quantile(
      ImageStatistics(images), at::tensor(StatisticProbabilities(), at::kDouble), 0); // [probability, statistic]
  std::vector<std::vector<double>> result(ImageStatisticNames().size());
  for (std::size_t s = 0; s < result.size(); ++s)
  {
    for (std::size_t p = 0; p < StatisticProbabilities().size(); ++p)
    {
      result[s].push_back(quantiles[static_cast<std::int64_t>(p)][static_cast<std::int64_t>(s)].item<double>());
    }
  }
  return result;
}
} // namespace tweedie
