// SPDX-License-Identifier: Apache-2.0
#include "tweedieHelpText.h"

#include "tweedieFieldText.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr std::size_t widestName = 30; // of the left column

bool
IsNumber(const Option & option)
{
  return !std::holds_alternative<bool *>(option.target) && !std::holds_alternative<std::string *>(option.target) &&
         !std::holds_alternative<std::vector<std::string> *>(option.target);
}

void
Append(std::string & list, const std::string & item)
{
  list += (list.empty() || item.empty() ? "" : "; ") + item;
}
} // namespace

std::string
FlagText(const Option & option)
{
  const std::string value = Placeholder(option);
  return std::string("--") + option.field.name + (value.empty() ? "" : " " + value);
}

std::string
OptionHelp(const Option & option)
{
  const Field & field = option.field;
  std::string notes;
  if (IsNumber(option))
  {
    Append(notes, field.unit);
    const bool hasRange = std::isfinite(field.minimum) || std::isfinite(field.maximum);
    Append(notes, hasRange ? RangeText(field) : "");
  }
  if (std::holds_alternative<std::vector<std::string> *>(option.target))
  {
    Append(notes, "may be repeated");
  }
  if (std::holds_alternative<bool *>(option.target) && !option.defaultText.empty())
  {
    Append(notes, std::string("on; --no-") + field.name + " switches it off");
  }
  else
  {
    Append(notes, option.defaultText.empty() ? "" : "default " + option.defaultText);
  }
  Append(notes, option.isRequired ? "required" : "");
  return std::string(field.help) + (notes.empty() ? "" : " [" + notes + "]");
}

std::string
Wrapped(const std::string & text, std::size_t indent, std::size_t width)
{
  std::istringstream words(text);
  std::string result;
  std::string word;
  std::size_t column = indent;
  while (words >> word)
  {
    if (column > indent && column + 1 + word.size() > width)
    {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    }
    else if (column > indent)
    {
      result += " ";
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

std::string
TwoColumns(const std::vector<std::pair<std::string, std::string>> & rows, int width)
{
  std::size_t left = 0;
  for (const auto & row : rows)
  {
    left = std::max(left, row.first.size() <= widestName ? row.first.size() : 0);
  }
  const std::size_t indent = left + 4;
  std::string text;
  for (const auto & row : rows)
  {
    const bool fits = row.first.size() <= left;
    const std::string gap = fits ? std::string(indent - 2 - row.first.size(), ' ') : "\n" + std::string(indent, ' ');
    text += "  " + row.first + gap + Wrapped(row.second, indent, static_cast<std::size_t>(width)) + "\n";
  }
  return text;
}
} // namespace tweedie
