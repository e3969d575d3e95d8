// SPDX-License-Identifier: Apache-2.0
#include "tweediePresets.h"

#include "tweedieError.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tweedie
{
namespace
{
std::string
TextOf(const std::string & name)
{
  std::string names;
  for (const Preset & preset : Presets())
  {
    if (preset.name == name)
    {
      return preset.text;
    }
    names += ", " + preset.name;
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(name, error))
  {
    throw UsageError("--preset: given '" + name + "'; required a file or one of " + names.substr(2));
  }
  std::ifstream stream(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}
} // namespace

nlohmann::json
ReadPreset(const std::string & name)
{
  const auto json = nlohmann::json::parse(TextOf(name), nullptr, false);
  if (!json.is_object() || !json.contains("configuration") || !json["configuration"].is_object())
  {
    throw DataError("--preset: given " + name +
                    ", which is no preset; required {\"description\": ..., "
                    "\"configuration\": {\"flag\": value, ...}}");
  }
  return json["configuration"];
}
} // namespace tweedie
