// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRINoise.h"

#include "tweedieError.h"
#include "tweedieMRIModel.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <locale>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double cornerFraction = 0.7; // of the largest frequency, along both axes: 9 % of k-space
constexpr double outerFraction = 0.9;  // of a trajectory's largest radius
constexpr std::int64_t fewestSamples = 100;

/** |frequency| over the largest one, for each index of a centred axis. */
at::Tensor
RelativeFrequency(std::int64_t size)
{
  const auto half = static_cast<double>(size / 2);
  return (at::arange(size, at::kDouble) - half).abs() / std::max(half, 1.0);
}

at::Tensor
SquaredSamples(const at::Tensor & data, const at::Tensor & wanted)
{
  return at::abs(data.masked_select(wanted.expand_as(data))).square();
}

/** Of the outermost samples of a trajectory. */
at::Tensor
SquaredOuterSamples(const MRIScan & scan)
{
  const at::Tensor radius = MRITrajectory(scan).square().sum(-1).sqrt();
  return SquaredSamples(MRIData(scan), radius.gt(outerFraction * radius.max()));
}
} // namespace

namespace
{
at::Tensor
SquaredCorners(const MRIScan & scan)
{
  const at::Tensor data = MRIData(scan);
  const at::Tensor sampled = MRIMask(scan) != 0;
  const at::Tensor y = RelativeFrequency(data.size(3)).unsqueeze(1);
  const at::Tensor x = RelativeFrequency(data.size(4)).unsqueeze(0);
  at::Tensor squares = SquaredSamples(data, sampled.logical_and(at::minimum(x, y) > cornerFraction));
  if (squares.numel() < fewestSamples)
  {
    squares = SquaredSamples(data, sampled.logical_and(at::maximum(x, y) > cornerFraction));
  }
  return squares;
}
} // namespace

double
EstimateMRINoise(const MRIScan & scan)
{
  const at::Tensor squares = IsCartesian(scan) ? SquaredCorners(scan) : SquaredOuterSamples(scan);
  const double median = squares.numel() > 0 ? squares.median().item<double>() : 0.0;
  if (!(median > 0.0))
  {
    throw DataError("noise: not given, and the periphery of k-space holds no noise to estimate it from; --noise is "
                    "required");
  }
  return std::sqrt(median / std::log(2.0));
}

double
MRINoiseLevel(const MRIScan & scan, const std::optional<double> & given, std::vector<std::string> & warnings)
{
  if (given || scan.noise)
  {
    return given ? *given : *scan.noise;
  }
  const double noise = EstimateMRINoise(scan);
  std::ostringstream warning;
  warning.imbue(std::locale::classic());
  warning << "noise not given; estimated from the periphery of k-space: " << noise;
  warnings.push_back(warning.str());
  return noise;
}
} // namespace tweedie
