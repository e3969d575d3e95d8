// SPDX-License-Identifier: Apache-2.0
#include "tweedieOptionsJson.h"

#include "tweedieError.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using Json = nlohmann::json;

template <typename T>
Json
OptionalJson(const std::optional<T> & value)
{
  return value ? Json(*value) : Json(nullptr);
}

[[noreturn]] void
Fail(const Field & field, const Json & given, const char * required)
{
  throw UsageError(std::string("configuration, '") + field.name + "': given " +
                   given.dump(-1, ' ', true, Json::error_handler_t::replace) + "; required " + required);
}

/** The value of a field, or nullptr when the object does not name it. */
const Json *
Find(const Json & object, const Field & field, std::vector<std::string> & known)
{
  known.emplace_back(field.name);
  const auto found = object.find(field.name);
  return found == object.end() ? nullptr : &*found;
}

std::int64_t
Integer(const Field & field, const Json & json)
{
  // An unsigned number beyond the signed range would wrap around in get().
  if (!json.is_number_integer() || (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{INT64_MAX}))
  {
    Fail(field, json, "an integer");
  }
  return json.get<std::int64_t>();
}

double
Number(const Field & field, const Json & json)
{
  if (!json.is_number())
  {
    Fail(field, json, "a number");
  }
  return json.get<double>();
}

std::string
Text(const Field & field, const Json & json)
{
  if (!json.is_string())
  {
    Fail(field, json, "a text");
  }
  return json.get<std::string>();
}
} // namespace

void
JsonWriter::Visit(const Field & field, bool & value)
{
  m_Object[field.name] = value;
}

void
JsonWriter::Visit(const Field & field, std::int64_t & value)
{
  m_Object[field.name] = value;
}

void
JsonWriter::Visit(const Field & field, double & value)
{
  m_Object[field.name] = value;
}

void
JsonWriter::Visit(const Field & field, std::string & value)
{
  m_Object[field.name] = value;
}

void
JsonWriter::Visit(const Field & field, std::optional<double> & value)
{
  m_Object[field.name] = OptionalJson(value);
}

void
JsonWriter::Visit(const Field & field, std::optional<std::int64_t> & value)
{
  m_Object[field.name] = OptionalJson(value);
}

void
JsonWriter::Visit(const Field & field, std::vector<double> & value)
{
  m_Object[field.name] = value;
}

void
JsonWriter::Visit(const Field & field, std::vector<std::string> & value)
{
  m_Object[field.name] = value;
}

JsonReader::JsonReader(const nlohmann::json & object) : m_Object(object)
{
  if (!object.is_object())
  {
    throw UsageError("configuration: not a JSON object; required {\"option\": value, ...}");
  }
}

void
JsonReader::Visit(const Field & field, bool & value)
{
  if (const Json * json = Find(m_Object, field, m_Known))
  {
    if (!json->is_boolean())
    {
      Fail(field, *json, "true or false");
    }
    value = json->get<bool>();
  }
}

void
JsonReader::Visit(const Field & field, std::int64_t & value)
{
  if (const Json * json = Find(m_Object, field, m_Known))
  {
    value = Integer(field, *json);
  }
}

void
JsonReader::Visit(const Field & field, double & value)
{
  if (const Json * json = Find(m_Object, field, m_Known))
  {
    value = Number(field, *json);
  }
}

void
JsonReader::Visit(const Field & field, std::string & value)
{
  if (const Json * json = Find(m_Object, field, m_Known))
  {
    value = Text(field, *json);
  }
}

void
JsonReader::Visit(const Field & field, std::optional<double> & value)
{
  if (const Json * json = Find(m_Object, field, m_Known))
  {
    value = json->is_null() ? std::optional<double>() : Number(field, *json);
  }
}

void
JsonReader::Visit(const Field & field, std::optional<std::int64_t> & value)
{
  if (const Json * json = Find(m_Object, field, m_Known))
  {
    value = json->is_null() ? std::optional<std::int64_t>() : Integer(field, *json);
  }
}

void
JsonReader::Visit(const Field & field, std::vector<double> & value)
{
  if (const Json * json = Find(m_Object, field, m_Known))
  {
    if (!json->is_array())
    {
      Fail(field, *json, "a list of numbers");
    }
    value.clear();
    for (const auto & element : *json)
    {
      value.push_back(Number(field, element));
    }
  }
}

void
JsonReader::Visit(const Field & field, std::vector<std::string> & value)
{
  if (const Json * json = Find(m_Object, field, m_Known))
  {
    if (!json->is_array())
    {
      Fail(field, *json, "a list of texts");
    }
    value.clear();
    for (const auto & element : *json)
    {
      value.push_back(Text(field, element));
    }
  }
}

std::string
ListingText(const OptionListing & visit)
{
  Json object = Json::object();
  JsonWriter writer(object);
  visit(writer);
  return object.dump();
}

void
ReadListing(const std::string & text, const OptionListing & visit)
{
  const Json object = Json::parse(text, nullptr, false);
  if (object.is_discarded())
  {
    throw UsageError("configuration: given a text that is not JSON; required a JSON object");
  }
  JsonReader reader(object);
  visit(reader);
}
} // namespace tweedie
