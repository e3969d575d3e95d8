// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportShapes.h"

#include "tweedieReportSvg.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double bandOpacity = 0.18, barOpacity = 0.35, lineWidth = 1.6, thinWidth = 1.2;

std::string
Filled(const std::string & path, std::size_t style, double opacity)
{
  return "<path d=\"" + path + "\" fill=\"" + SeriesVariable(style) + "\" fill-opacity=\"" + FormatNumber(opacity, 2) +
         "\"/>";
}

std::string
Stroked(const std::string & path, std::size_t style, double width, bool isDashed = false)
{
  return "<path d=\"" + path + '"' + SeriesStroke(style, width, isDashed) + "/>";
}

std::string
Rectangle(double left, double top, double right, double bottom)
{
  return 'M' + SvgPoint(left, top) + 'L' + SvgPoint(right, top) + 'L' + SvgPoint(right, bottom) + 'L' +
         SvgPoint(left, bottom) + 'z';
}

/** The sign of a thin point: a dot, a cross, a saltire, a dash. */
std::string
ThinSign(std::size_t style, double x, double y)
{
  switch (style % 4)
  {
  case 1:
    return 'M' + SvgPoint(x - 2.0, y) + "h4M" + SvgPoint(x, y - 2.0) + "l0 4";
  case 2:
    return 'M' + SvgPoint(x - 1.6, y - 1.6) + "l3.2 3.2M" + SvgPoint(x - 1.6, y + 1.6) + "l3.2 -3.2";
  case 3:
    return 'M' + SvgPoint(x - 2.0, y) + "h4";
  default:
    return 'M' + SvgPoint(x, y) + "h0"; // round ends make it a dot
  }
}

std::string
ThinStroked(const std::string & path, std::size_t style)
{
  constexpr double dotWidth = 2.2, signWidth = 0.9;
  return "<path d=\"" + path + "\" stroke-linecap=\"round\"" +
         SeriesStroke(style, style % 4 == 0 ? dotWidth : signWidth, false) + "/>";
}

/** Points of a cloud that can be shown, in SVG units. */
std::vector<std::pair<double, double>>
ShownPoints(const PlotSeries & series, const PlotFrame & frame)
{
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i)
  {
    if (frame.x.Shows(series.x[i]) && frame.y.Shows(series.y[i]))
    {
      points.emplace_back(frame.X(series.x[i]), frame.Y(series.y[i]));
    }
  }
  return points;
}

constexpr std::size_t densityLevels = 6;

/** One path a level, neighbours of one level in a row together. */
std::string
DensitySvg(const PlotSeries & series, const PlotFrame & frame)
{
  constexpr double cell = 6.0;
  const auto count = [](double length) { return static_cast<std::size_t>(std::ceil(length / cell + 1e-9)); };
  const std::size_t columns = count(frame.Right() - frame.left) + 1, rows = count(frame.height) + 1;
  std::vector<double> counts(columns * rows, 0.0);
  for (const auto & [x, y] : ShownPoints(series, frame))
  {
    const auto column = static_cast<std::size_t>(std::max(x - frame.left, 0.0) / cell);
    const auto row = static_cast<std::size_t>(std::max(y - PlotFrame::top, 0.0) / cell);
    counts[std::min(row, rows - 1) * columns + std::min(column, columns - 1)] += 1.0;
  }
  const double most = *std::max_element(counts.begin(), counts.end());
  const auto level = [&](std::size_t i)
  {
    const double share = most > 1.0 ? std::log(counts[i]) / std::log(most) : 1.0;
    return static_cast<std::size_t>(std::lround(share * (densityLevels - 1.0)));
  };
  std::array<std::string, densityLevels> paths;
  for (std::size_t row = 0; row < rows; ++row)
  {
    for (std::size_t first = 0, last = 0; first < columns; first = last)
    {
      last = first + 1;
      const std::size_t i = row * columns + first;
      if (counts[i] == 0.0)
      {
        continue;
      }
      while (last < columns && counts[row * columns + last] > 0.0 && level(row * columns + last) == level(i))
      {
        ++last;
      }
      const double y = PlotFrame::top + cell * static_cast<double>(row);
      const auto edge = [&](std::size_t column)
      { return std::min(frame.left + cell * static_cast<double>(column), frame.Right()); };
      paths[level(i)] += Rectangle(edge(first), y, edge(last), std::min(y + cell, frame.Bottom()));
    }
  }
  std::string svg;
  for (std::size_t i = 0; i < densityLevels; ++i)
  {
    svg += paths[i].empty() ? "" : Filled(paths[i], series.style, (1.0 + static_cast<double>(i)) / densityLevels);
  }
  return svg;
}
} // namespace

CloudKind
CloudKindOf(const PlotSeries & series)
{
  constexpr std::size_t mostMarkers = 200, mostDots = 5000;
  return series.x.size() <= mostMarkers ? CloudKind::Markers
         : series.x.size() <= mostDots  ? CloudKind::Dots
                                        : CloudKind::Density;
}

std::string
BandSvg(const PlotSeries & series, const PlotFrame & frame)
{
  std::string regions, edges;
  const std::size_t count = std::min({series.x.size(), series.low.size(), series.high.size()});
  const auto shows = [&](std::size_t i)
  { return frame.x.Shows(series.x[i]) && frame.y.Shows(series.low[i]) && frame.y.Shows(series.high[i]); };
  for (std::size_t first = 0, last = 0; first < count; first = last + 1)
  {
    std::string upper, lower, back;
    for (last = first; last < count && shows(last); ++last)
    {
      const double x = frame.X(series.x[last]);
      const char * command = last == first ? "M" : "L";
      upper += command + SvgPoint(x, frame.Y(series.high[last]));
      lower += command + SvgPoint(x, frame.Y(series.low[last]));
      back = 'L' + SvgPoint(x, frame.Y(series.low[last])) + back;
    }
    regions += upper.empty() ? "" : upper + back + 'z';
    edges += upper + lower;
  }
  return Filled(regions, series.style, bandOpacity) + Stroked(edges, series.style, 0.8);
}

std::string
BarsSvg(const PlotSeries & series, const PlotFrame & frame)
{
  const double base = frame.y.isLogarithmic ? frame.Bottom() : frame.Y(0.0);
  std::string path;
  for (std::size_t i = 0; i < series.y.size() && i + 1 < series.x.size(); ++i)
  {
    if (frame.x.Shows(series.x[i]) && frame.x.Shows(series.x[i + 1]) && frame.y.Shows(series.y[i]))
    {
      path += Rectangle(frame.X(series.x[i]), frame.Y(series.y[i]), frame.X(series.x[i + 1]), base);
    }
  }
  return Filled(path, series.style, barOpacity) + Stroked(path, series.style, thinWidth, true);
}

std::string
ErrorBarsSvg(const PlotSeries & series, const PlotFrame & frame)
{
  const bool areBars = series.kind == PlotKind::Bars; // of a bar in its middle
  std::string path;
  for (std::size_t i = 0; i < std::min({series.x.size(), series.low.size(), series.high.size()}); ++i)
  {
    if (!frame.x.Shows(series.x[i]) || !frame.y.Shows(series.low[i]) || !frame.y.Shows(series.high[i]))
    {
      continue;
    }
    const double end = areBars && i + 1 < series.x.size() ? series.x[i + 1] : series.x[i];
    const double x = 0.5 * (frame.X(series.x[i]) + frame.X(end));
    const double low = frame.Y(series.low[i]), high = frame.Y(series.high[i]);
    path += 'M' + SvgPoint(x, low) + 'L' + SvgPoint(x, high) + 'M' + SvgPoint(x - 3.0, low) + "h6M" +
            SvgPoint(x - 3.0, high) + "h6";
  }
  return path.empty() ? "" : Stroked(path, series.style, thinWidth);
}

std::string
CloudSvg(const PlotSeries & series, const PlotFrame & frame)
{
  const CloudKind kind = CloudKindOf(series);
  if (kind == CloudKind::Density)
  {
    return DensitySvg(series, frame);
  }
  std::string markers, path;
  for (const auto & [x, y] : ShownPoints(series, frame))
  {
    markers += kind == CloudKind::Markers ? SeriesMarker(series.style, x, y) : "";
    path += kind == CloudKind::Markers ? "" : ThinSign(series.style, x, y);
  }
  return kind == CloudKind::Markers ? markers : ThinStroked(path, series.style);
}

namespace
{
/** Of a cloud: its marker, three of its thin signs, or three densities. */
std::string
CloudSign(const PlotSeries & series, double x, double y)
{
  constexpr double third = 20.0 / 3.0;
  std::string signs, cells;
  for (int i = 0; i < 3; ++i)
  {
    signs += ThinSign(series.style, x + (0.5 + i) * third, y);
    cells += Filled(Rectangle(x + i * third, y - 4.0, x + (1 + i) * third, y + 4.0), series.style, 0.2 + 0.4 * i);
  }
  switch (CloudKindOf(series))
  {
  case CloudKind::Markers:
    return SeriesMarker(series.style, x + 1.5 * third, y);
  case CloudKind::Dots:
    return ThinStroked(signs, series.style);
  default:
    return cells;
  }
}
} // namespace

std::string
SignSvg(const PlotSeries & series, double x, double y)
{
  constexpr double width = 20.0;
  const std::string line = 'M' + SvgPoint(x, y) + "h20";
  const std::string box = Rectangle(x, y - 5.0, x + width, y + 5.0);
  switch (series.kind)
  {
  case PlotKind::Band:
    return Filled(box, series.style, bandOpacity) +
           Stroked('M' + SvgPoint(x, y - 5.0) + "h20M" + SvgPoint(x, y + 5.0) + "h20", series.style, 0.8);
  case PlotKind::Bars:
    return Filled(box, series.style, barOpacity) + Stroked(box, series.style, thinWidth, true);
  case PlotKind::Points:
    return CloudSign(series, x, y);
  default:
    return Stroked(line, series.style, lineWidth, true) + SeriesMarker(series.style, x + 0.5 * width, y);
  }
}
} // namespace tweedie
