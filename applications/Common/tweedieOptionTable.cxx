// SPDX-License-Identifier: Apache-2.0
#include "tweedieOptionTable.h"

#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieOptionsJson.h"
#include "tweedieSuggestion.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <type_traits>

namespace tweedie
{
namespace
{
[[noreturn]] void
Fail(const Option & option, const std::string & given, const std::string & required)
{
  throw UsageError(std::string("--") + option.field.name + ": given '" + given + "'; required " + required);
}

/** A whole text as a number, whatever the locale; a leading plus is allowed. */
template <typename T>
bool
ParseNumber(const std::string & text, T & value)
{
  const char * begin = text.data();
  const char * end = begin + text.size();
  const bool hasPlus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  const auto result = std::from_chars(begin + (hasPlus ? 1 : 0), end, value);
  return result.ec == std::errc() && result.ptr == end;
}

void
Assign(const Option & option, const std::string & text, bool & value)
{
  if (text != "true" && text != "false")
  {
    Fail(option, text, "true or false, or no value");
  }
  value = text == "true";
}

void
Assign(const Option & option, const std::string & text, std::int64_t & value)
{
  if (!ParseNumber(text, value))
  {
    Fail(option, text, "an integer");
  }
}

void
Assign(const Option & option, const std::string & text, double & value)
{
  if (!ParseNumber(text, value))
  {
    Fail(option, text, "a number");
  }
}

void
Assign(const Option & option, const std::string & text, std::string & value)
{
  if (text.empty())
  {
    Fail(option, text, "a text that is not empty");
  }
  value = text;
}

template <typename T>
void
Assign(const Option & option, const std::string & text, std::optional<T> & value)
{
  T parsed{};
  Assign(option, text, parsed);
  value = parsed;
}

void
Assign(const Option & option, const std::string & text, std::vector<double> & value)
{
  value.clear();
  for (std::size_t begin = 0; begin <= text.size();)
  {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    double number = 0.0;
    if (!ParseNumber(text.substr(begin, end - begin), number))
    {
      Fail(option, text, "numbers separated by commas");
    }
    value.push_back(number);
    begin = end + 1;
  }
}

void
Assign(const Option & option, const std::string & text, std::vector<std::string> & value)
{
  if (option.source != OptionSource::CommandLine)
  {
    value.clear(); // what a configuration file gave
  }
  std::string word;
  Assign(option, text, word);
  value.push_back(word);
}

template <typename T>
std::string
OptionalText(const std::optional<T> & value)
{
  return value ? NumberText(static_cast<double>(*value)) : "";
}
} // namespace

void
OptionTable::Begin(const std::string & heading, const std::vector<std::string> & hidden)
{
  m_Heading = heading;
  m_Hidden = hidden;
}

void
OptionTable::Add(const Field & field, OptionTarget target, std::string defaultText)
{
  if (std::find(m_Hidden.begin(), m_Hidden.end(), field.name) != m_Hidden.end())
  {
    return;
  }
  if (Find(field.name) != nullptr)
  {
    throw std::logic_error(std::string("option --") + field.name + " is offered twice");
  }
  m_Options.push_back({field, target, m_Heading, std::move(defaultText), false, OptionSource::Default});
}

void
OptionTable::Visit(const Field & field, bool & value)
{
  Add(field, &value, value ? "on" : "");
}

void
OptionTable::Visit(const Field & field, std::int64_t & value)
{
  Add(field, &value, std::to_string(value));
}

void
OptionTable::Visit(const Field & field, double & value)
{
  Add(field, &value, NumberText(value));
}

void
OptionTable::Visit(const Field & field, std::string & value)
{
  Add(field, &value, value);
}

void
OptionTable::Visit(const Field & field, std::optional<double> & value)
{
  Add(field, &value, OptionalText(value));
}

void
OptionTable::Visit(const Field & field, std::optional<std::int64_t> & value)
{
  Add(field, &value, OptionalText(value));
}

void
OptionTable::Visit(const Field & field, std::vector<double> & value)
{
  std::string text;
  for (const double element : value)
  {
    text += (text.empty() ? "" : ",") + NumberText(element);
  }
  Add(field, &value, text);
}

void
OptionTable::Visit(const Field & field, std::vector<std::string> & value)
{
  std::string text;
  for (const auto & element : value)
  {
    text += (text.empty() ? "" : " ") + element;
  }
  Add(field, &value, text);
}

Option *
OptionTable::Find(const std::string & name)
{
  const auto found = std::find_if(
      m_Options.begin(), m_Options.end(), [&](const Option & option) { return option.field.name == name; });
  return found == m_Options.end() ? nullptr : &*found;
}

void
OptionTable::SetFromJson(const nlohmann::json & object)
{
  JsonReader reader(object);
  for (auto & option : m_Options)
  {
    std::visit([&](auto * value) { reader.Visit(option.field, *value); }, option.target);
    option.source = object.contains(option.field.name) ? OptionSource::Configuration : option.source;
  }
  for (const auto & item : object.items())
  {
    if (Find(item.key()) == nullptr)
    {
      throw UsageError("configuration, '" + item.key() + "': unknown option" +
                       DidYouMean(item.key(), reader.KnownNames()));
    }
  }
}

nlohmann::json
OptionTable::ToJson() const
{
  nlohmann::json object = nlohmann::json::object();
  JsonWriter writer(object);
  for (const auto & option : m_Options)
  {
    std::visit([&](auto * value) { writer.Visit(option.field, *value); }, option.target);
  }
  return object;
}

void
SetOption(Option & option, const std::string & text)
{
  const bool isList = std::holds_alternative<std::vector<std::string> *>(option.target);
  if (option.source == OptionSource::CommandLine && !isList)
  {
    throw UsageError(std::string("--") + option.field.name + ": given twice; required once");
  }
  std::visit([&](auto * value) { Assign(option, text, *value); }, option.target);
  option.source = OptionSource::CommandLine;
}

bool
MeansDefault(const Option & option, const std::string & text)
{
  if (const auto * list = std::get_if<std::vector<std::string> *>(&option.target))
  {
    return FormPieces(option, text) == **list;
  }
  const auto isSame = [&](auto * value)
  {
    auto parsed = *value;
    Assign(option, text, parsed);
    if constexpr (std::is_same_v<decltype(parsed), double>)
    {
      constexpr double rounding = 1e-9; // a slider multiplies steps, and has six decimals or so
      return std::abs(parsed - *value) <= rounding * std::abs(*value);
    }
    else
    {
      return parsed == *value;
    }
  };
  return std::visit(isSame, option.target);
}

std::vector<std::string>
SplitAtCommas(const std::string & text)
{
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin <= text.size();)
  {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin)
    {
      pieces.push_back(text.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return pieces;
}

std::vector<std::string>
FormPieces(const Option & option, const std::string & text)
{
  return std::holds_alternative<std::vector<std::string> *>(option.target) ? SplitAtCommas(text)
                                                                           : std::vector<std::string>{text};
}

std::string
Placeholder(const Option & option)
{
  const auto name = [&](auto * value) -> std::string
  {
    using Value = std::remove_pointer_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, bool>)
    {
      return "";
    }
    else if constexpr (std::is_same_v<Value, std::string> || std::is_same_v<Value, std::vector<std::string>>)
    {
      return !option.field.choices.empty() ? ChoicesText(option.field)
             : *option.field.unit != '\0'  ? option.field.unit
                                           : "TEXT";
    }
    else if constexpr (std::is_same_v<Value, std::vector<double>>)
    {
      return "NUMBER,...";
    }
    else
    {
      return std::is_same_v<Value, std::int64_t> || std::is_same_v<Value, std::optional<std::int64_t>> ? "INTEGER"
                                                                                                       : "NUMBER";
    }
  };
  return std::visit(name, option.target);
}
} // namespace tweedie
