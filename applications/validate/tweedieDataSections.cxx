// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataSections.h"

#include "tweedieDeviationComparison.h"
#include "tweedieMapGrid.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** A map [B, 1 or z, z or 1, y, x] or [B, z, y, x] of the study on the grid of the image. */
Volume
OnGrid(const at::Tensor & map, const Grid & grid)
{
  return VolumeFromTensor(map.reshape({1, grid.size.z, grid.size.y, grid.size.x}), grid);
}

void
AddCalibrations(const DataIntervals & intervals, ReportDocument & page)
{
  for (const auto & [name, text] : CalibrationFacts(intervals.intervals))
  {
    page.AddParagraph(name + ": " + text);
  }
}

void
ShowRegions(const DataImages & images, ReportDocument & page)
{
  const DataIntervals & shown = *images.intervals;
  std::string caption = "Means over the labels of --roi, slice by slice. Posterior: Student intervals of the samples, "
                        "which say what the method believes.";
  if (shown.classical)
  {
    caption += " " + shown.classical->name +
               ": what fresh noise does to a classical mean, which knows nothing of what "
               "the data do not see.";
  }
  if (shown.intervals.HasRegionScales())
  {
    caption += " Calibrated: the deviation times a factor that was right for cases whose truth is known.";
  }
  page.AddTable(
      IntervalTable(shown.intervals, shown.regions, shown.classical, shown.factor, shown.offset, images.units),
      caption);
  AddCalibrations(shown, page);
}

void
ShowImages(const DataImages & images, const DataValidation & result, ReportDocument & page)
{
  std::vector<MapColumn> columns{{"posterior mean", images.mean, images.units},
                                 {"standard deviation", images.deviation, images.units, ColorMap::Warm}};
  if (result.nullSpace)
  {
    columns.push_back({"share of the variance that the data do not see",
                       OnGrid(result.nullSpace->varianceShare, images.mean.GetGrid()),
                       "0 to 1",
                       ColorMap::Warm,
                       -1,
                       Window{0.0, 1.0}});
  }
  const AppliedCalibration * pixels = images.intervals->intervals.OfPixels();
  if (pixels != nullptr)
  {
    const at::Tensor half = TensorView(images.deviation) * pixels->pixelScale;
    columns.push_back({"calibrated interval, half of its length",
                       VolumeFromTensor(half, images.deviation.GetGrid()),
                       images.units,
                       ColorMap::Warm});
  }
  page.AddImages(MapGrid(columns, {{}, {}, "Where the share is near 1 the prior alone decides what varies."}));
  if (images.intervals->regions.empty())
  {
    AddCalibrations(*images.intervals, page);
  }
}

Plot
PlotOf(const std::string & title, const std::string & x, const std::string & y, const std::vector<PlotSeries> & series)
{
  Plot plot;
  plot.title = title;
  plot.xLabel = x;
  plot.yLabel = y;
  plot.series = series;
  return plot;
}

ReportTable
GroupTable(const DataValidation & result)
{
  ReportTable table;
  table.columns = {{"group", "coil, view or pattern", "", 0},
                   {"numbers", "numbers", "", 0},
                   {"samples", "of samples", "", 3},
                   {"mean", "of the mean", "", 3}};
  for (const GroupResidual & row : result.residual.groups)
  {
    table.rows.push_back(
        {static_cast<double>(row.group + 1), static_cast<double>(row.numbers), row.ofSamples, row.ofMean});
  }
  return table;
}

void
ShowResiduals(const DataImages & images, const DataValidation & result, ReportDocument & page)
{
  const ResidualAudit & audit = result.residual;
  constexpr std::size_t mostRows = 40;
  const ReportTable table = GroupTable(result);
  const std::string caption = "|W (y - A x)|^2 over the number of data; 1 is the noise level for samples, the mean has "
                              "less: " +
                              FormatSignificant(audit.check.expected / static_cast<double>(audit.check.numbers), 3) +
                              " over all.";
  if (table.rows.size() <= mostRows)
  {
    page.AddTable(table, caption);
  }
  else
  {
    PlotSeries samples{"samples", {}, {}, 0}, mean{"mean", {}, {}, 1};
    for (const GroupResidual & row : audit.groups)
    {
      samples.x.push_back(static_cast<double>(row.group + 1));
      mean.x.push_back(static_cast<double>(row.group + 1));
      samples.y.push_back(row.ofSamples);
      mean.y.push_back(row.ofMean);
    }
    Plot plot = PlotOf("Residual by group", "coil, view or pattern", "over the noise level", {samples, mean});
    plot.marks = {{1.0, "noise level", true}};
    page.AddPlots({plot}, caption);
  }
  if (audit.structure.defined())
  {
    const Volume map = OnGrid(audit.structure, images.mean.GetGrid());
    const double high = std::max(audit.structureLevel, audit.structurePeak);
    page.AddImages(
        MapGrid({{"structure of the residual", map, "deviations of noise", ColorMap::Warm, -1, Window{0.0, high}}},
                {{},
                 {},
                 "The mean's residual taken back to the image, averaged over " + std::to_string(audit.structureWidth) +
                     " x " + std::to_string(audit.structureWidth) + " pixels. White noise stays below " +
                     FormatSignificant(audit.structureLevel, 3) + " everywhere in 99 of 100 cases."}));
  }
}

Plot
RankPlot(const HeldOutAudit & audit)
{
  PlotSeries bars{"held-out data", {}, {}, 0, PlotKind::Bars};
  const auto ranks = static_cast<double>(audit.rankCounts.size());
  for (std::size_t i = 0; i < audit.rankCounts.size(); ++i)
  {
    bars.x.push_back(static_cast<double>(i) - 0.5);
    bars.y.push_back(static_cast<double>(audit.rankCounts[i]) * ranks / static_cast<double>(audit.check.numbers));
  }
  bars.x.push_back(ranks - 0.5);
  Plot plot = PlotOf("Rank among its predictions", "rank", "frequency over even", {bars});
  plot.marks = {{1.0, "exact sampler", true}};
  plot.description = "Histogram of the ranks of held-out data among their predictions.";
  return plot;
}

Plot
CoveragePlot(const HeldOutAudit & audit)
{
  PlotSeries found{"rank intervals", {}, {}, 0};
  for (const RankCoverage & point : audit.check.coverage)
  {
    found.x.push_back(point.level);
    found.y.push_back(point.covered);
  }
  Plot plot = PlotOf("Coverage of held-out data", "level", "covered", {found});
  plot.isIdealDiagonal = true;
  plot.description = "Share of held-out data inside intervals of each level.";
  return plot;
}

void
ShowHeldOut(const HeldOutAudit & audit, ReportDocument & page)
{
  page.AddPlots({RankPlot(audit), CoveragePlot(audit)},
                "Lines were left out in " + std::to_string(audit.folds) + " parts in turn and predicted by " +
                    std::to_string(audit.check.draws) +
                    " samples from the rest, noise included. This judges a reconstruction from fewer lines than the "
                    "whole scan has.");
  ReportTable table;
  table.columns = {{"what", "", "", 0}, {"value", "value", "", 3}, {"error", "standard error", "", 3}};
  table.rows = {{"covered by 90 % intervals", audit.coverage90, audit.coverageError},
                {"error predicted over found", audit.deviationRatio, audit.deviationError},
                {"predicted error over the noise", audit.predictedRms, {}},
                {"share of the predicted variance beyond noise", audit.beyondNoise, {}},
                {"ranked probability score over the noise (0.564 if the truth were known)", audit.check.score, {}}};
  page.AddTable(table, "Standard errors take lines as independent of each other.");
}

void
ShowSampler(const DataValidation & result, ReportDocument & page)
{
  ReportTable table;
  table.columns = {{"what", "", "", 0}, {"value", "value", "", 3}, {"error", "standard error", "", 3}};
  const auto n = static_cast<double>(result.residual.check.samples);
  table.rows = {
      {"relative Monte-Carlo error of the standard deviation, a pixel", 1.0 / std::sqrt(2.0 * (n - 1.0)), {}}};
  if (result.doubling)
  {
    table.rows.push_back({"shift of the mean with twice the steps, standard deviations", result.doubling->shift, {}});
    table.rows.push_back({"standard deviation with twice the steps over that with the steps given",
                          result.doubling->deviationRatio,
                          result.doubling->deviationError});
    table.rows.push_back(
        {"change of the mean over Monte-Carlo error, squared", result.doubling->change, result.doubling->changeSpread});
  }
  page.AddTable(table, "Chains are independent, so that there is no mixing to be waited for.");
}
/** Where the object is: a twentieth of the largest value and more above the smallest. */
at::Tensor
ObjectMask(const Volume & mean)
{
  const at::Tensor values = TensorView(mean);
  const double low = values.min().item<double>(), high = PercentileWindow(mean, 0.1, 99.9).high;
  return values.gt(low + 0.05 * (high - low));
}

void
ShowClassical(const DataImages & images, const DataValidation & result, ReportDocument & page)
{
  const std::string name = result.classical->summary.method;
  const at::Tensor posterior = TensorView(result.estimate.standardDeviation);
  const at::Tensor other = TensorView(result.classical->standardDeviation);
  const DeviationComparison compared = CompareDeviations(posterior, other, ObjectMask(images.mean));
  const Volume ratio = VolumeFromTensor(compared.ratio, images.mean.GetGrid());
  page.AddImages(MapGrid({{"posterior mean", images.mean, images.units, ColorMap::Gray, 0},
                          {name, images.classical, images.units, ColorMap::Gray, 0},
                          {"deviation of " + name, images.classicalDeviation, images.units, ColorMap::Warm},
                          {"that over the posterior's", ratio, "ratio", ColorMap::Warm, -1, Window{0.0, 3.0}}},
                         {{}, {}, "The same data by a classical method, with the same window."}));
  PlotSeries points{"pixels of the object", {}, {}, 0, PlotKind::Points};
  for (std::int64_t i = 0; i < compared.pairs.size(0); ++i)
  {
    points.x.push_back(compared.pairs[i][0].item<double>());
    points.y.push_back(compared.pairs[i][1].item<double>());
  }
  Plot plot = PlotOf("Standard deviations", "posterior, " + images.units, name + ", " + images.units, {points});
  for (double & value : plot.series.front().x)
  {
    value *= images.factor;
  }
  for (double & value : plot.series.front().y)
  {
    value *= images.factor;
  }
  plot.isIdealDiagonal = true;
  plot.description = "Standard deviation of the classical method against that of the posterior, pixel by pixel.";
  page.AddPlots({plot},
                "Root mean squares in the object: " + name + " over posterior " +
                    FormatSignificant(compared.ofMeans, 3) + ", rank correlation " +
                    FormatSignificant(compared.rankCorrelation, 2) + ".");
  page.AddList({std::string("posterior: ") + QuestionOf(DeviationKind::Posterior),
                name + ": " + QuestionOf(result.classical->summary.deviationKind)});
}
} // namespace

std::vector<ValidationSection>
DataSections(const DataImages & images, const DataValidation & result)
{
  std::vector<ValidationSection> sections;
  sections.push_back({ValidationPart::Images, "", [&](ReportDocument & page) { ShowImages(images, result, page); }});
  sections.push_back(
      {ValidationPart::DataConsistency, "", [&](ReportDocument & page) { ShowResiduals(images, result, page); }});
  if (!images.intervals->regions.empty())
  {
    sections.push_back({ValidationPart::Regions, "", [&](ReportDocument & page) { ShowRegions(images, page); }});
  }
  if (result.heldOut)
  {
    sections.push_back(
        {ValidationPart::HeldOut, "", [&](ReportDocument & page) { ShowHeldOut(*result.heldOut, page); }});
  }
  if (result.classical)
  {
    sections.push_back(
        {ValidationPart::Classical, "", [&](ReportDocument & page) { ShowClassical(images, result, page); }});
  }
  sections.push_back({ValidationPart::Sampler, "", [&](ReportDocument & page) { ShowSampler(result, page); }});
  return sections;
}
} // namespace tweedie
