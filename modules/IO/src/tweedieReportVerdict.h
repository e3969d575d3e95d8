// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportVerdict_h
#define tweedieReportVerdict_h

#include "tweedieVerdict.h"

#include <string>
#include <vector>

namespace tweedie
{
/** 20 x 20: a disc with a tick, a triangle with an exclamation mark, an octagon with a cross, an open ring. Shape and
 * colour both tell them apart; the word has to stand beside it. */
std::string LightSvg(VerdictState state);

/** "var(--passed)" */
std::string LightVariable(VerdictState state);

/** "1.04 (allowed: 0.95 to 1.05), p = 0.2"; empty where nothing was measured. */
std::string VerdictNumbers(const Verdict & verdict);

/** "2 passed, 1 failed." */
std::string VerdictCounts(const std::vector<Verdict> & verdicts);
} // namespace tweedie

#endif
