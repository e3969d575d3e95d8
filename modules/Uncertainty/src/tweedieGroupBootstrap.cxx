// SPDX-License-Identifier: Apache-2.0
#include "tweedieGroupBootstrap.h"

#include "tweedieError.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>

namespace tweedie
{
namespace
{
double
Finite(double value)
{
  if (!std::isfinite(value))
  {
    throw DataError("bootstrap: the statistic of a draw of groups is not finite; required finite values");
  }
  return value;
}
} // namespace

BootstrapBand
GroupBootstrap(const std::vector<std::int64_t> & group,
               const CaseStatistic & statistic,
               double level,
               std::int64_t repeats,
               std::uint64_t seed)
{
  std::map<std::int64_t, std::vector<std::int64_t>> members;
  for (std::size_t i = 0; i < group.size(); ++i)
  {
    members[group[i]].push_back(static_cast<std::int64_t>(i));
  }
  const auto count = static_cast<std::int64_t>(members.size());
  if (count < 2 || repeats < 2 || !(level > 0.0 && level < 1.0))
  {
    throw DataError("bootstrap: given " + std::to_string(count) + " groups, " + std::to_string(repeats) +
                    " repeats; required two or more of each and a level between 0 and 1");
  }
  std::vector<std::vector<std::int64_t>> groups;
  for (const auto & [name, cases] : members)
  {
    groups.push_back(cases);
  }
  std::vector<std::int64_t> all(group.size());
  std::iota(all.begin(), all.end(), std::int64_t{0});
  std::vector<double> values;
  RandomStreams random(seed, {0});
  for (std::int64_t k = 0; k < repeats; ++k)
  {
    const at::Tensor uniform = random.Uniform({count}, at::kDouble).squeeze(0);
    const double * u = uniform.data_ptr<double>();
    std::vector<std::int64_t> drawn;
    for (std::int64_t g = 0; g < count; ++g)
    {
      const auto & cases = groups[static_cast<std::size_t>(u[g] * static_cast<double>(count))];
      drawn.insert(drawn.end(), cases.begin(), cases.end());
    }
    values.push_back(Finite(statistic(drawn)));
  }
  std::sort(values.begin(), values.end());
  const auto outside = static_cast<std::size_t>(0.5 * (1.0 - level) * static_cast<double>(repeats));
  return {Finite(statistic(all)), values[outside], values[values.size() - 1 - outside], count};
}

BootstrapBand
GroupBootstrapMean(const std::vector<std::int64_t> & group,
                   const std::vector<double> & values,
                   double level,
                   std::int64_t repeats,
                   std::uint64_t seed)
{
  if (group.size() != values.size())
  {
    throw DataError("bootstrap: given " + std::to_string(group.size()) + " groups for " +
                    std::to_string(values.size()) + " values; required one group per value");
  }
  const auto mean = [&](const std::vector<std::int64_t> & cases)
  {
    double sum = 0.0;
    for (const std::int64_t i : cases)
    {
      sum += values[static_cast<std::size_t>(i)];
    }
    return sum / static_cast<double>(cases.size());
  };
  return GroupBootstrap(group, mean, level, repeats, seed);
}
} // namespace tweedie
