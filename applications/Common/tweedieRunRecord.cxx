// SPDX-License-Identifier: Apache-2.0
#include "tweedieRunRecord.h"

#include "tweedieAtomicFile.h"
#include "tweedieComparison.h"
#include "tweedieOutputs.h"
#include "tweediePeakMemory.h"
#include "tweedieVersion.h"

#include <nlohmann/json.hpp>

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
RunRecordPath(const std::string & output)
{
  return OutputStem(output) + ".summary.json";
}

void
WriteRunRecord(const std::string & output, const Summary & summary, const CommandLine & line)
{
  Json json = Json::parse(summary.ToJson());
  json["peak-memory-bytes"] = PeakMemory();
  json["command-line"] = line.Text();
  json["version"] = Version;
  json["configuration"] = Json::parse(line.ConfigurationJson());
  WriteTextAtomically(RunRecordPath(output), json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<RunRecord>
ReadRunRecord(const std::string & image)
{
  std::ifstream stream(RunRecordPath(image));
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
