// SPDX-License-Identifier: Apache-2.0
#include "tweediePdfImages.h"

#include "tweedieError.h"

#include <algorithm>
#include <cstdint>

namespace tweedie
{
namespace
{
constexpr double gap = 8.0;
constexpr double headHeight = 34.0; ///< of the titles of the columns and their bars
const PdfStyle nameStyle{9.0, true, false, PdfPalette::ink};
const PdfStyle lineStyle{7.5, false, false, PdfPalette::soft};
const PdfStyle barStyle{7.0, false, false, PdfPalette::soft};
constexpr Color white{255, 255, 255};
constexpr Color black{0, 0, 0};

/** Where the columns of a grid are. */
struct Columns
{
  double left = 0.0;
  double width = 0.0;
  double
  X(std::size_t column) const
  {
    return left + static_cast<double>(column) * (width + gap);
  }
};

Columns
Arrange(const ImageGrid & grid, double nameWidth)
{
  constexpr double widest = 170.0;
  const auto count = static_cast<double>(std::max<std::size_t>(grid.columns.size(), 1));
  const double room = (PdfFlow::width - nameWidth - gap * (count - 1.0)) / count;
  return {PdfFlow::left + nameWidth, nameWidth > 0.0 ? std::min(room, widest) : room};
}

void
DrawHead(PdfFlow & flow, const ImageGrid & grid, const Columns & columns)
{
  constexpr double titleHeight = 13.0, barHeight = 6.0, numbersHeight = 10.0;
  PdfCanvas & canvas = flow.Canvas();
  bool hasBars = false;
  for (std::size_t c = 0; c < grid.columns.size(); ++c)
  {
    const double x = columns.X(c);
    canvas.DrawText({x, flow.Y() + nameStyle.size}, grid.columns[c], nameStyle);
    if (c >= grid.bars.size() || !grid.bars[c])
    {
      continue;
    }
    hasBars = true;
    const ColorBar & bar = *grid.bars[c];
    const double y = flow.Y() + titleHeight;
    canvas.DrawPng({x, y}, columns.width, barHeight, bar.png);
    const double base = y + barHeight + barStyle.size + 1.0;
    canvas.DrawText({x, base}, bar.low, barStyle);
    canvas.DrawText({x + 0.5 * (columns.width - canvas.TextWidth(bar.label, barStyle)), base}, bar.label, barStyle);
    canvas.DrawText({x + columns.width - canvas.TextWidth(bar.high, barStyle), base}, bar.high, barStyle);
  }
  flow.Skip(titleHeight + (hasBars ? barHeight + numbersHeight : 0.0) + 2.0);
}

double
RowHeight(const ImageRow & row, const Columns & columns)
{
  double height = 0.0;
  for (const ReportImage & image : row.images)
  {
    height = std::max(height, std::min(columns.width / image.aspect, PdfFlow::bottom - PdfFlow::top - headHeight));
  }
  return height;
}

/** White with a dark rim, so that it is seen on whatever is below. */
void
DrawOver(PdfCanvas & canvas, PdfPoint at, const std::string & text)
{
  PdfStyle style{7.5, true, false, black};
  for (const double dx : {-0.5, 0.5})
  {
    for (const double dy : {-0.5, 0.5})
    {
      canvas.DrawText({at.x + dx, at.y + dy}, text, style);
    }
  }
  style.color = white;
  canvas.DrawText(at, text, style);
}

void
DrawLetters(PdfCanvas & canvas, PdfPoint corner, double width, double height, const ReportImage & image)
{
  const PdfStyle style{7.5, true, false, white};
  const auto wide = [&](const std::string & text) { return canvas.TextWidth(text, style); };
  const double middle = corner.x + 0.5 * width, half = corner.y + 0.5 * height + 2.5;
  const auto draw = [&](PdfPoint at, const std::string & text)
  {
    if (!text.empty())
    {
      DrawOver(canvas, at, text);
    }
  };
  draw({corner.x + 3.0, half}, image.left);
  draw({corner.x + width - 3.0 - wide(image.right), half}, image.right);
  draw({middle - 0.5 * wide(image.top), corner.y + 9.0}, image.top);
  draw({middle - 0.5 * wide(image.bottom), corner.y + height - 5.5}, image.bottom);
  if (image.scaleBarFraction > 0.0)
  {
    const double y = corner.y + height - 5.0, end = corner.x + 5.0 + width * image.scaleBarFraction;
    canvas.DrawLine({{corner.x + 4.5, y}, {end + 0.5, y}}, 2.4, black);
    canvas.DrawLine({{corner.x + 5.0, y}, {end, y}}, 1.4, white);
    const double at = corner.x + 5.0 + 0.5 * (end - corner.x - 5.0 - wide(image.scaleBarLabel));
    DrawOver(canvas, {at, y - 3.5}, image.scaleBarLabel);
  }
}

void
DrawImage(PdfCanvas & canvas, PdfPoint corner, double width, double height, const ReportImage & image)
{
  if (!image.png.empty())
  {
    canvas.DrawPng(corner, width, height, image.png);
    DrawLetters(canvas, corner, width, height, image);
    return;
  }
  if (image.description.empty())
  {
    return;
  }
  canvas.DrawRectangle(corner, width, height, 0.5, PdfPalette::light);
  const std::vector<std::string> lines = canvas.Wrap(image.description, width - 8.0, lineStyle);
  double y = corner.y + 0.5 * height - 0.5 * 1.3 * lineStyle.size * (static_cast<double>(lines.size()) - 2.0);
  for (const std::string & line : lines)
  {
    canvas.DrawText({corner.x + 0.5 * (width - canvas.TextWidth(line, lineStyle)), y}, line, lineStyle);
    y += 1.3 * lineStyle.size;
  }
}

void
DrawName(PdfCanvas & canvas, PdfPoint corner, double width, const ImageRow & row)
{
  double y = corner.y + nameStyle.size;
  for (const std::string & line : canvas.Wrap(row.name, width, nameStyle))
  {
    canvas.DrawText({corner.x, y}, line, nameStyle);
    y += 1.25 * nameStyle.size;
  }
  for (const std::string & text : row.lines)
  {
    for (const std::string & line : canvas.Wrap(text, width, lineStyle))
    {
      canvas.DrawText({corner.x, y}, line, lineStyle);
      y += 1.3 * lineStyle.size;
    }
  }
}
} // namespace

double
PngAspect(const std::string & png)
{
  constexpr std::size_t widthAt = 16, heightAt = 20, least = 24;
  const auto number = [&](std::size_t at)
  {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
    {
      value = value << 8U | static_cast<unsigned char>(png[at + i]);
    }
    return static_cast<double>(value);
  };
  if (png.size() < least || png.compare(1, 3, "PNG") != 0 || number(heightAt) == 0.0)
  {
    throw DataError("PDF report: given a picture that is no PNG file; required one");
  }
  return number(widthAt) / number(heightAt);
}

double
FirstRowHeight(const ImageGrid & grid, double nameWidth)
{
  return headHeight + (grid.rows.empty() ? 0.0 : RowHeight(grid.rows[0], Arrange(grid, nameWidth)));
}

void
DrawImages(PdfFlow & flow, const ImageGrid & grid, double nameWidth)
{
  const Columns columns = Arrange(grid, nameWidth);
  bool needsHead = true;
  for (const ImageRow & row : grid.rows)
  {
    const double height = RowHeight(row, columns);
    const int page = flow.Canvas().CountPages();
    flow.Require(height + (needsHead ? headHeight : 0.0));
    if (nameWidth > 0.0 && (needsHead || flow.Canvas().CountPages() != page))
    {
      DrawHead(flow, grid, columns);
    }
    needsHead = false;
    DrawName(flow.Canvas(), {PdfFlow::left, flow.Y()}, nameWidth - gap, row);
    for (std::size_t c = 0; c < row.images.size(); ++c)
    {
      const ReportImage & image = row.images[c];
      const double width = std::min(columns.width, height * image.aspect);
      DrawImage(flow.Canvas(), {columns.X(c), flow.Y()}, width, width / image.aspect, image);
    }
    flow.Skip(height + gap);
  }
}
} // namespace tweedie
