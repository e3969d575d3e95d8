// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportSvg_h
#define tweedieReportSvg_h

#include <cstddef>
#include <string>

namespace tweedie
{
/** Colours that series have in turn. */
constexpr std::size_t seriesColors = 8;

/** A number with one decimal, which is a tenth of a pixel. */
std::string SvgNumber(double value);

/** "123.4 56.7", as in a path. */
std::string SvgPoint(double x, double y);

std::string SvgAttribute(const char * name, double value);

std::string SvgLine(double x1, double y1, double x2, double y2, const char * style);

/** anchor: start, middle or end. extra: further attributes. */
std::string SvgText(double x, double y, const std::string & text, const char * anchor, const std::string & extra = "");

/** "var(--s3)" */
std::string SeriesVariable(std::size_t style);

/** Attributes of a line that is not filled; isDashed: the series' dashes, which with its marker tell sixteen series
 * apart without colour. */
std::string SeriesStroke(std::size_t style, double width, bool isDashed);

/** The sign of a series at a point: shape and colour both tell series apart. */
std::string SeriesMarker(std::size_t style, double x, double y);
} // namespace tweedie

#endif
