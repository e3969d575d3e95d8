// SPDX-License-Identifier: Apache-2.0
#include "tweedieFamiliarity.h"

#include "tweedieImageStatistics.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr double emptyBelow = 0.05; // of the prior's unit
}

const std::vector<double> &
FamiliarityLevels()
{
  static const std::vector<double> levels{0.4, 0.8};
  return levels;
}

at::Tensor
DenoisingErrors(const Denoiser & denoiser, const at::Tensor & images, std::uint64_t seed)
{
  const at::NoGradGuard noGrad;
  const auto & levels = FamiliarityLevels();
  const auto count = images.size(0);
  at::Tensor errors = at::full(
      {count, static_cast<std::int64_t>(levels.size())}, std::numeric_limits<double>::quiet_NaN(), at::kDouble);
  for (std::int64_t i = 0; i < count; ++i)
  {
    const at::Tensor x = images.narrow(0, i, 1);
    const at::Tensor isFull = x.abs().gt(emptyBelow);
    if (!isFull.any().item<bool>())
    {
      continue;
    }
    for (std::size_t level = 0; level < levels.size(); ++level)
    {
      const double sigma = levels[level] * std::sqrt(denoiser.PriorVariance());
      RandomStreams random(seed, {static_cast<std::uint64_t>(level)});
      const at::Tensor noisy = x + random.NormalLike(x) * sigma;
      const at::Tensor error =
          denoiser.Denoise(noisy, at::full({1}, sigma, at::TensorOptions().device(x.device()))) - x;
      const at::Tensor square = error.is_complex() ? at::view_as_real(error).square().mean(-1) : error.square();
      errors[i][static_cast<std::int64_t>(level)] =
          square.masked_select(isFull).to(at::kDouble).mean().item<double>() / (sigma * sigma);
    }
  }
  return errors;
}

std::vector<std::vector<double>>
FamiliarityQuantiles(const Denoiser & denoiser, const at::Tensor & images)
{
  const at::Tensor errors = DenoisingErrors(denoiser, images);
  const at::Tensor known = errors.index_select(0, errors.isfinite().all(1).nonzero().reshape({-1}));
  std::vector<std::vector<double>> quantiles;
  for (std::int64_t level = 0; level < known.size(1); ++level)
  {
    std::vector<double> row;
    for (const double probability : StatisticProbabilities())
    {
      row.push_back(known.size(0) > 0 ? at::quantile(known.select(1, level), probability).item<double>()
                                      : std::numeric_limits<double>::infinity());
    }
    quantiles.push_back(row);
  }
  return quantiles;
}
} // namespace tweedie
