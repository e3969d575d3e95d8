// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportAxis.h"
#include "tweedieReportShapes.h"
#include "tweedieReportSvg.h"

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr double axisHeight = 50.0;
constexpr double legendLine = 18.0;

std::string
Axes(const Plot & plot, const PlotFrame & frame)
{
  const double bottom = frame.Bottom();
  std::string svg;
  for (const PlotTick & tick : TicksOf(frame.x))
  {
    svg += SvgLine(frame.X(tick.value), PlotFrame::top, frame.X(tick.value), bottom, "rule");
    svg += SvgText(frame.X(tick.value), bottom + 16.0, tick.label, "middle");
  }
  for (const PlotTick & tick : TicksOf(frame.y))
  {
    svg += SvgLine(frame.left, frame.Y(tick.value), frame.Right(), frame.Y(tick.value), "rule");
    svg += SvgText(frame.left - 6.0, frame.Y(tick.value) + 4.0, tick.label, "end");
  }
  svg += "<rect" + SvgAttribute("x", frame.left) + SvgAttribute("y", PlotFrame::top) +
         SvgAttribute("width", frame.Right() - frame.left) + SvgAttribute("height", frame.height) +
         " class=\"frame\"/>";
  svg += SvgText(0.5 * (frame.left + frame.Right()), bottom + 36.0, plot.xLabel, "middle");
  const double middle = PlotFrame::top + 0.5 * frame.height;
  svg += SvgText(14.0, middle, plot.yLabel, "middle", " transform=\"rotate(-90 14 " + SvgNumber(middle) + ")\"");
  svg += SvgText(frame.left, 18.0, plot.title, "start", " class=\"title\"");
  return svg;
}

std::string
Curve(const PlotSeries & series, const PlotFrame & frame)
{
  std::string path, markers;
  bool isDown = false;
  for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i)
  {
    if (!frame.x.Shows(series.x[i]) || !frame.y.Shows(series.y[i]))
    {
      isDown = false;
      continue;
    }
    const double x = frame.X(series.x[i]), y = frame.Y(series.y[i]);
    path += (isDown ? "L" : "M") + SvgPoint(x, y);
    markers += SeriesMarker(series.style, x, y);
    isDown = true;
  }
  constexpr double width = 1.6;
  return "<path d=\"" + path + '"' + SeriesStroke(series.style, width, true) + "/>" + markers;
}

std::string
SeriesSvg(const PlotSeries & series, const PlotFrame & frame)
{
  switch (series.kind)
  {
  case PlotKind::Band:
    return BandSvg(series, frame);
  case PlotKind::Bars:
    return BarsSvg(series, frame) + ErrorBarsSvg(series, frame);
  case PlotKind::Points:
    return ErrorBarsSvg(series, frame) + CloudSvg(series, frame);
  default:
    return ErrorBarsSvg(series, frame) + Curve(series, frame);
  }
}

bool
IsShown(const PlotMark & mark, const PlotFrame & frame)
{
  return (mark.isHorizontal ? frame.y : frame.x).Shows(mark.value);
}

/** A dashed line across the plot. */
std::string
MarkLine(const PlotMark & mark, const PlotFrame & frame)
{
  if (!IsShown(mark, frame))
  {
    return "";
  }
  return mark.isHorizontal ? SvgLine(frame.left, frame.Y(mark.value), frame.Right(), frame.Y(mark.value), "ideal")
                           : SvgLine(frame.X(mark.value), PlotFrame::top, frame.X(mark.value), frame.Bottom(), "ideal");
}

/** Its name, inside the frame. */
std::string
MarkLabel(const PlotMark & mark, const PlotFrame & frame)
{
  if (!IsShown(mark, frame))
  {
    return "";
  }
  const std::string style = " class=\"mark\"";
  if (mark.isHorizontal)
  {
    const double y = frame.Y(mark.value);
    const double base = y - 5.0 < PlotFrame::top + 10.0 ? y + 14.0 : y - 5.0;
    return SvgText(frame.Right() - 5.0, base, mark.label, "end", style);
  }
  const double x = frame.X(mark.value);
  const double needed = PlotFrame::characterWidth * static_cast<double>(mark.label.size());
  const bool isLeft = x - needed - 5.0 > frame.left;
  return SvgText(isLeft ? x - 5.0 : x + 5.0, frame.Bottom() - 7.0, mark.label, isLeft ? "end" : "start", style);
}

std::vector<PlotMark>
MarksOf(const Plot & plot)
{
  std::vector<PlotMark> marks = plot.marks;
  if (plot.markedX)
  {
    marks.push_back({*plot.markedX, plot.markedLabel, false});
  }
  return marks;
}

/** Names beside their signs, in as many lines as they need; returns the height in use. */
double
Legend(const Plot & plot, const PlotFrame & frame, std::string & svg)
{
  double x = frame.left;
  double y = frame.Bottom() + axisHeight + 8.0;
  for (const PlotSeries & series : plot.series)
  {
    const bool isDensity = series.kind == PlotKind::Points && CloudKindOf(series) == CloudKind::Density;
    const std::string name =
        series.name + (isDensity ? ", density of " + std::to_string(series.x.size()) + " points" : "");
    // Bytes overestimate the width of names beyond ASCII, which only costs room.
    const double width = 26.0 + PlotFrame::characterWidth * static_cast<double>(name.size()) + 14.0;
    if (x > frame.left && x + width > frame.width)
    {
      x = frame.left;
      y += legendLine;
    }
    svg += SignSvg(series, x, y - 4.0) + SvgText(x + 26.0, y, name, "start");
    x += width;
  }
  return y + 6.0;
}
} // namespace

std::string
PlotSvg(const Plot & plot, PlotPlace place)
{
  const PlotFrame frame = MakePlotFrame(plot, place);
  std::string svg = Axes(plot, frame);
  const auto draw = [&](auto && isWanted)
  {
    for (const PlotSeries & series : plot.series)
    {
      svg += isWanted(series.kind) ? SeriesSvg(series, frame) : "";
    }
  };
  // What covers an area lies below what does not.
  draw([](PlotKind kind) { return kind == PlotKind::Band || kind == PlotKind::Bars; });
  svg += plot.isIdealDiagonal ? SvgLine(frame.left, frame.Bottom(), frame.Right(), PlotFrame::top, "ideal") : "";
  for (const PlotMark & mark : MarksOf(plot))
  {
    svg += MarkLine(mark, frame);
  }
  draw([](PlotKind kind) { return kind == PlotKind::Curve || kind == PlotKind::Points; });
  for (const PlotMark & mark : MarksOf(plot))
  {
    svg += MarkLabel(mark, frame);
  }
  const double height = Legend(plot, frame, svg);
  const std::string title = EscapeHtml(plot.title);
  return "<svg viewBox=\"0 0 " + SvgPoint(frame.width, height) + "\" role=\"img\" aria-label=\"" + title +
         "\"><title>" + title + "</title><desc>" + EscapeHtml(PlotAlternative(plot)) + "</desc>" + svg + "</svg>";
}
} // namespace tweedie
