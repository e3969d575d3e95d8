// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOptionsSchema_h
#define tweedieOptionsSchema_h

#include "tweedieOptionsJson.h"

#include <string>

namespace tweedie
{
/** What the fields of options structs are, as the text of a JSON array of objects in the order of the listing:
 *
 *    {"name", "type", "help", "unit", "default", "minimum", "exclusive-minimum", "maximum", "choices"}
 *
 * type: bool, int, float, text, optional-float, optional-int, floats, texts. Ends of a range that are not finite are
 * null. Programs, bindings and forms are made of it. */
std::string SchemaText(const OptionListing & visit);

template <typename TOptions>
std::string
SchemaOf(TOptions options = {})
{
  return SchemaText([&](OptionVisitor & v) { options.Visit(v); });
}

/** An options struct from the text of a JSON object whose names are all its own. Throws UsageError for a wrong type, a
 * value out of range, and for another name: "given ...; required one of ...". */
void ReadOwnListing(const std::string & text, const OptionListing & visit);

template <typename TOptions>
TOptions
OwnOptionsFromText(const std::string & text, TOptions options = {})
{
  ReadOwnListing(text, [&](OptionVisitor & v) { options.Visit(v); });
  ValidateOptions(options);
  return options;
}
} // namespace tweedie

#endif
