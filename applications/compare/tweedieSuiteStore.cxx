// SPDX-License-Identifier: Apache-2.0
#include "tweedieSuiteStore.h"

#include "tweedieAtomicFile.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

Json
Numbers(const std::vector<double> & values)
{
  Json list = Json::array();
  for (const double value : values)
  {
    list.push_back(std::isfinite(value) ? Json(value) : Json(nullptr));
  }
  return list;
}

std::vector<double>
NumbersFromJson(const Json & list)
{
  std::vector<double> values;
  for (const Json & value : list)
  {
    values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
  }
  return values;
}

/** What results of older versions and of other protocols have not. */
void
AddFromJson(const Json & json, SuiteScore & result)
{
  if (json.contains("correlations"))
  {
    const std::vector<double> correlations = NumbersFromJson(json.at("correlations"));
    result.correlation = correlations.at(0);
    result.correlationBeside = correlations.at(1);
  }
  if (json.contains("figures"))
  {
    for (const auto & [name, values] : json.at("figures").items())
    {
      result.figures[name] = NumbersFromJson(values);
    }
  }
}

SuiteScore
FromJson(const Json & json)
{
  SuiteScore result;
  result.psnr = NumbersFromJson(json.at("psnr"));
  result.ssim = NumbersFromJson(json.at("ssim"));
  result.gain = NumbersFromJson(json.at("gain"));
  const std::vector<double> scalars = NumbersFromJson(json.at("scalars"));
  result.predicted = scalars.at(0);
  result.found = scalars.at(1);
  result.coverage = scalars.at(2);
  result.seconds = scalars.at(3);
  result.dataFit = scalars.at(4);
  result.lambda = scalars.at(5);
  result.foundBeside = scalars.at(6);
  result.coverageBeside = scalars.at(7);
  result.networkSeconds = scalars.at(8);
  result.operatorSeconds = scalars.at(9);
  result.bareSeconds = scalars.at(10);
  result.fid = scalars.at(11);
  result.lpips = NumbersFromJson(json.at("lpips"));
  result.pixels = json.at("pixels").get<std::int64_t>();
  result.networkEvaluations = json.at("network-evaluations").get<std::int64_t>();
  result.operatorEvaluations = json.at("operator-evaluations").get<std::int64_t>();
  result.warnings = json.at("warnings").get<std::vector<std::string>>();
  result.preset = json.at("preset").get<std::string>();
  result.refusal = json.at("refusal").get<std::string>();
  AddFromJson(json, result);
  return result;
}
} // namespace

SuiteStore::SuiteStore(std::string folder, std::string settings)
    : m_Folder(std::move(folder)), m_Settings(std::move(settings))
{
}

std::string
SuiteStore::Path(const std::string & name) const
{
  return m_Folder + '/' + name + ".json";
}

std::optional<SuiteScore>
SuiteStore::Find(const std::string & name, const std::string & key) const
{
  std::ifstream stream(Path(name));
  const Json json = stream ? Json::parse(stream, nullptr, false) : Json();
  try
  {
    if (json.is_object() && json.at("settings") == m_Settings && json.at("key") == key)
    {
      return FromJson(json);
    }
  }
  catch (const std::exception &)
  {
    // Whatever is wrong with a stored result, it is made again.
  }
  return {};
}

void
SuiteStore::Keep(const std::string & name, const std::string & key, const SuiteScore & result) const
{
  Json json{{"settings", m_Settings},
            {"key", key},
            {"psnr", Numbers(result.psnr)},
            {"ssim", Numbers(result.ssim)},
            {"gain", Numbers(result.gain)},
            {"scalars",
             Numbers({result.predicted,
                      result.found,
                      result.coverage,
                      result.seconds,
                      result.dataFit,
                      result.lambda,
                      result.foundBeside,
                      result.coverageBeside,
                      result.networkSeconds,
                      result.operatorSeconds,
                      result.bareSeconds,
                      result.fid})},
            {"lpips", Numbers(result.lpips)},
            {"pixels", result.pixels},
            {"network-evaluations", result.networkEvaluations},
            {"operator-evaluations", result.operatorEvaluations},
            {"warnings", result.warnings},
            {"preset", result.preset},
            {"refusal", result.refusal}};
  if (!std::isnan(result.correlation))
  {
    json["correlations"] = Numbers({result.correlation, result.correlationBeside});
  }
  for (const auto & [figure, values] : result.figures)
  {
    json["figures"][figure] = Numbers(values);
  }
  WriteTextAtomically(Path(name), json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n');
}
} // namespace tweedie
