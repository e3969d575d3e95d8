// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieError.h"
#include "tweedieModelFile.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReportFolder.h"
#include "tweedieRunOptions.h"
#include "tweedieRunRecord.h"
#include "tweedieSimulatedRun.h"
#include "tweedieSimulatedSections.h"
#include "tweedieSimulatedTables.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <filesystem>

namespace tweedie
{
namespace
{
std::vector<std::string>
ReportFiles(const std::string & folder)
{
  std::vector<std::string> files;
  for (const char * name :
       {"report.html", "report.pdf", "validation.json", "table.csv", "table.json", "table.md", "coverage.csv"})
  {
    files.push_back(folder + '/' + name);
  }
  return files;
}

std::string
CalibrationFile(const SimulatedOptions & options, const std::string & method, CalibrationMethod kind)
{
  std::filesystem::path path(options.calibrate);
  if (path.extension() == ".json")
  {
    path.replace_extension();
  }
  return path.string() + '-' + method + '-' + ToString(kind) + ".json";
}

constexpr CalibrationMethod calibrationKinds[] = {
    CalibrationMethod::SplitConformal, CalibrationMethod::ConformalRiskControl, CalibrationMethod::RiskControlling};

/** SHA-256 over what the scales were fitted on. */
std::string
CasesDigest(const SimulatedPlan & plan, const SimulatedOptions & options)
{
  std::string text = plan.imageDigest + ' ' + options.axis + ' ' + std::to_string(options.seeds);
  for (const std::int64_t slice : plan.calibrationSlices)
  {
    text += ' ' + std::to_string(slice);
  }
  return Sha256(text.data(), text.size());
}

void
WriteCalibrations(SimulatedKind & kind,
                  const SimulatedOptions & options,
                  const SimulatedPlan & plan,
                  const std::vector<MethodCases> & results)
{
  for (const MethodCases & result : results)
  {
    for (const CalibrationMethod method : calibrationKinds)
    {
      const std::optional<CalibrationRecord> record =
          result.calibration ? RecordOf(*result.calibration,
                                        method,
                                        ProtocolText(ProtocolOf(kind, plan, result.method)),
                                        CasesDigest(plan, options))
                             : std::nullopt;
      if (record)
      {
        WriteCalibrationRecord(CalibrationFile(options, result.method.name, method), *record);
      }
    }
  }
}

/** Is the interval right, where does the prior decide, what would a classical method say. */
std::vector<std::pair<std::string, std::string>>
Answers(const std::vector<MethodCases> & results)
{
  std::vector<std::pair<std::string, std::string>> answers;
  for (const MethodCases & result : results)
  {
    const CaseSummary & summary = result.summary;
    const auto point = StatedCoverage(summary, 0.9);
    if (point)
    {
      answers.emplace_back("Do " + FormatSignificant(100.0 * point->level, 3) + " % intervals of " +
                               result.method.name + " hold the truth?",
                           "In " + CoverageText(*point) + " % of the pixels.");
    }
    const SplitScore & split = summary.mean.split;
    if (split.measured > 0.0)
    {
      answers.emplace_back("How much of the error of " + result.method.name + " do the data not see?",
                           FormatSignificant(100.0 * split.unmeasured / (split.measured + split.unmeasured), 3) +
                               " % of its square.");
    }
  }
  return answers;
}

ValidationReport
ReportOf(const SimulatedKind & kind,
         const SimulatedOptions & options,
         const SimulatedPlan & plan,
         const std::vector<MethodCases> & results,
         const CommandLine & line)
{
  ValidationReport report;
  report.title = "Can the uncertainty be believed where the truth is known?";
  const std::string what = kind.Name() == "phase" ? "diffraction patterns"
                           : kind.Name() == "ct"  ? "CT scans"
                                                  : "MRI scans";
  report.statement = "Simulated " + what + " (" + kind.Protocol() + ") of " + std::to_string(plan.slices.size()) +
                     " slices of one image, " + std::to_string(options.seeds) +
                     (options.seeds == 1 ? " case" : " cases") +
                     " each with masks and noise of their own; data are made on a finer grid than they are "
                     "reconstructed on.";
  double seconds = 0.0;
  for (const MethodCases & result : results)
  {
    const auto verdicts = JudgeCases(result.summary, result.method.name, result.method.name);
    report.verdicts.insert(report.verdicts.end(), verdicts.begin(), verdicts.end());
    seconds += result.seconds * static_cast<double>(result.summary.cases);
  }
  report.verdictCaption = "Amber: outside the range, but by no more than so few slices allow by chance.";
  report.answers = Answers(results);
  report.facts.inputSha256 = plan.imageDigest;
  report.facts.modelSha256 = plan.priorDigest;
  report.facts.modelScope = plan.priorScope;
  report.facts.noiseSource = "that of the simulation";
  report.facts.wallSeconds = seconds;
  report.facts.command = line.Text();
  report.facts.further = {{"date", DateText()}};
  report.sections = SimulatedSections(kind, plan, results, options.output);
  report.expected = {ValidationPart::Images,
                     ValidationPart::Regions,
                     ValidationPart::Classical,
                     ValidationPart::Truth,
                     ValidationPart::Lesion,
                     ValidationPart::Benchmark};
  report.notTested = plan.notCalibrated;
  report.limits = {
      "The scans are simulated from one image: coils, phases, rays and noise are those of a model, and one "
      "anatomy is no population.",
      "Slices of one image resemble each other: error bars over them say nothing of other persons."};
  if (options.unseen)
  {
    report.limits.emplace_back("That the prior never saw this image is the user's word (--unseen).");
  }
  return report;
}

void
WriteReport(const SimulatedKind & kind,
            const SimulatedOptions & options,
            const SimulatedPlan & plan,
            const std::vector<MethodCases> & results,
            const CommandLine & line)
{
  const ValidationReport report = ReportOf(kind, options, plan, results, line);
  const std::string & folder = options.output;
  const ReportTable table = MethodTable(results, kind.Units());
  WriteTextAtomically(folder + "/table.csv", TableCsv(table));
  WriteTextAtomically(folder + "/table.json", TableJson(table));
  WriteTextAtomically(folder + "/table.md", TableMarkdown(table) + '\n' + TableMarkdown(CoverageTable(results)));
  WriteTextAtomically(folder + "/coverage.csv", TableCsv(CoverageTable(results)));
  WriteTextAtomically(folder + "/report.html", ValidationHtml(report));
  WriteTextAtomically(folder + "/report.pdf", ValidationPdf(report, ""));
  WriteTextAtomically(folder + "/validation.json", ValidationJson(report));
}

void
CheckOutputs(const SimulatedOptions & options, const SimulatedPlan & plan, bool overwrite)
{
  const ReportFolder folder(options.output, overwrite);
  std::vector<std::string> files = ReportFiles(options.output);
  for (const SimulatedMethod & method : plan.methods)
  {
    for (const CalibrationMethod kind : calibrationKinds)
    {
      if (!options.calibrate.empty())
      {
        files.push_back(CalibrationFile(options, method.name, kind));
        RequireWritable(files.back(), true);
      }
    }
  }
  folder.RequireFree(files);
}

void
RunValidateSimulated(CommandLine & line, SimulatedKind & kind, const std::string & example)
{
  SimulatedOptions options;
  RunOptions run;
  line.Add("Cases", options);
  kind.AddFlags(line);
  line.Add("Run", run);
  line.Require({"image", "prior", "output"});
  line.AddExample(example);
  if (!line.Parse())
  {
    return;
  }
  kind.Check(line);
  UseThreads(run.threads);
  const SimulatedPlan plan = PlanSimulated(kind, options);
  CheckOutputs(options, plan, run.overwrite);
  std::vector<MethodCases> results;
  {
    ProgressDisplay display(run.progress);
    try
    {
      results = RunSimulated(kind, options, plan, display.Callback());
    }
    catch (const Aborted & aborted)
    {
      throw Aborted(std::string(aborted.what()) + "; the same command goes on from " + options.output + "/units");
    }
  }
  WriteCalibrations(kind, options, plan, results);
  WriteReport(kind, options, plan, results, line);
  Print(TableMarkdown(MethodTable(results, kind.Units())) + '\n' + TableMarkdown(CoverageTable(results)));
}
} // namespace

void
RunValidateSimulatedMRI(CommandLine & line)
{
  const auto kind = MakeSimulatedMRI();
  RunValidateSimulated(
      line,
      *kind,
      "tweedie validate simulated mri --image ch2.nii.gz --prior brain-t1.safetensors --acceleration 4 "
      "--method daps --method sense --output believed");
}

void
RunValidateSimulatedCT(CommandLine & line)
{
  const auto kind = MakeSimulatedCT();
  RunValidateSimulated(line,
                       *kind,
                       "tweedie validate simulated ct --image head.nii.gz --prior head-ct.safetensors --views 60 "
                       "--photons 1e5 --method daps --method fbp --output believed");
}

void
RunValidateSimulatedPhase(CommandLine & line)
{
  const auto kind = MakeSimulatedPhase();
  RunValidateSimulated(line,
                       *kind,
                       "tweedie validate simulated phase --image head.nii.gz --hounsfield --prior head-ct.safetensors "
                       "--noise 0.05 --method daps --output believed");
}
} // namespace tweedie
