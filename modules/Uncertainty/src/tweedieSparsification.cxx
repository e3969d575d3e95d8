// SPDX-License-Identifier: Apache-2.0
#include "tweedieSparsification.h"

#include "tweedieError.h"
#include "tweedieRealTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
/** Root mean square of the smallest (1 - j/steps) of the numbers by `key`, over that of all. */
std::vector<double>
RestCurve(const at::Tensor & error, const at::Tensor & key, std::int64_t steps)
{
  const std::int64_t n = error.numel();
  const at::Tensor order = std::get<1>(at::sort(key, /* stable */ true, 0, /* descending */ false));
  const at::Tensor sums = error.square().index_select(0, order).cumsum(0);
  const double whole = sums[n - 1].item<double>() / static_cast<double>(n);
  std::vector<double> curve;
  for (std::int64_t j = 0; j < steps; ++j)
  {
    const std::int64_t kept = n - n * j / steps;
    curve.push_back(std::sqrt(sums[kept - 1].item<double>() / static_cast<double>(kept) / whole));
  }
  return curve;
}
} // namespace

Sparsification
CheckSparsification(const at::Tensor & error, const at::Tensor & deviation, const at::Tensor & mask, std::int64_t steps)
{
  if (error.sizes() != deviation.sizes())
  {
    std::ostringstream message;
    message << "sparsification: given errors of shape " << error.sizes() << " and deviations of shape "
            << deviation.sizes() << "; required equal shapes";
    throw DataError(message.str());
  }
  const at::Tensor keep =
      mask.defined() ? mask.to(at::kCPU).ne(0).expand_as(error) : at::ones(error.sizes(), at::TensorOptions(at::kBool));
  const at::Tensor e = RealTensor(error.cpu().masked_select(keep), 1, "sparsification, errors");
  const at::Tensor s = RealTensor(deviation.cpu().masked_select(keep), 1, "sparsification, deviations");
  if (steps < 2 || e.numel() < steps || !(e.abs().max().item<double>() > 0.0))
  {
    throw DataError("sparsification: given " + std::to_string(e.numel()) + " pixels in " + std::to_string(steps) +
                    " steps; required as many pixels, not all without error");
  }
  Sparsification result;
  result.found = RestCurve(e, s, steps);
  result.oracle = RestCurve(e, e.abs(), steps);
  for (std::int64_t j = 0; j < steps; ++j)
  {
    const auto i = static_cast<std::size_t>(j);
    result.removed.push_back(static_cast<double>(j) / static_cast<double>(steps));
    // trapezoids: both curves meet at f = 0, and at f = 1 nothing is left
    result.area += (result.found[i] - result.oracle[i]) / static_cast<double>(steps);
    result.areaAtRandom += (1.0 - result.oracle[i]) / static_cast<double>(steps);
  }
  return result;
}
} // namespace tweedie
