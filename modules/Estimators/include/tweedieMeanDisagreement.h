// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMeanDisagreement_h
#define tweedieMeanDisagreement_h

#include "tweedieSummary.h"

#include <cstdint>
#include <limits>
#include <string>

namespace tweedie
{
/** Spread of n posterior samples per image, summed over the images; C = their covariance over real components. */
struct SampleSpread
{
  std::int64_t samples = 0;   ///< n
  double trace = 0.0;         ///< sum of tr C
  double traceOfSquare = 0.0; ///< sum of tr C^2; NaN: not known (fewer than 4 samples)

  /** (tr C)^2 / tr C^2: how many independent directions carry the spread; 1 where that is not known. */
  double EffectiveDirections() const;
};

/** An estimate of the mean held against the mean of n samples. */
struct MeanDisagreement
{
  double inStandardErrors = std::numeric_limits<double>::quiet_NaN();     ///< rms difference / rms standard error
  double threshold = std::numeric_limits<double>::infinity();             ///< what chance reaches once in 1000
  double inStandardDeviations = std::numeric_limits<double>::quiet_NaN(); ///< systematic part / posterior deviation
  bool significant = false;
};

/** If the estimate is the posterior mean, ||m - mean_n||^2 has expectation tr C / n and, for p effective directions,
 * follows about tr C / n times F(p, p (n - 1)). Significant: beyond the 99.9 % quantile of that law (Paulson's 1942
 * approximation), and the systematic part sqrt(||m - mean_n||^2 - tr C / n) above a tenth of the posterior deviation:
 * less than that moves the coverage of a 90 % interval by under 0.2 %, however sure it is. */
MeanDisagreement CompareMeans(double squaredDifference, const SampleSpread & spread);

/** CompareMeans of rmp and a sampler into a summary, with a warning where they differ. */
void
NoteDisagreement(Summary & summary, double squaredDifference, const SampleSpread & spread, const std::string & sampler);
} // namespace tweedie

#endif
