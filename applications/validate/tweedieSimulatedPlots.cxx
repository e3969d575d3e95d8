// SPDX-License-Identifier: Apache-2.0
#include "tweedieSimulatedPlots.h"

#include <cmath>
#include <set>

namespace tweedie
{
namespace
{
constexpr std::size_t bandStyle = 7;

PlotSeries
CurveOf(const std::string & name, const std::vector<LevelCoverage> & curve, std::size_t style)
{
  PlotSeries series{name, {}, {}, style};
  for (const LevelCoverage & point : curve)
  {
    series.x.push_back(point.level);
    series.y.push_back(point.covered);
    if (!std::isnan(point.low))
    {
      series.low.push_back(point.low);
      series.high.push_back(point.high);
    }
  }
  return series;
}

PlotSeries
DepartureOf(const QuantityRanks & quantity, std::size_t style)
{
  PlotSeries series{quantity.name, quantity.curve.position, {}, style};
  for (std::size_t i = 0; i < quantity.curve.position.size(); ++i)
  {
    series.y.push_back(quantity.curve.found[i] - quantity.curve.position[i]);
  }
  return series;
}
} // namespace

Plot
CoveragePlot(const std::vector<MethodCases> & results, bool byRanks)
{
  Plot plot;
  plot.title = byRanks ? "Intervals between samples" : "Intervals from mean and deviation";
  plot.xLabel = "level";
  plot.yLabel = "truths inside";
  plot.isIdealDiagonal = true;
  plot.description = "Share of true pixels inside intervals of each level; above the line: not sure enough.";
  for (std::size_t i = 0; i < results.size(); ++i)
  {
    const CaseSummary & summary = results[i].summary;
    const auto & curve = byRanks ? summary.byRanks : summary.byDeviations;
    if (!curve.empty())
    {
      plot.series.push_back(CurveOf(results[i].method.name, curve, i));
    }
  }
  return plot;
}

Plot
RankPlot(const MethodCases & result)
{
  Plot plot;
  plot.title = result.method.name + ": ranks of the truth";
  plot.xLabel = "z";
  plot.yLabel = "F(z) − z";
  plot.marks = {{0.0, "exact sampler", true}};
  plot.description = "Share of ranks below z less z, for each quantity; outside the band an exact sampler is seldom.";
  std::set<std::string> seen; // of region-1, region-2, ... one; the table has them all
  std::size_t style = 0;
  for (const QuantityRanks & quantity : result.summary.quantities)
  {
    const RankCurve & curve = quantity.curve;
    if (plot.series.empty())
    {
      PlotSeries band{"95 % of exact samplers", curve.position, {}, bandStyle, PlotKind::Band, {}, {}};
      for (std::size_t i = 0; i < curve.position.size(); ++i)
      {
        band.low.push_back(curve.low[i] - curve.position[i]);
        band.high.push_back(curve.high[i] - curve.position[i]);
      }
      plot.series.push_back(band);
    }
    if (seen.insert(quantity.name.substr(0, quantity.name.find('-'))).second)
    {
      plot.series.push_back(DepartureOf(quantity, style++));
    }
  }
  return plot;
}

Plot
HistogramPlot(const MethodCases & result)
{
  Plot plot;
  plot.title = result.method.name + ": ranks of pixels";
  plot.xLabel = "rank of the truth among the samples";
  plot.yLabel = "frequency over even";
  plot.marks = {{1.0, "exact sampler", true}};
  plot.description = "Histogram of pixel ranks; high ends: too sure, high middle: not sure enough, a slope: off.";
  PlotSeries bars{"pixels", {}, {}, 0, PlotKind::Bars};
  std::vector<double> shares(result.cases.front().score.rankShares.size(), 0.0);
  for (const GroupedCase & one : result.cases)
  {
    for (std::size_t i = 0; i < shares.size(); ++i)
    {
      shares[i] += one.score.rankShares[i] / static_cast<double>(result.cases.size());
    }
  }
  for (std::size_t i = 0; i < shares.size(); ++i)
  {
    bars.x.push_back(static_cast<double>(i) - 0.5);
    bars.y.push_back(shares[i] * static_cast<double>(shares.size()));
  }
  bars.x.push_back(static_cast<double>(shares.size()) - 0.5);
  plot.series = {bars};
  return plot;
}

Plot
TarpPlot(const std::vector<MethodCases> & results)
{
  Plot plot;
  plot.title = "Balls about random points (TARP)";
  plot.xLabel = "credibility level";
  plot.yLabel = "expected coverage";
  plot.isIdealDiagonal = true;
  plot.description = "Expected coverage of balls about random points near the data.";
  for (std::size_t i = 0; i < results.size(); ++i)
  {
    if (results[i].summary.tarp)
    {
      const Tarp & tarp = *results[i].summary.tarp;
      plot.series.push_back({results[i].method.name, tarp.level, tarp.coverage, i});
    }
  }
  return plot;
}
} // namespace tweedie
