// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHighestDensity_h
#define tweedieHighestDensity_h

#include "tweedieTailProbability.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** How often the truth lies where the posterior density is high: a joint test of all pixels. */
struct HighestDensityCoverage
{
  std::int64_t cases = 0;
  double level = 0.0; ///< that the region of so many samples has exactly: the smallest one not below what was asked
  double covered = 0.0;
  CountBand band{0, 0}; ///< of covered cases among all, 99 % of an exact sampler's
  bool isInside = false;
};

/** The truth of a case is covered where at least k of its n samples have a lower posterior density, k the largest with
 *
 *    level <= 1 - k / (n + 1) = probability for n independent exact samples
 *
 * (the highest-posterior-density region of Box and Tiao 1973, from samples). truth [cases], samples [cases, n]: log
 * p(. | y) up to a constant of the case; minus infinity is a density of 0. Ties count half. Throws DataError for other
 * shapes or values that are not numbers, UsageError for a level that n samples do not reach (k = 0). */
HighestDensityCoverage
CheckHighestDensity(const at::Tensor & truthLogDensity, const at::Tensor & sampleLogDensity, double level = 0.9);
} // namespace tweedie

#endif
