// SPDX-License-Identifier: Apache-2.0
#include "tweedieIntervals.h"

#include "tweedieComparison.h"
#include "tweedieDeviationCheck.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieScanProtocol.h"
#include "tweedieValidationReport.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::string
Percent(double level)
{
  return PlainNumber(std::round(1e4 * level) / 100.0) + " %";
}

std::string
SizeText(const Grid & grid)
{
  return std::to_string(grid.size.x) + " x " + std::to_string(grid.size.y) + " x " + std::to_string(grid.size.z);
}

bool
HasRegion(const CalibrationRecord & record, const std::string & region)
{
  return std::any_of(record.scales.begin(),
                     record.scales.end(),
                     [&](const CalibrationScale & scale) { return scale.quantity == region; });
}

AppliedCalibration
ReadOne(const std::string & file, const ProtocolFacts & run, double level)
{
  AppliedCalibration one{file, ReadCalibrationRecord(file, ""), none};
  RequireProtocol(one.record, run, file);
  one.pixelScale = CalibratedScale(one.record, "pixel", level);
  return one;
}
} // namespace

void
IntervalOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("calibration",
                "scales of the deviation that validate simulated --calibrate wrote, for this very protocol; repeat for "
                "pixels and regions")
              .Reads(PathKind::File),
          calibration);
  v.Visit(Field("interval-level", "of intervals, calibrated and not").Above(0).Range(0, 0.99), level);
  v.Visit(Field("roi", "labels 1, 2, ... of regions on the grid of the result, whose means get intervals")
              .Reads(PathKind::Labels),
          roi);
}

double
Intervals::RegionScale(const std::string & region) const
{
  for (const AppliedCalibration & one : calibrations)
  {
    if (HasRegion(one.record, region))
    {
      return CalibratedScale(one.record, region, level);
    }
  }
  return none;
}

bool
Intervals::HasRegionScales() const
{
  return std::any_of(calibrations.begin(),
                     calibrations.end(),
                     [](const AppliedCalibration & one) { return !std::isfinite(one.pixelScale); });
}

const AppliedCalibration *
Intervals::OfPixels() const
{
  const auto found = std::find_if(calibrations.begin(),
                                  calibrations.end(),
                                  [](const AppliedCalibration & one) { return std::isfinite(one.pixelScale); });
  return found == calibrations.end() ? nullptr : &*found;
}

Volume
ReadRegionLabels(const std::string & path, const Grid & grid)
{
  Volume labels = ReadImage(path);
  if (SizeText(labels.GetGrid()) != SizeText(grid) || labels.IsComplex() || labels.Channels() != 1)
  {
    throw DataError(path + ": given " + SizeText(labels.GetGrid()) +
                    " voxels; required a label for each voxel of the result, " + SizeText(grid));
  }
  if (!TensorView(labels).round().gt(0).any().item<bool>())
  {
    throw DataError(path + ": given only background; required labels above 0");
  }
  return labels;
}

Intervals
ReadIntervals(const IntervalOptions & options, const ProtocolFacts & run, const Grid & grid)
{
  Intervals intervals;
  intervals.level = options.level;
  if (!options.roi.empty())
  {
    intervals.labels = ReadRegionLabels(options.roi, grid);
  }
  for (const std::string & file : options.calibration)
  {
    AppliedCalibration one = ReadOne(file, run, options.level);
    const bool isOfPixels = std::isfinite(one.pixelScale);
    if (isOfPixels && intervals.OfPixels() != nullptr)
    {
      throw UsageError("--calibration: given two files for pixels; required one");
    }
    if (!isOfPixels && options.roi.empty())
    {
      throw UsageError("--roi: not given; required with " + file + ", which is a calibration of regions");
    }
    intervals.calibrations.push_back(std::move(one));
  }
  return intervals;
}

std::pair<Volume, Volume>
PixelInterval(const Volume & mean, const Volume & deviation, double scale)
{
  const at::Tensor middle = TensorView(Magnitude(mean)), half = TensorView(deviation) * scale;
  return {VolumeFromTensor(middle - half, mean.GetGrid()), VolumeFromTensor(middle + half, mean.GetGrid())};
}

ReportTable
IntervalTable(const Intervals & intervals,
              const std::vector<RegionEstimate> & regions,
              const std::optional<ComparedRegions> & compared,
              double factor,
              double offset,
              const std::string & units)
{
  const auto shown = [&](const std::pair<double, double> & interval)
  { return std::pair(interval.first * factor + offset, interval.second * factor + offset); };
  std::vector<std::string> kinds{"posterior"};
  if (compared)
  {
    kinds.push_back(compared->name);
  }
  if (intervals.HasRegionScales())
  {
    kinds.emplace_back("calibrated");
  }
  std::vector<RegionRow> rows;
  const bool hasSlices = !intervals.labels.IsEmpty() && intervals.labels.GetGrid().size.z > 1;
  for (std::size_t i = 0; i < regions.size(); ++i)
  {
    const RegionEstimate & region = regions[i];
    RegionRow row;
    row.name = region.name + (hasSlices ? ", slice " + std::to_string(region.slice + 1) : "");
    row.pixels = static_cast<std::size_t>(region.pixels);
    row.mean = region.mean * factor + offset;
    row.intervals.push_back(shown(StudentInterval(region, intervals.level)));
    if (compared)
    {
      const RegionEstimate & other = compared->regions.at(i); // no mean of its replicas
      const double student = StudentQuantile(0.5 * (1.0 + intervals.level), static_cast<double>(other.samples - 1));
      row.intervals.push_back(shown(ScaledInterval(other, student)));
    }
    if (intervals.HasRegionScales())
    {
      row.intervals.push_back(shown(ScaledInterval(region, intervals.RegionScale(region.name))));
    }
    rows.push_back(row);
  }
  return RegionTable(rows, kinds, Percent(intervals.level), units, 4);
}

std::vector<std::pair<std::string, std::string>>
CalibrationFacts(const Intervals & intervals)
{
  std::vector<std::pair<std::string, std::string>> facts;
  for (const AppliedCalibration & one : intervals.calibrations)
  {
    const std::string scale = std::isfinite(one.pixelScale)
                                  ? "; deviations of pixels times " + FormatSignificant(one.pixelScale, 3)
                                  : "; means of regions";
    facts.emplace_back(std::string(ToString(one.record.method)) + ", " + Percent(intervals.level) + scale,
                       GuaranteeOf(one.record) + ' ' + LimitsOf(one.record));
    facts.emplace_back("calibrated for", one.record.protocol);
  }
  return facts;
}

std::string
CalibrationJson(const Intervals & intervals, const ReportTable & regions)
{
  Json records = Json::array();
  for (const AppliedCalibration & one : intervals.calibrations)
  {
    records.push_back({{"file", one.file},
                       {"method", ToString(one.record.method)},
                       {"pixel-scale", std::isfinite(one.pixelScale) ? Json(one.pixelScale) : Json(nullptr)},
                       {"cases", one.record.cases},
                       {"groups", one.record.groups},
                       {"cases-sha256", one.record.casesDigest},
                       {"protocol", one.record.protocol},
                       {"guarantee", GuaranteeOf(one.record)},
                       {"limits", LimitsOf(one.record)}});
  }
  Json json{{"level", intervals.level}, {"calibrations", records}};
  if (!regions.rows.empty())
  {
    json["regions"] = Json::parse(TableJson(regions));
  }
  return json.dump();
}
} // namespace tweedie
