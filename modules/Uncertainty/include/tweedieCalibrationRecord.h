// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCalibrationRecord_h
#define tweedieCalibrationRecord_h

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** What a calibration promises. */
enum class CalibrationMethod
{
  SplitConformal,       ///< one number per case
  ConformalRiskControl, ///< pixels, on average over calibration sets
  RiskControlling       ///< pixels, with a stated confidence
};

/** "split-conformal", "conformal-risk-control", "risk-controlling". */
const char * ToString(CalibrationMethod method);

/** The factor of one quantity's deviation. */
struct CalibrationScale
{
  std::string quantity; ///< "pixel", or the name of a region's number
  double level = 0.0;   ///< 1 - alpha
  double scale = 0.0;
};

/** Calibrated scales with all that they depend on. */
struct CalibrationRecord
{
  CalibrationMethod method = CalibrationMethod::SplitConformal;
  std::string protocol;    ///< text: measurement, method, its options, model; the scales hold for this only
  std::string casesDigest; ///< SHA-256 over the calibration cases
  std::int64_t cases = 0;
  std::int64_t groups = 0; ///< independent ones among them: slices or persons
  double confidence = 0.0; ///< 1 - delta of RiskControlling, else 0
  std::vector<CalibrationScale> scales;
};

/** One sentence each: what holds for a further case, and what does not. */
std::string GuaranteeOf(const CalibrationRecord & record);
std::string LimitsOf(const CalibrationRecord & record);

/** JSON with the record, both sentences, the SHA-256 of the protocol and one of all the rest. Whole or not at all.
 * Throws DataError for a record that no calibration makes: no cases, levels that so many cases cannot promise, scales
 * that are not finite. */
void WriteCalibrationRecord(const std::string & path, const CalibrationRecord & record);

/** Throws DataError for a file that is damaged or changed, of a version that is not known, or of another protocol than
 * the one given (empty: any, to show the record). */
CalibrationRecord ReadCalibrationRecord(const std::string & path, const std::string & protocol);
} // namespace tweedie

#endif
