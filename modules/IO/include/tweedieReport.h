// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReport_h
#define tweedieReport_h

#include "tweedieComparison.h"

#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
struct ComparisonReportOptions
{
  std::int64_t slice = -1;                                     ///< index of the slice that is shown; -1: the middle one
  std::vector<std::pair<std::string, std::string>> provenance; ///< of the comparison itself: command line, date ...
  bool writesPictures = true;                                  ///< false: those inside report.html are all
};

/** The files that WriteComparisonReport makes in folder. */
std::vector<std::string> ComparisonReportFiles(const std::string & folder, const ComparisonInput & input);

/** Writes the comparison for people and for programs into a folder, which is created when needed:
 *
 *    report.html     one self-contained page: table, pictures, calibration of the standard deviations, provenance
 *    table.csv, table.json, table.md
 *    figures/overview.png and per entry figures/<name>-image.png, -error.png and -std.png, if options.writesPictures
 *
 * Every file appears whole or not at all. Throws UsageError when the folder cannot be made or written, DataError for a
 * slice that is not there. */
void WriteComparisonReport(const std::string & folder,
                           const ComparisonInput & input,
                           const Comparison & comparison,
                           const ComparisonReportOptions & options = {});
} // namespace tweedie

#endif
