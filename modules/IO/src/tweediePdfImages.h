// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePdfImages_h
#define tweediePdfImages_h

#include "tweediePdfFlow.h"
#include "tweedieReportPage.h"

#include <string>

namespace tweedie
{
/** Width over height of a PNG file's picture, from its first chunk (RFC 2083, 4.1.1). Throws DataError for other bytes.
 */
double PngAspect(const std::string & png);

/** Of the titles of the columns and the first row. */
double FirstRowHeight(const ImageGrid & grid, double nameWidth);

/** Rows of pictures below the titles and colour bars of their columns, which stand again on every page; names in a
 * column of that width. */
void DrawImages(PdfFlow & flow, const ImageGrid & grid, double nameWidth);
} // namespace tweedie

#endif
