// SPDX-License-Identifier: Apache-2.0
#include "tweedieCalibrationRecord.h"

#include "tweedieAtomicFile.h"
#include "tweedieConformal.h"
#include "tweedieError.h"
#include "tweedieModelFile.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

constexpr std::int64_t version = 1;
constexpr std::streamoff largestFile = 1 << 20;
constexpr std::array<CalibrationMethod, 3> methods = {
    CalibrationMethod::SplitConformal, CalibrationMethod::ConformalRiskControl, CalibrationMethod::RiskControlling};

std::string
TextHash(const std::string & text)
{
  return Sha256(text.data(), text.size());
}

/** Why no calibration makes such a record; empty if it may. */
std::string
FaultOf(const CalibrationRecord & record)
{
  if (record.protocol.empty() || record.scales.empty())
  {
    return "no protocol or no scale";
  }
  if (record.cases < 1 || record.groups < 1 || record.groups > record.cases)
  {
    return std::to_string(record.cases) + " cases in " + std::to_string(record.groups) + " groups";
  }
  const bool hasConfidence = record.method == CalibrationMethod::RiskControlling;
  if (hasConfidence ? !(record.confidence > 0.0 && record.confidence < 1.0) : record.confidence != 0.0)
  {
    return "a confidence that its method does not have";
  }
  for (const CalibrationScale & one : record.scales)
  {
    const double largest = hasConfidence ? 1.0 : LargestConformalLevel(record.cases) + 1e-9;
    if (!(one.level > 0.0 && one.level < 1.0 && one.level <= largest))
    {
      return "a level that " + std::to_string(record.cases) + " cases cannot promise";
    }
    if (!std::isfinite(one.scale) || one.scale < 0.0)
    {
      return "a scale that is negative or not finite";
    }
  }
  return "";
}

Json
JsonOf(const CalibrationRecord & record)
{
  Json scales = Json::array();
  for (const CalibrationScale & one : record.scales)
  {
    scales.push_back({{"quantity", one.quantity}, {"level", one.level}, {"scale", one.scale}});
  }
  return {{"tweedie-calibration", version},
          {"method", ToString(record.method)},
          {"protocol", record.protocol},
          {"protocol-sha256", TextHash(record.protocol)},
          {"cases", record.cases},
          {"groups", record.groups},
          {"cases-sha256", record.casesDigest},
          {"confidence", record.confidence},
          {"scales", scales},
          {"guarantee", GuaranteeOf(record)},
          {"limits", LimitsOf(record)}};
}

CalibrationRecord
RecordFrom(const Json & json)
{
  CalibrationRecord record;
  const auto name = json.at("method").get<std::string>();
  const auto method = std::find_if(
      methods.begin(), methods.end(), [&](CalibrationMethod candidate) { return name == ToString(candidate); });
  if (method == methods.end())
  {
    throw DataError("a method that is not known");
  }
  record.method = *method;
  record.protocol = json.at("protocol").get<std::string>();
  record.casesDigest = json.at("cases-sha256").get<std::string>();
  record.cases = json.at("cases").get<std::int64_t>();
  record.groups = json.at("groups").get<std::int64_t>();
  record.confidence = json.at("confidence").get<double>();
  for (const Json & one : json.at("scales"))
  {
    record.scales.push_back(
        {one.at("quantity").get<std::string>(), one.at("level").get<double>(), one.at("scale").get<double>()});
  }
  return record;
}

std::string
ReadSmallText(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  const auto size = stream ? static_cast<std::streamoff>(stream.tellg()) : std::streamoff{-1};
  if (size < 0 || size > largestFile)
  {
    throw DataError(path + ": cannot be opened, or larger than a megabyte; required a calibration file");
  }
  stream.seekg(0);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/** The tree of a small, flat text: what is nested deeply was not written here, and would be printed recursively. */
Json
ParseFlat(const std::string & text)
{
  constexpr int deepest = 4;
  return Json::parse(text,
                     [](int depth, Json::parse_event_t, Json &)
                     {
                       if (depth > deepest)
                       {
                         throw DataError("a damaged file");
                       }
                       return true;
                     });
}

std::string
Percent(double share)
{
  std::ostringstream text;
  text.precision(4);
  text << 100.0 * share << " %";
  return text.str();
}

/** "90 %, 95 %": each level once, in their order. */
std::string
LevelsOf(const CalibrationRecord & record)
{
  std::vector<double> seen;
  std::string text;
  for (const CalibrationScale & one : record.scales)
  {
    if (std::find(seen.begin(), seen.end(), one.level) == seen.end())
    {
      seen.push_back(one.level);
      text += (text.empty() ? "" : ", ") + Percent(one.level);
    }
  }
  return text;
}
} // namespace

const char *
ToString(CalibrationMethod method)
{
  switch (method)
  {
  case CalibrationMethod::ConformalRiskControl:
    return "conformal-risk-control";
  case CalibrationMethod::RiskControlling:
    return "risk-controlling";
  default:
    return "split-conformal";
  }
}

std::string
GuaranteeOf(const CalibrationRecord & record)
{
  const std::string levels = LevelsOf(record);
  const std::string further = "a further case exchangeable with the " + std::to_string(record.cases) +
                              (record.cases == 1 ? " calibration case" : " calibration cases");
  switch (record.method)
  {
  case CalibrationMethod::SplitConformal:
    return "The interval of " + further + " holds the true number with a probability of at least the stated level (" +
           levels + "), on average over calibration sets.";
  case CalibrationMethod::ConformalRiskControl:
    return "Of " + further + ", the expected share of pixels inside their intervals is at least the stated level (" +
           levels + "), on average over calibration sets.";
  default:
    return "With a probability of " + Percent(record.confidence) + " over the choice of calibration cases, of " +
           further + " the expected share of pixels inside their intervals is at least the stated level (" + levels +
           ").";
  }
}

std::string
LimitsOf(const CalibrationRecord & record)
{
  std::string text = "It is no promise for each patient, lesion, region or pixel, nor after a change of scanner, "
                     "protocol, population, method or model";
  if (record.groups < record.cases)
  {
    text += "; the " + std::to_string(record.cases) + " cases come from " + std::to_string(record.groups) +
            " independent groups, so that the promise is weaker than their number says";
  }
  return text + ".";
}

void
WriteCalibrationRecord(const std::string & path, const CalibrationRecord & record)
{
  const std::string fault = FaultOf(record);
  if (!fault.empty())
  {
    throw DataError("calibration record: given " + fault + "; required the outcome of a calibration");
  }
  try
  {
    Json json = JsonOf(record);
    json["sha256"] = TextHash(json.dump());
    WriteTextAtomically(path, json.dump(2) + "\n");
  }
  catch (const nlohmann::json::exception &)
  {
    throw DataError("calibration record: given text that is not UTF-8; required UTF-8");
  }
}

CalibrationRecord
ReadCalibrationRecord(const std::string & path, const std::string & protocol)
{
  const std::string text = ReadSmallText(path);
  try
  {
    Json json = ParseFlat(text);
    const auto found = json.at("tweedie-calibration").get<std::int64_t>();
    if (found != version)
    {
      throw DataError("version " + std::to_string(found) + " where " + std::to_string(version) + " is known");
    }
    const auto hash = json.at("sha256").get<std::string>();
    json.erase("sha256");
    if (TextHash(json.dump()) != hash)
    {
      throw DataError("a file changed after it was written");
    }
    CalibrationRecord record = RecordFrom(json);
    const std::string fault = FaultOf(record);
    if (!fault.empty())
    {
      throw DataError(fault);
    }
    if (!protocol.empty() && protocol != record.protocol)
    {
      throw DataError("scales of another protocol (" + TextHash(record.protocol).substr(0, 12) + " where this run is " +
                      TextHash(protocol).substr(0, 12) + ")");
    }
    return record;
  }
  catch (const DataError & error)
  {
    throw DataError(path + ": given " + error.what() + "; required a calibration of this protocol");
  }
  catch (const nlohmann::json::exception &)
  {
    throw DataError(path + ": given a damaged file; required a calibration of this protocol");
  }
}
} // namespace tweedie
