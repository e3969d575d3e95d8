// SPDX-License-Identifier: Apache-2.0
#include "tweedieBrainReport.h"

#include "tweedieReportPage.h"
#include "tweedieSuiteSupport.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

/** All values of one kind over seeds and slices, seed by seed. */
std::vector<double>
Values(const BrainOutcome & outcome, const std::string & method, std::vector<double> SuiteScore::*member)
{
  std::vector<double> values;
  const auto found = outcome.results.find(method);
  if (found != outcome.results.end())
  {
    for (const SuiteScore & result : found->second)
    {
      values.insert(values.end(), (result.*member).begin(), (result.*member).end());
    }
  }
  return values;
}

double
MeanOf(const BrainOutcome & outcome, const std::string & method, double SuiteScore::*member)
{
  std::vector<double> values;
  const auto found = outcome.results.find(method);
  if (found != outcome.results.end())
  {
    for (const SuiteScore & result : found->second)
    {
      values.push_back(result.*member);
    }
  }
  return Mean(values);
}

/** The results of the posterior samples, one per seed; none where they were not drawn. */
std::vector<SuiteScore>
SampleResults(const BrainOutcome & outcome)
{
  const auto found = outcome.results.find("daps-8");
  return found == outcome.results.end() ? std::vector<SuiteScore>() : found->second;
}

/** rms(s sqrt(1 + 1/n)) / rms(error), pooled over seeds by their pixels; found: whose error. */
double
PooledRatio(const BrainOutcome & outcome, double SuiteScore::*found)
{
  double predicted = 0.0;
  double square = 0.0;
  for (const SuiteScore & r : SampleResults(outcome))
  {
    predicted += static_cast<double>(r.pixels) * r.predicted * r.predicted;
    square += static_cast<double>(r.pixels) * (r.*found) * (r.*found);
  }
  return square > 0.0 ? std::sqrt(predicted / square) : notKnown;
}

double
PooledCoverage(const BrainOutcome & outcome, double SuiteScore::*coverage)
{
  double covered = 0.0;
  double pixels = 0.0;
  for (const SuiteScore & r : SampleResults(outcome))
  {
    covered += static_cast<double>(r.pixels) * (r.*coverage);
    pixels += static_cast<double>(r.pixels);
  }
  return pixels > 0.0 ? covered / pixels : notKnown;
}

double
GainOverTotalVariation(const BrainOutcome & outcome, const std::string & method)
{
  return Mean(Values(outcome, method, &SuiteScore::psnr)) - Mean(Values(outcome, "tv", &SuiteScore::psnr));
}

/** One number with the interval that it must lie in. */
struct Requirement
{
  std::string what;
  double low;
  double high;
  double value;
  int decimals;
};

std::vector<Requirement>
Requirements(const BrainOutcome & outcome)
{
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<Requirement> list{{"RMP, 20 steps, over TV [dB]",
                                 outcome.configuration.goal20,
                                 infinity,
                                 GainOverTotalVariation(outcome, "rmp-20"),
                                 2}};
  if (!std::isnan(outcome.configuration.goal10))
  {
    list.push_back({"RMP, 10 steps, over TV [dB]",
                    outcome.configuration.goal10,
                    infinity,
                    GainOverTotalVariation(outcome, "rmp-10"),
                    2});
  }
  list.push_back({"std / error, RMP with 20 steps", 0.75, 1.25, PooledRatio(outcome, &SuiteScore::foundBeside), 2});
  list.push_back({"its 90 % interval covers", 0.85, 0.96, PooledCoverage(outcome, &SuiteScore::coverageBeside), 3});
  list.push_back({"std / error, mean of the samples", 0.75, 1.25, PooledRatio(outcome, &SuiteScore::found), 2});
  list.push_back({"its 90 % interval covers", 0.85, 0.96, PooledCoverage(outcome, &SuiteScore::coverage), 3});
  list.push_back({"mean of 8 over one sample [dB]", 1.5, 3.0, Mean(Values(outcome, "daps-8", &SuiteScore::gain)), 2});
  return list;
}

std::vector<std::string>
Warnings(const std::vector<BrainOutcome> & outcomes)
{
  std::vector<std::string> warnings;
  const auto add = [&warnings](const std::string & text)
  {
    if (std::find(warnings.begin(), warnings.end(), text) == warnings.end())
    {
      warnings.push_back(text);
    }
  };
  for (const BrainOutcome & outcome : outcomes)
  {
    if (outcome.isLambdaAtEnd)
    {
      add(outcome.configuration.label +
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
SlicePlot(const BrainOutcome & outcome)
{
  Plot plot;
  plot.title = outcome.configuration.label;
  plot.xLabel = "slice, seed by seed";
  plot.yLabel = "PSNR [dB]";
  for (const BrainMethod & method : BrainMethods())
  {
    PlotSeries series{method.label, {}, Values(outcome, method.name, &SuiteScore::psnr), plot.series.size()};
    for (std::size_t i = 0; i < series.y.size(); ++i)
    {
      series.x.push_back(static_cast<double>(i));
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}
} // namespace

ReportTable
BrainTable(const std::vector<BrainOutcome> & outcomes)
{
  ReportTable table;
  table.columns = {{"configuration", "measurement, acceleration", "", 0, BestValue::None}};
  for (const BrainMethod & method : BrainMethods())
  {
    table.columns.push_back({"psnr-" + method.name, method.label, "dB", 2, BestValue::None});
  }
  for (const char * name : {"rmp-10", "rmp-20"})
  {
    table.columns.push_back({std::string("gain-") + name, std::string(name) + " − TV", "dB", 2, BestValue::None});
  }
  table.columns.push_back({"deviation-over-error", "std / error, rmp-20", "", 2, BestValue::None});
  table.columns.push_back({"coverage-90", "90 % coverage, rmp-20", "", 3, BestValue::None});
  table.columns.push_back({"deviation-over-error-samples", "std / error, samples", "", 2, BestValue::None});
  table.columns.push_back({"coverage-90-samples", "90 % coverage, samples", "", 3, BestValue::None});
  table.columns.push_back({"gain-mean", "mean of 8 − one", "dB", 2, BestValue::None});
  table.columns.push_back({"lambda", "TV weight", "", 4, BestValue::None});
  for (const BrainMethod & method : BrainMethods())
  {
    table.columns.push_back({"ssim-" + method.name, "SSIM " + method.label, "", 4, BestValue::None, 0, true});
    table.columns.push_back({"lpips-" + method.name, "LPIPS " + method.label, "", 4, BestValue::None, 0, true});
    table.columns.push_back({"fid-" + method.name, "FID " + method.label, "", 3, BestValue::None, 0, true});
    table.columns.push_back({"seconds-" + method.name, "time " + method.label, "s", 1, BestValue::None, 0, true});
    table.columns.push_back({"data-fit-" + method.name, "data fit " + method.label, "", 3, BestValue::None, 0, true});
  }
  for (const BrainOutcome & outcome : outcomes)
  {
    std::vector<TableCell> row{outcome.configuration.label};
    for (const BrainMethod & method : BrainMethods())
    {
      row.emplace_back(Mean(Values(outcome, method.name, &SuiteScore::psnr)));
    }
    row.emplace_back(GainOverTotalVariation(outcome, "rmp-10"));
    row.emplace_back(GainOverTotalVariation(outcome, "rmp-20"));
    row.emplace_back(PooledRatio(outcome, &SuiteScore::foundBeside));
    row.emplace_back(PooledCoverage(outcome, &SuiteScore::coverageBeside));
    row.emplace_back(PooledRatio(outcome, &SuiteScore::found));
    row.emplace_back(PooledCoverage(outcome, &SuiteScore::coverage));
    row.emplace_back(Mean(Values(outcome, "daps-8", &SuiteScore::gain)));
    row.emplace_back(outcome.lambda);
    for (const BrainMethod & method : BrainMethods())
    {
      row.emplace_back(Mean(Values(outcome, method.name, &SuiteScore::ssim)));
      row.emplace_back(Mean(Values(outcome, method.name, &SuiteScore::lpips)));
      row.emplace_back(MeanOf(outcome, method.name, &SuiteScore::fid));
      row.emplace_back(MeanOf(outcome, method.name, &SuiteScore::seconds));
      row.emplace_back(MeanOf(outcome, method.name, &SuiteScore::dataFit));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable
BrainRequirements(const std::vector<BrainOutcome> & outcomes)
{
  ReportTable table;
  table.columns = {{"configuration", "measurement, acceleration", "", 0, BestValue::None},
                   {"what", "what", "", 0, BestValue::None},
                   {"required", "required", "", 0, BestValue::None},
                   {"value", "measured", "", 2, BestValue::None},
                   {"reached", "", "", 0, BestValue::None}};
  for (const BrainOutcome & outcome : outcomes)
  {
    for (const Requirement & item : Requirements(outcome))
    {
      const bool isOpen = std::isinf(item.high);
      const std::string required =
          isOpen ? "≥ " + FormatNumber(item.low, 2) : FormatNumber(item.low, 2) + " to " + FormatNumber(item.high, 2);
      const bool isReached = item.value >= item.low && item.value <= item.high;
      table.rows.push_back({outcome.configuration.label,
                            item.what,
                            required,
                            item.value,
                            std::string(isReached ? "✓ reached" : "✗ not reached")});
    }
  }
  return table;
}

void
WriteBrainReport(const std::string & folder,
                 const std::vector<BrainOutcome> & outcomes,
                 const BrainProvenance & provenance)
{
  const ReportTable table = BrainTable(outcomes);
  const ReportTable requirements = BrainRequirements(outcomes);
  ReportPage page("Undersampled MRI of held-out brain slices", provenance.statement);
  page.AddWarnings(Warnings(outcomes));
  page.AddSection("Results");
  page.AddTable(table,
                provenance.statement + " PSNR of the magnitude over the whole slice, range: the slice's maximum; "
                                       "mean over slices and seeds. Standard deviation against error in the "
                                       "head (above 5 % of the maximum, filled).");
  page.AddSection("Requirements");
  page.AddTable(requirements, "An exact sampler has std / error = 1, coverage 0.90 and a gain of 2.50 dB.");
  page.AddSection("Slice by slice");
  for (const BrainOutcome & outcome : outcomes)
  {
    page.AddPlots({SlicePlot(outcome)}, provenance.statement);
  }
  page.AddSection("Settings and provenance", "Pictures: report.html in the folder of each measurement.");
  page.AddFacts("this run", provenance.facts);
  const nlohmann::ordered_json json{{"data", provenance.statement},
                                    {"configurations", nlohmann::ordered_json::parse(TableJson(table))},
                                    {"requirements", nlohmann::ordered_json::parse(TableJson(requirements))},
                                    {"warnings", Warnings(outcomes)}};
  WriteSuiteReport(
      folder, {table, requirements}, page, json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
}
} // namespace tweedie
