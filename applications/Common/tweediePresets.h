// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePresets_h
#define tweediePresets_h

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace tweedie
{
/** One file of data/presets, built into the program. */
struct Preset
{
  std::string name;
  std::string text; ///< {"description": ..., "configuration": {"flag": value, ...}}
};

/** All files of data/presets, by name. */
const std::vector<Preset> & Presets();

/** The configuration of a preset, by its name or the path of a file of that kind. Throws UsageError for an unknown
 * name, DataError for a file that is none. */
nlohmann::json ReadPreset(const std::string & name);
} // namespace tweedie

#endif
