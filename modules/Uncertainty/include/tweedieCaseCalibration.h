// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCaseCalibration_h
#define tweedieCaseCalibration_h

#include "tweedieCalibrationRecord.h"
#include "tweedieCaseSummary.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** A scale of the deviation, fitted on one part of the slices, and the coverage that it has on the others. */
struct FittedScale
{
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::string quantity; ///< "pixel", or a region
  CalibrationMethod method = CalibrationMethod::SplitConformal;
  double level = 0.0;
  double scale = none;        ///< of the deviation; none where so few cases promise nothing
  LevelCoverage raw{};        ///< on the test slices, by t intervals as they are; a band for five slices and more
  LevelCoverage calibrated{}; ///< on the test slices, scaled
  std::string reason;         ///< why there is none
};

struct CaseCalibration
{
  std::int64_t fitCases = 0;
  std::int64_t fitGroups = 0;
  std::int64_t testCases = 0;
  std::int64_t testGroups = 0;
  double confidence = 0.9; ///< 1 - delta of RiskControlling
  std::vector<FittedScale> scales;
};

/** Levels among these that so many calibration cases can promise: level <= n/(n + 1). Throws UsageError for fewer than
 * two cases; where given by the user (isAsked), for a level above that. */
std::vector<double> FeasibleLevels(const std::vector<double> & levels, std::int64_t cases, bool isAsked);

/** Scales for pixels by conformal risk control and with confidence, and for the mean of each region by split conformal
 * prediction, from `fit`; their coverage on `test`. Throws as FeasibleLevels, DataError for cases without a deviation.
 */
CaseCalibration CalibrateCases(const std::vector<GroupedCase> & fit,
                               const std::vector<GroupedCase> & test,
                               const std::vector<double> & levels);

/** The scales of one kind as a record; none where there is no scale of it. */
std::optional<CalibrationRecord> RecordOf(const CaseCalibration & calibration,
                                          CalibrationMethod method,
                                          const std::string & protocol,
                                          const std::string & casesDigest);
} // namespace tweedie

#endif
