// SPDX-License-Identifier: Apache-2.0
#include "tweedieCaseStore.h"

#include "tweedieAtomicFile.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <fstream>

namespace tweedie
{
namespace
{
using Json = nlohmann::ordered_json;

struct NamedNumber
{
  const char * name;
  double CaseScore::*member;
};

constexpr std::array<NamedNumber, 14> numbers{{{"psnr", &CaseScore::psnr},
                                               {"found", &CaseScore::found},
                                               {"predicted", &CaseScore::predicted},
                                               {"ranked-score", &CaseScore::rankedScore},
                                               {"calibration-error", &CaseScore::calibration},
                                               {"calibration-error-oracle", &CaseScore::calibrationOracle},
                                               {"spearman", &CaseScore::spearman},
                                               {"spearman-oracle", &CaseScore::spearmanOracle},
                                               {"sparsification", &CaseScore::sparsification},
                                               {"sparsification-at-random", &CaseScore::sparsificationAtRandom},
                                               {"square-error-of-one", &CaseScore::single},
                                               {"square-error-of-mean", &CaseScore::mean},
                                               {"data-fit", &CaseScore::dataFit},
                                               {"seconds", &CaseScore::seconds}}};

Json
Number(double value)
{
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

double
NumberFrom(const Json & json)
{
  return json.is_null() ? CaseScore::notKnown : json.get<double>();
}

CaseScore
FromJson(const Json & json)
{
  CaseScore score;
  json.at("samples").get_to(score.samples);
  json.at("pixels").get_to(score.pixels);
  for (const NamedNumber & number : numbers)
  {
    score.*number.member = NumberFrom(json.at(number.name));
  }
  json.at("covered").get_to(score.covered);
  json.at("rank-shares").get_to(score.rankShares);
  json.at("missed").get_to(score.missed);
  json.at("ranks").get_to(score.ranks);
  json.at("warnings").get_to(score.warnings);
  for (const auto & [name, region] : json.at("regions").items())
  {
    score.regions[name] = {NumberFrom(region.at(0)), NumberFrom(region.at(1)), NumberFrom(region.at(2))};
  }
  const Json & split = json.at("split");
  score.split = {NumberFrom(split.at(0)), NumberFrom(split.at(1)), NumberFrom(split.at(2)), NumberFrom(split.at(3))};
  return score;
}
} // namespace

std::optional<CaseScore>
CaseStore::Find(const std::string & name, const std::string & settings) const
{
  std::ifstream stream(m_Folder + '/' + name + ".json");
  const Json json = stream ? Json::parse(stream, nullptr, false) : Json();
  try
  {
    if (json.is_object() && json.at("settings") == settings)
    {
      return FromJson(json);
    }
  }
  catch (const std::exception &)
  {
    // Whatever is wrong with a stored score, it is made again.
  }
  return {};
}

void
CaseStore::Keep(const std::string & name, const std::string & settings, const CaseScore & score) const
{
  Json json{{"settings", settings}, {"samples", score.samples}, {"pixels", score.pixels}};
  for (const NamedNumber & number : numbers)
  {
    json[number.name] = Number(score.*number.member);
  }
  json["covered"] = score.covered;
  json["rank-shares"] = score.rankShares;
  json["missed"] = score.missed;
  json["ranks"] = score.ranks;
  json["warnings"] = score.warnings;
  json["regions"] = Json::object();
  for (const auto & [region, found] : score.regions)
  {
    json["regions"][region] = {Number(found.truth), Number(found.estimate), Number(found.deviation)};
  }
  const SplitScore & split = score.split;
  json["split"] = {Number(split.measured),
                   Number(split.unmeasured),
                   Number(split.predictedMeasured),
                   Number(split.predictedUnmeasured)};
  WriteTextAtomically(m_Folder + '/' + name + ".json",
                      json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
}
} // namespace tweedie
