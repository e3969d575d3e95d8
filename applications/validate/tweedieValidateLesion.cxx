// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieLesionReport.h"
#include "tweedieLesionTest.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReportFolder.h"
#include "tweedieRunOptions.h"
#include "tweedieStoredLesionScan.h"
#include "tweedieStudyInput.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"
#include "tweedieVersion.h"

namespace tweedie
{
namespace
{
struct OutputOptions
{
  std::string output;
  std::string classical;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("output",
                  "folder for report.html, report.pdf, validation.json, the tables; goes on "
                  "where it stopped from the posteriors in its folder units")
                .Writes(PathKind::Folder),
            output);
    v.Visit(Field("classical",
                  "the method beside the posterior; mri: sense, tv; ct: fbp, tv and others; not given: "
                  "sense, fbp"),
            classical);
  }
};
/** What posteriors of the scan depend on, beside its data. */
std::string
UnitSettings(const StudyInput & study)
{
  return std::string(Version) + ' ' + ProtocolText(PosteriorFacts(study.posterior, study.priorDigest)) + ' ' +
         PlainNumber(study.factor);
}

/** An abort says how the run goes on. */
LesionResult
TestOn(const LesionScan & scan,
       const LesionOptions & lesions,
       const std::string & folder,
       const ProgressCallback & show)
{
  try
  {
    return TestLesions(scan, lesions, show);
  }
  catch (const Aborted & aborted)
  {
    throw Aborted(std::string(aborted.what()) + "; the same command goes on from " + folder + "/units");
  }
}
} // namespace

void
RunValidateLesion(CommandLine & line)
{
  std::vector<std::string> words;
  StudyInputOptions input;
  OutputOptions output;
  LesionOptions lesions;
  PosteriorOptions posterior;
  RunOptions run;
  posterior.method = "daps";
  posterior.steps = 40;
  line.AddPositionals("[mri|ct] SCAN",
                      "k-space or projections as reconstruct reads them, and what they are if their name does not tell",
                      words);
  line.Add("Files", output);
  line.Add("Files", input);
  line.Add("Inserts", lesions);
  line.Add("Posterior",
           posterior,
           {"samples", "seed", "noise", "keep-samples", "checkpoint", "checkpoint-seconds", "null-space", "threads"});
  line.Add("Run", run);
  line.Require({"prior", "output"});
  line.AddExample("tweedie validate lesion scan.cfl --prior brain-t1.safetensors --output lesions");
  line.AddExample("tweedie validate lesion ct projections.mha --geometry g.xml --prior head-ct.safetensors "
                  "--diameters 5,10 --contrasts 20,50 --output lesions");
  if (!line.Parse())
  {
    return;
  }
  input.SetWords(words);
  if (input.kind == "phase")
  {
    throw UsageError(
        "validate lesion: given diffraction patterns; required k-space or projections: intensities are not "
        "linear in the object, so that an insert cannot be added to what was measured");
  }
  UseThreads(run.threads);
  const ReportFolder folder(output.output, run.overwrite);
  folder.RequireFree(LesionReportFiles(output.output));
  const StudyInput study = ReadStudy(input, posterior, PhaseReadOptions(), line);
  lesions.imageUnits = study.factor;
  const auto scan =
      StoreLesionScan(MakeLesionScan(*study.study, output.classical), output.output + "/units", UnitSettings(study));
  ProgressDisplay display(run.progress);
  const LesionResult result = TestOn(*scan, lesions, output.output, display.Callback());
  display.Clear();
  folder.Write([&] { WriteLesionReport(output.output, study, lesions, result, line); });
  Print(LesionText(result, study));
}
} // namespace tweedie
