// SPDX-License-Identifier: Apache-2.0
#include "tweedieNoiseSchedule.h"

#include "tweedieError.h"

#include <algorithm>
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

/** sigma = sqrt((1 - ab) / ab) of the 1000 levels with beta from 1e-4 to 2e-2, ascending. */
const std::vector<double> &
DDPMLevels()
{
  static const std::vector<double> levels = []
  {
    constexpr int count = 1000;
    std::vector<double> result;
    double logProduct = 0.0;
    for (int i = 0; i < count; ++i)
    {
      logProduct += std::log1p(-(1e-4 + i * (2e-2 - 1e-4) / (count - 1)));
      result.push_back(std::sqrt(std::expm1(-logProduct)));
    }
    return result;
  }();
  return levels;
}

/** The index of a level, a fraction of one step in log sigma between two. */
double
DDPMIndex(double sigma)
{
  const std::vector<double> & levels = DDPMLevels();
  const auto above = std::lower_bound(levels.begin() + 1, levels.end() - 1, sigma);
  const double part = std::log(sigma / *(above - 1)) / std::log(*above / *(above - 1));
  return static_cast<double>(above - levels.begin()) - 1.0 + part;
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

std::vector<double>
DiscreteVPSchedule(std::int64_t steps, double sigmaMaximum, double sigmaMinimum)
{
  Require(steps, sigmaMaximum, sigmaMinimum);
  const std::vector<double> & levels = DDPMLevels();
  if (sigmaMaximum > levels.back() || (steps > 1 && sigmaMinimum < levels.front()))
  {
    std::ostringstream message;
    message << "noise schedule ddpm: given sigma from " << sigmaMaximum << " down to " << sigmaMinimum
            << "; required within " << levels.back() << " to " << levels.front();
    throw UsageError(message.str());
  }
  const double high = DDPMIndex(sigmaMaximum);
  const double low = steps > 1 ? DDPMIndex(sigmaMinimum) : 0.0;
  return Levels(steps,
                sigmaMaximum,
                sigmaMinimum,
                [&](double t)
                {
                  const double index = high + t * (low - high);
                  const auto below = static_cast<std::size_t>(index);
                  const std::size_t above = std::min(below + 1, levels.size() - 1);
                  const double part = index - static_cast<double>(below);
                  return std::exp((1.0 - part) * std::log(levels[below]) + part * std::log(levels[above]));
                });
}

std::vector<double>
ContinuousVPSchedule(std::int64_t steps, double sigmaMaximum, double sigmaMinimum)
{
  Require(steps, sigmaMaximum, sigmaMinimum);
  // beta(t) = b + d t: log(1 + sigma^2) = b t + d t^2 / 2.
  constexpr double b = 0.1;
  constexpr double d = 19.9;
  const auto time = [](double sigma) { return (std::sqrt(b * b + 2.0 * d * std::log1p(sigma * sigma)) - b) / d; };
  const double high = time(sigmaMaximum);
  const double low = steps > 1 ? time(sigmaMinimum) : 0.0;
  return Levels(steps,
                sigmaMaximum,
                sigmaMinimum,
                [=](double u)
                {
                  const double t = high + u * (low - high);
                  return std::sqrt(std::expm1(b * t + 0.5 * d * t * t));
                });
}

const std::vector<NoiseScheduleRow> &
NoiseScheduleTable()
{
  static const std::vector<NoiseScheduleRow> table{
      {"edm", "equal steps of sigma^(1/7) (Karras et al. 2022)", EdmDefault},
      {"geometric", "equal steps of log sigma (Song and Ermon 2019)", GeometricSchedule},
      {"ddpm",
       "equal steps of the index of DDPM's 1000 variance-preserving levels (Ho et al. 2020)",
       DiscreteVPSchedule},
      {"vp", "equal steps of the time of the variance-preserving diffusion (Song et al. 2021)", ContinuousVPSchedule},
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
