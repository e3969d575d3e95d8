// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieStabilityAudit_h
#define tweedieStabilityAudit_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** Two runs that should draw from one law: another seed, twice the steps.
 *
 *    change = sum |mean_1 - mean_2|^2 / sum (s_1^2 / n_1 + s_2^2 / n_2)
 *
 * is 1 where the means differ by Monte-Carlo error alone; its spread is what as many halves of the longer run have. */
struct StabilityAudit
{
  double change = 0.0;
  double changeSpread = 0.0;   ///< standard deviation of it over random halves of one run; 0: fewer than 4 samples
  double shift = 0.0;          ///< rms(mean_1 - mean_2) over rms(s_1), Monte-Carlo error taken off; not below 0
  double deviationRatio = 1.0; ///< rms(s_2) / rms(s_1)
  double deviationError = 0.0; ///< of that ratio, from samples alone: from the spread of |x - mean|^2 over samples
};

/** images: [n, B, shape...] of both, n >= 2. Throws DataError for fewer, and for other shapes. */
StabilityAudit AuditStability(const at::Tensor & images, const at::Tensor & others, std::int64_t seed = 1);
} // namespace tweedie

#endif
