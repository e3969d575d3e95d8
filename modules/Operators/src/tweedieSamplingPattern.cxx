// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRISimulation.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieSimulationStreams.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace tweedie
{
namespace
{
/** Distinct elements of candidates, the weight of each being its chance against another one (Efraimidis and Spirakis,
 * 2006: the largest u^(1/w)). */
std::vector<std::int64_t>
DrawWithoutReplacement(const std::vector<std::int64_t> & candidates,
                       const std::vector<double> & weights,
                       std::int64_t count,
                       std::uint64_t seed)
{
  const auto n = static_cast<std::int64_t>(candidates.size());
  const at::Tensor uniform = RandomStreams(seed, {StreamOf(SimulationPurpose::Mask)}).Uniform({n}, at::kDouble);
  std::vector<std::pair<double, std::int64_t>> keyed;
  for (std::size_t i = 0; i < candidates.size(); ++i)
  {
    const double u = uniform[0][static_cast<std::int64_t>(i)].item<double>();
    keyed.emplace_back(std::log(std::max(u, 1e-300)) / weights[i], candidates[i]);
  }
  std::sort(keyed.rbegin(), keyed.rend());
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < count; ++i)
  {
    result.push_back(keyed[static_cast<std::size_t>(i)].second);
  }
  return result;
}

std::vector<std::int64_t>
DrawEquispaced(const std::vector<std::int64_t> & candidates, std::int64_t count, std::uint64_t seed)
{
  const at::Tensor uniform = RandomStreams(seed, {StreamOf(SimulationPurpose::Mask)}).Uniform({1}, at::kDouble);
  const double step = static_cast<double>(candidates.size()) / static_cast<double>(std::max<std::int64_t>(1, count));
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < count; ++i)
  {
    const double place = (static_cast<double>(i) + uniform.item<double>()) * step;
    result.push_back(candidates[std::min(candidates.size() - 1, static_cast<std::size_t>(place))]);
  }
  return result;
}

std::vector<std::int64_t>
DrawOuterLines(const std::string & kind,
               const std::vector<std::int64_t> & candidates,
               std::int64_t rows,
               std::int64_t count,
               std::uint64_t seed)
{
  if (kind == "equispaced")
  {
    return DrawEquispaced(candidates, count, seed);
  }
  std::vector<double> weights(candidates.size(), 1.0);
  if (kind == "variable-density")
  {
    const double half = static_cast<double>(rows) / 2.0;
    std::transform(candidates.begin(),
                   candidates.end(),
                   weights.begin(),
                   [&](std::int64_t line)
                   {
                     const double distance = std::abs(static_cast<double>(line - rows / 2)) / half;
                     return std::max(std::pow(1.0 - distance, 2.0), 1e-6); // every line may be drawn
                   });
  }
  else if (kind != "random")
  {
    throw UsageError("mask: given '" + kind + "'; required equispaced, random or variable-density");
  }
  return DrawWithoutReplacement(candidates, weights, count, seed);
}

void
Require(std::int64_t rows, std::int64_t columns, double acceleration, double centerFraction)
{
  if (rows < 1 || columns < 1)
  {
    throw DataError("mask: given " + std::to_string(columns) + " x " + std::to_string(rows) +
                    " points; required at least one");
  }
  if (!(acceleration >= 1.0) || !(acceleration <= static_cast<double>(rows)))
  {
    std::ostringstream message;
    message << "acceleration: given " << acceleration << "; required 1 to the number of lines, " << rows;
    throw UsageError(message.str());
  }
  if (!(centerFraction >= 0.0) || !(centerFraction <= 1.0))
  {
    std::ostringstream message;
    message << "center-fraction: given " << centerFraction << "; required 0 to 1";
    throw UsageError(message.str());
  }
}
} // namespace

SamplingPattern
MakeSamplingPattern(const std::string & kind,
                    std::int64_t rows,
                    std::int64_t columns,
                    double acceleration,
                    double centerFraction,
                    std::uint64_t seed)
{
  Require(rows, columns, acceleration, centerFraction);
  SamplingPattern pattern;
  pattern.lines = static_cast<std::int64_t>(std::floor(static_cast<double>(rows) / acceleration + 1e-9));
  pattern.centerLines = std::llround(centerFraction * static_cast<double>(rows));
  if (pattern.centerLines > pattern.lines)
  {
    throw UsageError("center-fraction: given " + std::to_string(pattern.centerLines) + " central lines; required at " +
                     "most the " + std::to_string(pattern.lines) + " lines that the acceleration leaves");
  }
  const std::int64_t first = rows / 2 - pattern.centerLines / 2;
  std::vector<std::int64_t> lines(static_cast<std::size_t>(pattern.centerLines));
  std::iota(lines.begin(), lines.end(), first);
  std::vector<std::int64_t> outside;
  for (std::int64_t line = 0; line < rows; ++line)
  {
    if (line < first || line >= first + pattern.centerLines)
    {
      outside.push_back(line);
    }
  }
  const auto outer = DrawOuterLines(kind, outside, rows, pattern.lines - pattern.centerLines, seed);
  lines.insert(lines.end(), outer.begin(), outer.end());
  pattern.mask = at::zeros({rows, columns}, at::kFloat);
  pattern.mask.index_fill_(0, at::tensor(lines, at::kLong), 1.0);
  pattern.effectiveAcceleration = static_cast<double>(rows) / static_cast<double>(pattern.lines);
  return pattern;
}
} // namespace tweedie
