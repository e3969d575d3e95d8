// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportMarkup.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double left = 58.0;
constexpr double right = 16.0;
constexpr double top = 32.0;
constexpr double axisHeight = 46.0;
constexpr double legendLine = 18.0;
constexpr double characterWidth = 6.7;
constexpr std::size_t colors = 8;

/** The range of an axis and the distance of its ticks; of a logarithmic one in powers of ten. */
struct Axis
{
  double low = 0.0;
  double high = 1.0;
  double tick = 0.2;
  bool isLogarithmic = false;

  /** 0..1 within the range. */
  double
  Place(double value) const
  {
    return ((isLogarithmic ? std::log10(value) : value) - low) / (high - low);
  }
};

/** The plot's place on the page, in SVG units. */
struct Frame
{
  double width = 440.0;
  double height = 270.0; ///< of the axes alone
  Axis x;
  Axis y;

  double
  X(double value) const
  {
    return left + x.Place(value) * (width - left - right);
  }
  double
  Y(double value) const
  {
    return top + (1.0 - y.Place(value)) * height;
  }
};

/** About count ticks at 1, 2 or 5 times a power of ten. */
Axis
NiceAxis(double low, double high, int count)
{
  if (!(high > low))
  {
    const double margin = low == 0.0 ? 1.0 : 0.1 * std::abs(low);
    low -= margin;
    high += margin;
  }
  const double raw = (high - low) / count;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double mantissa = raw / power;
  const double tick = power * (mantissa < 1.5 ? 1.0 : mantissa < 3.5 ? 2.0 : mantissa < 7.5 ? 5.0 : 10.0);
  return {std::floor(low / tick + 1e-9) * tick, std::ceil(high / tick - 1e-9) * tick, tick};
}

/** From positive values, with a margin. */
Axis
LogarithmicAxis(double low, double high)
{
  const double margin = 0.04 * std::log10(high / low) + 0.02;
  return {std::log10(low) - margin, std::log10(high) + margin, 1.0, true};
}

bool
IsShown(const Plot & plot, double value)
{
  return std::isfinite(value) && (!plot.isLogarithmic || value > 0.0);
}

std::pair<double, double>
Extent(const Plot & plot, std::vector<double> PlotSeries::*member)
{
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const PlotSeries & series : plot.series)
  {
    for (const double value : series.*member)
    {
      if (IsShown(plot, value))
      {
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  return low <= high ? std::make_pair(low, high) : std::make_pair(plot.isLogarithmic ? 0.1 : 0.0, 1.0);
}

std::string
Coordinate(double value)
{
  return FormatNumber(value, 1);
}

std::string
Attribute(const char * name, double value)
{
  return ' ' + std::string(name) + "=\"" + Coordinate(value) + '"';
}

std::string
Line(double x1, double y1, double x2, double y2, const char * style)
{
  return "<line" + Attribute("x1", x1) + Attribute("y1", y1) + Attribute("x2", x2) + Attribute("y2", y2) + " class=\"" +
         style + "\"/>";
}

std::string
Text(double x, double y, const std::string & text, const char * anchor, const char * extra = "")
{
  return "<text" + Attribute("x", x) + Attribute("y", y) + " text-anchor=\"" + anchor + "\"" + extra + '>' +
         EscapeHtml(text) + "</text>";
}

/** Shape and colour both tell the series apart. */
std::string
Marker(std::size_t style, double x, double y)
{
  const std::string fill = " fill=\"var(--s" + std::to_string(style % colors) + ")\"";
  switch (style % 4)
  {
  case 1:
    return "<rect" + Attribute("x", x - 3.2) + Attribute("y", y - 3.2) + " width=\"6.4\" height=\"6.4\"" + fill + "/>";
  case 2:
    return "<path d=\"M" + Coordinate(x) + ' ' + Coordinate(y - 4.4) + "l4.2 7.4h-8.4z\"" + fill + "/>";
  case 3:
    return "<path d=\"M" + Coordinate(x) + ' ' + Coordinate(y - 4.6) + "l4.6 4.6l-4.6 4.6l-4.6 -4.6z\"" + fill + "/>";
  default:
    return "<circle" + Attribute("cx", x) + Attribute("cy", y) + " r=\"3.5\"" + fill + "/>";
  }
}

std::string
Stroke(std::size_t style)
{
  return " fill=\"none\" stroke-width=\"1.6\" stroke=\"var(--s" + std::to_string(style % colors) + ")\"";
}

int
TickDecimals(double tick)
{
  return std::max(0, static_cast<int>(std::ceil(-std::log10(tick) - 1e-9)));
}

struct Tick
{
  double value;
  std::string label;
};

/** Powers of ten, and twice and five times them where the range is short. */
std::vector<Tick>
LogarithmicTicks(const Axis & axis)
{
  constexpr double shortRange = 2.5;
  std::vector<Tick> ticks;
  for (double power = std::floor(axis.low); power <= axis.high; power += 1.0)
  {
    for (const double factor : {1.0, 2.0, 5.0})
    {
      const double value = factor * std::pow(10.0, power);
      const double place = axis.Place(value);
      if (place > -1e-9 && place < 1.0 + 1e-9 && (factor == 1.0 || axis.high - axis.low < shortRange))
      {
        ticks.push_back({value, FormatSignificant(value, 1)});
      }
    }
  }
  return ticks;
}

std::vector<Tick>
Ticks(const Axis & axis)
{
  if (axis.isLogarithmic)
  {
    return LogarithmicTicks(axis);
  }
  std::vector<Tick> ticks;
  for (int i = 0; axis.low + i * axis.tick <= axis.high + 1e-9 * axis.tick; ++i)
  {
    const double value = axis.low + i * axis.tick;
    ticks.push_back({value, FormatNumber(value, TickDecimals(axis.tick))});
  }
  return ticks;
}

std::string
Axes(const Plot & plot, const Frame & frame)
{
  const double bottom = top + frame.height;
  std::string svg;
  for (const Tick & tick : Ticks(frame.x))
  {
    svg += Line(frame.X(tick.value), top, frame.X(tick.value), bottom, "rule");
    svg += Text(frame.X(tick.value), bottom + 16.0, tick.label, "middle");
  }
  for (const Tick & tick : Ticks(frame.y))
  {
    svg += Line(left, frame.Y(tick.value), frame.width - right, frame.Y(tick.value), "rule");
    svg += Text(left - 6.0, frame.Y(tick.value) + 4.0, tick.label, "end");
  }
  svg += "<rect" + Attribute("x", left) + Attribute("y", top) + Attribute("width", frame.width - left - right) +
         Attribute("height", frame.height) + " class=\"frame\"/>";
  svg += Text(0.5 * (left + frame.width - right), bottom + 36.0, plot.xLabel, "middle");
  const double middle = top + 0.5 * frame.height;
  svg +=
      Text(14.0, middle, plot.yLabel, "middle", (" transform=\"rotate(-90 14 " + Coordinate(middle) + ")\"").c_str());
  svg += Text(left, 18.0, plot.title, "start", " class=\"title\"");
  return svg;
}

std::string
Curve(const Plot & plot, const PlotSeries & series, const Frame & frame)
{
  std::string path;
  std::string markers;
  bool isDown = false;
  for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i)
  {
    if (!IsShown(plot, series.x[i]) || !IsShown(plot, series.y[i]))
    {
      isDown = false;
      continue;
    }
    const double x = frame.X(series.x[i]);
    const double y = frame.Y(series.y[i]);
    path += (isDown ? "L" : "M") + Coordinate(x) + ' ' + Coordinate(y);
    markers += Marker(series.style, x, y);
    isDown = true;
  }
  return "<path d=\"" + path + '"' + Stroke(series.style) + "/>" + markers;
}

/** Names beside their markers, in as many lines as they need; returns the height in use. */
double
Legend(const Plot & plot, const Frame & frame, std::string & svg)
{
  double x = left;
  double y = top + frame.height + axisHeight + 8.0;
  for (const PlotSeries & series : plot.series)
  {
    // Bytes overestimate the width of names beyond ASCII, which only costs room.
    const double width = 26.0 + characterWidth * static_cast<double>(series.name.size()) + 14.0;
    if (x > left && x + width > frame.width)
    {
      x = left;
      y += legendLine;
    }
    svg += "<path d=\"M" + Coordinate(x) + ' ' + Coordinate(y - 4.0) + "h20\"" + Stroke(series.style) + "/>" +
           Marker(series.style, x + 10.0, y - 4.0) + Text(x + 26.0, y, series.name, "start");
    x += width;
  }
  return y + 6.0;
}

Frame
MakeFrame(const Plot & plot)
{
  Frame frame;
  const auto [xLow, xHigh] = Extent(plot, &PlotSeries::x);
  const auto [yLow, yHigh] = Extent(plot, &PlotSeries::y);
  if (plot.isIdealDiagonal)
  {
    frame.height = frame.width - left - right;
    frame.x = NiceAxis(0.0, std::max(xHigh, yHigh), 5);
    frame.y = frame.x;
    return frame;
  }
  if (plot.isLogarithmic)
  {
    frame.width = 560.0;
    frame.x = LogarithmicAxis(xLow, xHigh);
    frame.y = LogarithmicAxis(yLow, yHigh);
    return frame;
  }
  frame.width = 760.0;
  frame.x = {xLow, xHigh > xLow ? xHigh : xLow + 1.0, NiceAxis(xLow, xHigh, 10).tick};
  const double margin = 0.03 * (xHigh - xLow);
  const double tick = frame.x.tick;
  frame.x = {std::ceil((xLow - margin) / tick) * tick, frame.x.high, tick};
  frame.x.low = std::min(frame.x.low, xLow);
  frame.y = NiceAxis(yLow, yHigh, 5);
  return frame;
}
} // namespace

std::string
PlotSvg(const Plot & plot)
{
  const Frame frame = MakeFrame(plot);
  std::string svg = Axes(plot, frame);
  if (plot.isIdealDiagonal)
  {
    svg += Line(frame.X(frame.x.low), frame.Y(frame.x.low), frame.X(frame.x.high), frame.Y(frame.x.high), "ideal");
  }
  if (plot.markedX)
  {
    svg += Line(frame.X(*plot.markedX), top, frame.X(*plot.markedX), top + frame.height, "ideal");
    svg += Text(frame.X(*plot.markedX) - 5.0, top + frame.height - 7.0, plot.markedLabel, "end");
  }
  for (const PlotSeries & series : plot.series)
  {
    svg += Curve(plot, series, frame);
  }
  const double height = Legend(plot, frame, svg);
  return "<svg viewBox=\"0 0 " + Coordinate(frame.width) + ' ' + Coordinate(height) + "\" role=\"img\" aria-label=\"" +
         EscapeHtml(plot.title) + "\">" + svg + "</svg>";
}
} // namespace tweedie
