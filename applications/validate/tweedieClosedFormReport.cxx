// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormReport.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();
constexpr double wellMixed = 1.01; // of R-hat, Vehtari et al. 2021

std::vector<TableColumn>
FigureColumns()
{
  return {{"mean-error", "error of the mean", "", 3, BestValue::Lowest},
          {"variance-ratio", "variance", "", 3, BestValue::NearestToTarget, 1.0},
          {"sliced-wasserstein", "sliced Wasserstein", "", 3, BestValue::Lowest},
          {"mmd", "MMD squared", "", 4, BestValue::None},
          {"mmd-p", "p", "", 3, BestValue::None},
          {"energy-score", "energy score", "", 3, BestValue::Lowest},
          {"coverage-90", "coverage at 0.9", "", 2, BestValue::NearestToTarget, 0.9},
          {"gap", "MMSE gap", "dB", 2, BestValue::Lowest},
          {"network-evaluations", "network calls a draw", "", 0, BestValue::None},
          {"seconds", "time", "s", 2, BestValue::None, 0, true}};
}

void
Append(const ClosedFormFigures & figures, std::vector<TableCell> & row)
{
  for (const double figure : {figures.meanError,
                              figures.varianceRatio,
                              figures.sliced,
                              figures.mmd,
                              figures.mmdP,
                              figures.energy,
                              figures.coverage,
                              figures.gap})
  {
    row.emplace_back(figure);
  }
}

/** The settings that were run, in their order. */
std::vector<std::size_t>
SettingsRun(const ClosedFormOutcome & outcome)
{
  std::vector<std::size_t> settings;
  for (const auto & run : outcome.selection.runs)
  {
    if (settings.empty() || settings.back() != run.first)
    {
      settings.push_back(run.first);
    }
  }
  return settings;
}

std::vector<std::size_t>
MethodsRun(const ClosedFormOutcome & outcome)
{
  std::vector<std::size_t> methods;
  for (const auto & run : outcome.selection.runs)
  {
    methods.push_back(run.second);
  }
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return methods;
}

/** Null where it was not run or did not. */
const ClosedFormScore *
Find(const ClosedFormOutcome & outcome, std::size_t setting, std::size_t method)
{
  const auto found = outcome.scores.find({setting, method});
  return found == outcome.scores.end() || !found->second.refusal.empty() ? nullptr : &found->second;
}

/** Null where there is none, or it did not run. */
const ClosedFormLearned *
FindLearned(const ClosedFormOutcome & outcome, std::size_t setting)
{
  const auto found = outcome.learned.find(setting);
  return found == outcome.learned.end() || !found->second.network.refusal.empty() ? nullptr : &found->second;
}

/** A row of leading cells and all figures. */
void
AddScored(std::vector<TableCell> row, const ClosedFormScore & score, ReportTable & table)
{
  Append(score.figures, row);
  row.emplace_back(score.networkEvaluations);
  row.emplace_back(score.seconds);
  table.rows.push_back(std::move(row));
}

/** A row per method and a column per problem, cell by cell. */
template <typename TCell>
ReportTable
Crossed(const ClosedFormOutcome & outcome, int decimals, BestValue best, const TCell & cell)
{
  ReportTable table;
  table.columns = {{"method", "method", "", 0, BestValue::None}};
  const std::vector<std::size_t> settings = SettingsRun(outcome);
  for (const std::size_t s : settings)
  {
    const ClosedFormSetting & setting = outcome.selection.settings[s];
    table.columns.push_back({setting.name, setting.label, "", decimals, best, 1.0});
  }
  for (const std::size_t m : MethodsRun(outcome))
  {
    std::vector<TableCell> row{outcome.selection.methods[m].label};
    for (const std::size_t s : settings)
    {
      const ClosedFormScore * score = Find(outcome, s, m);
      row.push_back(score == nullptr ? TableCell() : cell(s, *score));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}
} // namespace

ReportTable
AllFigures(const ClosedFormOutcome & outcome)
{
  ReportTable table;
  table.columns = FigureColumns();
  table.columns.insert(table.columns.begin(),
                       {{"problem", "problem", "", 0, BestValue::None}, {"method", "method", "", 0, BestValue::None}});
  for (const std::size_t s : SettingsRun(outcome))
  {
    const std::string & name = outcome.selection.settings[s].name;
    table.rows.push_back({name, std::string("exact")});
    Append(outcome.grounds[s].floor.figures, table.rows.back());
    table.rows.back().resize(table.columns.size());
    for (const std::size_t m : MethodsRun(outcome))
    {
      if (const ClosedFormScore * score = Find(outcome, s, m))
      {
        AddScored({name, outcome.selection.methods[m].name}, *score, table);
      }
    }
    if (const ClosedFormLearned * learned = FindLearned(outcome, s))
    {
      AddScored({name, outcome.selection.methods[learned->method].name + "-bare"}, learned->exact, table);
      AddScored({name, outcome.selection.methods[learned->method].name + "-learned"}, learned->network, table);
    }
  }
  return table;
}

ReportTable
FiguresOf(const ClosedFormOutcome & outcome, std::size_t setting)
{
  ReportTable table;
  table.columns = FigureColumns();
  table.columns.insert(table.columns.begin(), {"method", "method", "", 0, BestValue::None});
  table.rows.push_back({std::string("exact draws (floor)")});
  Append(outcome.grounds[setting].floor.figures, table.rows.back());
  table.rows.back().resize(table.columns.size());
  for (const std::size_t m : MethodsRun(outcome))
  {
    if (const ClosedFormScore * score = Find(outcome, setting, m))
    {
      AddScored({outcome.selection.methods[m].label}, *score, table);
    }
  }
  if (const ClosedFormLearned * learned = FindLearned(outcome, setting))
  {
    const std::string & label = outcome.selection.methods[learned->method].label;
    AddScored({label + ", bare prior"}, learned->exact, table);
    AddScored({label + ", learned prior"}, learned->network, table);
  }
  return table;
}

ReportTable
DistanceTable(const ClosedFormOutcome & outcome)
{
  return Crossed(outcome,
                 1,
                 BestValue::Lowest,
                 [&outcome](std::size_t s, const ClosedFormScore & score) -> TableCell
                 { return score.figures.sliced / outcome.grounds[s].floor.figures.sliced; });
}

ReportTable
BiasTable(const ClosedFormOutcome & outcome)
{
  const auto text = [](std::size_t, const ClosedFormScore & score) -> TableCell
  {
    const double variance = score.figures.varianceRatio;
    return FormatNumber(score.figures.meanError, 2) + " / " +
           (std::isfinite(variance) ? FormatNumber(variance, 2) : "–");
  };
  return Crossed(outcome, 0, BestValue::None, text);
}

ReportTable
BudgetTable(const ClosedFormOutcome & outcome)
{
  ReportTable table;
  table.columns = {{"problem", "problem", "", 0, BestValue::None},
                   {"floor", "exact draws", "", 3, BestValue::None},
                   {"integrator", "1: exact conditional score", "", 3, BestValue::None},
                   {"nearest", "2: nearest method", "", 3, BestValue::None},
                   {"method", "which", "", 0, BestValue::None},
                   {"over-floor", "over the floor", "", 2, BestValue::None},
                   {"bare", "2: no covariance known", "", 3, BestValue::None},
                   {"learned", "3: with a learned prior", "", 3, BestValue::None},
                   {"learned-over-floor", "over the floor", "", 2, BestValue::None},
                   {"excess", "network's excess error", "%", 2, BestValue::None}};
  for (const std::size_t s : SettingsRun(outcome))
  {
    const double floor = outcome.grounds[s].floor.figures.sliced;
    double integrator = notKnown;
    for (const std::size_t m : MethodsRun(outcome))
    {
      const ClosedFormScore * score = Find(outcome, s, m);
      const bool isIt = score != nullptr && outcome.selection.methods[m].options.method == "reference";
      integrator = isIt ? score->figures.sliced : integrator;
    }
    const auto method = NearestMethod(outcome, s);
    const double nearest = method ? outcome.scores.at({s, *method}).figures.sliced : notKnown;
    const ClosedFormLearned * learned = FindLearned(outcome, s);
    const double bare = learned ? learned->exact.figures.sliced : notKnown;
    const double third = learned ? learned->network.figures.sliced : notKnown;
    table.rows.push_back({outcome.selection.settings[s].label,
                          floor,
                          integrator,
                          nearest,
                          method ? outcome.selection.methods[*method].label : std::string(),
                          nearest / floor,
                          bare,
                          third,
                          third / floor,
                          learned ? 100.0 * learned->excess : notKnown});
  }
  return table;
}

ReportTable
JensenTable(const std::vector<JensenGap> & gaps)
{
  ReportTable table;
  table.columns = {{"sigma", "noise level", "", 2, BestValue::None},
                   {"density", "gap of the density", "", 6, BestValue::None},
                   {"published-bound", "published bound", "", 6, BestValue::None},
                   {"bound", "bound with the density's Lipschitz constant", "", 6, BestValue::None},
                   {"logarithm", "gap of the logarithm", "", 3, BestValue::None}};
  for (const JensenGap & gap : gaps)
  {
    table.rows.push_back({gap.sigma, gap.density, gap.published, gap.bound, gap.logarithm});
  }
  return table;
}

std::vector<std::string>
ClosedFormNotes(const ClosedFormOutcome & outcome)
{
  std::vector<std::string> notes;
  for (const std::size_t s : SettingsRun(outcome))
  {
    const ClosedFormGround & ground = outcome.grounds[s];
    const std::string & label = outcome.selection.settings[s].label;
    if (ground.shrinkage > 0.0)
    {
      notes.push_back(label + ": exact draws from a long run, R-hat " + FormatNumber(ground.shrinkage, 3) +
                      (ground.shrinkage < wellMixed ? "" : " (above 1.01: not well mixed)") + ", its mean known to " +
                      FormatNumber(ground.meanError, 3) + " posterior deviations");
    }
    notes.push_back(label + ": coverage of an exact sampler between " + FormatNumber(ground.floor.coverageLow, 2) +
                    " and " + FormatNumber(ground.floor.coverageHigh, 2) + " in 99 of 100 runs");
  }
  for (const auto & [run, score] : outcome.scores)
  {
    if (!score.refusal.empty())
    {
      notes.push_back(outcome.selection.methods[run.second].label + ", " + outcome.selection.settings[run.first].label +
                      ": " + score.refusal);
    }
  }
  for (const auto & [setting, learned] : outcome.learned)
  {
    if (!learned.network.refusal.empty())
    {
      notes.push_back(outcome.selection.methods[learned.method].label + " with a learned prior, " +
                      outcome.selection.settings[setting].label + ": " + learned.network.refusal);
    }
  }
  return notes;
}

std::string
ClosedFormExplanation(const ClosedFormCounts & counts)
{
  return "16 unknowns, noise 0.3; 200 noise levels from 50 prior deviations, 100 from 20 for increments and phases. On "
         "one truth with " +
         std::to_string(counts.draws) +
         " draws: error of the mean (rms over the pixels, in posterior deviations), variance (sum over the pixels, "
         "found over exact), sliced Wasserstein distance from exact draws (200 directions, order 1, in posterior "
         "deviations), squared maximum mean discrepancy and its p by permutation. On " +
         std::to_string(counts.cases) + " other truths with " + std::to_string(CaseDraws) +
         " draws each: energy score of the truth in posterior deviations, share of the truths inside the 90 % "
         "highest-density region, and the square error of the mean over that of the exact mean. The row of exact draws "
         "is what chance alone shows.";
}
} // namespace tweedie
