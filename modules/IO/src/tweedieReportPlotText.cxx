// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportAxis.h"

#include <algorithm>
#include <limits>

namespace tweedie
{
namespace
{
std::string
Number(double value)
{
  return FormatSignificant(value, 3);
}

/** "0 to 1"; empty where nothing is finite. */
std::string
RangeText(const std::vector<double> & values)
{
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values)
  {
    low = std::isfinite(value) ? std::min(low, value) : low;
    high = std::isfinite(value) ? std::max(high, value) : high;
  }
  return low > high ? "" : low == high ? Number(low) : Number(low) + " to " + Number(high);
}

std::string
AxisText(const char * name, const std::string & label, bool isLogarithmic, const std::string & range)
{
  return std::string(name) + (label.empty() ? "" : " " + label) +
         (range.empty() ? "" : (label.empty() ? " " : ", ") + range) + (isLogarithmic ? ", logarithmic" : "") + ". ";
}

const char *
KindText(PlotKind kind)
{
  switch (kind)
  {
  case PlotKind::Band:
    return "band";
  case PlotKind::Bars:
    return "bars";
  case PlotKind::Points:
    return "points";
  default:
    return "curve";
  }
}

std::string
SeriesText(const PlotSeries & series)
{
  const bool isBand = series.kind == PlotKind::Band;
  const std::size_t count = isBand ? series.x.size() : series.y.size();
  std::string text = (series.name.empty() ? "Without a name" : series.name) + ": " + KindText(series.kind) + ", " +
                     std::to_string(count) + (count == 1 ? " value" : " values");
  if (isBand)
  {
    return text + ", lower edge " + RangeText(series.low) + ", upper edge " + RangeText(series.high) + ". ";
  }
  if (series.kind == PlotKind::Curve && count > 0 && series.x.size() >= count)
  {
    text += ", from " + Number(series.y.front()) + " at " + Number(series.x.front()) + " to " +
            Number(series.y.back()) + " at " + Number(series.x[count - 1]);
  }
  const std::string range = RangeText(series.y);
  return text + (range.empty() ? "" : ", range " + range) + (series.low.empty() ? "" : ", with error bars") + ". ";
}
} // namespace

std::string
PlotAlternative(const Plot & plot)
{
  std::vector<double> x, y;
  ForEachX(plot, [&](double value) { x.push_back(value); });
  ForEachY(plot, [&](double value) { y.push_back(value); });
  std::string text = plot.description.empty() ? "" : plot.description + ' ';
  text += AxisText("Across:", plot.xLabel, plot.isLogarithmic || plot.isLogarithmicX, RangeText(x));
  text += AxisText("Up:", plot.yLabel, plot.isLogarithmic || plot.isLogarithmicY, RangeText(y));
  for (const PlotSeries & series : plot.series)
  {
    text += SeriesText(series);
  }
  for (const PlotMark & mark : plot.marks)
  {
    text += std::string(mark.isHorizontal ? "Level " : "Place ") + Number(mark.value) +
            (mark.label.empty() ? "" : ": " + mark.label) + ". ";
  }
  if (plot.markedX)
  {
    text += "Place " + Number(*plot.markedX) + ": " + plot.markedLabel + ". ";
  }
  text += plot.isIdealDiagonal ? "The dashed diagonal is y = x. " : "";
  text.pop_back();
  return text;
}
} // namespace tweedie
