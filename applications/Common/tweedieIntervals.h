// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieIntervals_h
#define tweedieIntervals_h

#include "tweedieCalibrationProtocol.h"
#include "tweedieOptions.h"
#include "tweedieRegionEstimate.h"
#include "tweedieReportTable.h"
#include "tweedieVolumeEstimate.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** What intervals are asked for. */
struct IntervalOptions
{
  std::vector<std::string> calibration;
  double level = 0.9;
  std::string roi;

  void Visit(OptionVisitor & v);
};

/** A record that holds for this run. */
struct AppliedCalibration
{
  std::string file;
  CalibrationRecord record;
  double pixelScale = 0.0; ///< of the deviation of magnitudes; not-a-number: it has none for pixels
};

/** Intervals of one reconstruction. */
struct Intervals
{
  double level = 0.9;
  std::vector<AppliedCalibration> calibrations;
  Volume labels; ///< empty: no regions

  /** Scale of a region's deviation; not-a-number: none. */
  double RegionScale(const std::string & region) const;

  /** Whether there is a record of regions. */
  bool HasRegionScales() const;

  /** The record that scales pixels; null: none. */
  const AppliedCalibration * OfPixels() const;
};

/** Reads labels on the grid of the result. Throws DataError for another grid, or only background. */
Volume ReadRegionLabels(const std::string & path, const Grid & grid);

/** Reads records and labels. Throws as ReadCalibrationRecord, RequireProtocol, CalibratedScale and ReadRegionLabels,
 * and UsageError for two records of pixels, or one of regions alone without --roi. */
Intervals ReadIntervals(const IntervalOptions & options, const ProtocolFacts & run, const Grid & grid);

/** Ends of the interval of each pixel's magnitude: mean -+ scale times deviation. */
std::pair<Volume, Volume> PixelInterval(const Volume & mean, const Volume & deviation, double scale);

/** What a region's number is by another method; the same regions in the same order. */
struct ComparedRegions
{
  std::string name;
  std::vector<RegionEstimate> regions;
};

/** A row a region: mean, interval of the samples, of what is compared, calibrated. image = number * factor + offset. */
ReportTable IntervalTable(const Intervals & intervals,
                          const std::vector<RegionEstimate> & regions,
                          const std::optional<ComparedRegions> & compared,
                          double factor,
                          double offset,
                          const std::string & units);

/** What was applied, what it promises and what it does not: for people, and as the text of a JSON object. */
std::vector<std::pair<std::string, std::string>> CalibrationFacts(const Intervals & intervals);
std::string CalibrationJson(const Intervals & intervals, const ReportTable & regions);
} // namespace tweedie

#endif
