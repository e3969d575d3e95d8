// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormProtocol.h"
#include "tweedieCompareInput.h"
#include "tweedieError.h"
#include "tweedieSuiteSupport.h"

#include <algorithm>
#include <filesystem>
#include <limits>

namespace tweedie
{
namespace
{
constexpr std::int64_t draws = 2000;

constexpr char explanation[] =
    "16 unknowns, noise 0.3, 2000 draws of each sampler, 200 noise levels from 50 prior deviations. Error of the mean: "
    "rms over the pixels in posterior standard deviations; floor: what an exact sampler of as many independent draws "
    "shows. Variance: mean over the pixels of found / exact.";

ReportTable
EmptyTable(const std::vector<ClosedFormProblem> & problems)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0, BestValue::None}};
  for (const ClosedFormProblem & problem : problems)
  {
    table.columns.push_back({"error-" + problem.name, "mean error, " + problem.label, "", 3, BestValue::None});
    table.columns.push_back({"floor-" + problem.name, "floor", "", 3, BestValue::None});
    table.columns.push_back({"variance-" + problem.name, "variance", "", 3, BestValue::None});
  }
  table.columns.push_back({"network-evaluations", "network calls a draw", "", 0, BestValue::None});
  table.columns.push_back({"seconds", "time", "s", 2, BestValue::None, 0, true});
  return table;
}

/** A row of the table; what could not run goes to notes. */
std::vector<TableCell>
Row(const ClosedFormMethod & method,
    const std::vector<ClosedFormProblem> & problems,
    const ProgressCallback & progress,
    std::vector<std::string> & notes)
{
  std::vector<TableCell> row{method.label};
  double calls = 0.0;
  double seconds = 0.0;
  for (const ClosedFormProblem & problem : problems)
  {
    const ClosedFormScore score =
        ScoreClosedForm(problem, method, draws, 1, Named(progress, method.name + " " + problem.name));
    if (!score.refusal.empty())
    {
      notes.push_back(method.label + ", " + problem.label + ": " + score.refusal);
      row.insert(row.end(), {TableCell(), TableCell(), TableCell()});
      continue;
    }
    row.emplace_back(score.meanError);
    row.emplace_back(score.meanFloor > 0.0 ? score.meanFloor : std::numeric_limits<double>::quiet_NaN());
    row.emplace_back(score.varianceRatio);
    calls = static_cast<double>(score.networkEvaluations);
    seconds += score.seconds;
  }
  row.emplace_back(calls);
  row.emplace_back(seconds);
  return row;
}
} // namespace

void
RunClosedFormSuite(const SuiteOptions & options,
                   const std::string & folder,
                   const CommandLine & line,
                   const ProgressCallback & progress)
{
  std::filesystem::create_directories(folder);
  const std::vector<ClosedFormProblem> problems = ClosedFormProblems();
  ReportTable table = EmptyTable(problems);
  std::vector<std::string> notes;
  for (const ClosedFormMethod & method : ClosedFormMethods())
  {
    const auto & only = options.only;
    if (only.empty() || std::find(only.begin(), only.end(), method.name) != only.end())
    {
      table.rows.push_back(Row(method, problems, progress, notes));
    }
  }
  if (table.rows.empty())
  {
    throw UsageError("--only: names no method of this suite; required one of its rows, e.g. rmp or daps-scalar");
  }
  ReportPage page("Every method where the posterior is known exactly", explanation);
  page.AddSection("Results");
  page.AddTable(table, explanation);
  page.AddList(notes);
  page.AddSection("Settings and provenance");
  page.AddFacts("this run", {{"command", line.Text()}, {"date", DateText()}});
  WriteSuiteReport(folder, {table}, page);
}
} // namespace tweedie
