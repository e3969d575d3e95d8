// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportSvg.h"

#include "tweedieReportMarkup.h"

namespace tweedie
{
std::string
SvgNumber(double value)
{
  return FormatNumber(value, 1);
}

std::string
SvgPoint(double x, double y)
{
  return SvgNumber(x) + ' ' + SvgNumber(y);
}

std::string
SvgAttribute(const char * name, double value)
{
  return ' ' + std::string(name) + "=\"" + SvgNumber(value) + '"';
}

std::string
SvgLine(double x1, double y1, double x2, double y2, const char * style)
{
  return "<line" + SvgAttribute("x1", x1) + SvgAttribute("y1", y1) + SvgAttribute("x2", x2) + SvgAttribute("y2", y2) +
         " class=\"" + style + "\"/>";
}

std::string
SvgText(double x, double y, const std::string & text, const char * anchor, const std::string & extra)
{
  return "<text" + SvgAttribute("x", x) + SvgAttribute("y", y) + " text-anchor=\"" + anchor + "\"" + extra + '>' +
         EscapeHtml(text) + "</text>";
}

std::string
SeriesVariable(std::size_t style)
{
  return "var(--s" + std::to_string(style % seriesColors) + ')';
}

std::string
SeriesStroke(std::size_t style, double width, bool isDashed)
{
  static const char * const dashes[] = {"", "7 3", "2 3", "8 3 2 3"};
  const char * own = dashes[(style + style / 4) % 4]; // markers repeat after four
  return " fill=\"none\"" + SvgAttribute("stroke-width", width) + " stroke=\"" + SeriesVariable(style) + '"' +
         (isDashed && *own != '\0' ? " stroke-dasharray=\"" + std::string(own) + '"' : "");
}

std::string
SeriesMarker(std::size_t style, double x, double y)
{
  const std::string fill = " fill=\"" + SeriesVariable(style) + "\"/>";
  switch (style % 4)
  {
  case 1:
    return "<rect" + SvgAttribute("x", x - 3.2) + SvgAttribute("y", y - 3.2) + " width=\"6.4\" height=\"6.4\"" + fill;
  case 2:
    return "<path d=\"M" + SvgPoint(x, y - 4.4) + "l4.2 7.4h-8.4z\"" + fill;
  case 3:
    return "<path d=\"M" + SvgPoint(x, y - 4.6) + "l4.6 4.6l-4.6 4.6l-4.6 -4.6z\"" + fill;
  default:
    return "<circle" + SvgAttribute("cx", x) + SvgAttribute("cy", y) + " r=\"3.5\"" + fill;
  }
}
} // namespace tweedie
