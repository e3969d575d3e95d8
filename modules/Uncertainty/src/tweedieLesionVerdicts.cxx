// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionTest.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tweedie
{
namespace
{
constexpr double rose = 5.0 - 1e-6; // the signal over noise at which a reader sees it (Rose 1948)
constexpr double recoveryLow = 0.7; // bands of what a reader would still call right
constexpr double recoveryHigh = 1.3;
constexpr double mostInvented = 0.05; // noise alone reaches half of a signal of 5 at 0.6 % of the places
constexpr double level = 0.9;
constexpr double chance = 3.0; // standard deviations

/** Rows and groups under the prior, on the first of the accelerations, of inserts that can be seen. */
template <typename T, typename TRowOf>
std::vector<T>
Visible(const std::vector<T> & all, double acceleration, const TRowOf & rowOf)
{
  std::vector<T> chosen;
  std::copy_if(all.begin(),
               all.end(),
               std::back_inserter(chosen),
               [&](const T & one)
               {
                 const LesionRow & row = rowOf(one);
                 return !row.isClassical && row.acceleration == acceleration && row.signal >= rose;
               });
  return chosen;
}

/** The recovery farthest from 1 of the contrasts of that size. */
Verdict
RecoveryOf(const std::vector<LesionGroup> & groups, double diameter)
{
  Verdict verdict;
  const std::string size = LengthText(diameter);
  verdict.key = "recovery-" + size + "-mm";
  verdict.label = "Contrast recovery of " + size + " mm";
  verdict.low = recoveryLow;
  verdict.high = recoveryHigh;
  std::string contrast;
  for (const LesionGroup & group : groups)
  {
    const double recovery = group.mean.score.recovery;
    if (group.mean.diameter == diameter && !(std::abs(recovery - 1.0) <= std::abs(verdict.value - 1.0)))
    {
      verdict.value = recovery;
      contrast = group.mean.contrastText;
    }
  }
  verdict = JudgeRange(verdict);
  verdict.statement =
      verdict.state == VerdictState::NotTested ? "No insert of this size had a signal of 5 times the noise in the data."
      : verdict.state == VerdictState::Passed ? "Inserts of this size that the data show are there with their contrast."
      : verdict.value < recoveryLow
          ? "Inserts of this size (" + contrast +
                ") come back weakened: see the classical rows for how much of it the data themselves lose."
          : "Inserts of this size (" + contrast + ") are exaggerated.";
  return verdict;
}

Verdict
CoverageOf(const std::vector<LesionRow> & rows, std::int64_t places)
{
  Verdict verdict;
  verdict.key = "coverage-of-inserts";
  verdict.label = "Coverage of inserts by 90 % intervals";
  const auto n = static_cast<double>(rows.size());
  verdict.value = static_cast<double>(std::count_if(
                      rows.begin(), rows.end(), [](const LesionRow & row) { return row.score.isCovered; })) /
                  n; // 0/0 for none
  // Sizes and contrasts at one place share its noise: only places count as independent.
  verdict.low = level - chance * std::sqrt(level * (1.0 - level) / static_cast<double>(places));
  verdict.high = 1.0;
  verdict = JudgeRange(verdict);
  verdict.statement = verdict.state == VerdictState::NotTested ? "No insert had a signal of 5 times the noise."
                      : verdict.state == VerdictState::Passed
                          ? "What is lost of an insert is inside of what the samples say they do not know."
                          : "More of an insert is lost than the samples say they do not know.";
  return verdict;
}

Verdict
InventionOf(const std::vector<LesionGroup> & groups)
{
  Verdict verdict;
  verdict.key = "false-insertions";
  verdict.label = "False insertions";
  verdict.low = 0.0;
  verdict.high = mostInvented;
  for (const LesionGroup & group : groups)
  {
    verdict.value = std::isnan(verdict.value) ? group.falseInsertions : std::max(verdict.value, group.falseInsertions);
  }
  verdict = JudgeRange(verdict);
  verdict.statement = verdict.state == VerdictState::NotTested ? "No insert had a signal of 5 times the noise."
                      : verdict.state == VerdictState::Passed
                          ? "Samples of the scan without an insert hardly show what could be taken for one."
                          : "Samples of the scan without an insert show what could be taken for one.";
  return verdict;
}
} // namespace

std::vector<Verdict>
JudgeLesions(const LesionResult & result, const LesionOptions & options)
{
  const double acceleration = options.accelerations.front();
  const auto groups =
      Visible(result.groups, acceleration, [](const LesionGroup & group) -> const LesionRow & { return group.mean; });
  const auto rows = Visible(result.rows, acceleration, [](const LesionRow & row) -> const LesionRow & { return row; });
  std::vector<Verdict> verdicts;
  for (const double diameter : options.diameters)
  {
    verdicts.push_back(RecoveryOf(groups, diameter));
  }
  verdicts.push_back(CoverageOf(rows, options.at.empty() ? options.places : 1));
  verdicts.push_back(InventionOf(groups));
  return verdicts;
}
} // namespace tweedie
