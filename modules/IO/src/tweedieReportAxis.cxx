// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportAxis.h"

#include <algorithm>
#include <limits>

namespace tweedie
{
namespace
{
using Range = std::pair<double, double>;

/** About count ticks at 1, 2 or 5 times a power of ten. */
PlotAxis
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
PlotAxis
LogarithmicAxis(const Range & range)
{
  const double margin = 0.04 * std::log10(range.second / range.first) + 0.02;
  return {std::log10(range.first) - margin, std::log10(range.second) + margin, 1.0, true};
}

/** Ends at the values themselves, or at the next tick where that is near. */
PlotAxis
CloseAxis(const Range & range)
{
  const auto [low, high] = range;
  const double tick = NiceAxis(low, high, 10).tick;
  return {low, high > low ? high : low + 1.0, tick};
}

Range
Extent(const Plot & plot, void (*each)(const Plot &, const std::function<void(double)> &), const PlotAxis & axis)
{
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  each(plot,
       [&](double value)
       {
         if (axis.Shows(value))
         {
           low = std::min(low, value);
           high = std::max(high, value);
         }
       });
  return low <= high ? Range{low, high} : Range{axis.isLogarithmic ? 0.1 : 0.0, 1.0};
}

std::vector<PlotTick>
LinearTicks(const PlotAxis & axis)
{
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(axis.tick) - 1e-9)));
  constexpr int mostDecimals = 4; // else the labels are longer than the powers of ten
  constexpr double longest = 1e7;
  const bool isPlain = decimals <= mostDecimals && std::max(std::abs(axis.low), std::abs(axis.high)) < longest;
  std::vector<PlotTick> ticks;
  const double first = std::ceil(axis.low / axis.tick - 1e-9);
  for (double i = first; i * axis.tick <= axis.high + 1e-9 * axis.tick; i += 1.0)
  {
    const double value = i * axis.tick;
    ticks.push_back({value, isPlain ? FormatNumber(value, decimals) : FormatSignificant(value, 2)});
  }
  return ticks;
}

/** Powers of ten, and twice and five times them where the range is short. */
std::vector<PlotTick>
LogarithmicTicks(const PlotAxis & axis)
{
  constexpr double shortRange = 2.5, mostPowers = 9.0;
  const double stride = std::ceil((axis.high - axis.low) / mostPowers);
  std::vector<PlotTick> ticks;
  for (double power = std::floor(axis.low); power <= axis.high; power += stride)
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
  if (ticks.size() > 1)
  {
    return ticks;
  }
  const double low = std::pow(10.0, axis.low), high = std::pow(10.0, axis.high);
  return LinearTicks({low, high, NiceAxis(low, high, 4).tick});
}

double
LeftMargin(const PlotAxis & y)
{
  constexpr double title = 24.0, gap = 6.0, least = 58.0;
  std::size_t longest = 0;
  for (const PlotTick & tick : TicksOf(y))
  {
    longest = std::max(longest, tick.label.size());
  }
  return std::max(least, title + gap + PlotFrame::characterWidth * static_cast<double>(longest));
}
} // namespace

std::vector<PlotTick>
TicksOf(const PlotAxis & axis)
{
  return axis.isLogarithmic ? LogarithmicTicks(axis) : LinearTicks(axis);
}

void
ForEachX(const Plot & plot, const std::function<void(double)> & use)
{
  for (const PlotSeries & series : plot.series)
  {
    std::for_each(series.x.begin(), series.x.end(), use);
  }
  for (const PlotMark & mark : plot.marks)
  {
    use(mark.isHorizontal ? std::nan("") : mark.value);
  }
}

void
ForEachY(const Plot & plot, const std::function<void(double)> & use)
{
  for (const PlotSeries & series : plot.series)
  {
    for (const std::vector<double> * values : {&series.y, &series.low, &series.high})
    {
      std::for_each(values->begin(), values->end(), use);
    }
    use(series.kind == PlotKind::Bars ? 0.0 : std::nan("")); // what bars stand on
  }
  for (const PlotMark & mark : plot.marks)
  {
    use(mark.isHorizontal ? mark.value : std::nan(""));
  }
}

PlotFrame
MakePlotFrame(const Plot & plot, PlotPlace place)
{
  PlotFrame frame;
  const bool isLogarithmic = plot.isLogarithmic || plot.isLogarithmicX || plot.isLogarithmicY;
  const bool isShared = plot.isLogarithmic || (plot.isIdealDiagonal && isLogarithmic); // y = x needs axes of one kind
  frame.x.isLogarithmic = isShared || plot.isLogarithmicX;
  frame.y.isLogarithmic = isShared || plot.isLogarithmicY;
  const Range x = Extent(plot, ForEachX, frame.x), y = Extent(plot, ForEachY, frame.y);
  const Range both{std::min(x.first, y.first), std::max(x.second, y.second)};
  if (plot.isIdealDiagonal)
  {
    frame.x = isLogarithmic ? LogarithmicAxis(both) : NiceAxis(std::min(0.0, both.first), both.second, 5);
    frame.y = frame.x;
    frame.left = LeftMargin(frame.y);
    frame.height = frame.width - frame.left - PlotFrame::right;
    return frame;
  }
  constexpr double logarithmicWidth = 560.0, aloneWidth = 760.0;
  frame.width = place == PlotPlace::Beside ? frame.width : isLogarithmic ? logarithmicWidth : aloneWidth;
  frame.x = frame.x.isLogarithmic ? LogarithmicAxis(x) : CloseAxis(x);
  frame.y = frame.y.isLogarithmic ? LogarithmicAxis(y) : NiceAxis(y.first, y.second, 5);
  frame.left = LeftMargin(frame.y);
  return frame;
}
} // namespace tweedie
