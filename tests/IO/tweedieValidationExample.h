// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieValidationExample_h
#define tweedieValidationExample_h

#include "tweedieBenchmarkCard.h"
#include "tweedieMapGrid.h"
#include "tweedieValidationReport.h"

#include <cmath>
#include <random>

namespace tweedie
{
namespace test
{
/** A verdict as a check makes it. */
inline Verdict
ExampleVerdict(const char * label, double value, double low, double high, const char * statement)
{
  Verdict verdict;
  verdict.key = label;
  verdict.label = label;
  verdict.value = value;
  verdict.low = low;
  verdict.high = high;
  verdict.statement = statement;
  return JudgeRange(verdict);
}

/** One of each state, with and without p, bounds and unit. */
inline std::vector<Verdict>
ExampleVerdicts()
{
  const double infinite = std::numeric_limits<double>::infinity();
  std::vector<Verdict> verdicts{
      ExampleVerdict("Residual of the samples", 1.03, 0.9, 1.1, "The samples explain the data at the noise level."),
      ExampleVerdict(
          "Held-out coverage", 84.6, 88.0, infinite, "Intervals are too narrow: trust the scaled ones below."),
      ExampleVerdict("Whiteness of the residual", 0.04, -infinite, 0.05, "The residual has <structure> & more."),
      ExampleVerdict("Step doubling", std::nan(""), -infinite, 0.1, "Not asked for: give --check-steps.")};
  verdicts[1].unit = "%";
  verdicts[2].state = VerdictState::Warned;
  verdicts[0].pValue = 0.31;
  verdicts[1].pValue = 2e-7;
  return verdicts;
}

inline Grid
ExampleGrid()
{
  Grid grid;
  grid.size = {1, 96, 80};
  grid.spacing = {2.0, 2.0, 2.0};
  grid.origin = {-80.0, -96.0, 10.0};
  return grid;
}

/** A disc with a brighter core; slope: how much it grows to the right. */
inline Volume
ExampleSlice(double slope)
{
  Volume volume(ExampleGrid(), Volume::Element::Real);
  float * value = volume.Data();
  for (int i = 0; i < 96 * 80; ++i)
  {
    const double y = (i / 80 - 47.5) / 44.0, x = (i % 80 - 39.5) / 34.0;
    const double r = x * x + y * y;
    value[i] = static_cast<float>((r < 1.0 ? 0.6 : 0.0) + (r < 0.2 ? 0.4 : 0.0) + slope * (1.0 + x));
  }
  return volume;
}

inline ImageGrid
ExampleImages()
{
  ImageGrid grid = MapGrid({{"posterior mean", ExampleSlice(0.0), "a.u.", ColorMap::Gray, 1},
                            {"standard deviation", ExampleSlice(0.05), "a.u.", ColorMap::Warm},
                            {"classical", ExampleSlice(0.1), "a.u.", ColorMap::Gray, 1}},
                           {{}, {}, "A disc, made by the test."});
  ImageRow blank{"slice 86", {"beside it"}, {ReportImage(), ReportImage(), ReportImage()}};
  blank.images[1].description = "no standard deviation";
  grid.rows.push_back(blank);
  return grid;
}

/** Bars with a band, and a curve in a band along the diagonal. */
inline std::vector<Plot>
ExampleCalibration()
{
  Plot histogram;
  histogram.title = "Ranks of held-out data";
  histogram.xLabel = "probability integral transform";
  histogram.yLabel = "count";
  histogram.series = {{"95 % of flat ones", {0.0, 1.0}, {}, 7, PlotKind::Band, {78.0, 78.0}, {122.0, 122.0}},
                      {"found", {}, {131.0, 104, 97, 92, 88, 90, 95, 99, 107, 137.0}, 0, PlotKind::Bars}};
  for (int i = 0; i <= 10; ++i)
  {
    histogram.series[1].x.push_back(0.1 * i);
  }
  histogram.marks = {{100.0, "flat", true}};
  histogram.description = "Ends stand higher than the middle: intervals are too narrow.";
  Plot coverage;
  coverage.title = "Coverage of the intervals";
  coverage.xLabel = "nominal level";
  coverage.yLabel = "share inside";
  coverage.isIdealDiagonal = true;
  coverage.markedX = 0.9;
  coverage.markedLabel = "90 %";
  PlotSeries band{"95 % of exact ones", {}, {}, 7, PlotKind::Band, {}, {}}, raw{"raw", {}, {}, 0};
  PlotSeries scaled{"conformal", {}, {}, 1};
  for (int i = 1; i < 20; ++i)
  {
    const double level = 0.05 * i, width = 2.0 * std::sqrt(level * (1.0 - level) / 100.0);
    for (PlotSeries * series : {&band, &raw, &scaled})
    {
      series->x.push_back(level);
    }
    band.low.push_back(level - width);
    band.high.push_back(level + width);
    raw.y.push_back(level - 0.3 * level * (1.0 - level));
    scaled.y.push_back(level + 0.04 * level * (1.0 - level));
  }
  coverage.series = {band, raw, scaled};
  return {histogram, coverage};
}

/** Standard deviations of two methods, pixel by pixel: few, many, and very many. */
inline Plot
ExampleCloud(std::size_t points)
{
  std::mt19937 generator(1);
  const auto uniform = [&generator] { return (static_cast<double>(generator()) + 0.5) / 4294967296.0; };
  Plot plot;
  plot.title = "Deviation of " + std::to_string(points) + " pixels";
  plot.xLabel = "g-factor map [a.u.]";
  plot.yLabel = "posterior [a.u.]";
  plot.isIdealDiagonal = true;
  plot.isLogarithmic = true;
  PlotSeries series{"pixels", {}, {}, 3 + points % 2, PlotKind::Points};
  for (std::size_t i = 0; i < points; ++i)
  {
    const double normal = std::sqrt(-2.0 * std::log(uniform())) * std::cos(6.283185307 * uniform());
    series.x.push_back(0.01 * std::exp(0.5 * normal));
    series.y.push_back(0.7 * series.x.back() * std::exp(0.4 * (uniform() - 0.5)));
  }
  plot.series = {series};
  return plot;
}

/** Error bars over a logarithmic axis with levels. */
inline Plot
ExampleConvergence()
{
  Plot plot;
  plot.title = "Mean of the region against steps";
  plot.xLabel = "steps";
  plot.yLabel = "mean [HU]";
  plot.isLogarithmicX = true;
  plot.series = {{"daps", {25, 50, 100, 200, 400}, {38.0, 40.5, 41.2, 41.4, 41.5}, 0, PlotKind::Curve, {}, {}},
                 {"dps", {25, 50, 100, 200, 400}, {44.0, 43.5, 43.1, 42.9, 42.8}, 5, PlotKind::Curve, {}, {}}};
  for (PlotSeries & series : plot.series)
  {
    for (const double y : series.y)
    {
      series.low.push_back(y - 0.8);
      series.high.push_back(y + 0.8);
    }
  }
  plot.marks = {{41.6, "exact", true}, {100.0, "shipped", false}};
  return plot;
}

inline BenchmarkCard
ExampleBenchmark()
{
  BenchmarkCard card;
  card.command = "tweedie validate closed-form --output out";
  card.caption = "Sliced Wasserstein distance, beside that of two exact ensembles.";
  card.table.columns = {{"method", "method", "", 0, BestValue::None},
                        {"sliced-wasserstein", "sliced Wasserstein", "", 3, BestValue::Lowest},
                        {"floor", "floor", "", 3, BestValue::None}};
  card.table.rows = {{std::string("daps"), 0.0712345678901234, 0.069}, {std::string("dps"), 1.41, 0.069}};
  return card;
}

/** A report with everything in it that there is. */
inline ValidationReport
ExampleValidation()
{
  const double nan = std::nan("");
  ValidationReport report;
  report.title = "Validation of a reconstruction";
  report.statement = "A disc of the test, 4-fold undersampled, 8 coils; σ = 0.02.";
  report.warnings = {"the noise level was estimated from the edge of k-space"};
  report.verdicts = ExampleVerdicts();
  report.verdictCaption = "Levels are shared by Holm's rule to 1 % a report.";
  report.answers = {{"Is the residual at the noise level?", "Yes: 1.03 of what is expected."},
                    {"Where does the prior decide?", "In 31 % of the image's energy."},
                    {"What would a classical reconstruction say?", "The same mean within 0.01; twice the deviation."}};
  report.facts.caseName = "case-7";
  report.facts.inputSha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  report.facts.seed = 7;
  report.facts.wallSeconds = 83.25;
  report.facts.noiseSource = "estimated";
  report.sections = {
      {ValidationPart::Benchmark, "", [](ReportDocument & page) { AddBenchmark(ExampleBenchmark(), page); }},
      {ValidationPart::Images,
       "Shown as radiologists look.",
       [](ReportDocument & page) { page.AddImages(ExampleImages()); }},
      {ValidationPart::HeldOut,
       "One of four folds of lines was predicted from the others.",
       [](ReportDocument & page) { page.AddPlots(ExampleCalibration(), "The test's numbers."); }},
      {ValidationPart::Regions,
       "",
       [nan](ReportDocument & page)
       {
         page.AddTable(RegionTable({{"white matter", 412, 0.713, {{0.69, 0.73}, {0.68, 0.75}, {0.70, 0.72}}, 0.71, 3.1},
                                    {"ventricle", 96, 0.221, {{0.20, 0.24}, {nan, nan}, {0.21, 0.23}}, 0.26, nan}},
                                   {"posterior", "conformal", "replica"},
                                   "95 %",
                                   "a.u.",
                                   3),
                       "An interval is of the region's mean.");
       }},
      {ValidationPart::Classical,
       "",
       [](ReportDocument & page) {
         page.AddPlots({ExampleCloud(60), ExampleCloud(900), ExampleCloud(20001)}, "Deviation against deviation.");
       }},
      {ValidationPart::Sampler, "", [](ReportDocument & page) { page.AddPlots({ExampleConvergence()}, ""); }}};
  report.notTested = {"Motion between the lines."};
  return report;
}
} // namespace test
} // namespace tweedie

#endif
