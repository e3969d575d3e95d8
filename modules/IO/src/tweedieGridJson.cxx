// SPDX-License-Identifier: Apache-2.0
#include "tweedieGridJson.h"

#include "tweedieError.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
using nlohmann::json;

namespace
{
double
Determinant(const std::array<double, 9> & d)
{
  return d[0] * (d[4] * d[8] - d[5] * d[7]) - d[1] * (d[3] * d[8] - d[5] * d[6]) + d[2] * (d[3] * d[7] - d[4] * d[6]);
}
} // namespace

json
GeometryJson(const Grid & grid)
{
  const auto & d = grid.direction;
  return {{"spacing", grid.spacing.Xyz()},
          {"origin", grid.origin},
          {"direction", {{d[0], d[1], d[2]}, {d[3], d[4], d[5]}, {d[6], d[7], d[8]}}}};
}

Grid
GridFromJson(const json & object, Grid grid)
{
  const auto spacing = object.at("spacing").get<std::array<double, 3>>();
  grid.spacing = Axes<double>::FromXyz(spacing);
  grid.origin = object.at("origin").get<std::array<double, 3>>();
  const auto rows = object.at("direction").get<std::array<std::array<double, 3>, 3>>();
  for (std::size_t i = 0; i < 9; ++i)
  {
    grid.direction[i] = rows[i / 3][i % 3];
  }
  const bool positive = spacing[0] > 0.0 && spacing[1] > 0.0 && spacing[2] > 0.0;
  constexpr double smallestDeterminant = 1e-3; // of unit columns: below, two axes nearly agree
  if (!positive || !(std::abs(Determinant(grid.direction)) > smallestDeterminant))
  {
    throw DataError("geometry: spacing not positive or direction singular; required a regular grid");
  }
  return grid;
}

std::int64_t
WholeFromJson(const json & value)
{
  // get() of 1e30 is whatever the processor makes of it.
  if (value.is_number_float() || (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}))
  {
    throw DataError("given " + value.dump() + "; required a whole number of at most 19 digits");
  }
  return value.get<std::int64_t>();
}

std::array<std::int64_t, 3>
SizeFromJson(const json & list)
{
  return {WholeFromJson(list.at(0)), WholeFromJson(list.at(1)), WholeFromJson(list.at(2))};
}
} // namespace tweedie
