// SPDX-License-Identifier: Apache-2.0
#include "tweedieEstimateReport.h"

#include "tweedieAtomicFile.h"
#include "tweedieDicomEstimate.h"
#include "tweedieError.h"
#include "tweedieImagePart.h"
#include "tweedieReportContents.h"
#include "tweedieReportImage.h"
#include "tweedieReportPdf.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

namespace tweedie
{
namespace
{
std::string
ExtensionOf(const std::string & path)
{
  return std::filesystem::path(path).extension().string();
}

/** Without those of other methods. */
std::string
OwnOptions(const Summary & summary, const std::vector<std::string> & methods)
{
  using Json = nlohmann::ordered_json;
  Json json = Json::parse(summary.options, nullptr, false);
  if (!json.is_object())
  {
    return summary.options;
  }
  for (const std::string & method : methods)
  {
    const std::string prefix = method + "-";
    const bool isOther = summary.method != method && summary.deviationOf != method;
    const Json all = json;
    for (auto item = all.begin(); item != all.end(); ++item)
    {
      if (isOther && item.key().rfind(prefix, 0) == 0)
      {
        json.erase(item.key());
      }
    }
  }
  return json.dump();
}

double
RootMeanSquare(const Volume & volume, std::int64_t slice)
{
  const Axes<std::int64_t> & size = volume.GetGrid().size;
  const std::int64_t count = size.y * size.x;
  const float * first = volume.Data() + slice * count;
  const double sum =
      std::accumulate(first, first + count, 0.0, [](double total, float value) { return total + value * value; });
  return std::sqrt(sum / static_cast<double>(count));
}

Window
ImageWindow(const EstimateReport & report, const Volume & image)
{
  if (report.window)
  {
    return {report.window->low, report.window->high};
  }
  return {std::min(0.0, PercentileWindow(image, 0.1, 99.9).low), PercentileWindow(image, 0.1, 99.9).high};
}

ImageGrid
Pictures(const EstimateReport & report)
{
  const Volume image = Magnitude(report.entry.image);
  const Volume & deviation = report.entry.standardDeviation;
  const Grid & grid = image.GetGrid();
  FigurePanel shown;
  shown.image = image;
  shown.window = ImageWindow(report, image);
  FigurePanel spread;
  spread.image = deviation;
  spread.map = ColorMap::Warm;
  ImageGrid pictures;
  pictures.columns = {report.entry.name};
  pictures.bars = {MakeColorBar(ColorMap::Gray, shown.window, report.units)};
  if (!deviation.IsEmpty())
  {
    spread.window = {0.0, PercentileWindow(deviation, 0.0, 99.5).high};
    pictures.columns.emplace_back("standard deviation");
    pictures.bars.emplace_back(MakeColorBar(ColorMap::Warm, spread.window, report.units));
  }
  for (const std::int64_t slice : ShownSlices(grid.size.z))
  {
    shown.slice = spread.slice = slice;
    ImageRow row{"slice " + std::to_string(slice + 1), {}, {}};
    row.images.push_back(MakeReportImage(RenderSlice(shown), grid, report.entry.name + ", " + row.name, true));
    if (!deviation.IsEmpty())
    {
      row.lines = {"rms deviation " + FormatSignificant(RootMeanSquare(deviation, slice), 3) + ' ' + report.units};
      row.images.push_back(MakeReportImage(RenderSlice(spread), grid, "standard deviation, " + row.name, false));
    }
    pictures.rows.push_back(std::move(row));
  }
  pictures.caption = report.statement + " Slices are numbered from 1, as in the series that was written.";
  return pictures;
}

/** log10 of a pattern, four decades from its largest value down. */
Volume
Logarithm(const Volume & pattern)
{
  Volume result = pattern.Clone();
  float * values = result.Data();
  const std::int64_t count = result.NumberOfElements();
  const float largest = *std::max_element(values, values + count);
  const float least = std::max(largest * 1e-4F, 1e-30F);
  std::transform(values, values + count, values, [least](float v) { return std::log10(std::max(v, least)); });
  return result;
}

/** A row of what stands beside the result for each slice that is shown. */
void
AddBeside(const EstimateReport & report, ReportDocument & page)
{
  if (report.beside.empty())
  {
    return;
  }
  ImageGrid pictures;
  pictures.caption = report.besideCaption;
  std::vector<FigurePanel> panels;
  for (const EstimatePicture & one : report.beside)
  {
    FigurePanel panel;
    panel.image = one.isLogarithmic ? Logarithm(one.image) : Magnitude(one.image);
    panel.window = one.isLogarithmic ? PercentileWindow(panel.image, 0.0, 100.0) : ImageWindow(report, panel.image);
    pictures.columns.push_back(one.name);
    pictures.bars.emplace_back(MakeColorBar(ColorMap::Gray, panel.window, one.isLogarithmic ? "log10" : report.units));
    panels.push_back(panel);
  }
  for (const std::int64_t slice : ShownSlices(report.entry.image.GetGrid().size.z))
  {
    ImageRow row{"slice " + std::to_string(slice + 1), {}, {}};
    for (std::size_t i = 0; i < panels.size(); ++i)
    {
      panels[i].slice = slice;
      row.images.push_back(MakeReportImage(
          RenderSlice(panels[i]), panels[i].image.GetGrid(), pictures.columns[i] + ", " + row.name, false));
    }
    pictures.rows.push_back(std::move(row));
  }
  page.AddSection("Data, and other methods", "");
  page.AddImages(pictures);
}

/** Intervals, with what is promised of them. */
void
AddIntervals(const EstimateReport & report, ReportDocument & page)
{
  if (report.calibration.empty() && report.regions.rows.empty())
  {
    return;
  }
  page.AddSection("Intervals", "");
  if (!report.regions.rows.empty())
  {
    page.AddTable(
        report.regions,
        "Means over regions. Posterior: Student intervals of the samples, which say what the method believes. "
        "Calibrated: the deviation times a factor that was right for cases whose truth is known.");
  }
  for (const auto & [name, text] : report.calibration)
  {
    page.AddParagraph(name + ": " + text);
  }
}

void
FillWithoutReference(const EstimateReport & report, ReportDocument & page)
{
  page.AddWarnings(report.entry.summary ? report.entry.summary->warnings : std::vector<std::string>());
  page.AddSection("Images", "");
  page.AddImages(Pictures(report));
  AddIntervals(report, page);
  AddBeside(report, page);
  page.AddParagraph("What was measured is not known otherwise, so that nothing here is held against it. Whether the "
                    "standard deviation can be believed shows only where the true image is known.");
  AddLimits(page);
  page.AddSection("Settings and provenance", "");
  page.AddFacts(report.entry.name, EntryFacts(report.entry));
  if (!report.provenance.empty())
  {
    page.AddFacts("this run", report.provenance);
  }
}

void
Fill(const EstimateReport & report, ReportDocument & page)
{
  if (report.reference.IsEmpty())
  {
    FillWithoutReference(report, page);
    return;
  }
  ComparisonInput input;
  input.title = report.title;
  input.description = report.statement;
  input.units = report.units;
  input.window = report.window;
  input.reference = report.reference;
  input.entries = {report.entry};
  const Comparison comparison = CompareWithReference(input);
  ComparisonReportOptions options;
  options.provenance = report.provenance;
  FillReport(input, comparison, options, ComparisonFigures(input, comparison, options.slice), page);
  AddIntervals(report, page);
}
} // namespace

EstimateReport
DescribeEstimate(const VolumeEstimate & estimate,
                 const std::string & part,
                 const std::vector<std::string> & methods,
                 bool isDeterministic)
{
  const Summary & summary = estimate.summary;
  const bool isPosterior = !summary.prior.empty();
  EstimateReport report;
  report.title = (isPosterior ? "Posterior mean: " : "Reconstruction: ") + summary.method;
  report.statement = "Reconstruction of measured data.";
  report.entry.name = isPosterior ? "posterior mean" : summary.method;
  report.entry.image = ImagePart(estimate.mean, part);
  if (summary.deviationKind != DeviationKind::None)
  {
    report.entry.standardDeviation = PartDeviation(estimate, part);
  }
  report.entry.summary = ToldSummary(summary, isDeterministic);
  report.entry.summary->options = OwnOptions(*report.entry.summary, methods);
  return report;
}

void
RequireReportName(const std::string & path)
{
  if (!path.empty() && ExtensionOf(path) != ".html" && ExtensionOf(path) != ".pdf")
  {
    throw UsageError("--report: given " + path + "; required a name that ends in .html or .pdf");
  }
}

void
WriteEstimateReport(const std::string & path, const EstimateReport & report, const std::string & date)
{
  RequireReportName(path);
  WriteTextAtomically(path, ExtensionOf(path) == ".pdf" ? EstimateReportPdf(report, date) : EstimateReportHtml(report));
}

std::string
EstimateReportHtml(const EstimateReport & report)
{
  ReportPage page(report.title, report.statement);
  Fill(report, page);
  return page.Html(PageFooter());
}

std::string
EstimateReportPdf(const EstimateReport & report, const std::string & date)
{
  ReportPdf pages(report.title, report.statement, date);
  Fill(report, pages);
  return pages.Bytes("Tweedie " + std::string(Version));
}
} // namespace tweedie
