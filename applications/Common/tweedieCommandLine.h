// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCommandLine_h
#define tweedieCommandLine_h

#include "tweedieOptionTable.h"
#include "tweedieSlicerCall.h"

#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** An argument without a flag. */
struct Positional
{
  std::string name; ///< in capitals: "SCAN"
  std::string help;
  std::string * value = nullptr;               ///< exactly one, or
  std::vector<std::string> * values = nullptr; ///< minimum or more, the last positional
  std::size_t minimum = 1;
  PathKind path = PathKind::File;
  bool isWritten = false;
};

/** Arguments of one command. A command says what it takes, calls Parse, and works when that returned true:
 *
 *    Options options;
 *    line.Add("Files", options);
 *    line.Require({"output"});
 *    if (!line.Parse()) { return; }
 *
 * --help and --config belong to every command. Later wins: default, configuration file, flag; a flag given twice is an
 * error, except for lists of texts, which it extends. --name=value and --name value mean the same; a switch is
 * --name, and --no-name for one that is on by default; -- ends the flags.
 *
 * --xml prints the command as a module of 3D Slicer, whose form calls it with --slicer: see tweedieSlicerCall.h;
 * --schema prints it as JSON, {"command", "purpose", "arguments", "options", "required"}: see tweedieOptionsSchema.h.
 */
class CommandLine
{
public:
  /** name: "tweedie simulate mri"; arguments: what follows it. */
  CommandLine(std::string name, std::string purpose, std::vector<std::string> arguments);

  /** Offers the fields of an options struct as flags, all but those hidden. options must outlive the command line. */
  template <typename TOptions>
  void
  Add(const std::string & heading, TOptions & options, const std::vector<std::string> & hidden = {})
  {
    m_Table.Begin(heading, hidden);
    options.Visit(m_Table);
    m_Checks.emplace_back([&options] { ValidateOptions(options); });
  }

  /** path, isWritten: what lies there. */
  void AddPositional(const std::string & name,
                     const std::string & help,
                     std::string & value,
                     PathKind path = PathKind::File,
                     bool isWritten = false);

  /** Takes all that are left; at least minimum of them. name as the usage line shows it: "IMAGE...". */
  void AddPositionals(const std::string & name,
                      const std::string & help,
                      std::vector<std::string> & values,
                      std::size_t minimum = 1,
                      PathKind path = PathKind::File);

  /** Flags that must be given. */
  void Require(const std::vector<std::string> & names);

  /** Offers --preset: flags from a file of data/presets, which --config and flags override. */
  void OfferPresets();

  /** Figures of the result that Report will say. */
  void OfferResults(std::vector<ResultFigure> figures);

  /** Keeps the value of an offered figure for WriteResults. */
  void Report(const std::string & name, double value) const;

  /** Writes the reported figures where --returnparameterfile asks for them. */
  void WriteResults() const;

  /** A command worth copying, shown at the end of the help. */
  void AddExample(const std::string & command);

  /** Fills the structs and checks every value. False: --help, --xml or --schema was asked for and printed. Throws
   * UsageError. */
  bool Parse();

  /** Whether the flag stands on the command line. */
  bool IsGiven(const std::string & name);

  /** Whether the command line, a preset or a configuration file has it. */
  bool IsSet(const std::string & name);

  /** The flags under a heading that stand on the command line. */
  std::vector<std::string> GivenUnder(const std::string & heading) const;

  /** The command as it can be typed again in a shell. */
  std::string Text() const;

  /** Values of all flags as a JSON object that --config reads. */
  std::string ConfigurationJson() const;

  const std::string &
  Name() const
  {
    return m_Name;
  }

  /** Usage, purpose, positionals, flags by heading with units, ranges, choices and defaults, examples. */
  std::string Help(int width) const;

private:
  struct FlagValue
  {
    Option * option = nullptr;
    std::optional<std::string> value;
  };

  /** The command as a module of 3D Slicer. */
  std::string Xml() const;
  std::string Schema() const;
  /** Takes over what a call of Slicer means for the flags, and refuses what it cannot do. */
  void CheckSlicerCall();
  /** Sets aside the values of a form that are the defaults: they count as not given. */
  void TakeFormDefaults(std::vector<FlagValue> & flags);
  /** The option and, where it is part of the word, the value that a word starting with a minus means. */
  FlagValue ParseFlag(const std::string & word);
  /** Fills the options and returns the words that are not flags. */
  std::vector<std::string> ParseFlags();
  void SetPositionals(const std::vector<std::string> & words);
  void CheckRequired() const;

  std::string m_Name;
  std::string m_Purpose;
  std::vector<std::string> m_Arguments;
  std::vector<std::string> m_Words; ///< the arguments without what is of Slicer
  SlicerCall m_Slicer;
  mutable std::vector<ResultFigure> m_Results; ///< a run says them of itself: no part of what it was told
  std::string m_Configuration;
  std::string m_Preset;
  std::vector<Positional> m_Positionals;
  std::vector<std::string> m_Examples;
  std::vector<std::function<void()>> m_Checks;
  OptionTable m_Table;
};
} // namespace tweedie

#endif
