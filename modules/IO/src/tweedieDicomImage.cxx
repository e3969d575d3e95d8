// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomImage.h"

#include "tweedieError.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

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

[[noreturn]] void
Refuse()
{
  throw DataError("DICOM header: given a message that is none, from the process that decodes; required one that holds");
}

/** Of the type alone, and numbers finite: the process that sent them may have been led astray by a file. */
void
Get(const Json & json, std::string & value)
{
  json.get_to(value);
}
void
Get(const Json & json, bool & value)
{
  json.get_to(value);
}
void
Get(const Json & json, std::int64_t & value)
{
  json.is_number_integer() ? void(json.get_to(value)) : Refuse();
}
void
Get(const Json & json, double & value)
{
  json.get_to(value);
  std::isfinite(value) ? void() : Refuse();
}
template <std::size_t VCount>
void
Get(const Json & json, std::array<double, VCount> & values)
{
  for (std::size_t i = 0; i < VCount; ++i)
  {
    Get(json.at(i), values[i]);
  }
}
void
Get(const Json & json, std::optional<std::int64_t> & value)
{
  std::int64_t number = 0;
  json.is_null() ? void() : Get(json, number);
  value = json.is_null() ? std::nullopt : std::optional<std::int64_t>(number);
}

/** What can be reckoned with: places within 1 km, cosines near the unit, images that have a size. */
void
Check(DicomImage & image)
{
  constexpr double longest = 1e6; // mm
  constexpr double largestCosine = 2.0;
  const auto areBelow = [](const auto & values, double limit)
  { return std::all_of(values.begin(), values.end(), [limit](double v) { return std::abs(v) < limit; }); };
  image.hasPlace = image.hasPlace && areBelow(image.position, longest) && areBelow(image.spacing, longest) &&
                   areBelow(image.orientation, largestCosine);
  image.thickness = std::abs(image.thickness) < longest ? image.thickness : 0.0;
  constexpr std::int64_t mostPixels = 65535;
  const bool hasSize = image.pixels.rows >= 1 && image.pixels.rows <= mostPixels && image.pixels.columns >= 1 &&
                       image.pixels.columns <= mostPixels;
  image.problem.empty() && !hasSize ? Refuse() : void();
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
  DicomHeader header;
  try
  {
    const Json json = Json::from_cbor(message);
    Get(json.at(0), header.hasPixels);
    for (const Json & members : json.at(1))
    {
      DicomImage image;
      std::size_t at = 0;
      const auto take = [&](auto & value) { Get(members.at(at++), value); };
      VisitTexts(image, take);
      VisitNumbers(image, take);
      take(image.pixels.padding);
      take(image.pixels.paddingLimit);
      Check(image);
      header.images.push_back(std::move(image));
    }
  }
  catch (const Json::exception &)
  {
    Refuse();
  }
  return header;
}
} // namespace tweedie
