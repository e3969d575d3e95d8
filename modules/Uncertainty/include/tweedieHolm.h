// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHolm_h
#define tweedieHolm_h

#include "tweedieVerdict.h"

#include <vector>

namespace tweedie
{
/** p-values of several tests for one level: with p_(1) <= p_(2) <= ... of m tests,
 *
 *    adjusted p_(i) = max over j <= i of min(1, (m - j + 1) p_(j))
 *
 * Rejecting where that is at most the level makes any false alarm among all tests no more probable than the level,
 * whatever their dependence (Holm 1979). In the order of pValues; throws DataError for one outside [0, 1]. */
std::vector<double> HolmAdjusted(const std::vector<double> & pValues);

/** Failed where the adjusted p-value is at most the level, else Passed; for the verdicts that have a p-value, the
 * others stay. One whose p-value is not a number becomes NotTested and does not count. */
std::vector<Verdict> JudgeByHolm(std::vector<Verdict> verdicts, double level = 0.01);
} // namespace tweedie

#endif
