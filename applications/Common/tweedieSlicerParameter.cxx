// SPDX-License-Identifier: Apache-2.0
#include "tweedieSlicerParameter.h"

#include "tweedieHelpText.h"
#include "tweedieSlicerCall.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

namespace tweedie
{
namespace
{
/** One that every value of a form stays below: its sliders count steps in an int, of hundredths where none is said. */
constexpr double largestInteger = std::numeric_limits<int>::max() / 100;
constexpr double mostSteps = 1e9;

/** Without an exponent: a form shows as many decimals as the text of the default has. */
std::string
PlainNumber(double value)
{
  std::array<char, 400> text{}; // the widest double has 309 digits before the point
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  return {text.data(), end};
}

std::size_t
Decimals(double value)
{
  const std::string text = PlainNumber(value);
  return text.find('.') == std::string::npos ? 0 : text.size() - text.find('.') - 1;
}

/** With room for finer values than the default. */
std::string
RoomyNumber(double value)
{
  std::string text = PlainNumber(value);
  const std::size_t decimals = Decimals(value);
  text += decimals == 0 ? "." : "";
  return text + std::string(std::max<std::size_t>(decimals + 2, 4) - decimals, '0');
}

std::string
WithBlanks(std::string text)
{
  std::replace(text.begin(), text.end(), '-', ' ');
  return text;
}

std::string
Underscored(std::string text)
{
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

std::string
Constraints(double minimum, double maximum, double step)
{
  return "<constraints>\n" + (std::isfinite(minimum) ? SlicerElement("minimum", PlainNumber(minimum)) : "") +
         (std::isfinite(maximum) ? SlicerElement("maximum", PlainNumber(maximum)) : "") +
         SlicerElement("step", PlainNumber(step)) + "</constraints>\n";
}

/** The range of a field, where a slider can show it; the program refuses what is beyond it in any case. */
std::string
IntegerConstraints(const Field & field)
{
  const double minimum = field.minimum >= -largestInteger ? field.minimum : -std::numeric_limits<double>::infinity();
  const double maximum = field.maximum <= largestInteger ? field.maximum : std::numeric_limits<double>::infinity();
  return std::isfinite(minimum) || std::isfinite(maximum) ? Constraints(minimum, maximum, 1.0) : "";
}

std::string
NumberConstraints(const Field & field, double value)
{
  const double step = std::pow(10.0, -static_cast<double>(std::max<std::size_t>(Decimals(value), 2)));
  const double largest = std::max(std::abs(field.minimum), std::abs(field.maximum));
  return largest / step < mostSteps ? Constraints(field.minimum, field.maximum, step) : "";
}

/** The tag of a path, and its channel. */
void
SetPath(SlicerParameter & parameter, PathKind path, bool isWritten, bool isRequired, bool isList)
{
  parameter.tag = path == PathKind::Image || path == PathKind::Labels ? "image"
                  : path == PathKind::File                            ? "file"
                  // Slicer's button for a folder always names one.
                  : path == PathKind::Folder && isRequired ? "directory"
                                                           : (isList ? "string-vector" : "string");
  const bool isText = parameter.tag.find("string") == 0;
  parameter.attributes = path == PathKind::Labels ? " type=\"label\"" : isList && !isText ? " multiple=\"true\"" : "";
  parameter.channel = isText ? "" : isWritten ? "output" : "input";
}

void
SetText(SlicerParameter & parameter, const Option & option, const std::string & value)
{
  const Field & field = option.field;
  parameter.defaultText = value;
  if (field.choices.empty() || value.empty()) // one of a group of buttons is always pressed
  {
    SetPath(parameter, field.path, field.isWritten, option.isRequired, false);
    return;
  }
  parameter.tag = "string-enumeration";
  for (const std::string & choice : field.choices)
  {
    parameter.more += SlicerElement("element", choice);
  }
}

/** What a value of that type is in a form. */
void
SetValue(SlicerParameter & parameter, const Option & option)
{
  const auto set = [&](auto * value)
  {
    using Value = std::remove_pointer_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, bool>)
    {
      parameter.tag = "boolean";
      parameter.defaultText = "false";
      if (*value)
      {
        parameter.name = SlicerParameterName("no-" + std::string(option.field.name));
        parameter.flag = Underscored("no-" + std::string(option.field.name));
        parameter.label = "no " + parameter.label;
        parameter.help = "not: " + parameter.help;
      }
    }
    else if constexpr (std::is_same_v<Value, std::int64_t>)
    {
      parameter.tag = "integer";
      parameter.defaultText = std::to_string(*value);
      parameter.more = IntegerConstraints(option.field);
    }
    else if constexpr (std::is_same_v<Value, double>)
    {
      parameter.tag = "double";
      parameter.defaultText = RoomyNumber(*value);
      parameter.more = NumberConstraints(option.field, *value);
    }
    else if constexpr (std::is_same_v<Value, std::string>)
    {
      SetText(parameter, option, *value);
    }
    else if constexpr (std::is_same_v<Value, std::vector<std::string>>)
    {
      SetPath(parameter, option.field.path, option.field.isWritten, false, true);
      for (const std::string & text : *value)
      {
        parameter.defaultText += (parameter.defaultText.empty() ? "" : ",") + text;
      }
    }
    else
    {
      parameter.tag = std::is_same_v<Value, std::optional<std::int64_t>> ? "integer-vector" : "double-vector";
      parameter.defaultText = option.defaultText;
    }
  };
  std::visit(set, option.target);
}

/** "[mri|ct] SCAN" -> "scan": a form has room for the last word only. */
std::string
ArgumentWord(const Positional & positional)
{
  std::string word = positional.name.substr(positional.name.rfind(' ') + 1);
  word.erase(std::remove(word.begin(), word.end(), '.'), word.end());
  std::transform(word.begin(), word.end(), word.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  return word;
}
} // namespace

std::string
SlicerElement(const std::string & name, const std::string & text)
{
  std::string escaped;
  for (const char c : text)
  {
    escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  return "<" + name + ">" + escaped + "</" + name + ">\n";
}

std::string
SlicerParameter::Text() const
{
  const auto element = [](const char * key, const std::string & value)
  { return value.empty() ? "" : SlicerElement(key, value); };
  return "<" + tag + attributes + ">\n" + SlicerElement("name", name) + element("longflag", flag) +
         element("index", index) + SlicerElement("description", help) + SlicerElement("label", label) +
         element("default", defaultText) + element("channel", channel) + more + "</" + tag + ">\n";
}

SlicerParameter
OptionParameter(const Option & option)
{
  SlicerParameter parameter;
  parameter.name = SlicerParameterName(option.field.name);
  parameter.flag = Underscored(option.field.name);
  parameter.label = WithBlanks(option.field.name);
  parameter.help = OptionHelp(option);
  SetValue(parameter, option);
  return parameter;
}

SlicerParameter
ArgumentParameter(const Positional & positional, std::size_t index)
{
  SlicerParameter parameter;
  const std::string word = ArgumentWord(positional);
  parameter.name = word + "Argument";
  parameter.label = word;
  parameter.help = positional.help;
  SetPath(parameter, positional.path, positional.isWritten, positional.minimum > 0, positional.values != nullptr);
  // Slicer asks for everything that has an index.
  parameter.flag = positional.minimum == 0 ? "arguments" : "";
  parameter.index = positional.minimum == 0 ? "" : std::to_string(index);
  return parameter;
}

SlicerParameter
CallParameter()
{
  SlicerParameter parameter;
  parameter.tag = "boolean";
  parameter.attributes = " hidden=\"true\"";
  parameter.name = parameter.flag = parameter.label = "slicer";
  parameter.help = "the form of Slicer is calling";
  parameter.defaultText = "true";
  return parameter;
}

SlicerParameter
ResultParameter(const ResultFigure & figure)
{
  SlicerParameter parameter; // without flag and index: what Slicer reads back from --returnparameterfile
  parameter.tag = "double";
  parameter.name = SlicerParameterName(figure.name);
  parameter.label = WithBlanks(figure.name);
  parameter.help = figure.help;
  parameter.defaultText = "0";
  parameter.channel = "output";
  return parameter;
}
} // namespace tweedie
