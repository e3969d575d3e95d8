// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAblationTables_h
#define tweedieAblationTables_h

#include "tweedieEstimatorOptions.h"

#include <string>
#include <vector>

namespace tweedie
{
/** One way to run reverse mean propagation. */
struct AblationSetting
{
  std::string label; ///< "T 30, T_in 20"
  EstimatorOptions options;
  double value = 0.0; ///< what the curve is drawn over
  std::string curve;  ///< settings of one curve; empty: drawn nowhere
};

/** Settings that differ in one thing. */
struct AblationTable
{
  std::string name; ///< "zeta"
  std::string title;
  std::string lead;   ///< what is asked
  std::string xLabel; ///< of the curves
  std::vector<AblationSetting> settings;
};

/** What the tables start from, in the closed form (propagation closed or decoupled) or the loop (natural-gradient). */
EstimatorOptions AblationChain(const std::string & propagation, const std::string & guidance);

/** The questions that the paper (arXiv 2410.05646) leaves open, one table each. Where a table does not vary it: 30
 * levels from 50 to 0.02 in equal steps of the logarithm, from the prior's mean; of the published loop T_in = 20, one
 * sample a step, s1 = 0.2, zeta = 1, precision of the prior's variance. */
std::vector<AblationTable> AblationTables();
} // namespace tweedie

#endif
