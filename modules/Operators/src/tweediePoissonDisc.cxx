// SPDX-License-Identifier: Apache-2.0
#include "tweediePoissonDisc.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieSimulationStreams.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tweedie
{
namespace
{
/** Samples that keep their distance, tried in random order. */
class PoissonDisc
{
public:
  PoissonDisc(std::int64_t rows, std::int64_t columns, const SamplingPatternOptions & options)
      : m_Rows(rows), m_Columns(columns), m_Options(options), m_Order(static_cast<std::size_t>(rows * columns))
  {
    const auto seed = static_cast<std::uint64_t>(options.seed);
    const at::Tensor order =
        RandomStreams(seed, {StreamOf(SimulationPurpose::Mask)}).Uniform({rows * columns}, at::kDouble).contiguous();
    const double * const u = order.data_ptr<double>();
    std::iota(m_Order.begin(), m_Order.end(), 0);
    std::sort(m_Order.begin(), m_Order.end(), [&](std::int64_t a, std::int64_t b) { return u[a] < u[b]; });
  }

  /** [y, x]. */
  at::Tensor
  Throw(double radius) const
  {
    at::Tensor result = at::zeros({m_Rows, m_Columns}, at::kFloat);
    float * const mask = result.data_ptr<float>();
    for (const std::int64_t place : m_Order)
    {
      const std::int64_t y = place / m_Columns, x = place % m_Columns;
      const double k = Distance(y, x);
      mask[place] = k <= m_Options.centerFraction || IsFree(mask, y, x, radius * (1.0 + m_Options.densityPower * k))
                        ? 1.0F
                        : 0.0F;
    }
    return result;
  }

private:
  /** From the centre, 1 at the edges. */
  double
  Distance(std::int64_t y, std::int64_t x) const
  {
    return std::hypot(2.0 * static_cast<double>(y - m_Rows / 2) / static_cast<double>(m_Rows),
                      2.0 * static_cast<double>(x - m_Columns / 2) / static_cast<double>(m_Columns));
  }

  bool
  IsFree(const float * mask, std::int64_t y, std::int64_t x, double radius) const
  {
    const auto reach = static_cast<std::int64_t>(radius);
    for (std::int64_t v = std::max<std::int64_t>(0, y - reach); v <= std::min(m_Rows - 1, y + reach); ++v)
    {
      for (std::int64_t u = std::max<std::int64_t>(0, x - reach); u <= std::min(m_Columns - 1, x + reach); ++u)
      {
        const auto square = static_cast<double>((v - y) * (v - y) + (u - x) * (u - x));
        if (square < radius * radius && mask[v * m_Columns + u] != 0.0F)
        {
          return false;
        }
      }
    }
    return true;
  }

  std::int64_t m_Rows;
  std::int64_t m_Columns;
  const SamplingPatternOptions & m_Options;
  std::vector<std::int64_t> m_Order;
};
} // namespace

at::Tensor
PoissonDiscMask(std::int64_t rows, std::int64_t columns, const SamplingPatternOptions & options)
{
  const PoissonDisc disc(rows, columns, options);
  const double wanted = static_cast<double>(rows * columns) / options.acceleration;
  const auto count = [](const at::Tensor & mask) { return mask.sum(at::kDouble).item<double>(); };
  double low = 0.0, high = 1.0;
  constexpr double widest = 64.0;
  while (high < widest && count(disc.Throw(high)) > wanted)
  {
    low = high;
    high *= 2.0;
  }
  at::Tensor mask = disc.Throw(high);
  constexpr double tooMany = 1.2; // of the samples wanted: the centre alone
  if (count(mask) > tooMany * wanted)
  {
    throw UsageError("center-fraction: given a centre of " + std::to_string(std::llround(count(mask))) +
                     " samples of which " + std::to_string(std::llround(wanted)) + " are wanted; required fewer");
  }
  constexpr int steps = 14; // distances on a grid are no continuum
  for (int step = 0; step < steps; ++step)
  {
    const double middle = 0.5 * (low + high);
    const at::Tensor candidate = disc.Throw(middle);
    const double found = count(candidate);
    (found > wanted ? low : high) = middle;
    if (std::abs(found - wanted) < std::abs(count(mask) - wanted))
    {
      mask = candidate;
    }
  }
  return mask;
}
} // namespace tweedie
