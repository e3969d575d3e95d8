// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportImage_h
#define tweedieReportImage_h

#include "tweedieFigure.h"
#include "tweedieReportPage.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** Slices that show a volume: all of up to three, else those at a quarter, the half and three quarters. */
std::vector<std::int64_t> ShownSlices(std::int64_t slices);

/** The legend of a column whose pictures share a window. */
ColorBar MakeColorBar(ColorMap map, const Window & window, const std::string & label);

/** Width over height of a slice in millimetres. */
double AspectOf(const Grid & grid);

/** The picture of a whole slice of that grid; with isFirst the letters of orientation and a scale bar, where the grid
 * has a geometry. */
ReportImage MakeReportImage(const Picture & picture, const Grid & grid, const std::string & description, bool isFirst);
} // namespace tweedie

#endif
