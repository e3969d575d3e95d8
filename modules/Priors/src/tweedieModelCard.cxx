// SPDX-License-Identifier: Apache-2.0
#include "tweedieModelCard.h"

#include "tweedieError.h"
#include "tweedieOptionsJson.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr int CardVersion = 1;
constexpr const char * OwnFamily = "unet";

void
ReadNetwork(const nlohmann::json & json, ModelCard & card)
{
  json.at("architecture").get_to(card.architecture);
  json.at("parametrisation").get_to(card.parametrisation);
  if (card.architecture == OwnFamily)
  {
    JsonReader reader(json.at("network"));
    card.network.Visit(reader);
  }
  else
  {
    card.familyOptions = json.at("network").dump();
  }
  card.dataOffset = json.value("data-offset", card.dataOffset);
  card.dataScale = json.value("data-scale", card.dataScale);
}
} // namespace

std::int64_t
ModelCard::ImageChannels() const
{
  return architecture == OwnFamily ? network.channels : static_cast<std::int64_t>(channels.size());
}

std::string
ModelCard::NetworkText() const
{
  return architecture == OwnFamily ? OptionsText(network) : familyOptions;
}

std::string
ModelCard::ToJson() const
{
  nlohmann::json json;
  json["version"] = CardVersion;
  json["name"] = name;
  json["description"] = description;
  json["architecture"] = architecture;
  json["network"] = nlohmann::json::parse(NetworkText());
  json["parametrisation"] = parametrisation;
  json["sigma-data"] = sigmaData;
  json["data-offset"] = dataOffset;
  json["data-scale"] = dataScale;
  json["sigma-minimum"] = sigmaMinimum;
  json["sigma-maximum"] = sigmaMaximum;
  json["prior-variance"] = priorVariance;
  json["units"] = units;
  if (hounsfieldAtOne)
  {
    json["hounsfield-at-one"] = *hounsfieldAtOne;
  }
  json["channels"] = channels;
  json["size"] = size;
  json["spacing-mm"] = spacing;
  if (!orientation.empty())
  {
    json["orientation"] = orientation;
  }
  json["training-data"] = data;
  json["training-data-licence"] = dataLicence;
  json["licence"] = licence;
  json["held-out"] = heldOut;
  json["command"] = command;
  json["steps"] = steps;
  json["curve"] = curve;
  json["statistics"] = statistics;
  json["denoising-errors"] = denoisingErrors;
  return json.dump(1);
}

ModelCard
ModelCard::FromJson(const std::string & text, const std::string & source)
{
  try
  {
    const auto json = nlohmann::json::parse(text);
    if (json.at("version").get<int>() != CardVersion)
    {
      throw DataError(source + ": the model card is of another version; version 1 required");
    }
    ModelCard card;
    ReadNetwork(json, card);
    json.at("name").get_to(card.name);
    json.at("description").get_to(card.description);
    json.at("sigma-data").get_to(card.sigmaData);
    json.at("sigma-minimum").get_to(card.sigmaMinimum);
    json.at("sigma-maximum").get_to(card.sigmaMaximum);
    json.at("prior-variance").get_to(card.priorVariance);
    json.at("units").get_to(card.units);
    json.at("channels").get_to(card.channels);
    json.at("size").get_to(card.size);
    json.at("spacing-mm").get_to(card.spacing);
    json.at("training-data").get_to(card.data);
    json.at("training-data-licence").get_to(card.dataLicence);
    json.at("licence").get_to(card.licence);
    json.at("held-out").get_to(card.heldOut);
    json.at("command").get_to(card.command);
    json.at("steps").get_to(card.steps);
    json.at("curve").get_to(card.curve);
    card.orientation = json.value("orientation", card.orientation);
    card.statistics = json.value("statistics", card.statistics);
    card.denoisingErrors = json.value("denoising-errors", card.denoisingErrors);
    if (json.contains("hounsfield-at-one"))
    {
      card.hounsfieldAtOne = json.at("hounsfield-at-one").get<double>();
    }
    if (!(card.sigmaData > 0.0) || !(card.sigmaMinimum > 0.0) || !(card.sigmaMaximum > card.sigmaMinimum) ||
        !(card.priorVariance > 0.0) || !(card.dataScale > 0.0) || !std::isfinite(card.dataScale) ||
        !std::isfinite(card.dataOffset) || (card.hounsfieldAtOne && !(*card.hounsfieldAtOne > -1000.0)))
    {
      throw DataError(source + ": the model card states a noise range or scale that is not positive");
    }
    return card;
  }
  catch (const nlohmann::json::exception & e)
  {
    throw DataError(source + ": not a Tweedie model card: " + e.what());
  }
}
} // namespace tweedie
