// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSimulatedTables_h
#define tweedieSimulatedTables_h

#include "tweedieReportTable.h"
#include "tweedieSimulatedRun.h"

#include <string>
#include <vector>

namespace tweedie
{
/** A row a method: all numbers against the truth. */
ReportTable MethodTable(const std::vector<MethodCases> & results, const std::string & units);

/** A row a method and level: coverage of rank and t intervals with their bands, and of scaled ones on the test slices.
 */
ReportTable CoverageTable(const std::vector<MethodCases> & results);

/** A row a method and part of the error: seen by the data, not seen. Only linear measurements. */
ReportTable SplitTable(const std::vector<MethodCases> & results);

/** A row a method, region and level of the calibration. */
ReportTable CalibrationTable(const std::vector<MethodCases> & results, bool ofRegions);

/** "0.88 (0.84 to 0.91)"; without a band the number alone. */
std::string CoverageText(const LevelCoverage & coverage);
} // namespace tweedie

#endif
