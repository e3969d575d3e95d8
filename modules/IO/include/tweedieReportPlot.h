// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportPlot_h
#define tweedieReportPlot_h

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** How a series is drawn. */
enum class PlotKind
{
  Curve, ///< lines between points with markers
  Band,  ///< the region from low to high, shaded
  Bars,  ///< from zero to y; x: the edges, one more than there are bars
  Points ///< no lines; thin where there are many, a density where a point would hide another
};

/** One curve, band, histogram or cloud of a plot. */
struct PlotSeries
{
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
  std::size_t style = 0; ///< colour, marker and dashes, so that a method looks the same in every plot
  PlotKind kind = PlotKind::Curve;
  std::vector<double> low{}; ///< ends of the error bars at x, or edges of the band; values of y
  std::vector<double> high{};
};

/** A straight line across a plot. */
struct PlotMark
{
  double value = 0.0;
  std::string label;
  bool isHorizontal = true;
};

/** A plot, drawn as inline SVG on the page and as the same lines on paper. */
struct Plot
{
  std::string title;
  std::string xLabel;
  std::string yLabel;
  std::vector<PlotSeries> series;
  bool isIdealDiagonal = false; ///< both axes share one range that starts at zero, and y = x is drawn
  bool isLogarithmic = false;   ///< both axes; what is not positive is left out
  bool isLogarithmicX = false;  ///< that one alone
  bool isLogarithmicY = false;
  std::optional<double> markedX; ///< a vertical line
  std::string markedLabel;
  std::vector<PlotMark> marks{};
  std::string description; ///< one sentence for those who do not see it; ranges and ends of all series follow it
};
} // namespace tweedie

#endif
