// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieClosedFormPicture.h"
#include "tweedieClosedFormProtocol.h"
#include "tweedieError.h"
#include "tweedieMixingTime.h"
#include "tweedieRunRecord.h"
#include "tweedieSuiteSupport.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

namespace tweedie
{
namespace
{
constexpr std::int64_t draws = 2000;
constexpr std::int64_t drawsOfPicture = 1000;
constexpr std::int64_t chainsOfMixing = 64;
constexpr std::int64_t sweepsOfMixing = 3000;

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

/** The picture of each method of the table of estimators among these, and of exact draws. */
void
AddPicture(const std::vector<ClosedFormMethod> & methods,
           const std::string & folder,
           const ProgressCallback & progress,
           ReportPage & page)
{
  const ClosedFormProblem problem = TwoPixelProblem();
  std::vector<TwoPixelRun> runs{ExactTwoPixels(problem, drawsOfPicture)};
  for (const ClosedFormMethod & method : methods)
  {
    if (method.name == method.options.method) // no variant
    {
      runs.push_back(RunTwoPixels(problem, method, drawsOfPicture, Named(progress, method.name + " two-pixels")));
    }
  }
  const Picture picture = TwoPixelPicture(problem, runs);
  WritePng(folder + "/two-pixels.png", picture);
  page.AddSection("Two pixels, of which only the mean is measured", "One panel for each method, 100 noise levels.");
  page.AddFigure(EncodePng(picture),
                 "density of the exact posterior, samples and paths of every method",
                 "A two-mode prior and one datum, (x1 + x2) / 2 with noise 0.35 (first panel). Off: error of the mean, "
                 "rms over both "
                 "pixels in posterior deviations; var: variance over the exact one, of " +
                     std::to_string(drawsOfPicture) +
                     " draws. Methods without draws: paths from the prior's mean and from three noisy starts.");
}

/** How long pnp-dm takes for an independent draw. */
ReportTable
AddMixing(const std::vector<ClosedFormProblem> & problems, const ProgressCallback & progress, ReportPage & page)
{
  ReportTable table;
  table.columns = {{"problem", "problem", "", 0, BestValue::None},
                   {"rho", "rho", "", 3, BestValue::None},
                   {"sweeps", "mixing time, measured", "sweeps", 1, BestValue::None},
                   {"exact-sweeps", "exact", "sweeps", 1, BestValue::None},
                   {"slowest-sweeps", "slowest direction, exact", "sweeps", 1, BestValue::None}};
  for (const ClosedFormProblem & problem : problems)
  {
    for (const double share : {1.0, 0.5, 0.2})
    {
      const std::int64_t sweeps = share < 0.5 ? 0 : sweepsOfMixing; // ten times as many would be needed
      const MixingTime time =
          PnpDmMixingTime(problem, share, chainsOfMixing, sweeps, Named(progress, "mixing " + problem.name));
      if (std::isfinite(time.exact))
      {
        table.rows.push_back({problem.label, time.rho, time.measured, time.exact, time.slowest});
      }
    }
  }
  page.AddSection("Mixing of pnp-dm",
                  "Sweeps of the split Gibbs chain at a fixed rho that are worth one independent draw: the integrated "
                  "autocorrelation time, mean over the unknowns. rho is 1, 1/2 and 1/5 of the noise over the norm of "
                  "the operator; 1/5 is where the annealing ends by default.");
  page.AddTable(table,
                "Measured over 64 chains of 2000 sweeps after 1000 of burn-in; exact from the chain's matrix, the "
                "slowest direction from its spectral gap.");
  return table;
}
} // namespace

void
RunClosedFormSuite(const SuiteOptions & options,
                   const std::string & folder,
                   const CommandLine & line,
                   const ProgressCallback & progress)
{
  const std::vector<ClosedFormProblem> problems = ClosedFormProblems();
  ReportTable table = EmptyTable(problems);
  std::vector<std::string> notes;
  std::vector<ClosedFormMethod> methods;
  for (ClosedFormMethod & method : ClosedFormMethods())
  {
    const auto & only = options.only;
    if (only.empty() || std::find(only.begin(), only.end(), method.name) != only.end())
    {
      methods.push_back(std::move(method));
    }
  }
  if (methods.empty())
  {
    throw UsageError("--only: names no method of this suite; required one of its rows, e.g. rmp or daps-scalar");
  }
  std::filesystem::create_directories(folder);
  for (const ClosedFormMethod & method : methods)
  {
    table.rows.push_back(Row(method, problems, progress, notes));
  }
  ReportPage page("Every method where the posterior is known exactly", explanation);
  page.AddSection("Results");
  page.AddTable(table, explanation);
  page.AddList(notes);
  std::vector<ReportTable> tables{table};
  AddPicture(methods, folder, progress, page);
  const auto isPnpDm = [](const ClosedFormMethod & method) { return method.name == "pnp-dm"; };
  if (std::any_of(methods.begin(), methods.end(), isPnpDm))
  {
    tables.push_back(AddMixing(problems, progress, page));
    WriteTextAtomically(folder + "/mixing.csv", TableCsv(tables.back()));
  }
  page.AddSection("Settings and provenance");
  page.AddFacts("this run", {{"command", line.Text()}, {"date", DateText()}});
  WriteSuiteReport(folder, tables, page);
}
} // namespace tweedie
