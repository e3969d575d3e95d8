// SPDX-License-Identifier: Apache-2.0
#include "tweedieSamplingPattern.h"

#include "tweedieError.h"
#include "tweediePoissonDisc.h"
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
/** Lines beside the centre to draw from, and how many. */
struct OuterLines
{
  std::vector<std::int64_t> candidates;
  std::int64_t count;
  std::int64_t rows;
  const SamplingPatternOptions & options;

  std::vector<double>
  Uniform(std::int64_t n) const
  {
    const auto stream = StreamOf(SimulationPurpose::Mask);
    const at::Tensor values =
        RandomStreams(static_cast<std::uint64_t>(options.seed), {stream}).Uniform({n}, at::kDouble).contiguous();
    return {values.data_ptr<double>(), values.data_ptr<double>() + n};
  }

  /** weight of the signed distance to the centre, 1 at the edge: the chance of a line against another one (Efraimidis
   * and Spirakis 2006: the largest u^(1/w)). */
  template <typename TWeight>
  std::vector<std::int64_t>
  Draw(TWeight weight) const
  {
    const std::vector<double> u = Uniform(static_cast<std::int64_t>(candidates.size()));
    const double half = static_cast<double>(rows) / 2.0;
    std::vector<std::pair<double, std::int64_t>> keyed;
    for (std::size_t i = 0; i < candidates.size(); ++i)
    {
      const double k = static_cast<double>(candidates[i] - rows / 2) / half;
      keyed.emplace_back(std::log(std::max(u[i], 1e-300)) / weight(k), candidates[i]);
    }
    std::sort(keyed.rbegin(), keyed.rend());
    std::vector<std::int64_t> result;
    for (std::int64_t i = 0; i < count; ++i)
    {
      result.push_back(keyed[static_cast<std::size_t>(i)].second);
    }
    return result;
  }
};

std::vector<std::int64_t>
EquispacedFraction(const OuterLines & outer)
{
  const double offset = outer.Uniform(1)[0];
  const double step =
      static_cast<double>(outer.candidates.size()) / static_cast<double>(std::max<std::int64_t>(1, outer.count));
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < outer.count; ++i)
  {
    const double place = (static_cast<double>(i) + offset) * step;
    result.push_back(outer.candidates[std::min(outer.candidates.size() - 1, static_cast<std::size_t>(place))]);
  }
  return result;
}

std::vector<std::int64_t>
Equispaced(const OuterLines & outer)
{
  const double step = outer.options.acceleration;
  std::vector<std::int64_t> result;
  for (double line = std::floor(outer.Uniform(1)[0] * step); line < static_cast<double>(outer.rows); line += step)
  {
    result.push_back(static_cast<std::int64_t>(line)); // those of the centre are measured anyway
  }
  return result;
}

std::vector<std::int64_t>
Random(const OuterLines & outer)
{
  return outer.Draw([](double) { return 1.0; });
}

std::vector<std::int64_t>
VariableDensity(const OuterLines & outer)
{
  constexpr double least = 1e-6; // every line may be drawn
  return outer.Draw([=](double k) { return std::max(std::pow(1.0 - std::abs(k), 2.0), least); });
}

std::vector<std::int64_t>
Gaussian(const OuterLines & outer)
{
  return outer.Draw([](double k) { return std::exp(-0.5 * 9.0 * k * k); }); // rows / 6 is a third of half the rows
}

struct Kind
{
  const char * name;
  std::vector<std::int64_t> (*outerLines)(const OuterLines &); ///< null: samples of a Poisson disc
};

constexpr Kind kinds[] = {{"equispaced-fraction", EquispacedFraction},
                          {"equispaced", Equispaced},
                          {"random", Random},
                          {"variable-density", VariableDensity},
                          {"gaussian", Gaussian},
                          {"poisson", nullptr}};

SamplingPattern
Lines(const Kind & kind, std::int64_t rows, std::int64_t columns, const SamplingPatternOptions & options)
{
  SamplingPattern pattern;
  const auto all = static_cast<std::int64_t>(std::floor(static_cast<double>(rows) / options.acceleration + 1e-9));
  pattern.centerLines = std::llround(options.centerFraction * static_cast<double>(rows));
  if (pattern.centerLines > all)
  {
    throw UsageError("center-fraction: given " + std::to_string(pattern.centerLines) + " central lines; required at " +
                     "most the " + std::to_string(all) + " lines that the acceleration leaves");
  }
  const std::int64_t first = rows / 2 - pattern.centerLines / 2;
  OuterLines outer{{}, all - pattern.centerLines, rows, options};
  for (std::int64_t line = 0; line < rows; ++line)
  {
    if (line < first || line >= first + pattern.centerLines)
    {
      outer.candidates.push_back(line);
    }
  }
  pattern.mask = at::zeros({rows, columns}, at::kFloat);
  pattern.mask.narrow(0, first, pattern.centerLines).fill_(1.0);
  pattern.mask.index_fill_(0, at::tensor(kind.outerLines(outer), at::kLong), 1.0);
  pattern.lines = pattern.mask.select(1, 0).sum().item<std::int64_t>();
  return pattern;
}

void
Require(std::int64_t rows, std::int64_t columns, double acceleration)
{
  if (rows < 1 || columns < 1)
  {
    throw DataError("mask: given " + std::to_string(columns) + " x " + std::to_string(rows) +
                    " points; required at least one");
  }
  if (acceleration > static_cast<double>(rows))
  {
    std::ostringstream message;
    message << "acceleration: given " << acceleration << "; required 1 to the number of lines, " << rows;
    throw UsageError(message.str());
  }
}
} // namespace

std::vector<std::string>
SamplingPatternKinds()
{
  std::vector<std::string> names;
  std::transform(std::begin(kinds), std::end(kinds), std::back_inserter(names), [](const Kind & k) { return k.name; });
  return names;
}

void
SamplingPatternOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("kind", "which samples").Choices(SamplingPatternKinds()), kind);
  v.Visit(Field("acceleration", "all samples over measured ones").Range(1), acceleration);
  v.Visit(Field("center-fraction", "full centre, as a fraction of all lines (poisson: of the width)").Range(0, 1),
          centerFraction);
  v.Visit(Field("density-power", "poisson: how much farther apart samples are at the edge").Range(0, 16), densityPower);
  v.Visit(Field("seed", "seed of random masks").Range(0), seed);
}

SamplingPattern
MakeSamplingPattern(std::int64_t rows, std::int64_t columns, const SamplingPatternOptions & options)
{
  ValidateOptions(options);
  Require(rows, columns, options.acceleration);
  const Kind & kind =
      *std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind & k) { return options.kind == k.name; });
  SamplingPattern pattern;
  if (kind.outerLines != nullptr)
  {
    pattern = Lines(kind, rows, columns, options);
  }
  else
  {
    pattern.mask = PoissonDiscMask(rows, columns, options);
  }
  pattern.effectiveAcceleration = 1.0 / pattern.mask.mean(at::kDouble).item<double>();
  return pattern;
}
} // namespace tweedie
