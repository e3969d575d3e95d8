// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEstimateReport_h
#define tweedieEstimateReport_h

#include "tweedieComparison.h"
#include "tweedieReportTable.h"
#include "tweedieVolumeEstimate.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** What is shown beside a result: the data, or what another method makes of them. */
struct EstimatePicture
{
  std::string name;
  Volume image;               ///< real, with the slices of the result
  bool isLogarithmic = false; ///< patterns of many decades
};

/** One result for people: its pictures, what they are worth, and how they came about. */
struct EstimateReport
{
  std::string title;
  std::string statement; ///< what the data are; stands at every figure
  std::string units = "a.u.";
  std::optional<ValueWindow> window; ///< as in ComparisonInput
  ComparisonEntry entry;             ///< the result
  Volume reference;                  ///< what was measured, on the same grid; empty where it is not known
  std::vector<EstimatePicture>
      beside; ///< shown as a row of pictures for a slice; those not logarithmic as the result is
  std::string besideCaption;
  std::vector<std::pair<std::string, std::string>> calibration; ///< of intervals: what was applied, what it promises
  ReportTable regions;                                          ///< their means and intervals; no row: none
  std::vector<std::pair<std::string, std::string>> provenance;  ///< of the report: command line, date ...
};

/** What a report says of an estimate by itself: title, a part of its mean (ImagePart) with the deviation that belongs
 * to it, and ToldSummary. methods: names of methods that have options of their own, "name-..."; those of others than
 * the estimate's are left out. */
EstimateReport DescribeEstimate(const VolumeEstimate & estimate,
                                const std::string & part,
                                const std::vector<std::string> & methods,
                                bool isDeterministic = false);

/** Throws UsageError for the name of a report that is neither .html nor .pdf. */
void RequireReportName(const std::string & path);

/** Writes the report, of the kind that its name says, whole or not at all. date: as in ReportPdf. */
void WriteEstimateReport(const std::string & path, const EstimateReport & report, const std::string & date);

/** The report as a page of HTML, complete in itself. With a reference it is that of the comparison with it, else
 * pictures of up to three slices with the deviation beside them. Throws DataError where images do not fit. */
std::string EstimateReportHtml(const EstimateReport & report);

/** The same as a PDF file's bytes. date: as in ReportPdf. */
std::string EstimateReportPdf(const EstimateReport & report, const std::string & date);
} // namespace tweedie

#endif
