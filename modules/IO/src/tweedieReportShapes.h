// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportShapes_h
#define tweedieReportShapes_h

#include "tweedieReportAxis.h"

#include <string>

namespace tweedie
{
/** How a cloud of points is drawn, by their number. */
enum class CloudKind
{
  Markers,
  Dots,   ///< thin signs, another for each of four series
  Density ///< cells whose opacity rises with the logarithm of the count
};
CloudKind CloudKindOf(const PlotSeries & series);

/** The region between low and high with both edges. */
std::string BandSvg(const PlotSeries & series, const PlotFrame & frame);

/** Bars between consecutive edges. */
std::string BarsSvg(const PlotSeries & series, const PlotFrame & frame);

/** From low to high at each x. */
std::string ErrorBarsSvg(const PlotSeries & series, const PlotFrame & frame);

std::string CloudSvg(const PlotSeries & series, const PlotFrame & frame);

/** What stands beside the series' name, 20 wide, its middle at y. */
std::string SignSvg(const PlotSeries & series, double x, double y);
} // namespace tweedie

#endif
