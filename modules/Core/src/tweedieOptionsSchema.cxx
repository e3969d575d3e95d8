// SPDX-License-Identifier: Apache-2.0
#include "tweedieOptionsSchema.h"

#include "tweedieError.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

Json
NumberJson(double value)
{
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

class SchemaWriter final : public OptionVisitor
{
public:
  explicit SchemaWriter(Json & fields) : m_Fields(fields) {}

  void
  Visit(const Field & field, bool & value) override
  {
    Add(field, "bool", value);
  }
  void
  Visit(const Field & field, std::int64_t & value) override
  {
    Add(field, "int", value);
  }
  void
  Visit(const Field & field, double & value) override
  {
    Add(field, "float", value);
  }
  void
  Visit(const Field & field, std::string & value) override
  {
    Add(field, "text", value);
  }
  void
  Visit(const Field & field, std::optional<double> & value) override
  {
    Add(field, "optional-float", value ? Json(*value) : Json(nullptr));
  }
  void
  Visit(const Field & field, std::optional<std::int64_t> & value) override
  {
    Add(field, "optional-int", value ? Json(*value) : Json(nullptr));
  }
  void
  Visit(const Field & field, std::vector<double> & value) override
  {
    Add(field, "floats", value);
  }
  void
  Visit(const Field & field, std::vector<std::string> & value) override
  {
    Add(field, "texts", value);
  }

private:
  void
  Add(const Field & field, const char * type, Json value)
  {
    m_Fields.push_back({{"name", field.name},
                        {"type", type},
                        {"help", field.help},
                        {"unit", field.unit},
                        {"default", std::move(value)},
                        {"minimum", NumberJson(field.minimum)},
                        {"exclusive-minimum", field.exclusiveMinimum},
                        {"maximum", NumberJson(field.maximum)},
                        {"choices", field.choices}});
  }

  Json & m_Fields;
};
} // namespace

std::string
SchemaText(const OptionListing & visit)
{
  Json fields = Json::array();
  SchemaWriter writer(fields);
  visit(writer);
  return fields.dump();
}

void
ReadOwnListing(const std::string & text, const OptionListing & visit)
{
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (object.is_discarded())
  {
    throw UsageError("options: given a text that is not JSON; required a JSON object");
  }
  JsonReader reader(object);
  visit(reader);
  const auto & known = reader.KnownNames();
  for (const auto & item : object.items())
  {
    if (std::find(known.begin(), known.end(), item.key()) == known.end())
    {
      std::string names;
      for (const std::string & name : known)
      {
        names += (names.empty() ? "" : ", ") + name;
      }
      throw UsageError("options: given " + item.key() + "; required one of " + names);
    }
  }
}
} // namespace tweedie
