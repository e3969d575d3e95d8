// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDeviationCheck_h
#define tweedieDeviationCheck_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace tweedie
{
/** The value that a Student t variable with that many degrees of freedom stays below with this probability.
 * Probability in (0, 1), degrees of freedom > 0 (infinity: the normal distribution); else UsageError. */
double StudentQuantile(double probability, double degreesOfFreedom);

/** Pixels of similar standard deviation: what was predicted and what was found, as root mean squares. */
struct DeviationBin
{
  double predicted = 0.0;
  double found = 0.0;
  std::int64_t count = 0;
};

/** The share of errors inside the interval of a nominal level. */
struct CoveragePoint
{
  double level = 0.0;
  double covered = 0.0;
};

/** How well a standard deviation predicts the error that was really made. */
struct DeviationCheck
{
  static constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

  std::int64_t samples = 0;      ///< samples behind the standard deviation; 0: not known, normal quantiles are used
  double factor = 1.0;           ///< predicted error = factor * s
  double predicted = notKnown;   ///< rms(factor s), image units
  double found = notKnown;       ///< rms(error), image units
  double ratio = notKnown;       ///< predicted / found; 1 is ideal, below 1 over-confident
  double coverage = notKnown;    ///< share of errors inside the 90 % interval
  double correlation = notKnown; ///< Pearson, |error| with s
  double correlationCeiling = notKnown; ///< the same if every error were N(0, (factor s)^2): 1 is out of reach
  double rankCorrelation = notKnown;    ///< Spearman, |error| with s
  double calibrationError = notKnown;   ///< ENCE: mean over the bins of |predicted - found| / predicted
  std::vector<DeviationBin> bins;       ///< equal counts, in rising order of s
  std::vector<CoveragePoint> curve;     ///< levels 5 %, 10 % ... 95 %, 99 %
};

/** Compares errors with standard deviations, element by element; tensors of equal shape, real.
 *
 *    interval of level p:  |error| <= t_{n-1}((1 + p)/2) * factor * s
 *
 * factor: sqrt(1 + 1/n) where the estimate is the mean of the n samples that gave s (its own Monte-Carlo error is part
 * of the error), 1 where the estimate is another one. mask: elements to use (undefined: all). samples 0: not known.
 * ENCE: Levi et al. 2019. Throws DataError for unequal shapes, negative deviations, or fewer than two elements. */
DeviationCheck CheckDeviation(const at::Tensor & error,
                              const at::Tensor & deviation,
                              std::int64_t samples,
                              double factor,
                              const at::Tensor & mask = {});
} // namespace tweedie

#endif
