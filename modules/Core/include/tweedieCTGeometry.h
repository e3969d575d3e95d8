// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTGeometry_h
#define tweedieCTGeometry_h

#include "tweedieGrid.h"
#include "tweedieVector3.h"

#include <vector>

namespace tweedie
{
/** Where the rays of a view come from. */
enum class CTBeam
{
  Parallel, ///< all rays have one direction
  Fan,      ///< each detector row has a focal spot of its own, at its own height: slice by slice
  Cone      ///< all rays come from one focal spot
};

/** One view. Lengths in millimetres in the scanner's fixed system (IEC 61217): origin at the isocentre, y the axis of
 * rotation, z towards the source at gantry angle 0. */
struct CTView
{
  Vector3 source;   ///< focal spot; parallel: the unit vector that the rays travel along
  Vector3 detector; ///< the detector's point u = v = 0
  Vector3 alongU;   ///< unit vectors of the detector, perpendicular to each other
  Vector3 alongV;
};

/** A line: origin + t * direction, direction of length 1, t = distance in millimetres. */
struct CTRay
{
  Vector3 origin;
  Vector3 direction;
};

/** The views of a scan. What is between them and the pixels of a detector (number, pitch, place) belongs to the
 * projections: their pixel i is at u = origin + i * spacing. */
struct CTGeometry
{
  CTBeam beam = CTBeam::Parallel;
  /** Above 0: the detector is bent around an axis along v, at this distance from it on the source's side, and u is the
   * length of the arc; as large as the distance from the source: an equiangular fan. 0: flat. */
  double detectorRadius = 0.0;
  std::vector<CTView> views;

  /** Through the detector at (u, v) in mm, away from the source. */
  CTRay Ray(std::size_t view, double u, double v) const;

  /** Throws DataError unless there are views, all finite, with a source off the detector and perpendicular unit vectors
   * (to 1e-6), and no detector is bent under parallel rays. */
  void Require() const;
};

/** The pixels of a detector: column i, row j are centred at (u, v) = (originU + i * pitchU, originV + j * pitchV), mm.
 */
struct CTDetector
{
  std::int64_t columns = 1;
  std::int64_t rows = 1;
  double pitchU = 1.0;
  double pitchV = 1.0;
  double originU = 0.0;
  double originV = 0.0;
};

/** A view by the nine numbers of RTK's geometry (Rit et al. 2014), lengths in mm, angles in degrees. With
 * R = Rz(-inPlaneAngle) Rx(-outOfPlaneAngle) Ry(-gantryAngle):
 *
 *    source         R^T (sourceOffsetX, sourceOffsetY, sid)
 *    detector       R^T (projectionOffsetX, projectionOffsetY, sid - sdd)
 *    alongU, alongV R^T e_x, R^T e_y
 *
 * sdd = 0: parallel rays along -R^T e_z. On a bent detector of radius r the axis of the bend is at x = 0 of these axes,
 * and projectionOffsetX is the length of the arc from there: with a = projectionOffsetX / r the view is that of
 *
 *    detector       R^T (r sin a, projectionOffsetY, sid - sdd + r (1 - cos a))
 *    alongU         R^T (cos a, 0, sin a) */
struct CTGantry
{
  double sid = 0.0;
  double sdd = 0.0;
  double gantryAngle = 0.0;
  double outOfPlaneAngle = 0.0;
  double inPlaneAngle = 0.0;
  double sourceOffsetX = 0.0;
  double sourceOffsetY = 0.0;
  double projectionOffsetX = 0.0;
  double projectionOffsetY = 0.0;
};

CTView ViewOfGantry(const CTGantry & gantry, double detectorRadius = 0.0);

/** The inverse; angles from 0 to 360 degrees. Where gantry and in-plane angle turn about the same axis (out-of-plane
 * angle 90 or 270) the in-plane angle is 0. Parallel rays that are not perpendicular to the detector have no such
 * numbers: DataError. */
CTGantry GantryOfView(const CTView & view, CTBeam beam, double detectorRadius = 0.0);

/** From the scanner's fixed system to a patient who lies on the back, head first (LPS): (x, y, z) -> (x, -z, y). */
Vector3 PatientFromScanner(const Vector3 & point);
Vector3 ScannerFromPatient(const Vector3 & point);

/** How a ray runs through the voxels of a grid in patient space: the point at distance t (mm) has the index
 * start + t * step in (x, y, z). */
struct CTIndexRay
{
  Vector3 start;
  Vector3 step;
};

/** Takes rays to the indices of a grid. */
class CTIndexMap
{
public:
  explicit CTIndexMap(const Grid & grid);
  CTIndexRay Ray(const CTRay & ray) const;
  Vector3 Point(const Vector3 & scanner) const;
  Vector3 Direction(const Vector3 & scanner) const;

private:
  std::array<double, 9> m_Matrix; ///< index per mm of the scanner's system, row-major
  Vector3 m_Offset;
};
} // namespace tweedie

#endif
