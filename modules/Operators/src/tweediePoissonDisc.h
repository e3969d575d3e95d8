// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePoissonDisc_h
#define tweediePoissonDisc_h

#include "tweedieSamplingPattern.h"

namespace tweedie
{
/** The row "poisson" of MakeSamplingPattern, [y, x]: samples thrown in random order (Cook 1986), the distance found by
 * bisection. Throws UsageError where the centre alone is more than the acceleration allows. */
at::Tensor PoissonDiscMask(std::int64_t rows, std::int64_t columns, const SamplingPatternOptions & options);
} // namespace tweedie

#endif
