// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHelpText_h
#define tweedieHelpText_h

#include "tweedieOptionTable.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** "--name VALUE" */
std::string FlagText(const Option & option);

/** The help of the field with its unit, range, default, and whether it is required. */
std::string OptionHelp(const Option & option);

/** Rows of a name and a text beside it, wrapped at width, indented; a long name has its text on the next line. */
std::string TwoColumns(const std::vector<std::pair<std::string, std::string>> & rows, int width);

/** Words wrapped at width, each line but the first after that many spaces. */
std::string Wrapped(const std::string & text, std::size_t indent, std::size_t width);
} // namespace tweedie

#endif
