// SPDX-License-Identifier: Apache-2.0
#include "tweedieProtocolReport.h"

#include "tweedieReportPage.h"
#include "tweedieSuiteSupport.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
std::vector<std::string>
Warnings(const std::vector<SuiteOutcome> & outcomes)
{
  std::vector<std::string> warnings;
  const auto add = [&warnings](const std::string & text)
  {
    if (std::find(warnings.begin(), warnings.end(), text) == warnings.end())
    {
      warnings.push_back(text);
    }
  };
  for (const SuiteOutcome & outcome : outcomes)
  {
    for (const std::string & method : outcome.lambdasAtEnd)
    {
      add(outcome.configuration.label + ", " + method +
          ": the best weight of total variation is at an end of the list that was tried.");
    }
    for (const auto & [method, results] : outcome.results)
    {
      for (const SuiteScore & result : results)
      {
        for (const std::string & warning : result.warnings)
        {
          add(outcome.configuration.label + ", " + method + ": " + warning);
        }
      }
    }
  }
  return warnings;
}

Plot
SlicePlot(const SuiteOutcome & outcome)
{
  Plot plot;
  plot.title = outcome.configuration.label;
  plot.xLabel = "slice, seed by seed";
  plot.yLabel = "PSNR [dB]";
  for (const SuiteMethod & method : outcome.methods)
  {
    PlotSeries series{method.label, {}, outcome.Values(method.name, &SuiteScore::psnr), plot.series.size()};
    for (std::size_t i = 0; i < series.y.size(); ++i)
    {
      series.x.push_back(static_cast<double>(i));
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}

std::vector<ReportTable>
ShownTables(const SuiteProtocol & protocol, const std::vector<SuiteOutcome> & outcomes)
{
  if (!protocol.HasTables())
  {
    return {protocol.Table(outcomes)};
  }
  std::vector<ReportTable> tables;
  for (const SuiteOutcome & outcome : outcomes)
  {
    tables.push_back(protocol.Table({outcome}));
  }
  return tables;
}

/** "≥ 0.75", "≤ 5.00" or "0.75 to 1.25". */
std::string
IntervalText(const SuiteRequirement & item)
{
  if (std::isinf(item.high))
  {
    return "≥ " + FormatNumber(item.low, 2);
  }
  return std::isinf(item.low) ? "≤ " + FormatNumber(item.high, 2)
                              : FormatNumber(item.low, 2) + " to " + FormatNumber(item.high, 2);
}

/** One row per requirement: what was asked, what came out, whether it is reached. */
ReportTable
RequirementTable(const SuiteProtocol & protocol, const std::vector<SuiteOutcome> & outcomes)
{
  ReportTable table;
  table.columns = {protocol.Table({}).columns.front(),
                   {"what", "what", "", 0, BestValue::None},
                   {"required", "required", "", 0, BestValue::None},
                   {"value", "measured", "", 2, BestValue::None},
                   {"reached", "", "", 0, BestValue::None}};
  for (const SuiteOutcome & outcome : outcomes)
  {
    for (const SuiteRequirement & item : protocol.Requirements(outcome))
    {
      const bool isReached = item.value >= item.low && item.value <= item.high;
      table.rows.push_back({outcome.configuration.label,
                            item.what,
                            IntervalText(item),
                            item.value,
                            std::string(isReached ? "✓ reached" : "✗ not reached")});
    }
  }
  return table;
}
} // namespace

void
WriteProtocolReport(const std::string & folder,
                    const SuiteProtocol & protocol,
                    const std::vector<SuiteOutcome> & outcomes,
                    const ProtocolProvenance & provenance)
{
  const ReportTable table = protocol.Table(outcomes);
  std::vector<ReportTable> tables = ShownTables(protocol, outcomes);
  const ReportTable requirements = RequirementTable(protocol, outcomes);
  ReportPage page(protocol.Title(), provenance.statement);
  page.AddWarnings(Warnings(outcomes));
  page.AddSection("Results");
  for (const ReportTable & shown : tables)
  {
    const bool isFirst = &shown == &tables.front();
    page.AddTable(shown, provenance.statement + (isFirst ? ' ' + protocol.TableCaption() : ""));
  }
  protocol.Show(outcomes, folder, page);
  page.AddSection("Requirements");
  page.AddTable(requirements, protocol.RequirementCaption());
  page.AddSection("Slice by slice");
  for (const SuiteOutcome & outcome : outcomes)
  {
    page.AddPlots({SlicePlot(outcome)}, provenance.statement);
  }
  page.AddSection("Settings and provenance", "Pictures: report.html in the folder of each measurement.");
  page.AddFacts("this run", provenance.facts);
  const nlohmann::ordered_json json{{"data", provenance.statement},
                                    {"configurations", nlohmann::ordered_json::parse(TableJson(table))},
                                    {"requirements", nlohmann::ordered_json::parse(TableJson(requirements))},
                                    {"warnings", Warnings(outcomes)}};
  tables.push_back(requirements);
  WriteSuiteReport(
      folder, tables, page, json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n', TableCsv(table));
}
} // namespace tweedie
