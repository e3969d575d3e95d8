// SPDX-License-Identifier: Apache-2.0
#include "tweedieRegionEstimate.h"

#include "tweedieDeviationCheck.h"
#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
at::Tensor
Shown(const at::Tensor & image)
{
  return (image.is_complex() ? image.abs() : image).to(at::kCPU, at::kDouble);
}

void
RequireFit(const at::Tensor & labels, const at::Tensor & estimate, const at::Tensor & samples)
{
  if (labels.sizes() != estimate.sizes() || samples.dim() != 4 || samples[0].sizes() != estimate.sizes())
  {
    std::ostringstream message;
    message << "regions: given labels of " << labels.sizes() << "; required the grid of the result, "
            << estimate.sizes();
    throw DataError(message.str());
  }
  if (samples.size(0) < 2)
  {
    throw DataError("regions: given one sample; required two or more: one says nothing of its deviation");
  }
}
} // namespace

std::vector<RegionEstimate>
EstimateRegions(const at::Tensor & labels, const at::Tensor & estimate, const at::Tensor & samples)
{
  RequireFit(labels, estimate, samples);
  const at::Tensor whole = labels.round().to(at::kCPU, at::kLong), image = Shown(estimate), all = Shown(samples);
  const at::Tensor unique = std::get<0>(at::_unique(whole)).contiguous();
  std::vector<RegionEstimate> regions;
  for (std::int64_t i = 0; i < unique.numel(); ++i)
  {
    const auto label = unique[i].item<std::int64_t>();
    for (std::int64_t z = 0; label > 0 && z < whole.size(0); ++z)
    {
      const at::Tensor inside = whole[z].eq(label).nonzero(); // [pixels, 2]
      if (inside.size(0) == 0)
      {
        continue;
      }
      const at::Tensor y = inside.select(1, 0), x = inside.select(1, 1);
      const auto mean = [&](const at::Tensor & slices)
      { return slices.flatten(1).index_select(1, y * slices.size(2) + x).mean(1); };
      RegionEstimate region;
      region.name = "region-" + std::to_string(label);
      region.slice = z;
      region.pixels = inside.size(0);
      region.mean = mean(image.narrow(0, z, 1)).item<double>();
      region.deviation = mean(all.select(1, z)).std().item<double>();
      region.samples = all.size(0);
      regions.push_back(region);
    }
  }
  if (regions.empty())
  {
    throw DataError("regions: given only background; required labels above 0");
  }
  return regions;
}

std::pair<double, double>
StudentInterval(const RegionEstimate & region, double level)
{
  const auto n = static_cast<double>(region.samples);
  return ScaledInterval(region, StudentQuantile(0.5 * (1.0 + level), n - 1.0) * std::sqrt(1.0 + 1.0 / n));
}

std::pair<double, double>
ScaledInterval(const RegionEstimate & region, double scale)
{
  return {region.mean - scale * region.deviation, region.mean + scale * region.deviation};
}
} // namespace tweedie
