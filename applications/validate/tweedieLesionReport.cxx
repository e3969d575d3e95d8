// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionReport.h"

#include "tweedieAtomicFile.h"
#include "tweedieLesionSections.h"
#include "tweedieRunRecord.h"
#include "tweedieValidationReport.h"

#include <cmath>
#include <filesystem>

namespace tweedie
{
namespace
{
/** Where the prior starts to erase and to invent, in words. */
std::vector<std::pair<std::string, std::string>>
Answers(const LesionResult & result)
{
  constexpr double erased = 0.5, invented = 0.05;
  std::string lost, made;
  for (const LesionGroup & group : result.groups)
  {
    const LesionRow & row = group.mean;
    const std::string name = LengthText(row.diameter) + " mm " + row.contrastText +
                             (row.acceleration > 1.0 ? " (1 of " + LengthText(row.acceleration) + " lines)" : "");
    if (!row.isClassical && row.score.recovery < erased)
    {
      lost += (lost.empty() ? "" : ", ") + name;
    }
    if (!row.isClassical && group.falseInsertions > invented)
    {
      made += (made.empty() ? "" : ", ") + name;
    }
  }
  return {{"Does a lesion vanish?",
           lost.empty() ? "No: every kind of insert that was tried keeps half of its contrast at least."
                        : "These keep less than half of their contrast: " + lost + "."},
          {"Does one appear?",
           made.empty()
               ? "Hardly: none of these is shown without being there by samples at more than 5 % of the places."
               : "Samples show these without their being there, at more than 5 % of the places: " + made + "."}};
}

ValidationReport
ReportOf(const StudyInput & input, const LesionOptions & options, const LesionResult & result, const CommandLine & line)
{
  ValidationReport report;
  report.title = "Does a lesion vanish?";
  report.statement = "Known inserts in the measurement of one scan, and what a reconstruction makes of them.";
  report.warnings = input.warnings;
  report.verdicts = result.verdicts;
  report.verdictCaption =
      "Of inserts whose signal in all of the data is at least 5 times the noise: what a reader sees with hardly any "
      "mistake (Rose 1948). Recovery, 0.7 to 1.3: a third of the contrast more or less leaves a lesion what it is for "
      "a "
      "reader. Coverage: 0.9 less three standard errors of so many places; more is no fault here, as the noise with "
      "the "
      "insert and without is the same. False insertions, 0.05: noise alone, of which a signal of 5 is 5 standard "
      "deviations, reaches half of that at 0.6 % of the places; eight times that is more than noise.";
  report.answers = Answers(result);
  report.facts.inputSha256 = input.digest;
  report.facts.modelSha256 = input.priorDigest;
  report.facts.modelScope = input.priorScope;
  report.facts.seed = static_cast<std::uint64_t>(options.seed);
  report.facts.noiseSource = input.noiseSource;
  report.facts.wallSeconds = result.seconds;
  report.facts.command = line.Text();
  report.facts.further = {{"date", DateText()},
                          {"posteriors", std::to_string(result.runs)},
                          {"samples of each", std::to_string(options.samples)},
                          {"classical method", result.classical}};
  report.sections = {LesionSection(result, options, input)};
  report.notTested = result.notTested;
  report.limits = {"An insert is a disc (of projections of volumes a ball) with a straight edge of one pixel: real "
                   "lesions have other shapes, and textures that a prior may know or not.",
                   "The noise is that of the scan, with the insert and without: what is lost is what the method takes "
                   "away, not chance."};
  return report;
}

TableCell
Number(double value)
{
  return std::isfinite(value) ? TableCell(value) : TableCell();
}
} // namespace

ReportTable
LesionTable(const LesionResult & result, const StudyInput & input)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0},
                   {"acceleration", "one of so many lines", "", 1},
                   {"diameter", "diameter", "mm", 1},
                   {"contrast-asked", "contrast asked for", "", 0},
                   {"contrast", "contrast", input.units, 4},
                   {"signal", "signal over noise", "", 1},
                   {"places", "places", "", 0},
                   {"recovery", "recovery", "", 2},
                   {"recovery-error", "standard error", "", 2},
                   {"coverage-90", "covered by 90 % intervals", "", 2},
                   {"detectability", "detectability", "", 1},
                   {"missed", "missed by samples", "", 2},
                   {"false-insertions", "false insertions", "", 4},
                   {"deviation", "standard deviation", input.units, 4}};
  for (const LesionGroup & group : result.groups)
  {
    const LesionRow & row = group.mean;
    table.rows.push_back({row.method,
                          row.acceleration,
                          row.diameter,
                          row.contrastText,
                          row.contrast * input.factor,
                          row.signal,
                          static_cast<double>(group.places),
                          Number(row.score.recovery),
                          Number(group.recoveryError),
                          group.coverage,
                          Number(row.score.detectability),
                          row.score.missed,
                          group.falseInsertions,
                          row.score.deviation * input.factor});
  }
  return table;
}

ReportTable
InsertTable(const LesionResult & result, const StudyInput & input)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0},
                   {"acceleration", "one of so many lines", "", 1},
                   {"diameter", "diameter", "mm", 1},
                   {"contrast-asked", "contrast asked for", "", 0},
                   {"x", "x", "mm", 1},
                   {"y", "y", "mm", 1},
                   {"z", "z", "mm", 1},
                   {"contrast", "contrast", input.units, 4},
                   {"signal", "signal over noise", "", 1},
                   {"recovery", "recovery", "", 3},
                   {"low", "90 % interval from", input.units, 4},
                   {"high", "to", input.units, 4},
                   {"covered", "covered", "", 0},
                   {"detectability", "detectability", "", 1},
                   {"missed", "missed by samples", "", 2}};
  for (const LesionRow & row : result.rows)
  {
    table.rows.push_back({row.method,
                          row.acceleration,
                          row.diameter,
                          row.contrastText,
                          row.center[0],
                          row.center[1],
                          row.center[2],
                          row.contrast * input.factor,
                          row.signal,
                          Number(row.score.recovery),
                          Number(row.score.low * input.factor),
                          Number(row.score.high * input.factor),
                          row.score.isCovered ? 1.0 : 0.0,
                          Number(row.score.detectability),
                          row.score.missed});
  }
  return table;
}

std::vector<std::string>
LesionReportFiles(const std::string & folder)
{
  std::vector<std::string> files;
  for (const char * name :
       {"report.html", "report.pdf", "validation.json", "table.csv", "table.json", "table.md", "inserts.csv"})
  {
    files.push_back(folder + "/" + name);
  }
  return files;
}

void
WriteLesionReport(const std::string & folder,
                  const StudyInput & input,
                  const LesionOptions & options,
                  const LesionResult & result,
                  const CommandLine & line)
{
  const ValidationReport report = ReportOf(input, options, result, line);
  const ReportTable table = LesionTable(result, input);
  std::filesystem::create_directories(folder);
  const std::vector<std::string> files = LesionReportFiles(folder);
  const std::vector<std::string> texts{ValidationHtml(report),
                                       ValidationPdf(report, ""),
                                       ValidationJson(report),
                                       TableCsv(table),
                                       TableJson(table),
                                       TableMarkdown(table),
                                       TableCsv(InsertTable(result, input))};
  for (std::size_t i = 0; i < files.size(); ++i)
  {
    WriteTextAtomically(files[i], texts[i]);
  }
}

std::string
LesionText(const LesionResult & result, const StudyInput & input)
{
  std::string text = TableMarkdown(LesionTable(result, input));
  for (const Verdict & verdict : result.verdicts)
  {
    text += std::string(ToString(verdict.state)) + ": " + verdict.label;
    if (verdict.state != VerdictState::NotTested)
    {
      text += " " + FormatSignificant(verdict.value, 3);
    }
    text += ". " + verdict.statement + "\n";
  }
  return text;
}
} // namespace tweedie
