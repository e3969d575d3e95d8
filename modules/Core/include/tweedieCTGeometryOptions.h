// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTGeometryOptions_h
#define tweedieCTGeometryOptions_h

#include "tweedieCTGeometry.h"
#include "tweedieOptions.h"

namespace tweedie
{
/** A scan whose source runs on a circle or a helix about the y axis. Lengths in mm, angles in degrees. */
struct CTGeometryOptions
{
  std::string type = "cone"; ///< or parallel, fan, fan-equiangular, helical
  std::int64_t views = 360;
  std::optional<double> arc; ///< not given: 180 for parallel rays, else 360; helical: any number of turns
  double firstAngle = 0.0;
  double sid = 1000.0; ///< parallel: written to files, of no effect on the rays
  double sdd = 1500.0; ///< not of parallel rays
  double projectionOffsetX = 0.0;
  double projectionOffsetY = 0.0;
  double sourceOffsetX = 0.0;
  double sourceOffsetY = 0.0;
  double outOfPlaneAngle = 0.0;
  double inPlaneAngle = 0.0;
  double detectorRadius = 0.0; ///< 0: flat, or of an equiangular fan sdd
  double tableFeed = 0.0;      ///< helical: per turn

  void Visit(OptionVisitor & v);
};

/** View k of n stands at firstAngle + k arc / n; of a helix, source and detector are also moved along the axis, by
 *
 *    y = (k - (n - 1) / 2) arc / n * tableFeed / 360.
 *
 * Throws UsageError for an unknown type, numbers out of range, a detector nearer than the isocentre, and numbers that
 * mean nothing for the type. */
CTGeometry MakeCTGeometry(const CTGeometryOptions & options);
} // namespace tweedie

#endif
