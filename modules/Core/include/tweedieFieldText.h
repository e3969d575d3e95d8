// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFieldText_h
#define tweedieFieldText_h

#include "tweedieOptions.h"

#include <string>

namespace tweedie
{
/** The shortest decimal text that reads back as the same number, in the C locale whatever the user's. */
std::string NumberText(double value);

/** "at least 1", "above 0 and at most 1", "a finite number": what a number must be. */
std::string RangeText(const Field & field);

/** "a|b|c"; empty where every text is allowed. */
std::string ChoicesText(const Field & field);
} // namespace tweedie

#endif
