// SPDX-License-Identifier: Apache-2.0
#include "tweedieHighestDensity.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
HighestDensityCoverage
CheckHighestDensity(const at::Tensor & truthLogDensity, const at::Tensor & sampleLogDensity, double level)
{
  const at::Tensor truth = truthLogDensity.to(at::kCPU, at::kDouble);
  const at::Tensor samples = sampleLogDensity.to(at::kCPU, at::kDouble);
  if (truth.dim() != 1 || samples.dim() != 2 || samples.size(0) != truth.size(0) || samples.numel() == 0 ||
      at::isnan(truth).any().item<bool>() || at::isnan(samples).any().item<bool>())
  {
    std::ostringstream message;
    message << "highest density: given log densities of shape " << truth.sizes() << " and " << samples.sizes()
            << "; required numbers [cases] and [cases, samples]";
    throw DataError(message.str());
  }
  const auto n = static_cast<double>(samples.size(1));
  // 1e-9: a level that is met exactly is not lost to rounding
  const double lower = std::floor((1.0 - level) * (n + 1.0) + 1e-9);
  if (!(level > 0.0) || !(lower >= 1.0))
  {
    std::ostringstream message;
    message << "highest density: given level " << level << " with " << n << " samples; required a level from 0 to "
            << n / (n + 1.0);
    throw UsageError(message.str());
  }
  HighestDensityCoverage found;
  found.cases = truth.size(0);
  found.level = 1.0 - lower / (n + 1.0);
  const at::Tensor t = truth.unsqueeze(1);
  const at::Tensor below = samples.lt(t).sum(1).to(at::kDouble) + 0.5 * samples.eq(t).sum(1).to(at::kDouble);
  const auto count = below.ge(lower).sum().item<std::int64_t>();
  found.covered = static_cast<double>(count) / static_cast<double>(found.cases);
  found.band = BinomialBand(0.99, found.cases, found.level);
  found.isInside = count >= found.band.low && count <= found.band.high;
  return found;
}
} // namespace tweedie
