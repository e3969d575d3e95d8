// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportMarkup_h
#define tweedieReportMarkup_h

#include "tweedieReportPage.h"

#include <string>

namespace tweedie
{
/** Text with the characters that mean something in HTML replaced; bytes that are not UTF-8 become "?". */
std::string EscapeHtml(const std::string & text);

/** What a reader has to know to judge a column: an arrow up or down, or to a number; empty where none is better. */
std::string GoalOf(const TableColumn & column);

/** RFC 4648. */
std::string Base64(const std::string & bytes);

/** Whether a plot has the page's width, or stands beside another. */
enum class PlotPlace
{
  Alone,
  Beside
};

/** The plot as an <svg> element that follows the page's theme. */
std::string PlotSvg(const Plot & plot, PlotPlace place = PlotPlace::Alone);

/** What a plot says to those who do not see it: its description, axes, and the ends and range of every series. */
std::string PlotAlternative(const Plot & plot);

/** The page's style sheet. */
std::string ReportStyle();
} // namespace tweedie

#endif
