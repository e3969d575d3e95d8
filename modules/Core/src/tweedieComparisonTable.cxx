// SPDX-License-Identifier: Apache-2.0
#include "tweedieComparison.h"

#include "tweedieError.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

/** One column and where its values come from. */
struct ColumnSource
{
  TableColumn column;
  std::function<TableCell(const ComparisonEntry &, const EntryScores &)> value;
};

ColumnSource
ScoreColumn(TableColumn column, ImageScores EntryScores::*scores, double ImageScores::*member)
{
  return {std::move(column), [scores, member](const ComparisonEntry &, const EntryScores & entry) -> TableCell {
            return (entry.*scores).*member;
          }};
}

ColumnSource
DeviationColumn(TableColumn column, double DeviationCheck::*member)
{
  return {std::move(column), [member](const ComparisonEntry &, const EntryScores & entry) -> TableCell {
            return entry.deviation ? TableCell((*entry.deviation).*member) : TableCell();
          }};
}

template <typename TFunction>
ColumnSource
SummaryColumn(TableColumn column, TFunction value)
{
  return {std::move(column), [value](const ComparisonEntry & entry, const EntryScores &) -> TableCell {
            return entry.summary ? TableCell(value(*entry.summary)) : TableCell();
          }};
}

void
AppendImageColumns(const std::string & units, std::vector<ColumnSource> & columns)
{
  constexpr BestValue high = BestValue::Highest;
  constexpr BestValue low = BestValue::Lowest;
  const auto volume = &EntryScores::volume;
  const auto slices = &EntryScores::sliceMean;
  columns.push_back(ScoreColumn({"psnr", "PSNR", "dB", 2, high}, volume, &ImageScores::psnr));
  columns.push_back(ScoreColumn({"ssim", "SSIM", "", 4, high}, volume, &ImageScores::ssim));
  columns.push_back(ScoreColumn({"lpips", "LPIPS", "", 4, low}, volume, &ImageScores::lpips));
  columns.push_back({{"fid", "FID", "", 3, low},
                     [](const ComparisonEntry &, const EntryScores & entry) -> TableCell { return entry.frechet; }});
  columns.push_back(ScoreColumn({"nrmse", "NRMSE", "", 4, low}, volume, &ImageScores::nrmse));
  columns.push_back(ScoreColumn({"nmse", "NMSE", "", 5, low, 0, true}, volume, &ImageScores::nmse));
  columns.push_back(ScoreColumn({"max-error", "largest error", units, 3, low}, volume, &ImageScores::maximumError));
  columns.push_back(
      ScoreColumn({"slice-psnr", "PSNR, slice mean", "dB", 2, high, 0, true}, slices, &ImageScores::psnr));
  columns.push_back(ScoreColumn({"slice-ssim", "SSIM, slice mean", "", 4, high, 0, true}, slices, &ImageScores::ssim));
}

void
AppendDeviationColumns(const std::string & units, std::vector<ColumnSource> & columns)
{
  constexpr BestValue near = BestValue::NearestToTarget;
  using Check = DeviationCheck;
  columns.push_back(DeviationColumn({"deviation-over-error", "std / error", "", 2, near, 1.0}, &Check::ratio));
  columns.push_back(DeviationColumn({"coverage-90", "90 % coverage", "", 3, near, 0.9}, &Check::coverage));
  columns.push_back(
      DeviationColumn({"correlation", "corr(|error|, std)", "", 2, BestValue::Highest}, &Check::correlation));
  columns.push_back(DeviationColumn({"correlation-ceiling", "its ceiling", "", 2, BestValue::None, 0, true},
                                    &Check::correlationCeiling));
  columns.push_back(DeviationColumn({"rank-correlation", "rank correlation", "", 2, BestValue::Highest, 0, true},
                                    &Check::rankCorrelation));
  columns.push_back(
      DeviationColumn({"calibration-error", "ENCE", "", 3, BestValue::Lowest, 0, true}, &Check::calibrationError));
  columns.push_back(
      DeviationColumn({"rms-deviation", "rms predicted", units, 4, BestValue::None, 0, true}, &Check::predicted));
  columns.push_back(DeviationColumn({"rms-error", "rms error", units, 4, BestValue::None, 0, true}, &Check::found));
  columns.push_back(
      DeviationColumn({"deviation-factor", "factor on std", "", 3, BestValue::None, 0, true}, &Check::factor));
}

void
AppendSummaryColumns(std::vector<ColumnSource> & columns)
{
  columns.push_back(SummaryColumn({"data-fit", "data fit", "", 2}, [](const Summary & s) { return s.dataFit; }));
  columns.push_back(SummaryColumn({"network-evaluations", "network calls", "", 0},
                                  [](const Summary & s) { return static_cast<double>(s.networkEvaluations); }));
  columns.push_back(SummaryColumn({"operator-evaluations", "operator calls", "", 0},
                                  [](const Summary & s) -> TableCell
                                  {
                                    // Zero: of a version that did not count them.
                                    return s.operatorEvaluations > 0
                                               ? TableCell(static_cast<double>(s.operatorEvaluations))
                                               : TableCell();
                                  }));
  columns.push_back(SummaryColumn({"seconds", "time", "s", 1}, [](const Summary & s) { return s.wallSeconds; }));
  columns.push_back(SummaryColumn({"network-seconds", "time in the network", "s", 1, BestValue::None, 0, true},
                                  [](const Summary & s) { return s.networkSeconds; }));
  columns.push_back(SummaryColumn({"operator-seconds", "time in the operator", "s", 1, BestValue::None, 0, true},
                                  [](const Summary & s) { return s.operatorSeconds; }));
  columns.push_back(
      SummaryColumn({"method", "method", "", 0, BestValue::None, 0, true}, [](const Summary & s) { return s.method; }));
  columns.push_back(SummaryColumn({"guidance", "guidance", "", 0, BestValue::None, 0, true},
                                  [](const Summary & s) { return s.guidance; }));
  columns.push_back(SummaryColumn({"steps", "steps", "", 0, BestValue::None, 0, true},
                                  [](const Summary & s) { return static_cast<double>(s.steps); }));
  columns.push_back(SummaryColumn({"samples", "samples", "", 0, BestValue::None, 0, true},
                                  [](const Summary & s) { return static_cast<double>(s.samples); }));
  columns.push_back(SummaryColumn({"seed", "seed", "", 0, BestValue::None, 0, true},
                                  [](const Summary & s) { return static_cast<double>(s.seed); }));
}

std::vector<ColumnSource>
Columns(const ComparisonInput & input)
{
  std::vector<ColumnSource> columns;
  columns.push_back({{"name", "method", "", 0, BestValue::None},
                     [](const ComparisonEntry & entry, const EntryScores &) -> TableCell { return entry.name; }});
  AppendImageColumns(input.units, columns);
  AppendDeviationColumns(input.units, columns);
  AppendSummaryColumns(columns);
  columns.push_back({{"source", "file", "", 0, BestValue::None, 0, true},
                     [](const ComparisonEntry & entry, const EntryScores &) -> TableCell { return entry.source; }});
  return columns;
}

Json
Number(double value)
{
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json
SlicesJson(const ComparisonInput & input, const EntryScores & scores)
{
  Json slices = Json::array();
  for (std::size_t i = 0; i < scores.slices.size(); ++i)
  {
    const ImageScores & slice = scores.slices[i];
    slices.push_back({{"slice", i < input.sliceNumbers.size() ? input.sliceNumbers[i] : static_cast<std::int64_t>(i)},
                      {"psnr", Number(slice.psnr)},
                      {"ssim", Number(slice.ssim)},
                      {"nrmse", Number(slice.nrmse)},
                      {"nmse", Number(slice.nmse)},
                      {"lpips", Number(slice.lpips)},
                      {"max-error", Number(slice.maximumError)}});
  }
  return slices;
}

Json
DeviationJson(const DeviationCheck & check, const std::string & meaning)
{
  Json bins = Json::array();
  for (const DeviationBin & bin : check.bins)
  {
    bins.push_back({{"predicted", bin.predicted}, {"found", bin.found}, {"count", bin.count}});
  }
  Json curve = Json::array();
  for (const CoveragePoint & point : check.curve)
  {
    curve.push_back({{"level", point.level}, {"covered", point.covered}});
  }
  return {
      {"meaning", meaning}, {"samples", check.samples}, {"factor", check.factor}, {"bins", bins}, {"coverage", curve}};
}
} // namespace

ReportTable
ComparisonTable(const ComparisonInput & input, const Comparison & comparison)
{
  const std::vector<ColumnSource> sources = Columns(input);
  ReportTable table;
  for (const ColumnSource & source : sources)
  {
    table.columns.push_back(source.column);
  }
  for (std::size_t i = 0; i < comparison.entries.size(); ++i)
  {
    std::vector<TableCell> row;
    for (const ColumnSource & source : sources)
    {
      row.push_back(source.value(input.entries.at(i), comparison.entries[i]));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string
ComparisonJson(const ComparisonInput & input, const Comparison & comparison)
{
  Json methods = Json::parse(TableJson(ComparisonTable(input, comparison)));
  for (std::size_t i = 0; i < comparison.entries.size(); ++i)
  {
    const EntryScores & scores = comparison.entries[i];
    methods[i]["slices"] = SlicesJson(input, scores);
    methods[i]["deviation"] =
        scores.deviation ? DeviationJson(*scores.deviation, scores.deviationMeaning) : Json(nullptr);
    methods[i]["command-line"] = input.entries.at(i).commandLine;
  }
  const Json object{{"title", input.title},
                    {"data", input.description},
                    {"units", input.units},
                    {"range", comparison.range},
                    {"region", comparison.region},
                    {"deviation-region", comparison.deviationRegion},
                    {"methods", std::move(methods)},
                    {"warnings", comparison.warnings}};
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}
} // namespace tweedie
