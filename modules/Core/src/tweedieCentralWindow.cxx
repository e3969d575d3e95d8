// SPDX-License-Identifier: Apache-2.0
#include "tweedieCentralWindow.h"

#include "tweedieError.h"

#include <algorithm>
#include <string>

namespace tweedie
{
Volume
CentralWindow(const Volume & volume, std::int64_t rows, std::int64_t columns)
{
  if (rows < 1 || columns < 1)
  {
    throw UsageError("--size: given " + std::to_string(columns) + " x " + std::to_string(rows) +
                     "; required positive numbers");
  }
  const Grid & from = volume.GetGrid();
  const std::int64_t top = from.size.y / 2 - rows / 2;
  const std::int64_t left = from.size.x / 2 - columns / 2;
  Grid grid = from;
  grid.size.y = rows;
  grid.size.x = columns;
  for (std::size_t i = 0; i < 3; ++i)
  {
    grid.origin[i] += from.direction[3 * i] * from.spacing.x * static_cast<double>(left) +
                      from.direction[3 * i + 1] * from.spacing.y * static_cast<double>(top);
  }
  const std::int64_t width = volume.IsComplex() ? 2 : 1;
  Volume window(grid, volume.IsComplex() ? Volume::Element::Complex : Volume::Element::Real, volume.Channels());
  const std::int64_t first = std::max<std::int64_t>(left, 0);
  const std::int64_t last = std::min(left + columns, from.size.x);
  for (std::int64_t plane = 0; plane < volume.Channels() * from.size.z; ++plane)
  {
    for (std::int64_t y = std::max<std::int64_t>(top, 0); y < std::min(top + rows, from.size.y); ++y)
    {
      const float * const row = volume.Data() + (plane * from.size.y + y) * from.size.x * width;
      float * const to = window.Data() + (plane * rows + y - top) * columns * width;
      std::copy(row + first * width, row + last * width, to + (first - left) * width);
    }
  }
  return window;
}
} // namespace tweedie
