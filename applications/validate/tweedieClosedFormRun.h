// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieClosedFormRun_h
#define tweedieClosedFormRun_h

#include "tweedieClosedFormScore.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** What is run: everything, or what a list of names says. */
struct ClosedFormSelection
{
  std::vector<ClosedFormSetting> settings;
  std::vector<ClosedFormMethod> methods;
  std::vector<std::pair<std::size_t, std::size_t>> runs; ///< setting, method
};

/** only: METHOD, PROBLEM or METHOD/PROBLEM; empty: all. Throws UsageError for a name that selects nothing. */
ClosedFormSelection SelectClosedForm(const std::vector<std::string> & only);

/** What is known about a setting without any method. */
struct ClosedFormGround
{
  ClosedFormFloor floor;
  double shrinkage = 0.0; ///< R-hat of the reference of the first problem; 0: closed form
  double meanError = 0.0; ///< of its mean, in posterior deviations
};

/** The nearest method once more, as a prior without a covariance lets it run. */
struct ClosedFormLearned
{
  std::size_t method = 0;
  double excess = 0.0;     ///< LearnedPrior::excess
  ClosedFormScore exact;   ///< with the exact denoiser
  ClosedFormScore network; ///< with a network in its place
};

struct ClosedFormOutcome
{
  ClosedFormSelection selection;
  ClosedFormCounts counts;
  std::vector<ClosedFormGround> grounds;                                 ///< one per setting
  std::map<std::pair<std::size_t, std::size_t>, ClosedFormScore> scores; ///< by setting and method
  std::map<std::size_t, ClosedFormLearned> learned;                      ///< by setting, where there are networks
};

/** Of the methods that draw samples and approximate the likelihood, that of the smallest sliced distance. */
std::optional<std::size_t> NearestMethod(const ClosedFormOutcome & outcome, std::size_t setting);

/** All runs, one on each core; the numbers do not depend on how many there are. Throws Aborted when progress returns
 * false. */
ClosedFormOutcome RunClosedForm(const ClosedFormSelection & selection,
                                const ClosedFormCounts & counts,
                                const ProgressCallback & progress);
} // namespace tweedie

#endif
