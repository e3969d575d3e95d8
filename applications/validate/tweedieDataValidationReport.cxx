// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataValidationReport.h"

#include "tweedieAtomicFile.h"
#include "tweedieComparison.h"
#include "tweedieDataSections.h"
#include "tweedieImageFile.h"
#include "tweedieRunRecord.h"
#include "tweedieShippedBenchmark.h"
#include "tweedieValidationReport.h"

#include <filesystem>

namespace tweedie
{
namespace
{
Volume
Scaled(const Volume & volume, double factor, double offset)
{
  Volume result = volume.Clone();
  float * values = result.Data();
  for (std::int64_t i = 0; i < result.NumberOfElements(); ++i)
  {
    values[i] = static_cast<float>(values[i] * factor + offset);
  }
  return result;
}

/** "Is the residual at the noise level?", and what else a physicist asks first. */
std::vector<std::pair<std::string, std::string>>
Answers(const DataValidation & result)
{
  const ResidualCheck & check = result.residual.check;
  std::vector<std::pair<std::string, std::string>> answers;
  answers.emplace_back("Is the residual at the noise level?",
                       "Samples leave " + FormatSignificant(check.meanPerNumber, 3) +
                           " of the noise variance in each of " + std::to_string(check.numbers) +
                           " numbers (1 is right), the mean " +
                           FormatSignificant(check.ofMean / static_cast<double>(check.numbers), 3) + " where " +
                           FormatSignificant(check.expected / static_cast<double>(check.numbers), 3) + " is expected.");
  if (result.heldOut)
  {
    answers.emplace_back("Does it predict what it has not seen?",
                         "Of " + std::to_string(result.heldOut->check.numbers) + " numbers that were left out, " +
                             FormatSignificant(100.0 * result.heldOut->coverage90, 3) +
                             " % lie in their 90 % intervals.");
  }
  if (result.nullSpace)
  {
    answers.emplace_back("Where does the prior decide?",
                         FormatSignificant(100.0 * result.nullSpace->varianceShareOfAll, 3) +
                             " % of the variance, and " + FormatSignificant(100.0 * result.nullSpace->energyShare, 2) +
                             " % of the image's energy, lie in directions that the data do not see: see the map.");
  }
  return answers;
}

ValidationReport
ReportOf(const DataImages & images,
         const StudyInput & input,
         const DataValidationOptions & options,
         const DataValidation & result,
         const CommandLine & line)
{
  ValidationReport report;
  report.title = "Can this reconstruction be believed?";
  report.statement = "One scan of which no truth is known, checked against its own data.";
  report.warnings = result.estimate.summary.warnings;
  report.verdicts = result.verdicts;
  report.verdictCaption = "A light is a stated band that leaves room for an imperfect model. p-values are adjusted for "
                          "each other (Holm), so that what is right raises a flag by any of them in " +
                          FormatSignificant(100.0 * options.level, 2) + " % of reports at most.";
  report.answers = Answers(result);
  report.facts.inputSha256 = input.digest;
  report.facts.modelSha256 = input.priorDigest;
  report.facts.modelScope = input.priorScope;
  report.facts.seed = static_cast<std::uint64_t>(options.seed);
  report.facts.noiseSource = input.noiseSource;
  report.facts.wallSeconds = result.seconds;
  report.facts.command = line.Text();
  report.facts.further = {{"date", DateText()},
                          {"method", result.estimate.summary.method},
                          {"samples", std::to_string(result.residual.check.samples)}};
  report.sections = DataSections(images, result);
  report.sections.push_back(ShippedBenchmarkSection());
  report.notTested = result.notTested;
  return report;
}
} // namespace

std::vector<std::string>
DataValidationFiles(const std::string & folder, bool hasIntervals)
{
  std::vector<std::string> files{folder + "/report.html",
                                 folder + "/report.pdf",
                                 folder + "/validation.json",
                                 folder + "/mean.nii.gz",
                                 folder + "/std.nii.gz"};
  if (hasIntervals)
  {
    files.push_back(folder + "/lower.nii.gz");
    files.push_back(folder + "/upper.nii.gz");
  }
  return files;
}

void
WriteDataValidation(const std::string & folder,
                    const StudyInput & input,
                    const DataValidationOptions & options,
                    const DataValidation & result,
                    const DataIntervals & intervals,
                    const CommandLine & line)
{
  DataImages images;
  images.mean = Scaled(Magnitude(result.estimate.mean), input.factor, input.offset);
  const VolumeEstimate & estimate = result.estimate;
  images.deviation = Scaled(estimate.magnitudeStandardDeviation.IsEmpty() ? estimate.standardDeviation
                                                                          : estimate.magnitudeStandardDeviation,
                            input.factor,
                            0.0);
  images.units = input.units;
  images.factor = input.factor;
  if (result.classical)
  {
    images.classical = Scaled(Magnitude(result.classical->mean), input.factor, input.offset);
    images.classicalDeviation = Scaled(result.classical->standardDeviation, input.factor, 0.0);
  }
  images.intervals = &intervals;
  const ValidationReport report = ReportOf(images, input, options, result, line);
  std::filesystem::create_directories(folder);
  WriteTextAtomically(folder + "/report.html", ValidationHtml(report));
  WriteTextAtomically(folder + "/report.pdf", ValidationPdf(report, ""));
  WriteTextAtomically(folder + "/validation.json", ValidationJson(report));
  WriteImage(folder + "/mean.nii.gz", images.mean);
  WriteImage(folder + "/std.nii.gz", images.deviation);
  if (const AppliedCalibration * pixels = intervals.intervals.OfPixels())
  {
    const auto [lower, upper] = PixelInterval(images.mean, images.deviation, pixels->pixelScale);
    WriteImage(folder + "/lower.nii.gz", lower);
    WriteImage(folder + "/upper.nii.gz", upper);
  }
}

std::string
DataValidationText(const DataValidation & result)
{
  std::string text;
  for (const Verdict & verdict : result.verdicts)
  {
    text += std::string(ToString(verdict.state)) + ": " + verdict.label;
    if (verdict.state != VerdictState::NotTested)
    {
      text += " " + FormatSignificant(verdict.value, 3);
    }
    if (verdict.pValue)
    {
      text += ", p = " + FormatSignificant(*verdict.pValue, 2);
    }
    text += ". " + verdict.statement + "\n";
  }
  return text;
}
} // namespace tweedie
