// SPDX-License-Identifier: Apache-2.0
#include "tweedieOptions.h"

#include "tweedieError.h"
#include "tweedieFieldText.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tweedie
{
std::string
NumberText(double value)
{
  char text[40];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  return std::string(text, end);
}

std::string
RangeText(const Field & field)
{
  const bool hasMinimum = std::isfinite(field.minimum);
  const bool hasMaximum = std::isfinite(field.maximum);
  const std::string low = (field.exclusiveMinimum ? "above " : "at least ") + NumberText(field.minimum);
  const std::string high = "at most " + NumberText(field.maximum);
  return hasMinimum && hasMaximum ? low + " and " + high : hasMinimum ? low : hasMaximum ? high : "a finite number";
}

std::string
ChoicesText(const Field & field)
{
  std::string text;
  for (const auto & choice : field.choices)
  {
    text += (text.empty() ? "" : "|") + choice;
  }
  return text;
}

namespace
{
[[noreturn]] void
Fail(const Field & field, const std::string & given, const std::string & required)
{
  throw UsageError(std::string("--") + field.name + ": given " + given + "; required " + required);
}

void
CheckNumber(const Field & field, double value)
{
  const bool aboveMinimum = field.exclusiveMinimum ? value > field.minimum : value >= field.minimum;
  if (!std::isfinite(value) || !aboveMinimum || !(value <= field.maximum))
  {
    Fail(field, NumberText(value), RangeText(field));
  }
}

void
CheckText(const Field & field, const std::string & value)
{
  if (!field.choices.empty() && std::find(field.choices.begin(), field.choices.end(), value) == field.choices.end())
  {
    Fail(field, "'" + value + "'", "one of " + ChoicesText(field));
  }
}
} // namespace

void
OptionValidator::Visit(const Field &, bool &)
{
}

void
OptionValidator::Visit(const Field & field, std::int64_t & value)
{
  CheckNumber(field, static_cast<double>(value));
}

void
OptionValidator::Visit(const Field & field, double & value)
{
  CheckNumber(field, value);
}

void
OptionValidator::Visit(const Field & field, std::string & value)
{
  CheckText(field, value);
}

void
OptionValidator::Visit(const Field & field, std::optional<double> & value)
{
  if (value)
  {
    CheckNumber(field, *value);
  }
}

void
OptionValidator::Visit(const Field & field, std::optional<std::int64_t> & value)
{
  if (value)
  {
    CheckNumber(field, static_cast<double>(*value));
  }
}

void
OptionValidator::Visit(const Field & field, std::vector<double> & value)
{
  for (const double element : value)
  {
    CheckNumber(field, element);
  }
}

void
OptionValidator::Visit(const Field & field, std::vector<std::string> & value)
{
  for (const auto & element : value)
  {
    CheckText(field, element);
  }
}
} // namespace tweedie
