// SPDX-License-Identifier: Apache-2.0
#include "tweedieAblationProblems.h"
#include "tweedieAblationTables.h"
#include "tweedieConvergence.h"
#include "tweedieError.h"
#include "tweedieRunRecord.h"
#include "tweedieSuiteSupport.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>

namespace tweedie
{
namespace
{
constexpr char answersName[] = "answers";
constexpr char convergenceName[] = "convergence";
constexpr double beyond = 100.0; // posterior deviations: no estimate any more

constexpr char explanation[] =
    "64 independent unknowns with one prior of deviation 1, each measured with noise of its own, 0.3 to 3: a Gaussian, "
    "a skewed and a two-mode prior with Gaussian noise; a Gaussian prior with Poisson counts, and with a detector that "
    "saturates at -1 and 1. Error of reverse mean propagation: rms over the unknowns of mean - exact in posterior "
    "standard deviations, the exact posterior by quadrature. Answering with the prior's mean would err by";

/** rms of exact mean - prior mean: what no data at all would give. */
std::string
Ignorance(const std::vector<AblationProblem> & problems)
{
  std::string text;
  for (const AblationProblem & problem : problems)
  {
    const double error = AblationError(problem, problem.problem.prior->PriorMean());
    text += (text.empty() ? " " : ", ") + FormatNumber(error, 2) + " (" + problem.label + ")";
  }
  return text + ".";
}

struct Outcome
{
  std::vector<double> errors; ///< for each problem; NaN: it cannot run, infinite: it diverges
  std::int64_t calls = 0;
};

/** What cannot run goes to notes, once. */
Outcome
Score(const AblationSetting & setting,
      const std::vector<AblationProblem> & problems,
      const ProgressCallback & progress,
      std::vector<std::string> & notes)
{
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Outcome outcome;
  for (const AblationProblem & problem : problems)
  {
    double error = std::numeric_limits<double>::quiet_NaN();
    try
    {
      const PosteriorEstimate estimate = RunEstimator(problem.problem, setting.options, progress);
      error = AblationError(problem, estimate.mean);
      error = error < beyond ? error : infinity;
      outcome.calls = estimate.summary.networkEvaluations;
    }
    catch (const UsageError & refused)
    {
      notes.push_back(setting.label + ", " + problem.label + ": " + refused.what());
    }
    catch (const NumericalError &)
    {
      error = infinity;
    }
    outcome.errors.push_back(error);
  }
  return outcome;
}

TableCell
Cell(double error)
{
  return std::isinf(error) ? TableCell(std::string("diverges")) : TableCell(error);
}

std::vector<TableColumn>
ErrorColumns(const std::vector<AblationProblem> & problems)
{
  std::vector<TableColumn> columns;
  for (const AblationProblem & problem : problems)
  {
    columns.push_back({"error-" + problem.name, problem.label, "", 3, BestValue::None});
  }
  columns.push_back({"network-evaluations", "calls of D", "", 0, BestValue::None});
  return columns;
}

/** A plot for each curve of a table, a line for each problem. */
std::vector<Plot>
Plots(const AblationTable & table, const std::vector<Outcome> & outcomes, const std::vector<AblationProblem> & problems)
{
  std::vector<Plot> plots;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
  {
    const AblationSetting & setting = table.settings[i];
    if (setting.curve.empty())
    {
      continue;
    }
    if (places.count(setting.curve) == 0)
    {
      places[setting.curve] = plots.size();
      plots.emplace_back();
      plots.back().title = setting.curve;
      plots.back().xLabel = table.xLabel;
      plots.back().yLabel = "error [posterior deviations]";
      plots.back().isLogarithmic = true;
    }
    Plot & plot = plots[places[setting.curve]];
    for (std::size_t p = 0; p < problems.size(); ++p)
    {
      if (plot.series.size() <= p)
      {
        plot.series.push_back({problems[p].label, {}, {}, p});
      }
      plot.series[p].x.push_back(setting.value);
      plot.series[p].y.push_back(outcomes[i].errors[p]);
    }
  }
  return plots;
}

/** The exact answer beside those of three forms, for the unknown of each problem that the closed chain misses most. */
ReportTable
AddAnswers(const std::vector<AblationProblem> & problems, const ProgressCallback & progress, ReportPage & page)
{
  ReportTable table;
  table.columns = {{"problem", "problem", "", 0, BestValue::None},
                   {"mean", "exact mean", "", 3, BestValue::None},
                   {"deviation", "exact deviation", "", 3, BestValue::None}};
  std::vector<EstimatorOptions> forms;
  for (const auto & [guidance, propagation] : std::vector<std::pair<const char *, const char *>>{
           {"exact", "closed"}, {"proximal", "closed"}, {"dps", "natural-gradient"}})
  {
    forms.push_back(AblationChain(propagation, guidance));
    table.columns.push_back({std::string(propagation) + "-" + guidance,
                             std::string(propagation) + ", " + guidance,
                             "",
                             3,
                             BestValue::None});
  }
  for (const AblationProblem & problem : problems)
  {
    const at::Tensor closed = RunEstimator(problem.problem, forms.front(), Named(progress, "answers")).mean;
    const at::Tensor error = ((closed.squeeze(0) - problem.mean) / problem.deviation).abs().flatten();
    const auto worst = error.argmax().item<std::int64_t>();
    const auto value = [worst](const at::Tensor & x) { return x.flatten()[worst].item<double>(); };
    std::vector<TableCell> row{problem.label, value(problem.mean), value(problem.deviation)};
    for (const EstimatorOptions & form : forms)
    {
      row.emplace_back(value(RunEstimator(problem.problem, form, Named(progress, "answers")).mean));
    }
    table.rows.push_back(std::move(row));
  }
  page.AddSection("The exact answer beside the chain's");
  page.AddTable(table,
                "The unknown of each problem that the closed chain with the exact conditional mean misses most; "
                "natural-gradient, dps: the published loop.");
  return table;
}

/** Runs a table into the page and, row by row, into all. */
void
AddTable(const AblationTable & table,
         const std::vector<AblationProblem> & problems,
         const ProgressCallback & progress,
         ReportPage & page,
         ReportTable & all)
{
  ReportTable shown;
  shown.columns = ErrorColumns(problems);
  shown.columns.insert(shown.columns.begin(), {"setting", "setting", "", 0, BestValue::None});
  std::vector<Outcome> outcomes;
  std::vector<std::string> notes;
  for (const AblationSetting & setting : table.settings)
  {
    outcomes.push_back(Score(setting, problems, Named(progress, table.name + ": " + setting.label), notes));
    std::vector<TableCell> row{setting.label};
    for (const double error : outcomes.back().errors)
    {
      row.push_back(Cell(error));
    }
    row.emplace_back(static_cast<double>(outcomes.back().calls));
    shown.rows.push_back(row);
    row.insert(row.begin(), table.name);
    all.rows.push_back(row);
  }
  page.AddSection(table.title, table.lead);
  page.AddTable(shown, "Error of the mean in posterior standard deviations, for each kind of problem.");
  if (!notes.empty())
  {
    page.AddList(notes);
  }
  const std::vector<Plot> plots = Plots(table, outcomes, problems);
  if (!plots.empty())
  {
    page.AddPlots(plots, "The same as curves; zero and what diverges is left out.");
  }
}

ReportTable
AddConvergence(const std::vector<AblationProblem> & problems, const ProgressCallback & progress, ReportPage & page)
{
  ReportTable table;
  table.columns = {{"curve", "curve", "", 0, BestValue::None}};
  Plot plot;
  plot.title = "Error of the end point";
  plot.xLabel = "noise levels T";
  plot.yLabel = "error [posterior deviations]";
  plot.isLogarithmic = true;
  for (const ConvergenceCurve & curve : ConvergenceCurves(problems, Named(progress, convergenceName)))
  {
    std::vector<TableCell> row{curve.label};
    const bool isFirst = table.rows.empty();
    for (std::size_t i = 0; i < curve.steps.size(); ++i)
    {
      const std::string steps = FormatNumber(curve.steps[i], 0);
      if (isFirst)
      {
        table.columns.push_back({"error-" + steps, "T " + steps, "", 5, BestValue::None});
      }
      row.emplace_back(curve.errors[i]);
    }
    row.emplace_back(curve.slope);
    table.rows.push_back(std::move(row));
    const std::string name = curve.label + " (slope " + FormatNumber(curve.slope, 2) + ")";
    plot.series.push_back({name, curve.steps, curve.errors, plot.series.size()});
  }
  table.columns.push_back({"slope", "slope", "", 2, BestValue::None});
  page.AddSection(
      "Order of convergence",
      "For a Gaussian posterior with second-order guidance the closed chain has no error of discretisation; "
      "elsewhere it settles with first order, and VE and VP settle at the same place.");
  page.AddTable(table, "rms over the unknowns in posterior standard deviations; slopes fitted from 40 levels on.");
  page.AddPlots({plot}, "Slope -1: first order.");
  return table;
}

/** Throws UsageError for a table that is not there. */
void
CheckNames(const std::vector<std::string> & only)
{
  std::vector<std::string> names{answersName};
  for (const AblationTable & table : AblationTables())
  {
    names.push_back(table.name);
  }
  names.emplace_back(convergenceName);
  for (const std::string & name : only)
  {
    if (std::find(names.begin(), names.end(), name) == names.end())
    {
      std::string known;
      for (const std::string & one : names)
      {
        known += (known.empty() ? "" : ", ") + one;
      }
      throw UsageError("--only: given " + name + "; required of " + known);
    }
  }
}
} // namespace

void
RunAblationSuite(const SuiteOptions & options,
                 const std::string & folder,
                 const CommandLine & line,
                 const ProgressCallback & progress)
{
  CheckNames(options.only);
  const auto isWanted = [&options](const std::string & name)
  {
    const auto & only = options.only;
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
  };
  std::filesystem::create_directories(folder);
  const std::vector<AblationProblem> problems = AblationProblems();
  ReportPage page("What reverse mean propagation depends on", explanation + Ignorance(problems));
  ReportTable all;
  all.columns = ErrorColumns(problems);
  all.columns.insert(all.columns.begin(),
                     {{"table", "table", "", 0, BestValue::None}, {"setting", "setting", "", 0, BestValue::None}});
  const ReportTable answers = isWanted(answersName) ? AddAnswers(problems, progress, page) : ReportTable();
  for (const AblationTable & table : AblationTables())
  {
    if (isWanted(table.name))
    {
      AddTable(table, problems, progress, page, all);
    }
  }
  const ReportTable orders = isWanted(convergenceName) ? AddConvergence(problems, progress, page) : ReportTable();
  std::vector<ReportTable> written;
  for (const ReportTable & table : {all, orders, answers})
  {
    if (!table.rows.empty())
    {
      written.push_back(table);
    }
  }
  page.AddSection("Settings and provenance");
  page.AddFacts("this run", {{"command", line.Text()}, {"date", DateText()}});
  const std::string json = "{\"settings\": " + TableJson(all) + ",\n\"convergence\": " + TableJson(orders) +
                           ",\n\"answers\": " + TableJson(answers) + "}";
  WriteSuiteReport(folder, written, page, json);
}
} // namespace tweedie
