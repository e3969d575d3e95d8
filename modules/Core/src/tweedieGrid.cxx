// SPDX-License-Identifier: Apache-2.0
#include "tweedieGrid.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
bool
Grid::IsCongruent(const Grid & other, double tolerance) const
{
  if (size != other.size)
  {
    return false;
  }
  const auto a = spacing.Xyz();
  const auto b = other.spacing.Xyz();
  const double unit = std::min({a[0], a[1], a[2]});
  for (int i = 0; i < 3; ++i)
  {
    if (!(std::abs(a[i] - b[i]) <= tolerance * unit) || !(std::abs(origin[i] - other.origin[i]) <= tolerance * unit))
    {
      return false;
    }
  }
  for (int i = 0; i < 9; ++i)
  {
    if (!(std::abs(direction[i] - other.direction[i]) <= tolerance))
    {
      return false;
    }
  }
  return true;
}

Grid
Grid::Slices(std::int64_t first, std::int64_t count, std::int64_t step) const
{
  Grid result = *this;
  result.size.z = count;
  result.spacing.z = spacing.z * static_cast<double>(step);
  for (int row = 0; row < 3; ++row)
  {
    result.origin[row] += direction[3 * row + 2] * spacing.z * static_cast<double>(first);
  }
  return result;
}
} // namespace tweedie
