// SPDX-License-Identifier: Apache-2.0
#include "tweedieFigure.h"

#include "tweedieError.h"
#include "tweedieReportTable.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** Voxels first..last of the two in-plane axes, both ends included. */
struct Box
{
  std::int64_t firstX = 0;
  std::int64_t lastX = 0;
  std::int64_t firstY = 0;
  std::int64_t lastY = 0;
};

double
ShownValue(const Volume & image, ShownPart part, std::int64_t element)
{
  const std::complex<double> value = image.IsComplex() ? std::complex<double>(image.ComplexData()[element])
                                                       : std::complex<double>(image.Data()[element]);
  switch (part)
  {
  case ShownPart::Phase:
    return std::arg(value);
  case ShownPart::Imaginary:
    return value.imag();
  case ShownPart::Magnitude:
    return image.IsComplex() ? std::abs(value) : value.real();
  default:
    return value.real();
  }
}

/** Whether an index axis of the grid must run backwards on the page: rightward is the patient's left or back, downward
 * is back, feet or left. */
bool
RunsBackwards(const Grid & grid, int axis)
{
  int patientAxis = 0;
  for (int row = 1; row < 3; ++row)
  {
    const auto size = [&](int r) { return std::abs(grid.direction[static_cast<std::size_t>(3 * r + axis)]); };
    patientAxis = size(row) > size(patientAxis) ? row : patientAxis;
  }
  const bool positive = grid.direction[static_cast<std::size_t>(3 * patientAxis + axis)] > 0.0;
  const bool downwards = axis == 1;
  return downwards && patientAxis == 2 ? positive : !positive;
}

void
RequireShowable(const FigurePanel & panel)
{
  const std::int64_t slices = panel.image.GetGrid().size.z;
  if (panel.image.IsEmpty() || panel.slice < 0 || panel.slice >= slices || panel.channel < 0 ||
      panel.channel >= panel.image.Channels())
  {
    throw DataError("figure: slice " + std::to_string(panel.slice) + ", channel " + std::to_string(panel.channel) +
                    " of an image of " + std::to_string(panel.image.IsEmpty() ? 0 : slices) + " slices, " +
                    std::to_string(panel.image.Channels()) + " channels; required inside");
  }
}

Box
WholeSlice(const Grid & grid)
{
  return {0, grid.size.x - 1, 0, grid.size.y - 1};
}

std::int64_t
SliceStart(const FigurePanel & panel)
{
  const Grid & grid = panel.image.GetGrid();
  return (panel.channel * grid.size.z + panel.slice) * grid.size.y * grid.size.x;
}

Picture
RenderBox(const FigurePanel & panel, int scale, const Box & box)
{
  const Grid & grid = panel.image.GetGrid();
  const double unit = std::min(grid.spacing.x, grid.spacing.y) / scale;
  const std::int64_t columns = box.lastX - box.firstX + 1;
  const std::int64_t rows = box.lastY - box.firstY + 1;
  const int width = static_cast<int>(std::lround(static_cast<double>(columns) * grid.spacing.x / unit));
  const int height = static_cast<int>(std::lround(static_cast<double>(rows) * grid.spacing.y / unit));
  const bool mirrorX = RunsBackwards(grid, 0);
  const bool mirrorY = RunsBackwards(grid, 1);
  const double range = panel.window.high - panel.window.low;
  Picture picture(width, height, {});
  for (int j = 0; j < height; ++j)
  {
    const std::int64_t row = j * rows / height;
    const std::int64_t y = mirrorY ? box.lastY - row : box.firstY + row;
    for (int i = 0; i < width; ++i)
    {
      const std::int64_t column = i * columns / width;
      const std::int64_t x = mirrorX ? box.lastX - column : box.firstX + column;
      const double value = ShownValue(panel.image, panel.part, SliceStart(panel) + y * grid.size.x + x);
      const double place = range > 0.0 ? (value - panel.window.low) / range : (value > panel.window.low ? 1.0 : 0.0);
      picture.Set(i, j, MapColor(panel.map, std::isfinite(value) ? place : std::nan("")));
    }
  }
  return picture;
}

/** The box around what is above 2 % of the panel's window, with a small margin. */
Box
ContentBox(const FigurePanel & panel)
{
  constexpr double share = 0.02;
  constexpr std::int64_t margin = 4;
  const Grid & grid = panel.image.GetGrid();
  const double threshold = panel.window.low + share * (panel.window.high - panel.window.low);
  Box box{grid.size.x, -1, grid.size.y, -1};
  for (std::int64_t i = 0; i < grid.size.y * grid.size.x; ++i)
  {
    if (ShownValue(panel.image, panel.part, SliceStart(panel) + i) > threshold)
    {
      box.firstX = std::min(box.firstX, i % grid.size.x);
      box.lastX = std::max(box.lastX, i % grid.size.x);
      box.firstY = std::min(box.firstY, i / grid.size.x);
      box.lastY = std::max(box.lastY, i / grid.size.x);
    }
  }
  if (box.lastX < 0)
  {
    return WholeSlice(grid);
  }
  return {std::max<std::int64_t>(0, box.firstX - margin),
          std::min(grid.size.x - 1, box.lastX + margin),
          std::max<std::int64_t>(0, box.firstY - margin),
          std::min(grid.size.y - 1, box.lastY + margin)};
}

/** The colours of a map from bottom to top, with the window's values beside it. */
void
DrawColorBar(Picture & figure, const FigurePanel & panel, int x, int y, int height, int textScale, Color ink)
{
  const int width = 6 * textScale;
  for (int j = 0; j < height; ++j)
  {
    figure.FillRectangle(x, y + j, width, 1, MapColor(panel.map, height > 1 ? 1.0 - j / (height - 1.0) : 1.0));
  }
  const int textX = x + width + 2 * textScale;
  figure.DrawText(textX, y, FormatSignificant(panel.window.high, 3), ink, textScale);
  figure.DrawText(textX, y + height - TextHeight(textScale), FormatSignificant(panel.window.low, 3), ink, textScale);
}

int
ColorBarWidth(const FigurePanel & panel, int textScale)
{
  const int text = std::max(TextWidth(FormatSignificant(panel.window.high, 3), textScale),
                            TextWidth(FormatSignificant(panel.window.low, 3), textScale));
  return text + 12 * textScale;
}

/** Sizes of a cell: all cells of a figure are equal. */
struct Cell
{
  int width = 0;
  int picture = 0; ///< height
  int line = 0;    ///< height of a line of text with the gap to the next one
  bool hasLabel = false;
  bool hasCaption = false;

  int
  Height() const
  {
    return picture + (hasLabel ? line : 0) + (hasCaption ? line : 0);
  }
};

Cell
CellFor(const std::vector<FigurePanel> & panels, const std::vector<Picture> & pictures, bool colorBars, int textScale)
{
  Cell cell;
  cell.line = TextHeight(textScale) + 3 * textScale;
  for (std::size_t i = 0; i < panels.size(); ++i)
  {
    const bool bar = colorBars && panels[i].map != ColorMap::Gray;
    cell.width = std::max({cell.width,
                           pictures[i].Width() + (bar ? ColorBarWidth(panels[i], textScale) : 0),
                           TextWidth(panels[i].label, textScale),
                           TextWidth(panels[i].caption, textScale)});
    cell.picture = std::max(cell.picture, pictures[i].Height());
    cell.hasLabel = cell.hasLabel || !panels[i].label.empty();
    cell.hasCaption = cell.hasCaption || !panels[i].caption.empty();
  }
  return cell;
}
} // namespace

Window
PercentileWindow(const Volume & image, double lowPercent, double highPercent, std::int64_t slice, ShownPart part)
{
  RequireShowable({image, std::max<std::int64_t>(slice, 0), 0, part, {}, ColorMap::Gray, "", ""});
  const Grid & grid = image.GetGrid();
  const std::int64_t plane = grid.size.y * grid.size.x;
  std::vector<double> values;
  for (std::int64_t i = 0; i < image.NumberOfElements(); ++i)
  {
    const double value = ShownValue(image, part, i);
    if (std::isfinite(value) && (slice < 0 || i / plane % grid.size.z == slice))
    {
      values.push_back(value);
    }
  }
  const auto percentile = [&](double percent)
  {
    const double place = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(values.size() - 1);
    const auto nth = values.begin() + std::lround(place);
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
  };
  Window window;
  if (!values.empty())
  {
    window = {percentile(lowPercent), percentile(highPercent)};
  }
  window.high = window.high > window.low ? window.high : window.low + 1.0;
  return window;
}

Picture
RenderSlice(const FigurePanel & panel, int scale)
{
  RequireShowable(panel);
  return RenderBox(panel, std::max(1, scale), WholeSlice(panel.image.GetGrid()));
}

Picture
RenderFigure(const std::vector<FigurePanel> & panels, const FigureLayout & layout)
{
  if (panels.empty() || layout.columns < 1 || layout.scale < 1)
  {
    throw DataError("figure: no panels, or no columns, or no scale; required at least one of each");
  }
  std::for_each(panels.begin(), panels.end(), RequireShowable);
  const Axes<std::int64_t> firstSize = panels[0].image.GetGrid().size;
  const Box content = layout.crop ? ContentBox(panels[0]) : WholeSlice(panels[0].image.GetGrid());
  std::vector<Picture> pictures;
  for (const FigurePanel & panel : panels)
  {
    const Grid & grid = panel.image.GetGrid();
    const bool alike = grid.size.x == firstSize.x && grid.size.y == firstSize.y;
    pictures.push_back(RenderBox(panel, layout.scale, alike ? content : WholeSlice(grid)));
  }
  const int textScale = std::min(2, layout.scale);
  const int gap = 6 * textScale;
  const Cell cell = CellFor(panels, pictures, layout.colorBars, textScale);
  const int columns = std::min(layout.columns, static_cast<int>(panels.size()));
  const int rows = (static_cast<int>(panels.size()) + columns - 1) / columns;
  Picture figure(columns * (cell.width + gap) + gap, rows * (cell.Height() + gap) + gap, layout.background);
  for (std::size_t i = 0; i < panels.size(); ++i)
  {
    const int x = gap + static_cast<int>(i) % columns * (cell.width + gap);
    int y = gap + static_cast<int>(i) / columns * (cell.Height() + gap);
    figure.DrawText(x, y, panels[i].label, layout.ink, textScale);
    y += cell.hasLabel ? cell.line : 0;
    figure.Paste(pictures[i], x, y);
    if (layout.colorBars && panels[i].map != ColorMap::Gray)
    {
      const int barX = x + pictures[i].Width() + 3 * textScale;
      DrawColorBar(figure, panels[i], barX, y, pictures[i].Height(), textScale, layout.ink);
    }
    figure.DrawText(x, y + cell.picture + 3 * textScale, panels[i].caption, layout.ink, textScale);
  }
  return figure;
}
} // namespace tweedie
