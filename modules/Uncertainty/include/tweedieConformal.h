// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieConformal_h
#define tweedieConformal_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** The largest level that so many calibration cases can promise: n/(n + 1). */
double LargestConformalLevel(std::int64_t cases);

/** Split conformal prediction (Vovk et al. 2005; Lei et al. 2018): the ceil((n + 1) level)-th smallest of n scores. The
 * score of a further, exchangeable case is at most that with probability `level` or more, whatever the law of the
 * scores. scores [n] >= 0, infinite ones allowed. Throws UsageError for a level above n/(n + 1), DataError for a score
 * that is not a number. */
double ConformalQuantile(const at::Tensor & scores, double level);

/** |truth - estimate|/deviation of real numbers of one shape; 0 for no error, infinite for an error at deviation 0.
 * With scale q = ConformalQuantile(scores, level) the interval is estimate -+ q * deviation. Throws DataError for
 * other shapes, negative deviations, or values that are not finite. */
at::Tensor ConformalScores(const at::Tensor & truth, const at::Tensor & estimate, const at::Tensor & deviation);
} // namespace tweedie

#endif
