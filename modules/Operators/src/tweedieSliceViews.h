// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSliceViews_h
#define tweedieSliceViews_h

#include "tweedieCTGeometry.h"

#include <string>
#include <vector>

namespace tweedie
{
/** A view whose rays lie in the slices of a grid. In the plane of a slice, with x and y in mm along the grid's axes:
 * the ray of column d is the line n . (point - pixel (columns / 2, rows / 2)) = first + d * pitch. */
struct SliceView
{
  double normalX;
  double normalY;
  double first;
  double pitch;                     ///< of either sign
  std::vector<std::int64_t> slices; ///< the slice of each row of the detector, -1 beside the grid
};

struct SliceViews
{
  std::vector<SliceView> views;
  std::int64_t period = 0;  ///< columns after which a projection may repeat itself: even, twice the detector or more;
                            ///< or as many as there are
  bool coversGrid = true;   ///< every ray through the grid meets the detector, in every view
  bool hasAllSlices = true; ///< every slice has exactly one row in every view
};

/** Throws as FourierSliceProjector's constructor, in the name of `who`. */
SliceViews
SliceViewsOf(const CTGeometry & geometry, const CTDetector & detector, const Grid & grid, const std::string & who);
} // namespace tweedie

#endif
