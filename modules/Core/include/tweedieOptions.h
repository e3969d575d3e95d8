// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOptions_h
#define tweedieOptions_h

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What lies at the path that a text is: forms of other programs offer volumes of their scene, or a dialog. */
enum class PathKind
{
  None,
  Image,
  Labels, ///< an image of regions
  File,
  Folder
};

/** Describes one option: everything that a flag, a help text, a configuration file or an XML form needs to know. */
struct Field
{
  Field(const char * fieldName, const char * fieldHelp) : name(fieldName), help(fieldHelp) {}

  Field &
  Unit(const char * value)
  {
    unit = value;
    return *this;
  }
  /** The text is the path of something that is read. FILE or FOLDER is its unit where no other is given before. */
  Field &
  Reads(PathKind kind)
  {
    path = kind;
    unit = *unit != '\0' ? unit : kind == PathKind::Folder ? "FOLDER" : "FILE";
    return *this;
  }
  /** The same for what is written. */
  Field &
  Writes(PathKind kind)
  {
    isWritten = true;
    return Reads(kind);
  }
  /** Both ends allowed. */
  Field &
  Range(double low, double high = std::numeric_limits<double>::infinity())
  {
    minimum = low;
    maximum = high;
    return *this;
  }
  /** The minimum itself is not allowed. */
  Field &
  Above(double low)
  {
    minimum = low;
    exclusiveMinimum = true;
    return *this;
  }
  Field &
  Choices(std::vector<std::string> values)
  {
    choices = std::move(values);
    return *this;
  }
  /** Between which values a search for the best one looks (tweedieSettingsSearch.h); active: whether the setting has an
   * effect beside the others as they stand. */
  Field &
  Search(double low, double high, bool active = true)
  {
    isSearched = active;
    searchLow = low;
    searchHigh = high;
    return *this;
  }

  const char * name; ///< lower-case-hyphen; the flag is --name
  const char * help; ///< one line
  const char * unit = "";
  PathKind path = PathKind::None;
  bool isWritten = false;
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool exclusiveMinimum = false;
  bool isSearched = false;
  double searchLow = 0.0;
  double searchHigh = 0.0;
  std::vector<std::string> choices;
};

/** Walks over the fields of an options struct. Command line, help, JSON, PrintSelf and provenance are visitors.
 *
 * An options struct lists each field once:
 *
 *    void Visit(OptionVisitor & v) { v.Visit(Field("steps", "number of noise levels").Range(1), steps); }
 */
class OptionVisitor
{
public:
  virtual ~OptionVisitor() = default;
  virtual void Visit(const Field & field, bool & value) = 0;
  virtual void Visit(const Field & field, std::int64_t & value) = 0;
  virtual void Visit(const Field & field, double & value) = 0;
  virtual void Visit(const Field & field, std::string & value) = 0;
  virtual void Visit(const Field & field, std::optional<double> & value) = 0;
  virtual void Visit(const Field & field, std::optional<std::int64_t> & value) = 0;
  virtual void Visit(const Field & field, std::vector<double> & value) = 0;
  virtual void Visit(const Field & field, std::vector<std::string> & value) = 0;
};

/** Checks every field against its declared range and choices. Throws UsageError "--name: given ...; required ...". */
class OptionValidator final : public OptionVisitor
{
public:
  void Visit(const Field & field, bool & value) override;
  void Visit(const Field & field, std::int64_t & value) override;
  void Visit(const Field & field, double & value) override;
  void Visit(const Field & field, std::string & value) override;
  void Visit(const Field & field, std::optional<double> & value) override;
  void Visit(const Field & field, std::optional<std::int64_t> & value) override;
  void Visit(const Field & field, std::vector<double> & value) override;
  void Visit(const Field & field, std::vector<std::string> & value) override;
};

template <typename TOptions>
void
ValidateOptions(TOptions options)
{
  OptionValidator validator;
  options.Visit(validator);
}
} // namespace tweedie

#endif
