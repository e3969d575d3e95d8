// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportImage.h"

#include "tweedieReportTable.h"

#include <cmath>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr double scaleBarMillimetres = 50.0;

/** Which patient axis (0: left, 1: posterior, 2: superior) an index axis of the grid follows most. */
int
PatientAxis(const Grid & grid, int indexAxis)
{
  int best = 0;
  for (int row = 1; row < 3; ++row)
  {
    const auto size = [&](int r) { return std::abs(grid.direction[static_cast<std::size_t>(3 * r + indexAxis)]); };
    best = size(row) > size(best) ? row : best;
  }
  return best;
}

bool
HasNoGeometry(const Grid & grid)
{
  Grid plain;
  plain.size = grid.size;
  return grid.IsCongruent(plain);
}

/** The letters at the edges after RenderSlice's flips; none where the file has no geometry. */
void
AddOrientation(const Grid & grid, ReportImage & image)
{
  if (HasNoGeometry(grid))
  {
    return;
  }
  static const char * const acrossLetters[3][2] = {{"R", "L"}, {"A", "P"}, {"I", "S"}};
  static const char * const downLetters[3][2] = {{"R", "L"}, {"A", "P"}, {"S", "I"}};
  const int across = PatientAxis(grid, 0);
  const int down = PatientAxis(grid, 1);
  image.left = acrossLetters[across][0];
  image.right = acrossLetters[across][1];
  image.top = downLetters[down][0];
  image.bottom = downLetters[down][1];
}

std::string
PngRamp(ColorMap map)
{
  constexpr int width = 256;
  Picture ramp(width, 1, {});
  for (int x = 0; x < width; ++x)
  {
    ramp.Set(x, 0, MapColor(map, x / (width - 1.0)));
  }
  return EncodePng(ramp);
}

double
WidthOf(const Grid & grid)
{
  return static_cast<double>(grid.size.x) * grid.spacing.x;
}
} // namespace

std::vector<std::int64_t>
ShownSlices(std::int64_t slices)
{
  if (slices <= 3)
  {
    std::vector<std::int64_t> all(static_cast<std::size_t>(slices));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return all;
  }
  return {slices / 4, slices / 2, 3 * slices / 4};
}

ColorBar
MakeColorBar(ColorMap map, const Window & window, const std::string & label)
{
  const std::string low = FormatSignificant(window.low, 3);
  return {PngRamp(map), (map == ColorMap::Signed ? "≤ " : "") + low, "≥ " + FormatSignificant(window.high, 3), label};
}

double
AspectOf(const Grid & grid)
{
  return WidthOf(grid) / (static_cast<double>(grid.size.y) * grid.spacing.y);
}

ReportImage
MakeReportImage(const Picture & picture, const Grid & grid, const std::string & description, bool isFirst)
{
  ReportImage image;
  image.aspect = AspectOf(grid);
  image.png = EncodePng(picture);
  image.description = description;
  if (isFirst)
  {
    AddOrientation(grid, image);
    const double width = WidthOf(grid);
    if (!HasNoGeometry(grid) && width > 2.0 * scaleBarMillimetres)
    {
      image.scaleBarFraction = scaleBarMillimetres / width;
      image.scaleBarLabel = "5 cm";
    }
  }
  return image;
}
} // namespace tweedie
