// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOptionTable_h
#define tweedieOptionTable_h

#include "tweedieOptions.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <variant>
#include <vector>

namespace tweedie
{
/** Where the value of an option goes. */
using OptionTarget = std::variant<bool *,
                                  std::int64_t *,
                                  double *,
                                  std::string *,
                                  std::optional<double> *,
                                  std::optional<std::int64_t> *,
                                  std::vector<double> *,
                                  std::vector<std::string> *>;

/** Who gave an option its value; later ones win. */
enum class OptionSource
{
  Default,
  Form, ///< a form that shows the default
  Configuration,
  CommandLine
};

/** One flag: what its struct says about it, and where its value came from. */
struct Option
{
  Field field;
  OptionTarget target;
  std::string heading;
  std::string defaultText; ///< empty: none
  bool isRequired = false;
  OptionSource source = OptionSource::Default;
};

/** The flags of a command, collected from the Visit listings of its options structs, which must outlive the table. */
class OptionTable final : public OptionVisitor
{
public:
  /** Fields visited from now on belong under this heading; those named in hidden are not offered. Throws
   * std::logic_error when two structs offer the same name. */
  void Begin(const std::string & heading, const std::vector<std::string> & hidden);

  void Visit(const Field & field, bool & value) override;
  void Visit(const Field & field, std::int64_t & value) override;
  void Visit(const Field & field, double & value) override;
  void Visit(const Field & field, std::string & value) override;
  void Visit(const Field & field, std::optional<double> & value) override;
  void Visit(const Field & field, std::optional<std::int64_t> & value) override;
  void Visit(const Field & field, std::vector<double> & value) override;
  void Visit(const Field & field, std::vector<std::string> & value) override;

  const std::vector<Option> &
  Options() const
  {
    return m_Options;
  }

  /** nullptr for an unknown name. */
  Option * Find(const std::string & name);

  /** Gives options their value from a JSON object. Throws UsageError for a wrong type or an unknown name. */
  void SetFromJson(const nlohmann::json & object);

  /** Every offered option with its value, as --config reads it. */
  nlohmann::json ToJson() const;

private:
  void Add(const Field & field, OptionTarget target, std::string defaultText);

  std::vector<Option> m_Options;
  std::string m_Heading;
  std::vector<std::string> m_Hidden;
};

/** Parses a text from the command line. A list of numbers is separated by commas; a list of texts grows by one with
 * each call. Throws UsageError "--name: given ...; required ...", and for anything but a list of texts that has a value
 * from the command line already. */
void SetOption(Option & option, const std::string & text);

/** Whether the text of a form is the default: a form says everything. Only before an option gets another value. Throws
 * as SetOption. */
bool MeansDefault(const Option & option, const std::string & text);

/** "a,b" -> "a", "b", without empty ones. */
std::vector<std::string> SplitAtCommas(const std::string & text);

/** The texts for SetOption that one text of a form stands for: a form separates those of a list by commas. */
std::vector<std::string> FormPieces(const Option & option, const std::string & text);

/** What stands for the value in a usage line: "NUMBER", "a|b|c", the unit of a text field; empty for a switch. */
std::string Placeholder(const Option & option);
} // namespace tweedie

#endif
