// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomImage.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using Json = nlohmann::json;

Json
Optional(const std::optional<std::int64_t> & value)
{
  return value ? Json(*value) : Json();
}

void
Get(const Json & json, std::optional<std::int64_t> & value)
{
  value = json.is_null() ? std::nullopt : std::optional<std::int64_t>(json.get<std::int64_t>());
}

/** The same list of members for both directions. */
template <typename TImage, typename TField>
void
VisitNumbers(TImage & image, const TField & field)
{
  field(image.frame);
  field(image.seriesNumber);
  field(image.instanceNumber);
  field(image.acquisition);
  field(image.temporal);
  field(image.echo);
  field(image.bValue);
  field(image.thickness);
  field(image.hasPlace);
  field(image.position);
  field(image.orientation);
  field(image.spacing);
  field(image.acquired);
  field(image.pixels.rows);
  field(image.pixels.columns);
  field(image.pixels.frames);
  field(image.pixels.bitsAllocated);
  field(image.pixels.bitsStored);
  field(image.pixels.highBit);
  field(image.pixels.isSigned);
  field(image.pixels.isFloat);
  field(image.slope);
  field(image.intercept);
  field(image.hasTable);
  field(image.isLossy);
  field(image.isInverted);
}

template <typename TImage, typename TField>
void
VisitTexts(TImage & image, const TField & field)
{
  for (auto * text : {&image.path,
                      &image.classUid,
                      &image.instanceUid,
                      &image.studyUid,
                      &image.seriesUid,
                      &image.frameUid,
                      &image.modality,
                      &image.description,
                      &image.imageType,
                      &image.stack,
                      &image.rescaleType,
                      &image.part,
                      &image.problem})
  {
    field(*text);
  }
}
} // namespace

std::string
ToMessage(const DicomHeader & header)
{
  Json images = Json::array();
  for (const DicomImage & image : header.images)
  {
    Json members = Json::array();
    const auto add = [&](const auto & value) { members.push_back(value); };
    VisitTexts(image, add);
    VisitNumbers(image, add);
    members.push_back(Optional(image.pixels.padding));
    members.push_back(Optional(image.pixels.paddingLimit));
    images.push_back(std::move(members));
  }
  const auto bytes = Json::to_cbor(Json{header.hasPixels, std::move(images)});
  return {bytes.begin(), bytes.end()};
}

DicomHeader
HeaderFromMessage(const std::string & message)
{
  const Json json = Json::from_cbor(message);
  DicomHeader header;
  header.hasPixels = json.at(0).get<bool>();
  for (const Json & members : json.at(1))
  {
    DicomImage image;
    std::size_t at = 0;
    const auto take = [&](auto & value) { members.at(at++).get_to(value); };
    VisitTexts(image, take);
    VisitNumbers(image, take);
    Get(members.at(at++), image.pixels.padding);
    Get(members.at(at++), image.pixels.paddingLimit);
    header.images.push_back(std::move(image));
  }
  return header;
}
} // namespace tweedie
