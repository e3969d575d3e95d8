// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportAxis_h
#define tweedieReportAxis_h

#include "tweedieReportMarkup.h"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** The range of an axis and the distance of its ticks; of a logarithmic one in powers of ten. */
struct PlotAxis
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
  bool
  Shows(double value) const
  {
    return std::isfinite(value) && (!isLogarithmic || value > 0.0);
  }
};

struct PlotTick
{
  double value;
  std::string label;
};

std::vector<PlotTick> TicksOf(const PlotAxis & axis);

/** The plot's place on the page, in SVG units. */
struct PlotFrame
{
  static constexpr double right = 16.0;
  static constexpr double top = 32.0;
  static constexpr double characterWidth = 6.7; ///< of the letters at the axes, on average

  double width = 440.0;
  double height = 270.0; ///< of the axes alone
  double left = 58.0;
  PlotAxis x;
  PlotAxis y;

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
  double
  Right() const
  {
    return width - right;
  }
  double
  Bottom() const
  {
    return top + height;
  }
};

/** Calls with every value that the axis has to hold. */
void ForEachX(const Plot & plot, const std::function<void(double)> & use);
void ForEachY(const Plot & plot, const std::function<void(double)> & use);

PlotFrame MakePlotFrame(const Plot & plot, PlotPlace place);
} // namespace tweedie

#endif
