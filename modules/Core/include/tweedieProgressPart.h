// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProgressPart_h
#define tweedieProgressPart_h

#include "tweedieProgress.h"

#include <cstdint>
#include <string>

namespace tweedie
{
/** Progress of part number `part` (from 0) of `parts` alike, as one bar over all of them. task: what the whole is
 * called; empty: as each part calls itself. Empty where progress is. */
ProgressCallback
ProgressOfPart(const ProgressCallback & progress, std::int64_t part, std::int64_t parts, const std::string & task = "");
} // namespace tweedie

#endif
