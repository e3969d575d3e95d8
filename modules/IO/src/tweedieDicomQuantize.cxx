// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomQuantize.h"

#include "tweedieDicomPut.h"
#include "tweedieError.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double largestStored = 65535.0;

/** The number that a file will hold. */
double
AsStored(double value)
{
  const std::string text = DecimalText(value);
  double number = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/** A multiple of 10^-5 of its size that is not below, so that it has a short text. */
double
RoundedUp(double value)
{
  constexpr double digits = 5.0;
  const double step = std::pow(10.0, std::floor(std::log10(value)) - digits);
  return AsStored((std::floor(value / step) + 1.0) * step);
}
} // namespace

DicomScale
ChooseScale(const Volume & volume, const DicomValues & values, bool isHounsfield)
{
  if (!(values.slope >= 0.0) || !std::isfinite(values.slope) || (values.intercept && !std::isfinite(*values.intercept)))
  {
    throw UsageError("slope and intercept: given a negative number or one that "
                     "is not finite; required a slope from 0");
  }
  const auto [low, high] = std::minmax_element(volume.Data(), volume.Data() + volume.NumberOfElements());
  DicomScale scale;
  const double start = isHounsfield ? -1024.0 : 0.0;
  scale.intercept = values.intercept ? *values.intercept : std::min(start, std::floor(static_cast<double>(*low)));
  if (!isHounsfield && !values.intercept && *low < 0.0F)
  {
    scale.intercept = -RoundedUp(-static_cast<double>(*low)); // of a map the floor may be far below
  }
  scale.intercept = AsStored(scale.intercept);
  const double range = std::max(static_cast<double>(*high) - scale.intercept, 0.0);
  const double finest = range > 0.0 ? RoundedUp(range / largestStored) : 1.0;
  scale.slope = AsStored(values.slope > 0.0 ? values.slope : isHounsfield ? 1.0 : finest);
  return scale;
}

std::vector<std::uint16_t>
QuantizeSlice(const Volume & volume, std::int64_t slice, const DicomScale & scale, DicomSeriesRecord & record)
{
  const Axes<std::int64_t> & size = volume.GetGrid().size;
  const float * values = volume.Data() + slice * size.y * size.x;
  std::vector<std::uint16_t> stored(static_cast<std::size_t>(size.y * size.x));
  for (std::size_t i = 0; i < stored.size(); ++i)
  {
    const double value = values[i];
    const double nearest = std::round((value - scale.intercept) / scale.slope);
    const double kept = std::clamp(nearest, 0.0, largestStored);
    stored[i] = static_cast<std::uint16_t>(kept);
    if (kept != nearest)
    {
      ++record.clamped;
      continue;
    }
    record.largestError = std::max(record.largestError, std::abs(scale.slope * kept + scale.intercept - value));
  }
  return stored;
}

std::pair<double, double>
ShownRange(const Volume & volume)
{
  std::vector<float> values(volume.Data(), volume.Data() + volume.NumberOfElements());
  const auto at = [&](double share)
  {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return static_cast<double>(*place);
  };
  const double low = at(0.005), high = at(0.995);
  return {low, high > low ? high : low + 1.0};
}
} // namespace tweedie
