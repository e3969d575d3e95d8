// SPDX-License-Identifier: Apache-2.0
#include "tweedieSuiteOutcome.h"

#include "tweedieSuiteSupport.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();
}

const SuiteMethod &
SuiteOutcome::Method(const std::string & name) const
{
  return *std::find_if(methods.begin(), methods.end(), [&](const SuiteMethod & method) { return method.name == name; });
}

double
SuiteOutcome::Lambda(const std::string & method) const
{
  const auto found = lambdas.find(method);
  return found == lambdas.end() ? 0.0 : found->second;
}

const std::vector<SuiteScore> &
SuiteOutcome::Of(const std::string & method) const
{
  static const std::vector<SuiteScore> none;
  const auto found = results.find(method);
  return found == results.end() ? none : found->second;
}

std::vector<double>
SuiteOutcome::Values(const std::string & method, std::vector<double> SuiteScore::*member) const
{
  std::vector<double> values;
  for (const SuiteScore & result : Of(method))
  {
    values.insert(values.end(), (result.*member).begin(), (result.*member).end());
  }
  return values;
}

std::vector<double>
SuiteOutcome::Figures(const std::string & method, const std::string & figure) const
{
  std::vector<double> values;
  for (const SuiteScore & result : Of(method))
  {
    const auto found = result.figures.find(figure);
    if (found != result.figures.end())
    {
      values.insert(values.end(), found->second.begin(), found->second.end());
    }
  }
  return values;
}

double
SuiteOutcome::MeanOf(const std::string & method, double SuiteScore::*member) const
{
  std::vector<double> values;
  for (const SuiteScore & result : Of(method))
  {
    values.push_back(result.*member);
  }
  return Mean(values);
}

double
SuiteOutcome::GainOverTotalVariation(const std::string & method) const
{
  return Mean(Values(method, &SuiteScore::psnr)) - Mean(Values("tv", &SuiteScore::psnr));
}

double
SuiteOutcome::PooledRatio(const std::string & samples, double SuiteScore::*found) const
{
  double predicted = 0.0;
  double square = 0.0;
  for (const SuiteScore & r : Of(samples))
  {
    predicted += static_cast<double>(r.pixels) * r.predicted * r.predicted;
    square += static_cast<double>(r.pixels) * (r.*found) * (r.*found);
  }
  return square > 0.0 ? std::sqrt(predicted / square) : notKnown;
}

double
SuiteOutcome::PooledCoverage(const std::string & samples, double SuiteScore::*coverage) const
{
  double covered = 0.0;
  double pixels = 0.0;
  for (const SuiteScore & r : Of(samples))
  {
    covered += static_cast<double>(r.pixels) * (r.*coverage);
    pixels += static_cast<double>(r.pixels);
  }
  return pixels > 0.0 ? covered / pixels : notKnown;
}
} // namespace tweedie
