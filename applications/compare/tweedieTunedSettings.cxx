// SPDX-License-Identifier: Apache-2.0
#include "tweedieTunedSettings.h"

#include "tweedieOptionsJson.h"
#include "tweediePresets.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tweedie
{
namespace
{
/** 0: without a limit. */
std::int64_t
LimitOf(const nlohmann::json & preset)
{
  const nlohmann::json limit = preset.value(nlohmann::json::json_pointer("/search/limit-calls"), nlohmann::json());
  return limit.is_number_integer() ? limit.get<std::int64_t>() : 0;
}
} // namespace

std::string
VisitTunedSettings(const std::string & task,
                   const std::string & method,
                   std::int64_t calls,
                   const std::function<void(OptionVisitor &)> & visit)
{
  const std::string name = "tuned-" + task + '-' + method;
  const auto found =
      std::find_if(Presets().begin(), Presets().end(), [&name](const Preset & preset) { return preset.name == name; });
  if (found == Presets().end() || LimitOf(nlohmann::json::parse(found->text)) != calls)
  {
    return "";
  }
  const nlohmann::json configuration = ReadPreset(name);
  JsonReader reader(configuration);
  visit(reader);
  return name;
}
} // namespace tweedie
