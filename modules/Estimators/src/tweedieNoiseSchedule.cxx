// SPDX-License-Identifier: Apache-2.0
#include "tweedieNoiseSchedule.h"

#include "tweedieError.h"

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
void
Require(std::int64_t steps, double sigmaMaximum, double sigmaMinimum)
{
  if (steps < 1)
  {
    throw UsageError("noise schedule: given " + std::to_string(steps) + " steps; required at least 1");
  }
  const bool ordered = sigmaMinimum > 0.0 && sigmaMinimum < sigmaMaximum;
  if (!std::isfinite(sigmaMaximum) || !(sigmaMaximum > 0.0) || (steps > 1 && !ordered))
  {
    std::ostringstream message;
    message << "noise schedule: given sigma from " << sigmaMaximum << " down to " << sigmaMinimum
            << "; required 0 < minimum < maximum";
    throw UsageError(message.str());
  }
}

/** Levels map(0) ... map(1) at equal steps, ends exact, then 0. */
template <typename TMap>
std::vector<double>
Levels(std::int64_t steps, double sigmaMaximum, double sigmaMinimum, const TMap & map)
{
  std::vector<double> levels(static_cast<std::size_t>(steps) + 1, 0.0);
  for (std::int64_t i = 1; i + 1 < steps; ++i)
  {
    levels[static_cast<std::size_t>(i)] = map(static_cast<double>(i) / static_cast<double>(steps - 1));
  }
  levels[static_cast<std::size_t>(steps) - 1] = sigmaMinimum;
  levels.front() = sigmaMaximum;
  return levels;
}

std::vector<double>
EdmDefault(std::int64_t steps, double sigmaMaximum, double sigmaMinimum)
{
  return EdmSchedule(steps, sigmaMaximum, sigmaMinimum);
}
} // namespace

std::vector<double>
EdmSchedule(std::int64_t steps, double sigmaMaximum, double sigmaMinimum, double p)
{
  Require(steps, sigmaMaximum, sigmaMinimum);
  if (!(p > 0.0))
  {
    throw UsageError("noise schedule: given exponent " + std::to_string(p) + "; required p > 0");
  }
  const double high = std::pow(sigmaMaximum, 1.0 / p);
  const double low = std::pow(sigmaMinimum, 1.0 / p);
  return Levels(steps, sigmaMaximum, sigmaMinimum, [=](double t) { return std::pow(high + t * (low - high), p); });
}

std::vector<double>
GeometricSchedule(std::int64_t steps, double sigmaMaximum, double sigmaMinimum)
{
  Require(steps, sigmaMaximum, sigmaMinimum);
  const double logRatio = steps > 1 ? std::log(sigmaMinimum / sigmaMaximum) : 0.0;
  return Levels(steps, sigmaMaximum, sigmaMinimum, [=](double t) { return sigmaMaximum * std::exp(t * logRatio); });
}

const std::vector<NoiseScheduleRow> &
NoiseScheduleTable()
{
  static const std::vector<NoiseScheduleRow> table{
      {"edm", "equal steps of sigma^(1/7) (Karras et al. 2022)", EdmDefault},
      {"geometric", "equal steps of log sigma (Song and Ermon 2019)", GeometricSchedule},
  };
  return table;
}

std::vector<double>
MakeNoiseSchedule(const std::string & name, std::int64_t steps, double sigmaMaximum, double sigmaMinimum)
{
  std::string names;
  for (const NoiseScheduleRow & row : NoiseScheduleTable())
  {
    if (name == row.name)
    {
      return row.make(steps, sigmaMaximum, sigmaMinimum);
    }
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  throw UsageError("noise schedule: given '" + name + "'; required one of " + names);
}
} // namespace tweedie
