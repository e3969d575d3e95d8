// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieOptionsJson_h
#define tweedieOptionsJson_h

#include "tweedieOptions.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** Writes every field of an options struct into a JSON object; unset optionals become null. */
class JsonWriter final : public OptionVisitor
{
public:
  explicit JsonWriter(nlohmann::json & object) : m_Object(object) {}
  void Visit(const Field & field, bool & value) override;
  void Visit(const Field & field, std::int64_t & value) override;
  void Visit(const Field & field, double & value) override;
  void Visit(const Field & field, std::string & value) override;
  void Visit(const Field & field, std::optional<double> & value) override;
  void Visit(const Field & field, std::optional<std::int64_t> & value) override;
  void Visit(const Field & field, std::vector<double> & value) override;
  void Visit(const Field & field, std::vector<std::string> & value) override;

private:
  nlohmann::json & m_Object;
};

/** Reads fields from a JSON object; absent ones keep their value. Remembers the names it met, so that a caller can
 * refuse unknown ones. Throws UsageError on a wrong type. */
class JsonReader final : public OptionVisitor
{
public:
  /** Throws UsageError unless object is a JSON object; it must outlive the reader. */
  explicit JsonReader(const nlohmann::json & object);
  void Visit(const Field & field, bool & value) override;
  void Visit(const Field & field, std::int64_t & value) override;
  void Visit(const Field & field, double & value) override;
  void Visit(const Field & field, std::string & value) override;
  void Visit(const Field & field, std::optional<double> & value) override;
  void Visit(const Field & field, std::optional<std::int64_t> & value) override;
  void Visit(const Field & field, std::vector<double> & value) override;
  void Visit(const Field & field, std::vector<std::string> & value) override;

  const std::vector<std::string> &
  KnownNames() const
  {
    return m_Known;
  }

private:
  const nlohmann::json & m_Object;
  std::vector<std::string> m_Known;
};

/** What a visitor is handed to: the Visit of one options struct, or of several. */
using OptionListing = std::function<void(OptionVisitor &)>;
std::string ListingText(const OptionListing & visit);
void ReadListing(const std::string & text, const OptionListing & visit);

/** An options struct as the text of a JSON object, and back; fields that the text does not name have their defaults.
 * Throws UsageError on a wrong type. */
template <typename TOptions>
std::string
OptionsText(TOptions options)
{
  return ListingText([&](OptionVisitor & v) { options.Visit(v); });
}
template <typename TOptions>
TOptions
OptionsFromText(const std::string & text)
{
  TOptions options;
  ReadListing(text, [&](OptionVisitor & v) { options.Visit(v); });
  return options;
}
} // namespace tweedie

#endif
