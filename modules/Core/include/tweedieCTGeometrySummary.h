// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTGeometrySummary_h
#define tweedieCTGeometrySummary_h

#include "tweedieCTGeometry.h"

#include <optional>
#include <string>

namespace tweedie
{
/** The smallest and the largest of some numbers. */
struct CTRange
{
  double low = 0.0;
  double high = 0.0;
};

/** What a geometry is, in the words of CTGeometryOptions; lengths in mm, angles in degrees. */
struct CTGeometrySummary
{
  std::string type;        ///< parallel, fan, fan-equiangular, cone or helical
  double firstAngle = 0.0; ///< of the gantry, 0 to 360
  double lastAngle = 0.0;  ///< counted on from the first, steps of less than half a turn
  double arc = 0.0;        ///< lastAngle - firstAngle and one step more
  CTRange step;            ///< between neighbouring views
  CTGantry low;            ///< of each of the nine numbers the smallest and the largest
  CTGantry high;
  double detectorRadius = 0.0;
  std::optional<double> tableFeed; ///< of the source along y, per turn, where every step has the same that is not 0
};

/** Throws DataError as CTGeometry::Require and GantryOfView. */
CTGeometrySummary SummarizeCTGeometry(const CTGeometry & geometry);

/** What a detector sees of the space around the axis of rotation; edges are those of its outer pixels, halfway up. */
struct CTFieldOfView
{
  double fanAngle = 0.0;     ///< degrees between the first view's outer rays
  double radius = 0.0;       ///< mm: of the circle about the axis that every view sees whole
  double widestRadius = 0.0; ///< mm: of the circle that the detector's wider side reaches in every view
  double height = 0.0;       ///< mm: of the detector, taken to the axis in the first view
};

/** Throws DataError as CTGeometry::Require, and UsageError for a detector without pixels or with a pitch of 0. */
CTFieldOfView FieldOfView(const CTGeometry & geometry, const CTDetector & detector);

/** A detector whose middle is at u = v = 0. */
CTDetector CentredDetector(std::int64_t columns, std::int64_t rows, double pitchU, double pitchV);
} // namespace tweedie

#endif
