// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePdfPlot_h
#define tweediePdfPlot_h

#include "tweediePdfCanvas.h"

#include <string>

namespace tweedie
{
/** Width and height of what PlotSvg drew, in its units. */
struct PlotSize
{
  double width = 0.0;
  double height = 0.0;
};
PlotSize SizeOfPlot(const std::string & svg);

/** Draws what PlotSvg drew: the same lines at the same places, so that page and paper cannot differ. scale: points per
 * unit. */
void DrawPlot(PdfCanvas & canvas, PdfPoint corner, double scale, const std::string & svg);
} // namespace tweedie

#endif
