// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCaseSummary_h
#define tweedieCaseSummary_h

#include "tweedieCaseScore.h"
#include "tweedieGroupBootstrap.h"
#include "tweediePosteriorGain.h"
#include "tweedieRankCalibration.h"
#include "tweedieTarp.h"
#include "tweedieVerdict.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** A case and the group that it depends on: the slice that it was simulated from. */
struct GroupedCase
{
  std::int64_t group = 0;
  CaseScore score;
};

/** The share of truths inside the intervals of a level; band: bootstrap over groups, NaN for one group. */
struct LevelCoverage
{
  double level = 0.0;
  double covered = 0.0;
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/** The ranks of one quantity. Cases of a group depend on each other: the band is that of as many cases as there are
 * groups, and the p-value that of one case of each. */
struct QuantityRanks
{
  std::string name;
  RankCurve curve; ///< of all cases
  double pValue = 1.0;
  std::optional<RankHistogram> histogram; ///< where there are enough cases
};

/** The cases of one method together. */
struct CaseSummary
{
  std::int64_t cases = 0;
  std::int64_t groups = 0;
  std::int64_t samples = 0;
  std::vector<LevelCoverage> byRanks; ///< of pixels; exact levels of the ranks
  std::vector<LevelCoverage> byDeviations;
  std::optional<BootstrapBand> ratio; ///< rms predicted over rms found
  std::vector<QuantityRanks> quantities;
  std::optional<Tarp> tarp;
  double pOfTarp = 1.0; ///< of one case of each group
  std::optional<PosteriorGain> gain;
  CaseScore mean; ///< means of the numbers; mean squares where they are root mean squares
};

/** Name of the distance to a random point among the ranks, which TARP takes. */
constexpr char TarpQuantity[] = "distance-to-reference";

/** Throws DataError for no cases, or cases of different numbers of samples. */
CaseSummary SummarizeCases(const std::vector<GroupedCase> & cases, std::uint64_t seed = 0);

/** The point of that level, to 4 %: nothing where the curve has none so near. */
std::optional<LevelCoverage> CoverageAt(const std::vector<LevelCoverage> & curve, double level);

/** By ranks where so many samples have such a level, else by deviations. */
std::optional<LevelCoverage> StatedCoverage(const CaseSummary & summary, double level);

/** Lights of one method: coverage at 90 %, std over error, gain of the mean, ranks by Holm, TARP. label: of the method,
 * put before each. */
std::vector<Verdict> JudgeCases(const CaseSummary & summary, const std::string & key, const std::string & label);
} // namespace tweedie

#endif
