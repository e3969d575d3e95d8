// SPDX-License-Identifier: Apache-2.0
#include "tweedieReport.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieReportContents.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace tweedie
{
namespace
{
/** The two plots that show whether a standard deviation can be believed. */
std::vector<Plot>
CalibrationPlots(const ComparisonInput & input, const Comparison & comparison)
{
  Plot bins;
  bins.title = "True against predicted error";
  bins.xLabel = "predicted: rms(factor · std) [" + input.units + ']';
  bins.yLabel = "true: rms(error) [" + input.units + ']';
  bins.isIdealDiagonal = true;
  Plot curve;
  curve.title = "Coverage of the intervals";
  curve.xLabel = "nominal level";
  curve.yLabel = "share of true values inside";
  curve.isIdealDiagonal = true;
  curve.markedX = 0.9;
  curve.markedLabel = "90 %";
  for (std::size_t i = 0; i < comparison.entries.size(); ++i)
  {
    const EntryScores & entry = comparison.entries[i];
    if (!entry.deviation)
    {
      continue;
    }
    PlotSeries found{entry.name, {}, {}, i};
    for (const DeviationBin & bin : entry.deviation->bins)
    {
      found.x.push_back(bin.predicted);
      found.y.push_back(bin.found);
    }
    bins.series.push_back(std::move(found));
    PlotSeries covered{entry.name, {}, {}, i};
    for (const CoveragePoint & point : entry.deviation->curve)
    {
      covered.x.push_back(point.level);
      covered.y.push_back(point.covered);
    }
    curve.series.push_back(std::move(covered));
  }
  return {bins, curve};
}

ReportTable
DeviationTable(const Comparison & comparison)
{
  ReportTable table;
  constexpr BestValue near = BestValue::NearestToTarget;
  table.columns = {{"name", "method", "", 0, BestValue::None},
                   {"samples", "samples", "n", 0, BestValue::None},
                   {"ratio", "std / error", "", 2, near, 1.0},
                   {"coverage", "90 % coverage", "", 3, near, 0.9},
                   {"correlation", "corr(|error|, std)", "", 2, BestValue::Highest},
                   {"ceiling", "… at best", "calibrated", 2, BestValue::None},
                   {"rank", "rank correlation", "", 2, BestValue::Highest},
                   {"ence", "ENCE", "", 3, BestValue::Lowest},
                   {"factor", "factor", "on std", 3, BestValue::None},
                   {"meaning", "what the standard deviation is", "", 0, BestValue::None}};
  for (const EntryScores & entry : comparison.entries)
  {
    if (entry.deviation)
    {
      const DeviationCheck & check = *entry.deviation;
      table.rows.push_back({entry.name,
                            check.samples > 0 ? TableCell(static_cast<double>(check.samples)) : TableCell(),
                            check.ratio,
                            check.coverage,
                            check.correlation,
                            check.correlationCeiling,
                            check.rankCorrelation,
                            check.calibrationError,
                            check.factor,
                            entry.deviationMeaning});
    }
  }
  return table;
}

void
AddDeviationSection(const ComparisonInput & input, const Comparison & comparison, ReportDocument & page)
{
  const ReportTable table = DeviationTable(comparison);
  if (table.rows.empty())
  {
    return;
  }
  page.AddSection("Does the standard deviation predict the error?",
                  "Compared pixel by pixel " + comparison.deviationRegion + ", over all slices.");
  page.AddTable(table,
                "std / error = rms(factor · std) / rms(error): below 1 the method is more certain than it "
                "should be. The factor √(1 + 1/n) adds the Monte-Carlo error of a mean of n samples. Intervals "
                "use Student quantiles with n − 1 degrees of freedom. Even a perfect standard deviation does "
                "not reach a correlation of 1, because errors are random: the best that can be expected stands "
                "beside it.");
  page.AddPlots(CalibrationPlots(input, comparison),
                input.description +
                    " Left: pixels in groups of equal prediction. Both curves lie on the dashed diagonal for an exact "
                    "method. Left: above it the "
                    "true error is larger than predicted. Right: below it the intervals are too narrow.");
}

void
AddSliceSection(const ComparisonInput & input, const Comparison & comparison, ReportDocument & page)
{
  const std::int64_t slices = input.reference.GetGrid().size.z;
  if (slices < 2)
  {
    return;
  }
  Plot plot;
  plot.title = "PSNR of each slice";
  plot.xLabel = "slice";
  plot.yLabel = "PSNR [dB]";
  for (const EntryScores & entry : comparison.entries)
  {
    PlotSeries series{entry.name, {}, {}, plot.series.size()};
    for (std::size_t i = 0; i < entry.slices.size(); ++i)
    {
      series.x.push_back(
          static_cast<double>(i < input.sliceNumbers.size() ? input.sliceNumbers[i] : static_cast<std::int64_t>(i)));
      series.y.push_back(entry.slices[i].psnr);
    }
    plot.series.push_back(std::move(series));
  }
  page.AddSection("Slice by slice", "");
  page.AddPlots({plot}, input.description + " Range of each slice's PSNR: the maximum of the reference in that slice.");
}

void
AddDefinitions(const ComparisonInput & input, const Comparison & comparison, ReportDocument & page)
{
  page.AddSection("How the numbers were made", "");
  std::vector<std::string> items{
      "Magnitudes are compared, " + comparison.region + ", without any rescaling or registration.",
      "PSNR = 10 log10(range² / mean squared error), range = " +
          std::string(input.window ? "the width of the window that images are clipped to, "
                                   : "the reference's maximum, ") +
          FormatSignificant(comparison.range, 4) + " [" + input.units + "].",
      "SSIM after Wang et al. 2004: Gaussian window 11 × 11, sigma 1.5, the same range; slice by slice, then "
      "averaged.",
      "NRMSE = ‖image − reference‖ / ‖reference‖.",
      "Data fit = ‖y − A image‖² over its expectation for the true image: about 1 is at the noise level; a posterior "
      "mean lies somewhat below.",
      "Time is that of the whole run on the machine where it ran; calls of network and operator are per image, "
      "samples included. A call of the operator is one of A, its adjoint, their product, or a change of its basis."};
  if (!input.featureMeaning.empty())
  {
    items.push_back(input.featureMeaning);
  }
  page.AddList(items);
  AddLimits(page);
}

void
CreateFolder(const std::string & folder)
{
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (!std::filesystem::is_directory(folder))
  {
    throw UsageError("report: the folder '" + folder + "' cannot be made; a folder that can be written required");
  }
}

std::string
KindText(const Summary & summary)
{
  switch (summary.deviationKind)
  {
  case DeviationKind::Posterior:
    return "spread of " + std::to_string(summary.samples) + " posterior samples" +
           (summary.deviationOf.empty() ? "" : " by " + summary.deviationOf);
  case DeviationKind::Replica:
    return "spread over replicas with new measurement noise" +
           (summary.deviationOf.empty() ? std::string() : " (" + summary.deviationOf + ")");
  case DeviationKind::GaussianPosterior:
    return "closed-form Gaussian posterior";
  default:
    return "none";
  }
}
} // namespace

ReportDocument::Facts
EntryFacts(const ComparisonEntry & entry)
{
  ReportDocument::Facts facts;
  const auto add = [&facts](const char * name, const std::string & value)
  {
    if (!value.empty())
    {
      facts.emplace_back(name, value);
    }
  };
  const auto addCount = [&add](const char * name, std::int64_t count)
  { add(name, count == 0 ? "" : std::to_string(count)); };
  add("file", entry.source);
  add("command", entry.commandLine);
  if (entry.summary)
  {
    const Summary & summary = *entry.summary;
    add("method", summary.method + (summary.guidance.empty() ? "" : ", guidance " + summary.guidance));
    add("prior", summary.prior);
    addCount("steps", summary.steps);
    add("standard deviation", KindText(summary));
    addCount("network calls per image", summary.networkEvaluations);
    addCount("seed", static_cast<std::int64_t>(summary.seed));
    add("time", summary.wallSeconds > 0.0 ? FormatNumber(summary.wallSeconds, 1) + " s" : "");
    add("data fit", std::isnan(summary.dataFit) ? "" : FormatNumber(summary.dataFit, 3));
    add("options", summary.options);
  }
  for (const auto & [name, value] : entry.provenance)
  {
    add(name.c_str(), value);
  }
  if (!entry.summary)
  {
    add("summary", "none found beside the image: settings are not known");
  }
  return facts;
}

std::string
PageFooter()
{
  return "Tweedie " + std::string(Version) +
         ". This file is complete in itself: no scripts, nothing is loaded from elsewhere.";
}

void
AddLimits(ReportDocument & page)
{
  page.AddSection("What this page does not say", "");
  page.AddList(
      {"A posterior standard deviation is the spread of images that agree with the data and with the prior. It "
       "does not contain the prior's own error: anatomy, contrast or pathology that the training data did not "
       "show.",
       "Pixels of one image are not independent: the percentages above describe these images and are no "
       "guarantee for the next one.",
       "A better PSNR does not mean that a reader sees more, or that a lesion survives."});
}

void
FillReport(const ComparisonInput & input,
           const Comparison & comparison,
           const ComparisonReportOptions & options,
           const ComparisonFigures & figures,
           ReportDocument & page)
{
  page.AddWarnings(comparison.warnings);
  page.AddSection("Methods", "");
  const bool hasDeviation = std::any_of(comparison.entries.begin(),
                                        comparison.entries.end(),
                                        [](const EntryScores & entry) { return entry.deviation.has_value(); });
  page.AddTable(ComparisonTable(input, comparison),
                input.description + " Images compared " + comparison.region +
                    (hasDeviation ? "; standard deviations " + comparison.deviationRegion : "") + ".");
  page.AddSection("Images", "");
  page.AddImages(figures.PageGrid());
  AddDeviationSection(input, comparison, page);
  AddSliceSection(input, comparison, page);
  AddDefinitions(input, comparison, page);
  page.AddSection("Settings and provenance", "");
  for (const ComparisonEntry & entry : input.entries)
  {
    page.AddFacts(entry.name, EntryFacts(entry));
  }
  page.AddFacts("this comparison", options.provenance);
}

std::vector<std::string>
ComparisonReportFiles(const std::string & folder, const ComparisonInput & input)
{
  std::vector<std::string> files;
  for (const char * name :
       {"report.html", "table.csv", "table.json", "table.md", "figures/overview.png", "figures/reference-image.png"})
  {
    files.push_back(folder + '/' + name);
  }
  const std::vector<std::string> names = FileNames(input.entries);
  for (std::size_t i = 0; i < names.size(); ++i)
  {
    files.push_back(folder + "/figures/" + names[i] + "-image.png");
    files.push_back(folder + "/figures/" + names[i] + "-error.png");
    if (!input.entries[i].standardDeviation.IsEmpty())
    {
      files.push_back(folder + "/figures/" + names[i] + "-std.png");
    }
  }
  return files;
}

void
WriteComparisonReport(const std::string & folder,
                      const ComparisonInput & input,
                      const Comparison & comparison,
                      const ComparisonReportOptions & options)
{
  const ComparisonFigures figures(input, comparison, options.slice);
  CreateFolder(options.writesPictures ? folder + "/figures" : folder);
  if (options.writesPictures)
  {
    figures.Write(folder + "/figures");
  }
  const ReportTable table = ComparisonTable(input, comparison);
  WriteTextAtomically(folder + "/table.csv", TableCsv(table));
  WriteTextAtomically(folder + "/table.json", ComparisonJson(input, comparison));
  WriteTextAtomically(folder + "/table.md", TableMarkdown(table));
  ReportPage page(input.title, input.description);
  FillReport(input, comparison, options, figures, page);
  WriteTextAtomically(folder + "/report.html", page.Html(PageFooter()));
}
} // namespace tweedie
