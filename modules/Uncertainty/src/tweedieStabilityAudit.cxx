// SPDX-License-Identifier: Apache-2.0
#include "tweedieStabilityAudit.h"

#include "tweedieError.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t splits = 50;

at::Tensor
Flat(const at::Tensor & images)
{
  const at::Tensor real = images.is_complex() ? at::view_as_real(images.contiguous()) : images;
  return real.reshape({images.size(0), -1}).to(at::kDouble);
}

double
Change(const at::Tensor & a, const at::Tensor & b)
{
  const auto expected = [](const at::Tensor & x)
  { return x.var(0).sum().item<double>() / static_cast<double>(x.size(0)); };
  return (a.mean(0) - b.mean(0)).square().sum().item<double>() / (expected(a) + expected(b));
}

/** Of halves of one run, which have one law. */
double
SpreadOfChange(const at::Tensor & x, std::int64_t seed)
{
  const std::int64_t half = x.size(0) / 2;
  if (half < 2)
  {
    return 0.0;
  }
  RandomStreams random(static_cast<std::uint64_t>(seed), {0});
  at::Tensor changes = at::zeros({splits}, at::kDouble);
  for (std::int64_t i = 0; i < splits; ++i)
  {
    const at::Tensor order = random.Uniform({x.size(0)}, at::kDouble).squeeze(0).argsort(int64_t{0}, false);
    changes[i] = Change(x.index_select(0, order.narrow(0, 0, half)), x.index_select(0, order.narrow(0, half, half)));
  }
  return (changes - 1.0).square().mean().sqrt().item<double>();
}

/** Relative error of rms(s) of a run. */
double
DeviationError(const at::Tensor & x)
{
  const at::Tensor squares = (x - x.mean(0)).square().sum(1);
  return 0.5 * squares.std().item<double>() / squares.mean().item<double>() / std::sqrt(static_cast<double>(x.size(0)));
}
} // namespace

StabilityAudit
AuditStability(const at::Tensor & images, const at::Tensor & others, std::int64_t seed)
{
  if (images.size(0) < 2 || others.size(0) < 2)
  {
    throw DataError("samples: given " + std::to_string(images.size(0)) + " and " + std::to_string(others.size(0)) +
                    "; required two at least of each run");
  }
  if (images.sizes().slice(1) != others.sizes().slice(1))
  {
    throw DataError("samples: given images of two shapes; required the same of both runs");
  }
  const at::Tensor a = Flat(images), b = Flat(others);
  StabilityAudit audit;
  audit.change = Change(a, b);
  audit.changeSpread = SpreadOfChange(a.size(0) >= b.size(0) ? a : b, seed);
  const double variance = a.var(0).sum().item<double>();
  const double expected =
      variance / static_cast<double>(a.size(0)) + b.var(0).sum().item<double>() / static_cast<double>(b.size(0));
  const double beyond = (a.mean(0) - b.mean(0)).square().sum().item<double>() - expected;
  audit.shift = std::sqrt(std::max(0.0, beyond) / variance);
  audit.deviationRatio = std::sqrt(b.var(0).sum().item<double>() / variance);
  audit.deviationError = audit.deviationRatio * std::hypot(DeviationError(a), DeviationError(b));
  return audit;
}
} // namespace tweedie
