// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionScore.h"

#include "tweedieDeviationCheck.h"
#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieReportTable.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
bool
EndsWith(const std::string & text, const std::string & end)
{
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/** The region of the insert about the middle pixel of a grid just as large: [z, y, x], double. */
at::Tensor
RegionKernel(LesionInsert insert, const Grid & grid)
{
  const double reach = 0.5 * (insert.diameter + insert.edge);
  const auto odd = [reach](double spacing) { return 2 * static_cast<std::int64_t>(std::ceil(reach / spacing)) + 1; };
  Grid small;
  small.spacing = grid.spacing;
  small.size.x = odd(grid.spacing.x);
  small.size.y = odd(grid.spacing.y);
  small.size.z = insert.isBall ? odd(grid.spacing.z) : 1;
  insert.center = PointOfIndex(small,
                               {static_cast<double>(small.size.x / 2),
                                static_cast<double>(small.size.y / 2),
                                static_cast<double>(small.size.z / 2)});
  return InsertRegion(insert, small);
}

/** Sums of maps [n, z, y, x] under a kernel of odd size about each pixel; beyond the maps: outside. */
at::Tensor
Correlate(const at::Tensor & maps, const at::Tensor & kernel, double outside)
{
  const std::int64_t z = kernel.size(0) / 2, y = kernel.size(1) / 2, x = kernel.size(2) / 2;
  const at::Tensor padded =
      at::constant_pad_nd(maps.to(at::kFloat).unsqueeze(1), {x, x, y, y, z, z}, outside); // [n, 1, z, y, x]
  return at::conv3d(padded, kernel.to(at::kFloat).unsqueeze(0).unsqueeze(0)).squeeze(1);
}

double
Distance(const std::array<double, 3> & a, const std::array<double, 3> & b, const Grid & grid, bool isBall)
{
  if (!isBall && a[2] != b[2])
  {
    return std::numeric_limits<double>::infinity();
  }
  return std::hypot((a[0] - b[0]) * grid.spacing.x, (a[1] - b[1]) * grid.spacing.y, (a[2] - b[2]) * grid.spacing.z);
}

LesionContrast
ParseOne(const std::string & text)
{
  LesionContrast contrast;
  contrast.text = text;
  std::string number = text;
  if (EndsWith(text, "%"))
  {
    contrast.kind = LesionContrast::Kind::Percent;
    number.pop_back();
  }
  else if (EndsWith(text, "snr"))
  {
    contrast.kind = LesionContrast::Kind::Signal;
    number.resize(number.size() - 3);
  }
  const char * begin = number.data();
  const auto read = std::from_chars(begin, begin + number.size(), contrast.value);
  if (read.ec != std::errc() || read.ptr != begin + number.size() || !std::isfinite(contrast.value) ||
      contrast.value == 0.0)
  {
    throw UsageError("--contrasts: given '" + text +
                     "'; required a number other than 0, with % for a share of the local mean or snr for times the "
                     "noise: 0.1, -20%, 5snr");
  }
  return contrast;
}
} // namespace

std::vector<LesionContrast>
ParseLesionContrasts(const std::string & text)
{
  std::vector<LesionContrast> contrasts;
  for (std::size_t begin = 0; begin <= text.size();)
  {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    contrasts.push_back(ParseOne(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return contrasts;
}

std::string
LengthText(double length)
{
  std::string text = FormatNumber(length, 2);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.')
  {
    text.pop_back();
  }
  return text;
}

LesionScore
ScoreLesion(const at::Tensor & with, double meanWith, double meanWithout, double contrast, double shown)
{
  const auto n = static_cast<double>(with.numel());
  const double sign = contrast < 0.0 ? -1.0 : 1.0;
  const double found = (meanWith - meanWithout) / shown;
  LesionScore score;
  score.recovery = found / contrast;
  score.deviation = with.std(0, true).item<double>() / shown;
  const double half = StudentQuantile(0.95, n - 1.0) * score.deviation * std::sqrt(1.0 + 1.0 / n);
  score.low = found - half;
  score.high = found + half;
  score.isCovered = score.low <= contrast && contrast <= score.high;
  score.detectability = sign * found / score.deviation;
  score.missed =
      ((with - meanWithout) / shown * sign).lt(0.5 * std::abs(contrast)).to(at::kDouble).mean().item<double>();
  return score;
}

at::Tensor
RoomFor(const LesionInsert & insert, const Grid & grid, const at::Tensor & mask)
{
  LesionInsert whole = insert;
  whole.diameter += insert.edge;
  const at::Tensor kernel = RegionKernel(whole, grid).gt(0.0).to(at::kFloat);
  return Correlate(mask.logical_not().to(at::kFloat).unsqueeze(0), kernel, 1.0).squeeze(0).lt(0.5);
}

std::vector<std::array<double, 3>>
RandomPlaces(
    const at::Tensor & room, const Grid & grid, std::int64_t count, double distance, bool isBall, std::int64_t seed)
{
  constexpr std::uint64_t stream = std::uint64_t{66} << 32; // beyond those of replicas and signals
  const at::Tensor where = room.nonzero().contiguous();     // [m, 3]: z, y, x
  const at::Tensor order = RandomStreams(static_cast<std::uint64_t>(seed), {stream})
                               .Uniform({where.size(0)}, at::kDouble)
                               .squeeze(0)
                               .argsort();
  const auto index = where.index_select(0, order).to(at::kDouble).contiguous();
  const double * row = index.data_ptr<double>();
  std::vector<std::array<double, 3>> places;
  for (std::int64_t i = 0; i < index.size(0) && static_cast<std::int64_t>(places.size()) < count; ++i, row += 3)
  {
    const std::array<double, 3> place{row[2], row[1], row[0]};
    bool isFar = true;
    for (const auto & other : places)
    {
      isFar = isFar && Distance(place, other, grid, isBall) >= distance;
    }
    if (isFar)
    {
      places.push_back(place);
    }
  }
  if (static_cast<std::int64_t>(places.size()) < count)
  {
    throw DataError("--places: given " + std::to_string(count) + " of inserts of that size; required no more than " +
                    std::to_string(places.size()) + ", which the object has room for (or smaller --diameters)");
  }
  return places;
}

at::Tensor
DiscMeans(const at::Tensor & maps, const LesionInsert & insert, const Grid & grid)
{
  LesionInsert disc = insert;
  disc.isBall = false;
  return Correlate(maps, RegionKernel(disc, grid), 0.0);
}

double
FalseInsertions(const at::Tensor & discMeans, const at::Tensor & room, double contrast)
{
  const double sign = contrast < 0.0 ? -1.0 : 1.0;
  const at::Tensor inside = discMeans.masked_select(room.unsqueeze(0));
  return inside.numel() == 0 ? 0.0 : (inside * sign).ge(0.5 * std::abs(contrast)).to(at::kDouble).mean().item<double>();
}
} // namespace tweedie
