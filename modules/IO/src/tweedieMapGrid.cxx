// SPDX-License-Identifier: Apache-2.0
#include "tweedieMapGrid.h"

#include "tweedieComparison.h"
#include "tweedieError.h"
#include "tweedieReportImage.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;

/** Finite values of the first channel inside of the mask, sorted. */
std::vector<float>
InsideValues(const Volume & image, const Volume & mask)
{
  std::vector<float> values;
  for (std::int64_t i = 0; i < image.GetGrid().NumberOfVoxels(); ++i)
  {
    if (std::isfinite(image.Data()[i]) && (mask.IsEmpty() || mask.Data()[i] != 0.0F))
    {
      values.push_back(image.Data()[i]);
    }
  }
  std::sort(values.begin(), values.end());
  return values;
}

double
Percentile(const std::vector<float> & sorted, double percent)
{
  return sorted[static_cast<std::size_t>(std::lround(percent / 100.0 * static_cast<double>(sorted.size() - 1)))];
}

/** Of one map; a thousandth at the ends is left out, which is noise or a bright vessel. */
Window
OwnWindow(const MapColumn & column, const Volume & image, const Volume & mask)
{
  if (column.window)
  {
    return *column.window;
  }
  if (column.map == ColorMap::Cyclic)
  {
    return {-pi, pi};
  }
  const std::vector<float> values = InsideValues(image, mask);
  if (values.empty())
  {
    return {};
  }
  const double low = Percentile(values, 0.1), high = Percentile(values, 99.9);
  if (column.map == ColorMap::Signed)
  {
    const double end = std::max(std::abs(low), std::abs(high));
    return end > 0.0 ? Window{-end, end} : Window{-1.0, 1.0};
  }
  const double floor = std::min(0.0, low);
  return {floor, high > floor ? high : floor + 1.0};
}

/** The window of each column, one for all of a group. */
std::vector<Window>
Windows(const std::vector<MapColumn> & columns, const std::vector<Volume> & images, const Volume & mask)
{
  std::vector<Window> windows;
  for (std::size_t i = 0; i < columns.size(); ++i)
  {
    windows.push_back(OwnWindow(columns[i], images[i], mask));
  }
  std::vector<Window> shared = windows;
  for (std::size_t i = 0; i < columns.size(); ++i)
  {
    for (std::size_t k = 0; k < columns.size(); ++k)
    {
      if (columns[i].group >= 0 && columns[k].group == columns[i].group)
      {
        shared[i] = {std::min(shared[i].low, windows[k].low), std::max(shared[i].high, windows[k].high)};
      }
    }
  }
  return shared;
}

/** The first colour outside of the mask. */
Volume
Masked(const Volume & image, const Volume & mask, double outside)
{
  if (mask.IsEmpty())
  {
    return image;
  }
  Volume masked = image.Clone();
  for (std::int64_t i = 0; i < image.GetGrid().NumberOfVoxels(); ++i)
  {
    masked.Data()[i] = mask.Data()[i] != 0.0F ? masked.Data()[i] : static_cast<float>(outside);
  }
  return masked;
}

void
RequireOneGrid(const std::vector<MapColumn> & columns, const MapGridOptions & options)
{
  if (columns.empty())
  {
    throw DataError("maps: given none; required one or more");
  }
  const Grid & grid = columns[0].image.GetGrid();
  for (const MapColumn & column : columns)
  {
    if (column.image.IsEmpty() || !(column.image.GetGrid().size == grid.size))
    {
      throw DataError("maps: given '" + column.name + "' of another size than '" + columns[0].name +
                      "'; required one grid");
    }
  }
  if (!options.mask.IsEmpty() && (options.mask.IsComplex() || !(options.mask.GetGrid().size == grid.size)))
  {
    throw DataError("maps: given a mask of another size than '" + columns[0].name + "'; required one grid");
  }
  for (const std::int64_t slice : options.slices)
  {
    if (slice < 0 || slice >= grid.size.z)
    {
      throw DataError("maps: given slice " + std::to_string(slice) + "; required 0 to " +
                      std::to_string(grid.size.z - 1));
    }
  }
}
} // namespace

ImageGrid
MapGrid(const std::vector<MapColumn> & columns, const MapGridOptions & options)
{
  RequireOneGrid(columns, options);
  const Grid & grid = columns[0].image.GetGrid();
  ImageGrid result;
  result.caption = options.caption;
  std::vector<Volume> images;
  for (const MapColumn & column : columns)
  {
    images.push_back(column.image.IsComplex() ? Magnitude(column.image) : column.image);
  }
  const std::vector<Window> windows = Windows(columns, images, options.mask);
  std::vector<FigurePanel> panels(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i)
  {
    panels[i].window = windows[i];
    panels[i].map = columns[i].map;
    panels[i].part = ShownPart::Real;
    panels[i].image = Masked(images[i], options.mask, columns[i].map == ColorMap::Signed ? 0.0 : windows[i].low);
    result.columns.push_back(columns[i].name);
    result.bars.emplace_back(MakeColorBar(columns[i].map, windows[i], columns[i].unit));
  }
  for (const std::int64_t slice : options.slices.empty() ? ShownSlices(grid.size.z) : options.slices)
  {
    ImageRow row{"slice " + std::to_string(slice + 1), {}, {}};
    for (std::size_t i = 0; i < columns.size(); ++i)
    {
      panels[i].slice = slice;
      row.images.push_back(MakeReportImage(RenderSlice(panels[i]), grid, columns[i].name + ", " + row.name, i == 0));
    }
    result.rows.push_back(std::move(row));
  }
  return result;
}
} // namespace tweedie
