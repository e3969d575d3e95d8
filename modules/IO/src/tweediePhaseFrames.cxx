// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseFrames.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr double projectionKey = 0.0;
constexpr double flatKey = 1.0;
constexpr double darkKey = 2.0;

std::string
ShapeText(const std::vector<std::int64_t> & shape)
{
  std::string text;
  for (const std::int64_t length : shape)
  {
    text += (text.empty() ? "" : " x ") + std::to_string(length);
  }
  return text.empty() ? "a single number" : text;
}

/** The mean of the frames of a kind; empty where there is none. */
std::vector<double>
MeanOf(const PhaseFrames & frames, const std::vector<double> & keys, double key)
{
  const auto plane = static_cast<std::size_t>(frames.Plane());
  const auto count = std::count(keys.begin(), keys.end(), key);
  std::vector<double> mean(count > 0 ? plane : 0, 0.0);
  for (std::size_t frame = 0; frame < keys.size(); ++frame)
  {
    for (std::size_t i = 0; keys[frame] == key && i < plane; ++i)
    {
      mean[i] += static_cast<double>(frames.values[frame * plane + i]) / static_cast<double>(count);
    }
  }
  return mean;
}

double
Average(const std::vector<double> & values)
{
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/** Those of the frames that are kept, of one value for each frame. */
template <typename TValue>
void
Select(std::vector<TValue> & values, const std::vector<std::size_t> & kept, std::size_t frames, std::size_t perFrame)
{
  if (values.size() != frames * perFrame || values.size() == perFrame)
  {
    return; // none, or one for all
  }
  std::vector<TValue> result;
  result.reserve(kept.size() * perFrame);
  for (const std::size_t frame : kept)
  {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(frame * perFrame);
    result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(perFrame));
  }
  values = std::move(result);
}

void
Keep(PhaseFrames & frames, const std::vector<std::size_t> & kept)
{
  const auto all = static_cast<std::size_t>(frames.Count()), plane = static_cast<std::size_t>(frames.Plane());
  Select(frames.mask, kept, all, plane);
  Select(frames.distances, kept, all, 1);
  Select(frames.angles, kept, all, 1);
  std::vector<float> & values = frames.values;
  if (kept.size() < all || !std::is_sorted(kept.begin(), kept.end()))
  {
    std::vector<float> result;
    result.reserve(kept.size() * plane);
    for (const std::size_t frame : kept)
    {
      const auto first = values.begin() + static_cast<std::ptrdiff_t>(frame * plane);
      result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(plane));
    }
    values = std::move(result);
  }
}

/** values = max(0, (values - offset) * factor), pixel by pixel. */
void
Correct(PhaseFrames & frames, const std::vector<double> & offset, const std::vector<double> & factor)
{
  constexpr double most = std::numeric_limits<float>::max();
  std::int64_t negative = 0;
  const auto plane = static_cast<std::size_t>(frames.Plane());
  for (std::size_t i = 0; i < frames.values.size(); ++i)
  {
    const std::size_t pixel = i % plane;
    const double value = (static_cast<double>(frames.values[i]) - (offset.empty() ? 0.0 : offset[pixel])) *
                         (factor.empty() ? 1.0 : factor[pixel]);
    negative += value < 0.0 ? 1 : 0;
    frames.values[i] = value < 0.0    ? 0.0F
                       : value > most ? std::numeric_limits<float>::infinity()
                                      : static_cast<float>(value); // not-a-number stays
  }
  if (negative > 0)
  {
    frames.warnings.push_back(std::to_string(negative) + " values were below the dark frames' and were set to zero");
  }
}

void
DivideByFlat(PhaseFrames & frames, const std::vector<double> & dark, std::vector<double> flat)
{
  const std::size_t plane = flat.size();
  double sum = 0.0;
  std::size_t lit = 0;
  for (std::size_t i = 0; i < plane; ++i)
  {
    flat[i] -= dark.empty() ? 0.0 : dark[i];
    sum += flat[i] > 0.0 ? flat[i] : 0.0;
    lit += flat[i] > 0.0 ? 1 : 0;
  }
  if (lit == 0)
  {
    throw DataError("flat frames (image_key 1) that are not brighter than the dark ones anywhere; required a beam");
  }
  const double mean = sum / static_cast<double>(lit);
  std::vector<double> factor(plane, 0.0);
  std::transform(flat.begin(), flat.end(), factor.begin(), [&](double f) { return f > 0.0 ? mean / f : 0.0; });
  if (lit < plane)
  {
    frames.mask.resize(std::max(frames.mask.size(), plane), 1.0F);
    for (std::size_t i = 0; i < frames.mask.size(); ++i)
    {
      frames.mask[i] *= flat[i % plane] > 0.0 ? 1.0F : 0.0F;
    }
    frames.warnings.push_back(std::to_string(plane - lit) + " pixels without light in the flat frames are masked");
  }
  Correct(frames, dark, factor);
  frames.flat = mean;
}
} // namespace

PhaseFrames
FramesOf(PhaseArrays & arrays)
{
  PhaseArray & data = arrays.at("data");
  const std::size_t rank = data.shape.size();
  if (data.isComplex || rank < 2 || rank > 3)
  {
    throw DataError(data.path + ": given " + ShapeText(data.shape) + (data.isComplex ? " complex" : "") +
                    " values; required real ones, (frames, y, x) or (y, x)");
  }
  PhaseFrames frames;
  frames.rows = data.shape[rank - 2];
  frames.columns = data.shape[rank - 1];
  frames.values = std::move(data.pixels);
  if (const auto mask = arrays.find("mask"); mask != arrays.end())
  {
    frames.mask = std::move(mask->second.pixels);
    const std::size_t maskRank = mask->second.shape.size();
    const bool fits =
        (maskRank == 2 || maskRank == 3) && mask->second.shape[maskRank - 2] == frames.rows &&
        mask->second.shape[maskRank - 1] == frames.columns &&
        (frames.mask.size() == static_cast<std::size_t>(frames.Plane()) || frames.mask.size() == frames.values.size());
    if (!fits)
    {
      throw DataError(mask->second.path + ": given " + ShapeText(mask->second.shape) + " for data of " +
                      ShapeText(data.shape) + "; required a plane of that size, or one for each frame");
    }
  }
  return frames;
}

void
ApplyImageKeys(PhaseFrames & frames, const std::vector<double> & keys, bool isNear)
{
  if (keys.size() != static_cast<std::size_t>(frames.Count()))
  {
    throw DataError("image_key: given " + std::to_string(keys.size()) + " of them for " +
                    std::to_string(frames.Count()) + " frames; required one for each");
  }
  const std::vector<double> dark = MeanOf(frames, keys, darkKey), flat = MeanOf(frames, keys, flatKey);
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < keys.size(); ++i)
  {
    if (keys[i] == projectionKey)
    {
      kept.push_back(i);
    }
  }
  const auto known = [](double key) { return key == projectionKey || key == flatKey || key == darkKey; };
  const auto dropped = keys.size() - static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), known));
  if (kept.empty())
  {
    throw DataError("image_key: no projection (0) among " + std::to_string(keys.size()) + " frames; required one");
  }
  if (dropped > 0)
  {
    frames.warnings.push_back(std::to_string(dropped) + " frames that image_key calls invalid were left out");
  }
  Keep(frames, kept);
  if (isNear && !flat.empty())
  {
    DivideByFlat(frames, dark, flat);
    return;
  }
  if (!flat.empty())
  {
    frames.warnings.emplace_back("flat frames beside far-field patterns were not used");
  }
  if (!dark.empty())
  {
    frames.dark = std::max(0.0, Average(dark));
    std::vector<double> offset = dark;
    std::for_each(offset.begin(), offset.end(), [&](double & d) { d -= frames.dark; });
    Correct(frames, offset, {});
  }
}

std::int64_t
OrderByDistance(PhaseFrames & frames)
{
  std::vector<double> distinct;
  for (const double distance : frames.distances)
  {
    if (std::find(distinct.begin(), distinct.end(), distance) == distinct.end())
    {
      distinct.push_back(distance);
    }
  }
  const auto count = static_cast<std::size_t>(frames.Count());
  if (distinct.size() < 2 || frames.distances.size() != count)
  {
    frames.distances.resize(std::min<std::size_t>(1, distinct.size()));
    return 1;
  }
  std::vector<std::size_t> order;
  const std::size_t objects = count / distinct.size();
  for (std::size_t k = 0; k < distinct.size(); ++k)
  {
    for (std::size_t i = 0; i < count; ++i)
    {
      if (frames.distances[i] == distinct[k])
      {
        order.push_back(i);
      }
    }
    if (order.size() != (k + 1) * objects)
    {
      throw DataError("distance: " + std::to_string(count) + " frames that do not fall into " +
                      std::to_string(distinct.size()) + " distances evenly; required as many at each");
    }
  }
  Keep(frames, order);
  constexpr double sameAngle = 1e-3; // of what a motor holds, in degrees as in radians
  for (std::size_t i = 0; i < frames.angles.size(); ++i)
  {
    if (!(std::abs(frames.angles[i] - frames.angles[i % objects]) <= sameAngle))
    {
      throw DataError("rotation_angle: other angles at one distance than at another; required the same");
    }
  }
  frames.distances = distinct;
  return static_cast<std::int64_t>(distinct.size());
}
} // namespace tweedie
