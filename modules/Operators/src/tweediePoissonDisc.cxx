// SPDX-License-Identifier: Apache-2.0
#include "tweedieSamplingMask.h"

#include "tweedieError.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr std::uint64_t stream = 1000; // apart from those of simulations

std::vector<double>
Uniform(std::int64_t count, std::int64_t seed)
{
  const at::Tensor values = RandomStreams(static_cast<std::uint64_t>(seed), {stream}).Uniform({count}, at::kDouble);
  const at::Tensor row = values[0].contiguous();
  return {row.data_ptr<double>(), row.data_ptr<double>() + count};
}

/** The elements with the largest u^(1/w): drawn without replacement by weight (Efraimidis and Spirakis 2006). */
std::vector<std::int64_t>
Draw(const std::vector<std::int64_t> & from, const std::vector<double> & weights, std::int64_t count, std::int64_t seed)
{
  const std::vector<double> u = Uniform(static_cast<std::int64_t>(from.size()), seed);
  std::vector<std::pair<double, std::int64_t>> keys;
  for (std::size_t i = 0; i < from.size(); ++i)
  {
    keys.emplace_back(std::log(std::max(u[i], 1e-300)) / weights[i], from[i]);
  }
  std::sort(keys.rbegin(), keys.rend());
  std::vector<std::int64_t> drawn;
  for (std::int64_t i = 0; i < count; ++i)
  {
    drawn.push_back(keys[static_cast<std::size_t>(i)].second);
  }
  return drawn;
}

/** The lines beside the centre that are measured, of those that there are; wanted: how many make up the acceleration.
 */
std::vector<std::int64_t>
OuterLines(const SamplingMaskOptions & options,
           const std::vector<std::int64_t> & others,
           std::int64_t wanted,
           std::int64_t rows)
{
  std::vector<std::int64_t> lines;
  const auto count = static_cast<double>(others.size());
  if (options.kind == "random")
  {
    const std::vector<double> u = Uniform(static_cast<std::int64_t>(others.size()), options.seed);
    for (std::size_t i = 0; i < others.size(); ++i)
    {
      if (u[i] * count < static_cast<double>(wanted))
      {
        lines.push_back(others[i]);
      }
    }
    return lines;
  }
  if (options.kind == "gaussian")
  {
    std::vector<double> weights;
    for (const std::int64_t line : others)
    {
      const double k = static_cast<double>(line - rows / 2) / (static_cast<double>(rows) / 6.0);
      weights.push_back(std::exp(-0.5 * k * k));
    }
    return Draw(others, weights, wanted, options.seed);
  }
  const double offset = Uniform(1, options.seed)[0];
  if (options.kind == "equispaced")
  {
    const auto first = static_cast<std::int64_t>(offset * options.acceleration);
    for (double line = static_cast<double>(first); line < static_cast<double>(rows); line += options.acceleration)
    {
      lines.push_back(static_cast<std::int64_t>(line));
    }
    return lines;
  }
  for (std::int64_t i = 0; i < wanted; ++i)
  {
    const double place = (static_cast<double>(i) + offset) * count / static_cast<double>(wanted);
    lines.push_back(others[std::min(others.size() - 1, static_cast<std::size_t>(place))]);
  }
  return lines;
}

at::Tensor
LineMask(std::int64_t rows, std::int64_t columns, const SamplingMaskOptions & options)
{
  const auto center = static_cast<std::int64_t>(std::llround(options.centerFraction * static_cast<double>(rows)));
  const auto all = static_cast<std::int64_t>(std::floor(static_cast<double>(rows) / options.acceleration));
  if (center > all || all < 1)
  {
    throw UsageError("--center-fraction: given " + std::to_string(center) + " lines at the centre and " +
                     std::to_string(all) + " in all; required no more than those");
  }
  at::Tensor mask = at::zeros({rows, columns}, at::kFloat);
  const std::int64_t first = rows / 2 - center / 2;
  mask.narrow(0, first, center).fill_(1.0);
  std::vector<std::int64_t> others;
  for (std::int64_t line = 0; line < rows; ++line)
  {
    if (line < first || line >= first + center)
    {
      others.push_back(line);
    }
  }
  for (const std::int64_t line : OuterLines(options, others, all - center, rows))
  {
    mask.select(0, line).fill_(1.0);
  }
  return mask;
}

/** Samples that keep their distance, tried in random order. */
class PoissonDisc
{
public:
  PoissonDisc(std::int64_t rows, std::int64_t columns, const SamplingMaskOptions & options)
      : m_Rows(rows), m_Columns(columns), m_Options(options), m_Order(static_cast<std::size_t>(rows * columns))
  {
    const std::vector<double> u = Uniform(rows * columns, options.seed);
    std::iota(m_Order.begin(), m_Order.end(), 0);
    std::sort(m_Order.begin(),
              m_Order.end(),
              [&](std::int64_t a, std::int64_t b)
              { return u[static_cast<std::size_t>(a)] < u[static_cast<std::size_t>(b)]; });
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
  const SamplingMaskOptions & m_Options;
  std::vector<std::int64_t> m_Order;
};

at::Tensor
PoissonMask(std::int64_t rows, std::int64_t columns, const SamplingMaskOptions & options)
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
    throw UsageError("--center-fraction: given a centre of " + std::to_string(std::llround(count(mask))) +
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
} // namespace

void
SamplingMaskOptions::Visit(OptionVisitor & v)
{
  v.Visit(
      Field("kind", "which samples").Choices({"equispaced-fraction", "equispaced", "random", "gaussian", "poisson"}),
      kind);
  v.Visit(Field("acceleration", "all samples over measured ones").Range(1), acceleration);
  v.Visit(Field("center-fraction", "full centre, as a fraction of all lines (poisson: of the width)").Range(0, 1),
          centerFraction);
  v.Visit(Field("density-power", "poisson: how much farther apart samples are at the edge").Range(0, 16), densityPower);
  v.Visit(Field("seed", "seed of random masks").Range(0), seed);
}

SamplingMask
MakeSamplingMask(std::int64_t rows, std::int64_t columns, const SamplingMaskOptions & options)
{
  ValidateOptions(options);
  SamplingMask result;
  result.mask = options.kind == "poisson" ? PoissonMask(rows, columns, options) : LineMask(rows, columns, options);
  result.effectiveAcceleration = 1.0 / result.mask.mean(at::kDouble).item<double>();
  return result;
}
} // namespace tweedie
