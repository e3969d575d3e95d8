// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuiteSupport_h
#define tweedieSuiteSupport_h

#include "tweedieReportPage.h"
#include "tweedieReportTable.h"
#include "tweedieSuite.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** "64:72:8,116:124:8" as single slices. */
std::vector<std::int64_t> SliceList(const std::string & text, std::int64_t available);

/** At most limit of them, evenly spread; 0: all. */
std::vector<std::int64_t> Limited(const std::vector<std::int64_t> & slices, std::int64_t limit);

/** Slices of the image as a volume; the step between them does not matter here. */
Volume TakeSlices(const Volume & image, const std::vector<std::int64_t> & slices);

/** Of all values; NaN for none. */
double Mean(const std::vector<double> & values);

/** Progress of a part, under its name. */
ProgressCallback Named(const ProgressCallback & progress, const std::string & task);

/** What the marks of a table mean, as a line of text; empty where none is marked. */
std::string MarkLegend(const std::vector<ReportTable> & tables);

/** table.csv, table.json, table.md and report.html in folder, whole. json, csv: what table.json and table.csv hold; of
 * the first table where they are empty. */
void WriteSuiteReport(const std::string & folder,
                      const std::vector<ReportTable> & tables,
                      const ReportPage & page,
                      const std::string & json = "",
                      const std::string & csv = "");

/** What a suite takes where its options do not say. */
struct SuiteDefaults
{
  std::string slices;
  std::string tuningSlices;
  std::int64_t seeds = 1;
  std::vector<double> lambdas;
  std::int64_t tvIterations = 1;
};

/** The options, with every gap filled. */
SuiteOptions Completed(SuiteOptions options, const SuiteDefaults & defaults);
} // namespace tweedie

#endif
