// SPDX-License-Identifier: Apache-2.0
#include "tweedieSimulatedTables.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
const std::vector<double> &
StatedLevels()
{
  static const std::vector<double> levels{0.5, 0.8, 0.9, 0.95};
  return levels;
}

TableCell
Percent(double share)
{
  return std::isfinite(share) ? TableCell(100.0 * share) : TableCell();
}

const char *
KindOf(CalibrationMethod method)
{
  switch (method)
  {
  case CalibrationMethod::ConformalRiskControl:
    return "pixels, on average";
  case CalibrationMethod::RiskControlling:
    return "pixels, with confidence 90 %";
  default:
    return "mean of a region";
  }
}
} // namespace

std::string
CoverageText(const LevelCoverage & coverage)
{
  const std::string value = FormatNumber(100.0 * coverage.covered, 1);
  return std::isnan(coverage.low) ? value
                                  : value + " (" + FormatNumber(100.0 * coverage.low, 1) + " to " +
                                        FormatNumber(100.0 * coverage.high, 1) + ")";
}

ReportTable
MethodTable(const std::vector<MethodCases> & results, const std::string & units)
{
  const int digits = units == "HU" ? 2 : 4;
  ReportTable table;
  table.columns = {{"method", "method", "", 0},
                   {"cases", "cases", "", 0},
                   {"slices", "slices", "", 0},
                   {"samples", "samples", "", 0},
                   {"psnr", "PSNR in the object", "dB", 2, BestValue::Highest},
                   {"error", "rms error", units, digits, BestValue::Lowest},
                   {"deviation-over-error", "predicted / found error", "", 2, BestValue::NearestToTarget},
                   {"crps", "CRPS", units, digits, BestValue::Lowest},
                   {"gain", "mean over one sample", "dB", 2},
                   {"gain-expected", "exact sampler", "dB", 2},
                   {"ence", "ENCE", "", 3},
                   {"ence-oracle", "of an oracle", "", 3},
                   {"spearman", "Spearman", "", 2},
                   {"spearman-oracle", "of an oracle", "", 2},
                   {"ause", "AUSE", "", 3},
                   {"ause-random", "at random", "", 3},
                   {"tarp", "TARP area", "", 3},
                   {"data-fit", "data fit of the mean", "", 2},
                   {"seconds", "time of a case", "s", 1}};
  for (const MethodCases & result : results)
  {
    const CaseSummary & summary = result.summary;
    const CaseScore & mean = summary.mean;
    const auto optional = [](bool isKnown, double value) { return isKnown ? TableCell(value) : TableCell(); };
    table.rows.push_back({result.method.name,
                          static_cast<double>(summary.cases),
                          static_cast<double>(summary.groups),
                          optional(summary.samples > 0, static_cast<double>(summary.samples)),
                          mean.psnr,
                          mean.found,
                          mean.predicted / mean.found,
                          mean.rankedScore,
                          summary.gain ? TableCell(summary.gain->gain) : TableCell(),
                          summary.gain ? TableCell(summary.gain->expected) : TableCell(),
                          mean.calibration,
                          mean.calibrationOracle,
                          mean.spearman,
                          mean.spearmanOracle,
                          mean.sparsification,
                          mean.sparsificationAtRandom,
                          summary.tarp ? TableCell(summary.tarp->area) : TableCell(),
                          mean.dataFit,
                          mean.seconds});
  }
  return table;
}

ReportTable
CoverageTable(const std::vector<MethodCases> & results)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0},
                   {"intervals", "intervals", "", 0},
                   {"level", "level", "%", 1},
                   {"covered", "covered", "%", 1},
                   {"low", "band, low", "%", 1},
                   {"high", "band, high", "%", 1}};
  for (const MethodCases & result : results)
  {
    const auto add = [&](const char * kind, const std::vector<LevelCoverage> & curve)
    {
      for (const double level : StatedLevels())
      {
        if (const std::optional<LevelCoverage> point = CoverageAt(curve, level))
        {
          table.rows.push_back({result.method.name,
                                std::string(kind),
                                100.0 * point->level,
                                100.0 * point->covered,
                                Percent(point->low),
                                Percent(point->high)});
        }
      }
    };
    add("ranks", result.summary.byRanks);
    add("deviations", result.summary.byDeviations);
  }
  return table;
}

ReportTable
SplitTable(const std::vector<MethodCases> & results)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0},
                   {"share", "share of the error's square that the data do not see", "%", 1},
                   {"measured-ratio", "predicted / found error, seen by the data", "", 2},
                   {"unmeasured-ratio", "predicted / found error, not seen", "", 2}};
  for (const MethodCases & result : results)
  {
    const SplitScore & split = result.summary.mean.split;
    if (std::isfinite(split.measured))
    {
      table.rows.push_back({result.method.name,
                            Percent(split.unmeasured / (split.measured + split.unmeasured)),
                            std::sqrt(split.predictedMeasured / split.measured),
                            std::sqrt(split.predictedUnmeasured / split.unmeasured)});
    }
  }
  return table;
}

ReportTable
CalibrationTable(const std::vector<MethodCases> & results, bool ofRegions)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0},
                   {"quantity", "quantity", "", 0},
                   {"promise", "promise", "", 0},
                   {"level", "level", "%", 0},
                   {"scale", "scale of the deviation", "", 2},
                   {"raw", "covered on test slices, raw", "%", 0},
                   {"calibrated", "covered on test slices, scaled", "%", 0},
                   {"raw-share", "raw", "", 4, BestValue::None, 0, true},
                   {"calibrated-share", "scaled", "", 4, BestValue::None, 0, true}};
  for (const MethodCases & result : results)
  {
    for (const FittedScale & one : result.calibration ? result.calibration->scales : std::vector<FittedScale>())
    {
      if ((one.method == CalibrationMethod::SplitConformal) != ofRegions)
      {
        continue;
      }
      const bool isThere = std::isfinite(one.scale);
      table.rows.push_back({result.method.name,
                            one.quantity,
                            std::string(KindOf(one.method)),
                            100.0 * one.level,
                            one.scale,
                            CoverageText(one.raw),
                            isThere ? CoverageText(one.calibrated) : one.reason,
                            one.raw.covered,
                            isThere ? TableCell(one.calibrated.covered) : TableCell()});
    }
  }
  return table;
}
} // namespace tweedie
