// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomGroups.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

namespace tweedie
{
namespace
{
constexpr double orientationTolerance = 1e-3; // of a cosine: files keep few digits
constexpr double spacingTolerance = 1e-4;     // relative
constexpr double duplicateStep = 0.01;        // of the usual step

/** The image type without the value that names the part of a complex number. */
std::string
TypeWithoutPart(const std::string & type)
{
  static const std::set<std::string> parts{"M", "P", "R", "I", "MAGNITUDE", "PHASE", "REAL", "IMAGINARY"};
  std::string result;
  for (std::size_t begin = 0; begin <= type.size();)
  {
    const std::size_t end = std::min(type.find('\\', begin), type.size());
    const std::string word = type.substr(begin, end - begin);
    result += (parts.count(word) > 0 ? "*" : word) + "\\";
    begin = end + 1;
  }
  return result;
}

auto
KeyOf(const DicomImage & image)
{
  return std::make_tuple(image.seriesNumber,
                         image.seriesUid,
                         image.classUid,
                         image.pixels.rows,
                         image.pixels.columns,
                         image.hasPlace,
                         image.frameUid,
                         TypeWithoutPart(image.imageType),
                         image.stack,
                         image.echo,
                         image.bValue);
}

bool
HasSamePlane(const DicomImage & a, const DicomImage & b)
{
  for (std::size_t i = 0; i < a.orientation.size(); ++i)
  {
    if (std::abs(a.orientation[i] - b.orientation[i]) > orientationTolerance)
    {
      return false;
    }
  }
  for (std::size_t i = 0; i < a.spacing.size(); ++i)
  {
    if (std::abs(a.spacing[i] - b.spacing[i]) > spacingTolerance * std::abs(a.spacing[i]))
    {
      return false;
    }
  }
  return true;
}

using Images = std::vector<DicomImage>;

void
Order(Images & images)
{
  const DicomImage first = images.front();
  std::stable_sort(images.begin(),
                   images.end(),
                   [&](const DicomImage & a, const DicomImage & b)
                   {
                     const double p = PlaceAlongNormal(first, a);
                     const double q = PlaceAlongNormal(first, b);
                     return p != q ? p < q : a.instanceNumber < b.instanceNumber;
                   });
}

/** Splits by a number that differs, if that leaves no place twice. */
template <typename TNumber>
bool
Split(const Images & images, const TNumber & number, std::vector<Images> & parts)
{
  std::map<std::int64_t, Images> byNumber;
  for (const DicomImage & image : images)
  {
    byNumber[number(image)].push_back(image);
  }
  std::vector<Images> result;
  for (auto & [value, part] : byNumber)
  {
    if (!DuplicatePlaces(part).empty())
    {
      return false;
    }
    result.push_back(std::move(part));
  }
  parts.insert(parts.end(), result.begin(), result.end());
  return result.size() > 1;
}

/** A bucket of one plane and part, ordered; several where time or acquisition tells repeated places apart. */
std::vector<Images>
WithoutRepetition(Images images)
{
  std::vector<Images> parts;
  if (images.front().hasPlace)
  {
    Order(images);
    const bool isSplit =
        !DuplicatePlaces(images).empty() && (Split(
                                                 images, [](const auto & i) { return i.temporal; }, parts) ||
                                             Split(
                                                 images, [](const auto & i) { return i.acquisition; }, parts));
    if (isSplit)
    {
      return parts;
    }
  }
  return {std::move(images)};
}

bool
AreAtSamePlaces(const Images & a, const Images & b)
{
  const auto isSame = [&](const DicomImage & p, const DicomImage & q)
  {
    const double tolerance = duplicateStep * std::min(p.spacing[0], p.spacing[1]);
    return HasSamePlane(p, q) && std::abs(p.position[0] - q.position[0]) <= tolerance &&
           std::abs(p.position[1] - q.position[1]) <= tolerance && std::abs(p.position[2] - q.position[2]) <= tolerance;
  };
  return a.size() == b.size() && a.front().hasPlace && std::equal(a.begin(), a.end(), b.begin(), isSame);
}

/** Joins the parts of complex numbers among images that differ in nothing else. */
std::vector<DicomGroup>
JoinParts(std::vector<Images> parts)
{
  std::vector<DicomGroup> groups;
  std::vector<bool> isUsed(parts.size(), false);
  for (const auto & [first, second] : {std::pair("M", "P"), std::pair("R", "I")})
  {
    for (std::size_t i = 0; i < parts.size(); ++i)
    {
      for (std::size_t j = 0; j < parts.size() && !isUsed[i] && parts[i].front().part == first; ++j)
      {
        if (!isUsed[j] && parts[j].front().part == second && AreAtSamePlaces(parts[i], parts[j]))
        {
          groups.push_back({std::move(parts[i]), std::move(parts[j])});
          isUsed[i] = isUsed[j] = true;
        }
      }
    }
  }
  for (std::size_t i = 0; i < parts.size(); ++i)
  {
    if (!isUsed[i])
    {
      groups.push_back({std::move(parts[i]), {}});
    }
  }
  return groups;
}

/** One bucket for each plane and part. */
std::vector<Images>
ByPlane(const Images & images)
{
  std::vector<Images> planes;
  for (const DicomImage & image : images)
  {
    const auto plane = std::find_if(planes.begin(),
                                    planes.end(),
                                    [&](const Images & other) {
                                      return other.front().part == image.part &&
                                             (!image.hasPlace || HasSamePlane(other.front(), image));
                                    });
    plane == planes.end() ? planes.push_back({image}) : plane->push_back(image);
  }
  return planes;
}
} // namespace

double
PlaceAlongNormal(const DicomImage & first, const DicomImage & image)
{
  const auto & o = first.orientation;
  const auto & p = image.position;
  return p[0] * (o[1] * o[5] - o[2] * o[4]) + p[1] * (o[2] * o[3] - o[0] * o[5]) + p[2] * (o[0] * o[4] - o[1] * o[3]);
}

std::vector<std::size_t>
DuplicatePlaces(const std::vector<DicomImage> & ordered)
{
  std::vector<double> steps;
  for (std::size_t i = 1; i < ordered.size(); ++i)
  {
    steps.push_back(PlaceAlongNormal(ordered[0], ordered[i]) - PlaceAlongNormal(ordered[0], ordered[i - 1]));
  }
  if (steps.empty())
  {
    return {};
  }
  const double largest = *std::max_element(steps.begin(), steps.end());
  std::vector<double> known;
  std::copy_if(
      steps.begin(), steps.end(), std::back_inserter(known), [&](double d) { return d > duplicateStep * largest; });
  std::sort(known.begin(), known.end());
  const double usual = known.empty() ? 0.0 : known[known.size() / 2];
  std::vector<std::size_t> duplicates;
  for (std::size_t i = 0; i < steps.size(); ++i)
  {
    if (steps[i] <= duplicateStep * usual)
    {
      duplicates.push_back(i + 1);
    }
  }
  return duplicates;
}

std::vector<DicomGroup>
GroupDicom(std::vector<DicomImage> images)
{
  std::map<decltype(KeyOf(images[0])), Images> buckets;
  for (DicomImage & image : images)
  {
    buckets[KeyOf(image)].push_back(std::move(image));
  }
  std::vector<DicomGroup> groups;
  for (const auto & [key, bucket] : buckets)
  {
    std::vector<Images> parts;
    for (const Images & plane : ByPlane(bucket))
    {
      const auto single = WithoutRepetition(plane);
      parts.insert(parts.end(), single.begin(), single.end());
    }
    for (DicomGroup & group : JoinParts(std::move(parts)))
    {
      groups.push_back(std::move(group));
    }
  }
  return groups;
}
} // namespace tweedie
