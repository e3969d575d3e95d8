// SPDX-License-Identifier: Apache-2.0
#include "tweedieCompareInput.h"
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieModelFile.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReportFolder.h"
#include "tweedieRunOptions.h"
#include "tweedieRunRecord.h"
#include "tweedieSuite.h"
#include "tweedieSuiteSupport.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr char reportHeading[] = "Report";
constexpr char suiteHeading[] = "Suite";

/** The index of the slice to show; slices may have numbers of their own. */
std::int64_t
ShownSlice(const ComparisonInput & input, const std::optional<std::int64_t> & slice)
{
  if (!slice)
  {
    return -1;
  }
  const std::vector<std::int64_t> & numbers = input.sliceNumbers;
  const auto found = std::find(numbers.begin(), numbers.end(), *slice);
  const std::int64_t index = numbers.empty() ? *slice : found - numbers.begin();
  if (index >= input.reference.GetGrid().size.z)
  {
    throw UsageError("--slice: given " + std::to_string(*slice) + "; required one of the reference's slices");
  }
  return index;
}

const SuiteRow &
FindSuite(const std::string & name)
{
  std::string known;
  for (const SuiteRow & row : SuiteTable())
  {
    if (row.name == name)
    {
      return row;
    }
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  throw UsageError("--suite: given " + name + "; required one of " + known);
}

/** The two ways to use the command exclude each other. */
void
CheckUse(const CommandLine & line, const CompareFiles & files, const SuiteOptions & suite)
{
  if (files.output.empty())
  {
    throw UsageError("--output: not given; required a folder");
  }
  if (files.isFidUnbiased && files.featureNetwork.empty())
  {
    throw UsageError("--fid-unbiased: given without a network; required --feature-network FILE");
  }
  if (suite.suite.empty())
  {
    const std::vector<std::string> given = line.GivenUnder(suiteHeading);
    if (!given.empty())
    {
      throw UsageError("--" + given.front() + ": belongs to --suite, which is not given; required --suite NAME");
    }
    if (files.reference.empty() || files.images.empty())
    {
      throw UsageError("--reference and at least one image: not given; required both, or --suite");
    }
    return;
  }
  if (!files.images.empty() || !line.GivenUnder(reportHeading).empty() || !files.reference.empty())
  {
    throw UsageError("--suite: given with images or flags that compare them; required one or the other");
  }
  const bool needsFiles = FindSuite(suite.suite).needsFiles;
  if (!needsFiles && !files.featureNetwork.empty())
  {
    throw UsageError("--feature-network: given with --suite " + suite.suite +
                     ", which has no images; required without");
  }
  if (needsFiles && (suite.image.empty() || suite.prior.empty()))
  {
    throw UsageError("--image and --prior: not given; required both for --suite");
  }
}

void
CompareImages(const CommandLine & line, const CompareFiles & files, const CompareTexts & texts, bool overwrite)
{
  ReportFolder folder(files.output, overwrite);
  const ComparisonInput input = ReadComparison(files, texts);
  folder.RequireFree(ComparisonReportFiles(files.output, input));
  ComparisonReportOptions options;
  options.slice = ShownSlice(input, texts.slice);
  const Comparison comparison = CompareWithReference(input);
  options.provenance = {{"command", line.Text()}, {"date", DateText()}, {"reference", files.reference}};
  if (!std::filesystem::is_directory(files.reference)) // a series of DICOM files
  {
    options.provenance.emplace_back("reference SHA-256", FileSha256(files.reference));
  }
  folder.Write([&] { WriteComparisonReport(files.output, input, comparison, options); });
  for (const std::string & warning : comparison.warnings)
  {
    Warn(warning);
  }
  const ImageScores & first = comparison.entries.front().volume;
  line.Report("psnr", first.psnr);
  line.Report("ssim", first.ssim);
  line.Report("nrmse", first.nrmse);
  const ReportTable table = ComparisonTable(input, comparison);
  Print(TableMarkdown(table) + MarkLegend({table}) + "\n" + files.output + "/report.html\n");
}

void
RunSuite(const CommandLine & line, const CompareFiles & files, const SuiteOptions & suite, const RunOptions & run)
{
  DeviceFromName(suite.device);
  // A suite continues in its folder: what is there already is not overwritten but used.
  const ReportFolder folder(files.output, true);
  ProgressDisplay progress(run.progress);
  SuiteOptions options = suite;
  options.featureNetwork = files.featureNetwork;
  options.isFidUnbiased = files.isFidUnbiased;
  FindSuite(suite.suite).run(options, files.output, line, progress.Callback());
  progress.Clear();
  std::ifstream table(files.output + "/table.md");
  std::ostringstream text;
  text << table.rdbuf();
  Print(text.str() + "\n" + files.output + "/report.html\n");
}
} // namespace

void
CompareFiles::Visit(OptionVisitor & v)
{
  v.Visit(Field("reference", "image that the others are held against").Reads(PathKind::Image), reference);
  v.Visit(Field("std", "standard deviation of an image: once per image in order, or for those whose summary has one")
              .Reads(PathKind::Image),
          std);
  v.Visit(Field("mask", "compare only where this image is not zero").Reads(PathKind::Labels), mask);
  v.Visit(
      Field("feature-network",
            "TorchScript file whose features make the columns LPIPS and FID; it holds code: only one that you trust")
          .Reads(PathKind::File),
      featureNetwork);
  v.Visit(Field("fid-unbiased", "extrapolate FID to infinitely many slices; needs 10 times more slices than features"),
          isFidUnbiased);
  v.Visit(
      Field("output", "folder for table.csv, table.json, table.md, figures and report.html").Writes(PathKind::Folder),
      output);
}

void
CompareTexts::Visit(OptionVisitor & v)
{
  v.Visit(Field("names", "name of an image: once per image in order, or once with commas").Unit("NAME"), names);
  v.Visit(Field("samples", "samples behind the standard deviations; default: from the summaries").Range(2), samples);
  v.Visit(Field("title", "of the report").Unit("TEXT"), title);
  v.Visit(Field("description", "what the data are: subject, slices, what was held out; stands at every figure")
              .Unit("TEXT"),
          description);
  v.Visit(Field("units", "of the pixels").Unit("TEXT"), units);
  v.Visit(Field("window",
                "images are clipped to it and shown in it, its width is the range of PSNR, e.g. -1000,1000 for "
                "Hounsfield units; if not given: from 0 to the reference's maximum")
              .Unit("LOW,HIGH"),
          window);
  v.Visit(Field("slice-numbers", "what the slices are called").Unit("FIRST:LAST[:STEP]"), sliceNumbers);
  v.Visit(Field("slice", "number of the slice that is shown; default: the middle one").Range(0), slice);
}

void
RunCompare(CommandLine & line)
{
  CompareFiles files;
  CompareTexts texts;
  SuiteOptions suite;
  RunOptions run;
  line.AddPositionals(
      "IMAGE", "reconstruction to compare; its summary is found beside it", files.images, 0, PathKind::Image);
  line.OfferResults({{"psnr", "peak signal over noise of the first image, dB", {}},
                     {"ssim", "structural similarity of the first image", {}},
                     {"nrmse", "error of the first image over the norm of the reference", {}}});
  line.Add("Files", files);
  line.Add(reportHeading, texts);
  line.Add(suiteHeading, suite);
  line.Add("Run", run);
  line.AddExample("tweedie compare --reference truth.nii.gz tv.nii.gz rmp.nii.gz --std std.nii.gz --output report");
  line.AddExample("tweedie compare --suite mri-brain --image ch2.nii.gz --prior brain-t1.safetensors --output table");
  if (!line.Parse())
  {
    return;
  }
  CheckUse(line, files, suite);
  UseThreads(run.threads);
  if (suite.suite.empty())
  {
    CompareImages(line, files, texts, run.overwrite);
  }
  else
  {
    RunSuite(line, files, suite, run);
  }
}
} // namespace tweedie
