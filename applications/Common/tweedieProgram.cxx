// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgram.h"

#include "tweedieError.h"
#include "tweedieGuard.h"
#include "tweedieHelpText.h"
#include "tweedieRunOptions.h"
#include "tweedieSlicerDescription.h"
#include "tweedieSuggestion.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace tweedie
{
namespace
{
bool
IsHelp(const std::string & word)
{
  return word == "--help" || word == "-h";
}

/** The rows of a verb, or all of them for an empty name. */
std::vector<const VerbRow *>
RowsOf(const std::string & verb)
{
  std::vector<const VerbRow *> rows;
  for (const auto & row : VerbTable())
  {
    if (verb.empty() || verb == row.verb)
    {
      rows.push_back(&row);
    }
  }
  return rows;
}

std::vector<std::string>
Words(const std::vector<const VerbRow *> & rows, const char * VerbRow::*word)
{
  std::vector<std::string> words;
  for (const auto * row : rows)
  {
    if (*(row->*word) != '\0' && (words.empty() || words.back() != row->*word))
    {
      words.emplace_back(row->*word);
    }
  }
  return words;
}

std::string
Joined(const std::vector<std::string> & words)
{
  std::string text;
  for (const auto & word : words)
  {
    text += (text.empty() ? "" : "|") + word;
  }
  return text;
}

std::string
CommandOf(const VerbRow & row)
{
  return std::string(row.verb) + (*row.object ? " " : "") + row.object;
}

std::string
ProgramHelp(const std::vector<const VerbRow *> & rows)
{
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto * row : rows)
  {
    lines.emplace_back(CommandOf(*row), row->purpose);
  }
  const int width = TerminalWidth(STDOUT_FILENO);
  return "usage: tweedie VERB [OBJECT] [options]\n\n"
         "Posterior mean and checked uncertainty of undersampled measurements, with diffusion priors.\n\n" +
         TwoColumns(lines, width) + "\n  --help after a verb lists its options; --version prints " + Version +
         "; --modules lists the verbs as 3D Slicer knows them" +
         "\n\nExit codes: 0 done, 1 wrong use, 2 bad data, 3 numerical failure or out of memory, 130 interrupted.\n";
}

/** How many words of the beginning are those of an object ("data", "simulated mri"); 0: they are others. */
std::ptrdiff_t
ObjectWords(const std::vector<std::string> & words, const std::string & object)
{
  if (!words.empty() && words[0] == object)
  {
    return 1;
  }
  return words.size() > 1 && words[0] + ' ' + words[1] == object ? 2 : 0;
}

/** The row that the first words name; they are removed. Null: a help was printed. */
const VerbRow *
TakeCommand(std::vector<std::string> & words)
{
  const auto all = RowsOf("");
  if (words.empty() || (words[0][0] == '-' && !IsHelp(words[0])))
  {
    const std::string given = words.empty() ? "no verb" : words[0];
    throw UsageError(given + ": required tweedie " + Joined(Words(all, &VerbRow::verb)) + "; see tweedie --help");
  }
  if (IsHelp(words[0]))
  {
    Print(ProgramHelp(all));
    return nullptr;
  }
  const std::string verb = words[0];
  const auto rows = RowsOf(verb);
  if (rows.empty())
  {
    const auto verbs = Words(all, &VerbRow::verb);
    throw UsageError("'" + verb + "': unknown verb" + DidYouMean(verb, verbs) + "; required one of " + Joined(verbs));
  }
  words.erase(words.begin());
  if (*rows[0]->object == '\0')
  {
    return rows[0];
  }
  if (!words.empty() && IsHelp(words[0]))
  {
    Print(ProgramHelp(rows));
    return nullptr;
  }
  for (const auto * row : rows)
  {
    if (const std::ptrdiff_t count = ObjectWords(words, row->object))
    {
      words.erase(words.begin(), words.begin() + count);
      return row;
    }
  }
  const auto objects = Words(rows, &VerbRow::object);
  throw UsageError(verb + ": given " + (words.empty() ? "nothing" : "'" + words[0] + "'") + "; required what to " +
                   verb + ": " + Joined(objects));
}

/** Letters and digits, lower-case: TweedieSimulateMRI and tweedie-simulate-mri are one name. */
std::string
PlainName(const std::string & name)
{
  std::string plain;
  for (const char c : name)
  {
    const bool isUpper = c >= 'A' && c <= 'Z';
    const char lower = isUpper ? static_cast<char>(c - 'A' + 'a') : c;
    plain += (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ? std::string(1, lower) : "";
  }
  return plain;
}

/** The command that a link to the program is named after, as words; none for another name. */
std::vector<std::string>
CommandOfLink(const std::string & path)
{
  const std::string name = PlainName(path.substr(path.rfind('/') + 1));
  for (const auto & row : VerbTable())
  {
    if (name == PlainName(SlicerModuleName(CommandOf(row))))
    {
      return *row.object ? std::vector<std::string>{row.verb, row.object} : std::vector<std::string>{row.verb};
    }
  }
  return {};
}

std::string
ModuleList()
{
  std::string text;
  for (const auto & row : VerbTable())
  {
    text += SlicerModuleName(CommandOf(row)) + " " + CommandOf(row) + "\n";
  }
  return text;
}

int
Fail(const std::string & where, const Error & error)
{
  const std::string line = where + ": " + error.what() + "\n";
  std::fflush(stdout);
  std::fwrite(line.data(), 1, line.size(), stderr);
  return static_cast<int>(error.Code());
}
} // namespace

int
RunProgram(const std::vector<std::string> & arguments, const std::string & program)
{
  std::string where = "tweedie";
  try
  {
    auto words = CommandOfLink(program);
    words.insert(words.end(), arguments.begin(), arguments.end());
    if (!words.empty() && (words[0] == "--version" || words[0] == "--modules"))
    {
      Print(words[0] == "--modules" ? ModuleList() : std::string("tweedie ") + Version + "\n");
      return static_cast<int>(ExitCode::Success);
    }
    const auto row = TakeCommand(words);
    if (row != nullptr)
    {
      where += " " + CommandOf(*row);
      CommandLine line(where, row->purpose, words);
      UseThreads(0);
      row->run(line);
      line.WriteResults();
    }
    return static_cast<int>(ExitCode::Success);
  }
  catch (...)
  {
    return Fail(where, TranslateException(std::current_exception()));
  }
}
} // namespace tweedie
