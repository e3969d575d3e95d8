// SPDX-License-Identifier: Apache-2.0
#include "tweedieHeadCTReport.h"

#include "tweedieHeadCTScore.h"
#include "tweedieSuiteSupport.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tweedie
{
namespace
{
std::vector<TableColumn>
Columns(const std::vector<SuiteMethod> & methods)
{
  std::vector<TableColumn> columns{{"configuration", "measurement", "", 0, BestValue::None},
                                   {"region", "region", "", 0, BestValue::None}};
  for (const SuiteMethod & method : methods)
  {
    columns.push_back({"psnr-" + method.name, method.label, "dB", 2, BestValue::None});
  }
  for (const char * name : {"rmp-10", "rmp-20", "rmp-20-tv", "daps-8"})
  {
    columns.push_back({std::string("gain-") + name, std::string(name) + " − TV", "dB", 2, BestValue::None});
  }
  columns.push_back({"gain-mean", "mean of 8 − one", "dB", 2, BestValue::None});
  columns.push_back({"deviation-over-error", "std / error, rmp-20", "", 2, BestValue::None});
  columns.push_back({"coverage-90", "90 % coverage, rmp-20", "", 3, BestValue::None});
  columns.push_back({"correlation", "correlation, rmp-20", "", 2, BestValue::None});
  columns.push_back({"deviation-over-error-samples", "std / error, samples", "", 2, BestValue::None});
  columns.push_back({"coverage-90-samples", "90 % coverage, samples", "", 3, BestValue::None});
  columns.push_back({"correlation-samples", "correlation, samples", "", 2, BestValue::None});
  columns.push_back({"variance-unmeasured", "variance not measured", "", 2, BestValue::None});
  columns.push_back({"lambda", "TV weight", "", 5, BestValue::None});
  for (const SuiteMethod & method : methods)
  {
    const auto add = [&](const char * key, const char * label, const char * unit, int decimals, bool isDetail) {
      columns.push_back({key + method.name, label + method.label, unit, decimals, BestValue::None, 0, isDetail});
    };
    add("bias-", "bias ", "HU", 1, false);
    add("ssim-", "SSIM ", "", 4, true);
    add("lpips-", "LPIPS ", "", 4, true);
    add("fid-", "FID ", "", 3, true);
    add("calls-", "network calls ", "", 0, true);
    add("seconds-", "time ", "s", 1, true);
    add("data-fit-", "data fit ", "", 3, true);
  }
  return columns;
}

/** Mean error in soft tissue, all pixels alike; NaN where there is none. */
double
SoftTissueBias(const SuiteOutcome & outcome, const std::string & method)
{
  const std::vector<double> bias = outcome.Figures(method, HeadCTFigures::softBias);
  const std::vector<double> pixels = outcome.Figures(method, HeadCTFigures::softPixels);
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t i = 0; i < bias.size(); ++i)
  {
    sum += bias[i] * pixels[i];
    count += pixels[i];
  }
  return count > 0.0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

/** Of the samples' variance, what lies in directions that were not measured. */
double
UnmeasuredShare(const SuiteOutcome & outcome)
{
  return Mean(outcome.Figures("daps-8", HeadCTFigures::unmeasured)) /
         Mean(outcome.Figures("daps-8", HeadCTFigures::variance));
}

double
HeadPsnr(const SuiteOutcome & outcome, const std::string & method)
{
  return Mean(outcome.Figures(method, HeadCTFigures::headPsnr));
}

double
HeadGain(const SuiteOutcome & outcome, const std::string & method)
{
  return HeadPsnr(outcome, method) - HeadPsnr(outcome, "tv");
}

/** Of the slice where a method is least above TV, dB. */
double
SmallestGain(const SuiteOutcome & outcome, const std::string & method)
{
  const std::vector<double> values = outcome.Values(method, &SuiteScore::psnr);
  const std::vector<double> rival = outcome.Values("tv", &SuiteScore::psnr);
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    smallest = std::min(smallest, values[i] - rival[i]);
  }
  return smallest;
}

/** By the key of the column. */
using Cells = std::map<std::string, double>;

Cells
WholeSlice(const SuiteOutcome & outcome)
{
  Cells cells;
  for (const SuiteMethod & method : outcome.methods)
  {
    cells["psnr-" + method.name] = Mean(outcome.Values(method.name, &SuiteScore::psnr));
    cells["gain-" + method.name] = outcome.GainOverTotalVariation(method.name);
    cells["ssim-" + method.name] = Mean(outcome.Values(method.name, &SuiteScore::ssim));
    cells["lpips-" + method.name] = Mean(outcome.Values(method.name, &SuiteScore::lpips));
    cells["fid-" + method.name] = outcome.MeanOf(method.name, &SuiteScore::fid);
    cells["calls-" + method.name] = static_cast<double>(outcome.Of(method.name).front().networkEvaluations);
    cells["seconds-" + method.name] = outcome.MeanOf(method.name, &SuiteScore::seconds);
    cells["data-fit-" + method.name] = outcome.MeanOf(method.name, &SuiteScore::dataFit);
  }
  cells["gain-mean"] = Mean(outcome.Values("daps-8", &SuiteScore::gain));
  cells["variance-unmeasured"] = UnmeasuredShare(outcome);
  cells["lambda"] = outcome.Lambda("tv");
  return cells;
}

Cells
Head(const SuiteOutcome & outcome)
{
  Cells cells;
  for (const SuiteMethod & method : outcome.methods)
  {
    cells["psnr-" + method.name] = HeadPsnr(outcome, method.name);
    cells["gain-" + method.name] = HeadGain(outcome, method.name);
    cells["bias-" + method.name] = SoftTissueBias(outcome, method.name);
  }
  cells["deviation-over-error"] = outcome.PooledRatio("daps-8", &SuiteScore::foundBeside);
  cells["coverage-90"] = outcome.PooledCoverage("daps-8", &SuiteScore::coverageBeside);
  cells["correlation"] = outcome.MeanOf("daps-8", &SuiteScore::correlationBeside);
  cells["deviation-over-error-samples"] = outcome.PooledRatio("daps-8", &SuiteScore::found);
  cells["coverage-90-samples"] = outcome.PooledCoverage("daps-8", &SuiteScore::coverage);
  cells["correlation-samples"] = outcome.MeanOf("daps-8", &SuiteScore::correlation);
  return cells;
}
} // namespace

ReportTable
HeadCTTable(const std::vector<SuiteMethod> & methods, const std::vector<SuiteOutcome> & outcomes)
{
  ReportTable table;
  table.columns = Columns(methods);
  const auto add = [&](const SuiteOutcome & outcome, const char * region, const Cells & cells)
  {
    std::vector<TableCell> row{outcome.configuration.label, std::string(region)};
    for (std::size_t i = row.size(); i < table.columns.size(); ++i)
    {
      const auto found = cells.find(table.columns[i].key);
      row.emplace_back(found == cells.end() ? std::numeric_limits<double>::quiet_NaN() : found->second);
    }
    table.rows.push_back(std::move(row));
  };
  for (const SuiteOutcome & outcome : outcomes)
  {
    add(outcome, "whole slice", WholeSlice(outcome));
    add(outcome, "head", Head(outcome));
  }
  return table;
}

std::vector<SuiteRequirement>
HeadCTRequirements(const SuiteOutcome & outcome, bool isLimited)
{
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<SuiteRequirement> list;
  const auto atLeast = [&](const char * what, double low, double value) {
    list.push_back({what, low, infinity, value});
  };
  if (isLimited)
  {
    atLeast("RMP from TV, over TV [dB]", 1.2, outcome.GainOverTotalVariation("rmp-20-tv"));
    atLeast("share of the variance in directions not measured", 0.85, UnmeasuredShare(outcome));
    return list;
  }
  atLeast("RMP, 20 calls, over TV [dB]", 2.0, outcome.GainOverTotalVariation("rmp-20"));
  atLeast("the same in the head [dB]", 1.7, HeadGain(outcome, "rmp-20"));
  atLeast("the same of the worst slice [dB]", 1.0, SmallestGain(outcome, "rmp-20"));
  atLeast("RMP, 10 calls, over TV [dB]", 1.3, outcome.GainOverTotalVariation("rmp-10"));
  atLeast("mean of 8 samples, over TV [dB]", 1.5, outcome.GainOverTotalVariation("daps-8"));
  atLeast("mean of 8 over one sample [dB]", 1.8, Mean(outcome.Values("daps-8", &SuiteScore::gain)));
  const Cells head = Head(outcome);
  for (const char * suffix : {"", "-samples"})
  {
    const auto value = [&](const char * key) { return head.at(std::string(key) + suffix); };
    const std::string whose = *suffix == '\0' ? "RMP with 20 calls" : "mean of the samples";
    list.push_back({"std / error, " + whose, 0.75, 1.25, value("deviation-over-error")});
    list.push_back({"its 90 % interval covers", 0.85, 0.96, value("coverage-90")});
    list.push_back({"its correlation with |error|", 0.45, infinity, value("correlation")});
  }
  for (const char * method : {"rmp-20", "daps-8"})
  {
    list.push_back({std::string("|bias| in soft tissue, ") + method + " [HU]",
                    -infinity,
                    5.0,
                    std::abs(SoftTissueBias(outcome, method))});
  }
  return list;
}
} // namespace tweedie
