// SPDX-License-Identifier: Apache-2.0
#include "tweedieCaseCalibration.h"

#include "tweedieConformal.h"
#include "tweedieDeviationCheck.h"
#include "tweedieError.h"
#include "tweedieReportTable.h"
#include "tweedieRiskControl.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace tweedie
{
namespace
{
constexpr char pixel[] = "pixel";

std::int64_t
Groups(const std::vector<GroupedCase> & cases)
{
  std::set<std::int64_t> groups;
  for (const GroupedCase & one : cases)
  {
    groups.insert(one.group);
  }
  return static_cast<std::int64_t>(groups.size());
}

LevelCoverage
CoverageOn(const std::vector<GroupedCase> & cases,
           double level,
           const std::function<double(const CaseScore &)> & covered)
{
  std::vector<std::int64_t> groups;
  std::vector<double> values;
  LevelCoverage found{level, 0.0};
  for (const GroupedCase & one : cases)
  {
    groups.push_back(one.group);
    values.push_back(covered(one.score));
    found.covered += values.back() / static_cast<double>(cases.size());
  }
  constexpr std::int64_t fewest = 5; // below it the band of a share is mostly a point
  if (Groups(cases) >= fewest)
  {
    const BootstrapBand band = GroupBootstrapMean(groups, values);
    found.low = band.low;
    found.high = band.high;
  }
  return found;
}

at::Tensor
LossesOf(const std::vector<GroupedCase> & cases)
{
  std::vector<at::Tensor> rows;
  for (const GroupedCase & one : cases)
  {
    if (one.score.missed.size() != CaseScales().size())
    {
      throw DataError("calibration: given cases without a standard deviation; required one in each");
    }
    rows.push_back(at::tensor(one.score.missed, at::kDouble));
  }
  return at::stack(rows);
}

/** The share inside at a scale of CaseScales(). */
double
CoveredAt(const CaseScore & score, double scale)
{
  const auto & scales = CaseScales();
  const auto index = std::lower_bound(scales.begin(), scales.end(), scale * (1.0 - 1e-9)) - scales.begin();
  return 1.0 - score.missed.at(static_cast<std::size_t>(index));
}

/** Of the t interval as it is. */
double
RawCovered(const CaseScore & score, double level)
{
  const auto index = static_cast<std::size_t>(std::llround(level * 20.0)) - 1; // CaseLevels(): steps of 5 %
  return score.covered.at(std::min(index, score.covered.size() - 1));
}

FittedScale
FitPixels(const std::vector<GroupedCase> & fit,
          const std::vector<GroupedCase> & test,
          double level,
          CalibrationMethod method,
          double confidence)
{
  FittedScale one;
  one.quantity = pixel;
  one.method = method;
  one.level = level;
  const at::Tensor losses = LossesOf(fit), scales = at::tensor(CaseScales(), at::kDouble);
  one.raw = CoverageOn(test, level, [level](const CaseScore & score) { return RawCovered(score, level); });
  try
  {
    one.scale = method == CalibrationMethod::RiskControlling
                    ? RiskControllingScale(losses, scales, 1.0 - level, 1.0 - confidence)
                    : ConformalRiskScale(losses, scales, 1.0 - level);
    one.calibrated =
        CoverageOn(test, level, [scale = one.scale](const CaseScore & score) { return CoveredAt(score, scale); });
  }
  catch (const std::exception &) // the level is feasible: the losses stay too large at every scale
  {
    one.reason = "too few calibration cases for this level";
  }
  return one;
}

double
ScoreOf(const RegionScore & region)
{
  return ConformalScores(at::scalar_tensor(region.truth, at::kDouble),
                         at::scalar_tensor(region.estimate, at::kDouble),
                         at::scalar_tensor(region.deviation, at::kDouble))
      .item<double>();
}

/** The cases that have the region. */
std::vector<GroupedCase>
Having(const std::vector<GroupedCase> & cases, const std::string & region)
{
  std::vector<GroupedCase> having;
  std::copy_if(cases.begin(),
               cases.end(),
               std::back_inserter(having),
               [&](const GroupedCase & one) { return one.score.regions.count(region) > 0; });
  return having;
}

FittedScale
FitRegion(const std::vector<GroupedCase> & fit,
          const std::vector<GroupedCase> & test,
          double level,
          const std::string & region)
{
  FittedScale one;
  one.quantity = region;
  one.level = level;
  std::vector<double> scores;
  for (const GroupedCase & each : fit)
  {
    scores.push_back(ScoreOf(each.score.regions.at(region)));
  }
  const std::int64_t samples = fit.front().score.samples;
  const double student = StudentQuantile(0.5 * (1.0 + level), static_cast<double>(samples - 1)) *
                         std::sqrt(1.0 + 1.0 / static_cast<double>(samples));
  const auto within = [&](double scale)
  {
    return CoverageOn(
        test, level, [&](const CaseScore & score) { return ScoreOf(score.regions.at(region)) <= scale ? 1.0 : 0.0; });
  };
  one.raw = within(student);
  if (level > LargestConformalLevel(static_cast<std::int64_t>(fit.size())) + 1e-9)
  {
    one.reason = "too few calibration cases have this region";
    return one;
  }
  one.scale = ConformalQuantile(at::tensor(scores, at::kDouble), level);
  one.calibrated = within(one.scale);
  return one;
}
} // namespace

std::vector<double>
FeasibleLevels(const std::vector<double> & levels, std::int64_t cases, bool isAsked)
{
  if (cases < 2)
  {
    throw UsageError("--calibrate: given " + std::to_string(cases) +
                     " calibration cases; required two or more, and slices beside them to test on");
  }
  std::vector<double> feasible;
  for (const double level : levels)
  {
    if (level <= LargestConformalLevel(cases) + 1e-9)
    {
      feasible.push_back(level);
    }
    else if (isAsked)
    {
      throw UsageError("--level: given " + FormatSignificant(level, 3) + " with " + std::to_string(cases) +
                       " calibration cases; required " +
                       std::to_string(static_cast<std::int64_t>(std::ceil(level / (1.0 - level) - 1e-9))) +
                       " cases or more");
    }
  }
  return feasible;
}

CaseCalibration
CalibrateCases(const std::vector<GroupedCase> & fit,
               const std::vector<GroupedCase> & test,
               const std::vector<double> & levels)
{
  CaseCalibration calibration;
  calibration.fitCases = static_cast<std::int64_t>(fit.size());
  calibration.testCases = static_cast<std::int64_t>(test.size());
  calibration.fitGroups = Groups(fit);
  calibration.testGroups = Groups(test);
  FeasibleLevels({}, calibration.fitCases, true);
  if (test.empty())
  {
    throw UsageError("--calibrate: given no slice to test on; required one or more beside those that calibrate");
  }
  LossesOf(test); // throws where there is nothing to judge
  std::set<std::string> regions;
  for (const GroupedCase & one : fit)
  {
    for (const auto & [name, region] : one.score.regions)
    {
      regions.insert(name);
    }
  }
  for (const CalibrationMethod method : {CalibrationMethod::ConformalRiskControl, CalibrationMethod::RiskControlling})
  {
    for (const double level : levels)
    {
      calibration.scales.push_back(FitPixels(fit, test, level, method, calibration.confidence));
    }
  }
  for (const std::string & region : regions)
  {
    const std::vector<GroupedCase> fitHaving = Having(fit, region), testHaving = Having(test, region);
    for (const double level : levels)
    {
      if (!testHaving.empty())
      {
        calibration.scales.push_back(FitRegion(fitHaving, testHaving, level, region));
      }
    }
  }
  return calibration;
}

std::optional<CalibrationRecord>
RecordOf(const CaseCalibration & calibration,
         CalibrationMethod method,
         const std::string & protocol,
         const std::string & casesDigest)
{
  CalibrationRecord record;
  record.method = method;
  record.protocol = protocol;
  record.casesDigest = casesDigest;
  record.cases = calibration.fitCases;
  record.groups = calibration.fitGroups;
  record.confidence = method == CalibrationMethod::RiskControlling ? calibration.confidence : 0.0;
  for (const FittedScale & one : calibration.scales)
  {
    if (one.method == method && std::isfinite(one.scale))
    {
      record.scales.push_back({one.quantity, one.level, one.scale});
    }
  }
  return record.scales.empty() ? std::nullopt : std::optional(record);
}
} // namespace tweedie
