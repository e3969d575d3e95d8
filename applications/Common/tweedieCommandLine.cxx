// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"

#include "tweedieError.h"
#include "tweedieHelpText.h"
#include "tweediePresets.h"
#include "tweedieSuggestion.h"
#include "tweedieTerminal.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace tweedie
{
namespace
{
/** A word that a shell reads back as the same argument. */
std::string
ShellQuoted(const std::string & word)
{
  const char * plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%^";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
  {
    return word;
  }
  std::string quoted = "'";
  for (const char c : word)
  {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

/** "what it does" -> "What it does." */
std::string
Sentence(std::string text)
{
  if (!text.empty())
  {
    text[0] = text[0] >= 'a' && text[0] <= 'z' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
    text += text.back() == '.' ? "" : ".";
  }
  return text;
}

/** Something that starts with a minus and is no number: -1 and -.5 are values. */
bool
LooksLikeFlag(const std::string & word)
{
  return word.size() > 1 && word[0] == '-' && word[1] != '.' && (word[1] < '0' || word[1] > '9');
}

nlohmann::json
ReadConfiguration(const std::string & path)
{
  std::ifstream stream(path);
  if (!stream)
  {
    throw DataError("--config: given " + path + ", which cannot be read; required a JSON file");
  }
  const auto json = nlohmann::json::parse(stream, nullptr, false, true);
  if (json.is_discarded() || !json.is_object())
  {
    throw DataError("--config: given " + path + ", which is not a JSON object; required {\"flag\": value, ...}");
  }
  return json.contains("configuration") ? json["configuration"] : json;
}
} // namespace

CommandLine::CommandLine(std::string name, std::string purpose, std::vector<std::string> arguments)
    : m_Name(std::move(name)), m_Purpose(std::move(purpose)), m_Arguments(std::move(arguments))
{
}

void
CommandLine::AddPositional(
    const std::string & name, const std::string & help, std::string & value, PathKind path, bool isWritten)
{
  m_Positionals.push_back({name, help, &value, nullptr, 1, path, isWritten});
}

void
CommandLine::AddPositionals(const std::string & name,
                            const std::string & help,
                            std::vector<std::string> & values,
                            std::size_t minimum,
                            PathKind path)
{
  m_Positionals.push_back({name, help, nullptr, &values, minimum, path, false});
}

void
CommandLine::Require(const std::vector<std::string> & names)
{
  for (const auto & name : names)
  {
    m_Table.Find(name)->isRequired = true;
  }
}

void
CommandLine::OfferPresets()
{
  m_Table.Begin("General", {});
  m_Table.Visit(Field("preset", "flags by name (data/presets), or from a file of that kind").Unit("NAME|FILE"),
                m_Preset);
}

void
CommandLine::AddExample(const std::string & command)
{
  m_Examples.push_back(command);
}

bool
CommandLine::IsGiven(const std::string & name)
{
  const Option * option = m_Table.Find(name);
  return option != nullptr && option->source == OptionSource::CommandLine;
}

bool
CommandLine::IsSet(const std::string & name)
{
  const Option * option = m_Table.Find(name);
  return option != nullptr && option->source != OptionSource::Default;
}

std::vector<std::string>
CommandLine::GivenUnder(const std::string & heading) const
{
  std::vector<std::string> names;
  for (const auto & option : m_Table.Options())
  {
    if (option.heading == heading && option.source == OptionSource::CommandLine)
    {
      names.emplace_back(option.field.name);
    }
  }
  return names;
}

bool
CommandLine::Parse()
{
  m_Table.Begin("General", {});
  m_Table.Visit(
      Field("config", "flags from a JSON object, or from the summary of an earlier run").Reads(PathKind::File),
      m_Configuration);
  const auto end = std::find(m_Arguments.begin(), m_Arguments.end(), "--");
  const auto asks = [&](const char * word) { return std::find(m_Arguments.begin(), end, word) != end; };
  if (asks("--help") || asks("-h") || asks("--xml") || asks("--schema"))
  {
    Print(asks("--xml") ? Xml() : asks("--schema") ? Schema() : Help(TerminalWidth(STDOUT_FILENO)));
    return false;
  }
  m_Words = m_Arguments;
  m_Slicer = TakeSlicerWords(m_Words);
  SetPositionals(ParseFlags());
  CheckRequired();
  CheckSlicerCall();
  for (const auto & check : m_Checks)
  {
    check();
  }
  return true;
}

CommandLine::FlagValue
CommandLine::ParseFlag(const std::string & word)
{
  const auto equals = word.find('=');
  const std::string flag = word.substr(0, equals);
  const std::string name = flag.substr(std::min<std::size_t>(2, flag.size()));
  const bool isLong = flag.compare(0, 2, "--") == 0;
  FlagValue result;
  result.option = isLong ? m_Table.Find(name) : nullptr;
  if (equals != std::string::npos)
  {
    result.value = word.substr(equals + 1);
  }
  if (result.option == nullptr && isLong && name.compare(0, 3, "no-") == 0 && !result.value)
  {
    result.option = m_Table.Find(name.substr(3));
    result.value = "false";
    const bool isSwitch = result.option != nullptr && std::holds_alternative<bool *>(result.option->target);
    result.option = isSwitch ? result.option : nullptr;
  }
  if (result.option == nullptr)
  {
    std::vector<std::string> flags{"--help", "--xml", "--schema"};
    for (const auto & option : m_Table.Options())
    {
      flags.push_back(std::string("--") + option.field.name);
    }
    const std::string suggestion = DidYouMean(isLong ? flag : "-" + flag, flags);
    throw UsageError(flag + ": unknown option" + (suggestion.empty() ? "; required one of --help" : suggestion));
  }
  const bool isSwitch = std::holds_alternative<bool *>(result.option->target);
  result.value = result.value || !isSwitch ? result.value : "true";
  return result;
}

std::vector<std::string>
CommandLine::ParseFlags()
{
  std::vector<FlagValue> flags;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < m_Words.size(); ++i)
  {
    const std::string & word = m_Words[i];
    if (word == "--")
    {
      words.insert(words.end(), m_Words.begin() + static_cast<std::ptrdiff_t>(i) + 1, m_Words.end());
      break;
    }
    if (!LooksLikeFlag(word))
    {
      words.push_back(word);
      continue;
    }
    flags.push_back(ParseFlag(word));
    if (!flags.back().value)
    {
      if (i + 1 == m_Words.size() || LooksLikeFlag(m_Words[i + 1]))
      {
        throw UsageError(word + ": no value given; required " + Placeholder(*flags.back().option));
      }
      flags.back().value = m_Words[++i];
    }
  }
  if (m_Slicer.isOn)
  {
    TakeFormDefaults(flags);
  }
  for (const auto & flag : flags)
  {
    if (flag.option->target == OptionTarget(&m_Preset))
    {
      m_Table.SetFromJson(ReadPreset(*flag.value));
    }
  }
  for (const auto & flag : flags)
  {
    if (flag.option->target == OptionTarget(&m_Configuration))
    {
      m_Table.SetFromJson(ReadConfiguration(*flag.value));
    }
  }
  for (const auto & flag : flags)
  {
    SetOption(*flag.option, *flag.value);
  }
  return words;
}

void
CommandLine::SetPositionals(const std::vector<std::string> & words)
{
  std::size_t next = 0;
  for (const auto & positional : m_Positionals)
  {
    const std::size_t left = words.size() - next;
    if (left < positional.minimum)
    {
      throw UsageError(positional.name + ": not given; required " + positional.help);
    }
    if (positional.value != nullptr)
    {
      *positional.value = words[next++];
    }
    else
    {
      positional.values->assign(words.begin() + static_cast<std::ptrdiff_t>(next), words.end());
      next = words.size();
    }
  }
  if (next < words.size())
  {
    const std::string most = m_Positionals.empty() ? "none" : "no more than " + m_Positionals.back().name;
    throw UsageError("'" + words[next] + "': unexpected argument; required " + most);
  }
}

void
CommandLine::CheckRequired() const
{
  for (const auto & option : m_Table.Options())
  {
    const auto * text = std::get_if<std::string *>(&option.target);
    const bool isMissing = text != nullptr ? (*text)->empty() : option.source == OptionSource::Default;
    if (option.isRequired && isMissing)
    {
      throw UsageError(std::string("--") + option.field.name + ": not given; required " + option.field.help);
    }
  }
}

std::string
CommandLine::Text() const
{
  std::string text = m_Name;
  for (const auto & argument : m_Arguments)
  {
    text += " " + ShellQuoted(argument);
  }
  return text;
}

std::string
CommandLine::ConfigurationJson() const
{
  auto json = m_Table.ToJson();
  json.erase("config");
  json.erase("preset");    // its flags are here
  json.erase("overwrite"); // permission is given once
  return json.dump(2);
}

std::string
CommandLine::Help(int width) const
{
  std::string usage = "usage: " + m_Name;
  for (const auto & positional : m_Positionals)
  {
    usage += positional.minimum == 0 ? " [" + positional.name + "]" : " " + positional.name;
  }
  std::vector<std::string> headings;
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto & positional : m_Positionals)
  {
    rows.emplace_back(positional.name, positional.help);
  }
  std::string body = rows.empty() ? "" : "\n" + TwoColumns(rows, width);
  for (const auto & option : m_Table.Options())
  {
    usage += option.isRequired ? " " + FlagText(option) : "";
    if (std::find(headings.begin(), headings.end(), option.heading) == headings.end())
    {
      headings.push_back(option.heading);
    }
  }
  for (const auto & heading : headings)
  {
    rows.clear();
    for (const auto & option : m_Table.Options())
    {
      if (option.heading == heading)
      {
        rows.emplace_back(FlagText(option), OptionHelp(option));
      }
    }
    if (heading == "General")
    {
      rows.emplace_back("--help, -h", "this text");
      rows.emplace_back("--xml", "this command as a module of 3D Slicer; its form calls with --slicer");
      rows.emplace_back("--schema", "its flags as JSON, for programs that call it");
    }
    body += "\n" + heading + ":\n" + TwoColumns(rows, width);
  }
  for (const auto & example : m_Examples)
  {
    body += (&example == m_Examples.data() ? "\nExamples:\n" : "") + std::string("  ") + example + "\n";
  }
  const auto columns = static_cast<std::size_t>(width);
  return Wrapped(usage + " [options]", 7, columns) + "\n\n" + Wrapped(Sentence(m_Purpose), 0, columns) + "\n" + body;
}
} // namespace tweedie
