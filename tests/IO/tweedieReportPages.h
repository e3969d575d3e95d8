// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportPages_h
#define tweedieReportPages_h

#include "tweedieEstimateReport.h"
#include "tweedieReportContents.h"
#include "tweedieValidationExample.h"

#include <map>

namespace tweedie
{
namespace test
{
/** A result of one slice with its deviation. */
inline EstimateReport
ExampleEstimate()
{
  EstimateReport report;
  report.title = "Posterior mean: daps";
  report.statement = "A disc of the test.";
  report.entry.name = "posterior mean";
  report.entry.image = ExampleSlice(0.02);
  report.entry.standardDeviation = ExampleSlice(0.1);
  Summary summary;
  summary.method = "daps";
  summary.deviationKind = DeviationKind::Posterior;
  summary.samples = 8;
  summary.warnings = {"the noise level was estimated"};
  report.entry.summary = summary;
  report.beside = {{"zero-filled", ExampleSlice(0.1)}, {"pattern", ExampleSlice(0.3), true}};
  report.provenance = {{"date", "2020-03-04"}};
  return report;
}

/** Every kind of page that the module makes, by name. */
inline std::map<std::string, std::string>
ReportPages()
{
  std::map<std::string, std::string> pages;
  pages["validation"] = ValidationHtml(ExampleValidation());
  EstimateReport estimate = ExampleEstimate();
  pages["estimate"] = EstimateReportHtml(estimate);
  estimate.reference = ExampleSlice(0.0);
  pages["estimate-with-truth"] = EstimateReportHtml(estimate);
  ComparisonInput input;
  input.title = "Comparison";
  input.description = "A disc of the test.";
  input.reference = ExampleSlice(0.0);
  input.entries = {estimate.entry, estimate.entry, estimate.entry};
  for (int i = 0; i < 3; ++i)
  {
    input.entries[static_cast<std::size_t>(i)].name = "a method with a long name, " + std::to_string(i + 1);
  }
  const Comparison comparison = CompareWithReference(input);
  const ComparisonReportOptions options{-1, {{"command", "tweedie compare a b c"}}};
  ReportPage page(input.title, input.description);
  FillReport(input, comparison, options, ComparisonFigures(input, comparison, -1), page);
  page.AddFigure(ExampleImages().rows[0].images[0].png, "a figure", "A figure across the page.");
  pages["comparison"] = page.Html(PageFooter());
  ReportPage bare("Bare", "A page without sections.");
  bare.AddWarnings({"one", "two"});
  bare.AddFacts("Facts", {{"a", "b"}});
  bare.AddTable(ExampleBenchmark().table, "");
  pages["bare"] = bare.Html("");
  return pages;
}
} // namespace test
} // namespace tweedie

#endif
