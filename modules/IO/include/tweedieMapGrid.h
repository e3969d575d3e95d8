// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMapGrid_h
#define tweedieMapGrid_h

#include "tweedieFigure.h"
#include "tweedieReportPage.h"

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** One map of an image: mean, deviation, difference, share of the null space. */
struct MapColumn
{
  std::string name;
  Volume image; ///< on the grid of the others; of a complex one the magnitude
  std::string unit;
  ColorMap map = ColorMap::Gray;
  int group = -1;                 ///< columns of one group share a window, so that equal colours are equal values
  std::optional<Window> window{}; ///< else from percentiles; that of Signed maps is symmetric
};

struct MapGridOptions
{
  Volume mask{};                      ///< where it is 0, pictures are black and windows do not look; empty: everywhere
  std::vector<std::int64_t> slices{}; ///< from 0; none: all of up to three, else three
  std::string caption;
};

/** A row a slice, with letters of orientation and a scale bar in the first picture where the grid has a geometry.
 * Throws DataError for no column, an image of another grid, or a slice that is not there. */
ImageGrid MapGrid(const std::vector<MapColumn> & columns, const MapGridOptions & options);
} // namespace tweedie

#endif
