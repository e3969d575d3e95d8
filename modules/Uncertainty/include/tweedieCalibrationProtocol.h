// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCalibrationProtocol_h
#define tweedieCalibrationProtocol_h

#include "tweedieCalibrationRecord.h"

#include <string>
#include <vector>

namespace tweedie
{
/** One thing that scales of deviations depend on: "acceleration", "4". */
struct ProtocolFact
{
  std::string name;  ///< a word
  std::string value; ///< without a semicolon
  /** Of a number found in a scan: by how much of itself one that means the same may differ. */
  double tolerance = 0.0;
};

using ProtocolFacts = std::vector<ProtocolFact>;

/** "measurement mri; acceleration 4; ...", and back; texts of another form have no facts. */
std::string ProtocolText(const ProtocolFacts & facts);
ProtocolFacts FactsOfProtocol(const std::string & text);

/** Throws DataError, naming all that differs, unless the record states the facts of this run and no others. source: of
 * the record. */
void RequireProtocol(const CalibrationRecord & record, const ProtocolFacts & run, const std::string & source);

/** The factor of a quantity's deviation. Throws UsageError for a level that so many cases cannot promise (n/(n + 1)),
 * or that the record does not have; not-a-number for a quantity that it does not have. */
double CalibratedScale(const CalibrationRecord & record, const std::string & quantity, double level);
} // namespace tweedie

#endif
