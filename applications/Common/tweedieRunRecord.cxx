// SPDX-License-Identifier: Apache-2.0
#include "tweedieRunRecord.h"

#include "tweedieAtomicFile.h"
#include "tweedieComparison.h"
#include "tweedieOutputs.h"
#include "tweediePeakMemory.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

std::string
TextOf(const Json & json, const char * key)
{
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}
} // namespace

std::string
DateText()
{
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &utc);
  return text.data();
}

std::string
RunRecordPath(const std::string & output)
{
  return OutputStem(output) + ".summary.json";
}

std::string
RunRecordText(const Summary & summary, const CommandLine & line)
{
  Json json = Json::parse(summary.ToJson());
  json["peak-memory-bytes"] = PeakMemory();
  json["command-line"] = line.Text();
  json["version"] = Version;
  json["configuration"] = Json::parse(line.ConfigurationJson());
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void
WriteRunRecord(const std::string & output, const Summary & summary, const CommandLine & line)
{
  WriteTextAtomically(RunRecordPath(output), RunRecordText(summary, line));
}

std::optional<RunRecord>
ReadRunRecord(const std::string & image)
{
  std::ifstream stream(RunRecordPath(image));
  if (!stream)
  {
    const auto folder = std::filesystem::weakly_canonical(image).parent_path();
    stream.open(folder / "summary.json");
  }
  if (!stream)
  {
    return {};
  }
  std::ostringstream text;
  text << stream.rdbuf();
  RunRecord record{SummaryFromJson(text.str()), "", ""};
  const Json json = Json::parse(text.str());
  record.commandLine = TextOf(json, "command-line");
  record.version = TextOf(json, "version");
  return record;
}
} // namespace tweedie
