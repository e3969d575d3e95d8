// SPDX-License-Identifier: Apache-2.0
#include "tweedieSimulatedSections.h"

#include "tweedieFigure.h"
#include "tweedieImageFile.h"
#include "tweedieReportImage.h"
#include "tweedieShippedBenchmark.h"
#include "tweedieSimulatedPlots.h"
#include "tweedieSimulatedTables.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace tweedie
{
namespace
{
/** The first case: truth, and of each method mean, deviation and error. */
void
ShowImages(const SimulatedKind & kind,
           const SimulatedPlan & plan,
           const std::vector<MethodCases> & results,
           const std::string & folder,
           ReportDocument & page)
{
  const Volume truth = ReadImage(folder + "/images/truth.nii.gz");
  const Window gray =
      kind.Name() == "ct" ? Window{-1000.0, 1000.0} : Window{0.0, PercentileWindow(truth, 0.1, 99.9).high};
  std::vector<std::pair<Volume, Volume>> shown;
  double largest = 0.0;
  for (const MethodCases & result : results)
  {
    const std::string name = folder + "/images/" + result.method.name;
    const Volume mean = ReadImage(name + "-mean.nii.gz");
    const bool hasDeviation = std::filesystem::exists(name + "-std.nii.gz");
    shown.emplace_back(mean, hasDeviation ? ReadImage(name + "-std.nii.gz") : Volume());
    const Volume error = VolumeFromTensor((TensorView(mean) - TensorView(truth)).abs(), truth.GetGrid());
    largest = std::max(largest, PercentileWindow(error, 0.0, 99.5).high);
  }
  const Window warm{0.0, largest};
  ImageGrid pictures;
  pictures.columns = {"truth", "estimate", "standard deviation", "|error|"};
  pictures.bars = {MakeColorBar(ColorMap::Gray, gray, kind.Units()),
                   MakeColorBar(ColorMap::Gray, gray, kind.Units()),
                   MakeColorBar(ColorMap::Warm, warm, kind.Units()),
                   MakeColorBar(ColorMap::Warm, warm, kind.Units())};
  pictures.caption = "Slice " + std::to_string(plan.slices.front()) +
                     ", first seed. Deviation and error share a window: where the error is brighter than the "
                     "deviation over an area, the method is too sure there.";
  for (std::size_t i = 0; i < results.size(); ++i)
  {
    ImageRow row{results[i].method.name, {}, {}};
    const Volume error = VolumeFromTensor((TensorView(shown[i].first) - TensorView(truth)).abs(), truth.GetGrid());
    const auto add = [&](const Volume & image, const Window & window, ColorMap map, const std::string & what)
    {
      ReportImage picture;
      picture.description = "no " + what;
      if (!image.IsEmpty())
      {
        FigurePanel panel;
        panel.image = image;
        panel.window = window;
        panel.map = map;
        picture = MakeReportImage(
            RenderSlice(panel), truth.GetGrid(), what + " of " + results[i].method.name, row.images.empty() && i == 0);
      }
      row.images.push_back(picture);
    };
    add(truth, gray, ColorMap::Gray, "truth");
    add(shown[i].first, gray, ColorMap::Gray, "estimate");
    add(shown[i].second, warm, ColorMap::Warm, "standard deviation");
    add(error, warm, ColorMap::Warm, "error");
    pictures.rows.push_back(std::move(row));
  }
  page.AddImages(pictures);
}

void
ShowCoverage(const std::vector<MethodCases> & results, ReportDocument & page)
{
  std::vector<Plot> plots;
  for (const bool byRanks : {true, false})
  {
    const Plot plot = CoveragePlot(results, byRanks);
    if (!plot.series.empty())
    {
      plots.push_back(plot);
    }
  }
  if (!plots.empty())
  {
    page.AddPlots(plots,
                  "Pixels of the object, pooled. Levels of intervals between samples are exact whatever the law of the "
                  "samples; those of mean and deviation are Student's, or normal where no samples are behind them. "
                  "Error bars: 95 %, from a bootstrap over slices.");
  }
  page.AddTable(CoverageTable(results), "Bands: 95 %, from a bootstrap over slices; too narrow below ten slices.");
}

ReportTable
RankTable(const std::vector<MethodCases> & results)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0},
                   {"quantity", "quantity", "", 0},
                   {"p", "p of one case a slice", "", 3},
                   {"chi-square", "chi-square of the histogram of all cases", "", 1},
                   {"bins", "bins", "", 0}};
  for (const MethodCases & result : results)
  {
    for (const QuantityRanks & quantity : result.summary.quantities)
    {
      const auto & histogram = quantity.histogram;
      table.rows.push_back({result.method.name,
                            quantity.name,
                            quantity.pValue,
                            histogram ? TableCell(histogram->chiSquare) : TableCell(),
                            histogram ? TableCell(static_cast<double>(histogram->counts.size())) : TableCell()});
    }
  }
  return table;
}

void
ShowRanks(const std::vector<MethodCases> & results, ReportDocument & page)
{
  std::vector<Plot> plots;
  for (const MethodCases & result : results)
  {
    if (!result.summary.quantities.empty())
    {
      plots.push_back(RankPlot(result));
      plots.push_back(HistogramPlot(result));
    }
  }
  if (plots.empty())
  {
    page.AddParagraph("No method drew samples, so that there are no ranks.");
    return;
  }
  plots.push_back(TarpPlot(results));
  page.AddPlots(plots,
                "For an exact sampler the truth is one more sample: each of its ranks is as probable as any other. "
                "Bands are those of as many cases as there are slices, because cases of one slice depend on each "
                "other. The true image is measured on a finer grid than images are reconstructed on, so that its "
                "log-likelihood is also lower by what the model lacks.");
  page.AddTable(RankTable(results), "Quantities: means of regions, random functionals, |x|², log p(y | x).");
}

/** The columns of these keys. */
ReportTable
Chosen(const ReportTable & table, const std::vector<std::string> & keys)
{
  ReportTable chosen;
  chosen.rows.resize(table.rows.size());
  for (std::size_t c = 0; c < table.columns.size(); ++c)
  {
    if (std::find(keys.begin(), keys.end(), table.columns[c].key) != keys.end())
    {
      chosen.columns.push_back(table.columns[c]);
      for (std::size_t r = 0; r < table.rows.size(); ++r)
      {
        chosen.rows[r].push_back(table.rows[r][c]);
      }
    }
  }
  return chosen;
}

void
ShowMethods(const SimulatedKind & kind, const std::vector<MethodCases> & results, ReportDocument & page)
{
  const ReportTable table = MethodTable(results, kind.Units());
  page.AddTable(Chosen(table,
                       {"method",
                        "cases",
                        "slices",
                        "samples",
                        "psnr",
                        "error",
                        "deviation-over-error",
                        "crps",
                        "data-fit",
                        "seconds"}),
                "Means over cases. Predicted / found error: 1 is right, below 1 too sure. CRPS: lower is better. Data "
                "fit: 1 is the noise level, of a mean somewhat less.");
  page.AddTable(
      Chosen(table,
             {"method",
              "gain",
              "gain-expected",
              "ence",
              "ence-oracle",
              "spearman",
              "spearman-oracle",
              "ause",
              "ause-random",
              "tarp"}),
      "The mean of exact samples gains what the next column says over one of them. ENCE, Spearman and AUSE stand "
      "beside what deviations would get whose errors are truly drawn from them, or that say nothing.");
  const ReportTable split = SplitTable(results);
  if (!split.rows.empty())
  {
    page.AddTable(split,
                  "The error as the part that the data see, by conjugate gradients on the least-norm solution, and the "
                  "rest, where the prior alone decides.");
  }
}

void
ShowCalibration(const std::vector<MethodCases> & results, bool ofRegions, ReportDocument & page)
{
  const ReportTable table = CalibrationTable(results, ofRegions);
  if (table.rows.empty())
  {
    return;
  }
  std::string caption;
  for (const MethodCases & result : results)
  {
    if (result.calibration && caption.empty())
    {
      const CaseCalibration & calibration = *result.calibration;
      caption = "Scales from " + std::to_string(calibration.fitCases) + " cases of " +
                std::to_string(calibration.fitGroups) + " slices, tested on " + std::to_string(calibration.testCases) +
                " cases of " + std::to_string(calibration.testGroups) +
                " other slices. With n cases a scale is cautious by up to 1/(n + 1) of coverage. Both parts are slices "
                "of one image: the promise is for further slices like them, not "
                "for another person, scanner, protocol, pixel or lesion.";
    }
  }
  page.AddTable(table, caption);
}

/** Truth and estimate of each region over the cases. */
void
ShowRegions(const SimulatedKind & kind, const std::vector<MethodCases> & results, ReportDocument & page)
{
  const int digits = kind.Units() == "HU" ? 2 : 4;
  ReportTable table;
  table.columns = {{"method", "method", "", 0},
                   {"region", "region", "", 0},
                   {"cases", "cases", "", 0},
                   {"bias", "mean error", kind.Units(), digits},
                   {"error", "rms error", kind.Units(), digits},
                   {"deviation", "standard deviation", kind.Units(), digits}};
  for (const MethodCases & result : results)
  {
    std::map<std::string, std::vector<RegionScore>> regions;
    for (const GroupedCase & one : result.cases)
    {
      for (const auto & [name, region] : one.score.regions)
      {
        regions[name].push_back(region);
      }
    }
    for (const auto & [name, scores] : regions)
    {
      double bias = 0.0, square = 0.0, variance = 0.0;
      for (const RegionScore & score : scores)
      {
        const auto count = static_cast<double>(scores.size());
        bias += (score.estimate - score.truth) / count;
        square += std::pow(score.estimate - score.truth, 2) / count;
        variance += std::pow(score.deviation, 2) / count;
      }
      table.rows.push_back(
          {result.method.name, name, static_cast<double>(scores.size()), bias, std::sqrt(square), std::sqrt(variance)});
    }
  }
  page.AddTable(table, "Means of regions. The deviation is that of the mean over the region, from its samples.");
}
} // namespace

std::vector<ValidationSection>
SimulatedSections(const SimulatedKind & kind,
                  const SimulatedPlan & plan,
                  const std::vector<MethodCases> & results,
                  const std::string & folder)
{
  const auto isKind = [&](bool isClassical)
  {
    return std::any_of(results.begin(),
                       results.end(),
                       [=](const MethodCases & result) { return result.method.isClassical == isClassical; });
  };
  std::vector<ValidationSection> sections;
  sections.push_back({ValidationPart::Images, "", [&, folder](ReportDocument & page) {
                        ShowImages(kind, plan, results, folder, page);
                      }});
  if (isKind(false))
  {
    sections.push_back({ValidationPart::Regions,
                        "",
                        [&](ReportDocument & page)
                        {
                          ShowRegions(kind, results, page);
                          ShowCalibration(results, true, page);
                        }});
  }
  if (isKind(true))
  {
    sections.push_back(
        {ValidationPart::Classical,
         "Classical methods stand in the same tables. gaussian-field draws from the posterior of its own prior; the "
         "deviation of the others is the spread over new noise: what they always get wrong is not in it, so that it "
         "covers the truth only where noise is all that is wrong.",
         [](ReportDocument &) {}});
  }
  sections.push_back({ValidationPart::Truth,
                      "",
                      [&](ReportDocument & page)
                      {
                        ShowMethods(kind, results, page);
                        ShowCoverage(results, page);
                        ShowCalibration(results, false, page);
                        ShowRanks(results, page);
                      }});
  sections.push_back(ShippedBenchmarkSection());
  return sections;
}
} // namespace tweedie
