// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieDataIntervals.h"
#include "tweedieDataValidation.h"
#include "tweedieDataValidationReport.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReportFolder.h"
#include "tweedieRunOptions.h"
#include "tweedieStudyInput.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

namespace tweedie
{
namespace
{
struct OutputOptions
{
  std::string output;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("output", "folder for report.html, report.pdf, validation.json, mean and standard deviation")
                .Writes(PathKind::Folder),
            output);
  }
};
} // namespace

void
RunValidateData(CommandLine & line)
{
  std::vector<std::string> words;
  StudyInputOptions input;
  OutputOptions output;
  DataValidationOptions checks;
  PosteriorOptions posterior;
  IntervalOptions intervals;
  PhaseReadOptions patterns;
  RunOptions run;
  posterior.method = "daps";
  posterior.steps = 40;
  line.AddPositionals("[mri|ct|phase] SCAN",
                      "k-space, projections or diffraction patterns as reconstruct reads them, and what they are if "
                      "their name does not tell",
                      words);
  line.Add("Files", output);
  line.Add("Files", input);
  line.Add("Checks", checks);
  line.Add("Intervals", intervals);
  line.Add("Posterior",
           posterior,
           {"samples", "seed", "noise", "keep-samples", "checkpoint", "checkpoint-seconds", "null-space", "threads"});
  line.Add("Patterns, where the file does not say it or is wrong", patterns);
  line.Add("Run", run);
  line.Require({"prior", "output"});
  line.AddExample("tweedie validate data scan.cfl --prior brain-t1.safetensors --output checked");
  line.AddExample(
      "tweedie validate data ct projections.mha --geometry g.xml --prior head-ct.safetensors --output checked");
  if (!line.Parse())
  {
    return;
  }
  input.SetWords(words);
  UseThreads(run.threads);
  const ReportFolder folder(output.output, run.overwrite);
  folder.RequireFree(DataValidationFiles(output.output, !intervals.calibration.empty()));
  input.needsProtocol = !intervals.calibration.empty();
  const StudyInput study = ReadStudy(input, posterior, patterns, line);
  DataIntervals shown = ReadDataIntervals(study, intervals, checks.samples);
  ProgressDisplay display(run.progress);
  const DataValidation result = ValidateData(*study.study, checks, study.prior.get(), display.Callback());
  EstimateDataRegions(study, checks, result, shown);
  display.Clear();
  folder.Write([&] { WriteDataValidation(output.output, study, checks, result, shown, line); });
  Print(DataValidationText(result));
}
} // namespace tweedie
