// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometry.h"

#include "tweedieError.h"

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr double perDegree = pi / 180.0;

/** Columns of R^T: the detector's axes in the fixed system. */
struct Axes3
{
  Vector3 u;
  Vector3 v;
  Vector3 n;
};

Axes3
AxesOfAngles(double gantry, double outOfPlane, double inPlane)
{
  const double cy = std::cos(gantry), sy = std::sin(gantry);
  const double cx = std::cos(outOfPlane), sx = std::sin(outOfPlane);
  const double cz = std::cos(inPlane), sz = std::sin(inPlane);
  // R^T = Ry(gantry) Rx(outOfPlane) Rz(inPlane), column by column.
  return {{cy * cz + sy * sx * sz, cx * sz, -sy * cz + cy * sx * sz},
          {-cy * sz + sy * sx * cz, cx * cz, sy * sz + cy * sx * cz},
          {sy * cx, -sx, cy * cx}};
}

Vector3
Combine(const Axes3 & axes, double a, double b, double c)
{
  return AddScaled(AddScaled(AddScaled({0.0, 0.0, 0.0}, a, axes.u), b, axes.v), c, axes.n);
}

double
Degrees(double radians)
{
  const double angle = std::fmod(radians / perDegree, 360.0);
  return angle < 0.0 ? angle + 360.0 : angle;
}

/** A view turned along its bent detector, until the axis of the bend is at x = 0 of the view's axes; its point u = v =
 * 0 is then at arc on the old one. */
CTView
Centred(const CTView & view, double radius, double & arc)
{
  const Vector3 n = Cross(view.alongU, view.alongV);
  const Vector3 centre = AddScaled(view.detector, radius, n);
  const double across = Dot(centre, view.alongU);
  const double along = Dot(centre, n);
  // Bent about the isocentre, up to rounding: every turn will do.
  const bool isConcentric = std::hypot(across, along) <= 1e-9 * radius;
  const double turn = isConcentric ? 0.0 : std::atan2(along < 0.0 ? across : -across, std::abs(along));
  CTView turned = view;
  turned.alongU = AddScaled(AddScaled({0.0, 0.0, 0.0}, std::cos(turn), view.alongU), std::sin(turn), n);
  turned.detector = AddScaled(centre, -radius, Cross(turned.alongU, view.alongV));
  arc = -turn * radius;
  return turned;
}

bool
IsFinite(const Vector3 & a)
{
  return std::isfinite(a[0]) && std::isfinite(a[1]) && std::isfinite(a[2]);
}

[[noreturn]] void
Refuse(std::size_t view, const std::string & given, const std::string & required)
{
  std::ostringstream message;
  message << "CT geometry, view " << view << ": given " << given << "; required " << required;
  throw DataError(message.str());
}
} // namespace

CTRay
CTGeometry::Ray(std::size_t view, double u, double v) const
{
  const CTView & w = views[view];
  Vector3 point = w.detector;
  if (detectorRadius > 0.0)
  {
    const Vector3 towards = Cross(w.alongU, w.alongV);
    point = AddScaled(point, detectorRadius * std::sin(u / detectorRadius), w.alongU);
    point = AddScaled(point, detectorRadius * (1.0 - std::cos(u / detectorRadius)), towards);
  }
  else
  {
    point = AddScaled(point, u, w.alongU);
  }
  point = AddScaled(point, v, w.alongV);
  if (beam == CTBeam::Parallel)
  {
    return {point, w.source};
  }
  // A fan's focal spot of this row: the source moved along v to the row's height.
  const Vector3 origin =
      beam == CTBeam::Fan ? AddScaled(w.source, Dot(AddScaled(point, -1.0, w.source), w.alongV), w.alongV) : w.source;
  const Vector3 along = AddScaled(point, -1.0, origin);
  return {origin, AddScaled({0.0, 0.0, 0.0}, 1.0 / Length(along), along)};
}

void
CTGeometry::Require() const
{
  constexpr double tolerance = 1e-6;
  if (views.empty())
  {
    throw DataError("CT geometry: given no view; required at least one");
  }
  if (!(detectorRadius >= 0.0) || !std::isfinite(detectorRadius) || (detectorRadius > 0.0 && beam == CTBeam::Parallel))
  {
    throw DataError("CT geometry: given a detector radius of " + std::to_string(detectorRadius) +
                    " mm; required 0 (flat), or a positive one and rays that diverge");
  }
  for (std::size_t k = 0; k < views.size(); ++k)
  {
    const CTView & w = views[k];
    if (!IsFinite(w.source) || !IsFinite(w.detector) || !IsFinite(w.alongU) || !IsFinite(w.alongV))
    {
      Refuse(k, "numbers that are not finite", "finite ones");
    }
    if (std::abs(Length(w.alongU) - 1.0) > tolerance || std::abs(Length(w.alongV) - 1.0) > tolerance ||
        std::abs(Dot(w.alongU, w.alongV)) > tolerance)
    {
      Refuse(k, "detector axes that are not perpendicular unit vectors", "such");
    }
    const Vector3 normal = Cross(w.alongU, w.alongV);
    const bool isParallel = beam == CTBeam::Parallel;
    const Vector3 along = isParallel ? w.source : AddScaled(w.detector, -1.0, w.source);
    if (isParallel && std::abs(Length(along) - 1.0) > tolerance)
    {
      Refuse(k, "a ray direction of length " + std::to_string(Length(along)), "a unit vector");
    }
    if (std::abs(Dot(along, normal)) <= tolerance * (isParallel ? 1.0 : Length(along)))
    {
      Refuse(k, "rays along the detector", "a source off the detector's plane");
    }
  }
}

CTView
ViewOfGantry(const CTGantry & g, double detectorRadius)
{
  const Axes3 axes = AxesOfAngles(g.gantryAngle * perDegree, g.outOfPlaneAngle * perDegree, g.inPlaneAngle * perDegree);
  const Vector3 detector = Combine(axes, g.projectionOffsetX, g.projectionOffsetY, g.sid - g.sdd);
  if (g.sdd == 0.0)
  {
    return {AddScaled({0.0, 0.0, 0.0}, -1.0, axes.n), detector, axes.u, axes.v};
  }
  const Vector3 source = Combine(axes, g.sourceOffsetX, g.sourceOffsetY, g.sid);
  if (detectorRadius == 0.0)
  {
    return {source, detector, axes.u, axes.v};
  }
  const double r = detectorRadius;
  const double a = g.projectionOffsetX / r;
  return {source,
          Combine(axes, r * std::sin(a), g.projectionOffsetY, g.sid - g.sdd + r * (1.0 - std::cos(a))),
          Combine(axes, std::cos(a), 0.0, std::sin(a)),
          axes.v};
}

CTGantry
GantryOfView(const CTView & given, CTBeam beam, double detectorRadius)
{
  double arc = 0.0;
  const CTView view = detectorRadius > 0.0 ? Centred(given, detectorRadius, arc) : given;
  const Vector3 n = Cross(view.alongU, view.alongV);
  CTGantry g;
  const double cosOut = std::hypot(n[0], n[2]);
  double gantry = 0.0;
  double inPlane = 0.0;
  if (cosOut > 1e-9)
  {
    gantry = std::atan2(n[0], n[2]);
    inPlane = std::atan2(view.alongU[1], view.alongV[1]);
  }
  else
  {
    gantry = std::atan2(-view.alongU[2], view.alongU[0]);
  }
  g.gantryAngle = Degrees(gantry);
  g.outOfPlaneAngle = Degrees(std::atan2(-n[1], cosOut));
  g.inPlaneAngle = Degrees(inPlane);
  g.projectionOffsetX = detectorRadius > 0.0 ? arc : Dot(view.detector, view.alongU);
  g.projectionOffsetY = Dot(view.detector, view.alongV);
  if (beam == CTBeam::Parallel)
  {
    if (Length(AddScaled(view.source, 1.0, n)) > 1e-6)
    {
      throw DataError("CT geometry: given parallel rays that are not perpendicular to the detector; required such for "
                      "a description by gantry angles");
    }
    g.sid = Dot(view.detector, n);
    return g;
  }
  g.sid = Dot(view.source, n);
  g.sdd = Dot(AddScaled(view.source, -1.0, view.detector), n);
  g.sourceOffsetX = Dot(view.source, view.alongU);
  g.sourceOffsetY = Dot(view.source, view.alongV);
  return g;
}

Vector3
PatientFromScanner(const Vector3 & p)
{
  return {p[0], -p[2], p[1]};
}

Vector3
ScannerFromPatient(const Vector3 & p)
{
  return {p[0], p[2], -p[1]};
}

CTIndexMap::CTIndexMap(const Grid & grid)
{
  // The direction is orthonormal: its inverse is its transpose.
  const std::array<double, 3> spacing = grid.spacing.Xyz();
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const Vector3 patient{grid.direction[axis], grid.direction[3 + axis], grid.direction[6 + axis]};
    const Vector3 row = ScannerFromPatient(patient);
    for (std::size_t i = 0; i < 3; ++i)
    {
      m_Matrix[3 * axis + i] = row[i] / spacing[axis];
    }
    m_Offset[axis] = -Dot(patient, grid.origin) / spacing[axis];
  }
}

Vector3
CTIndexMap::Direction(const Vector3 & p) const
{
  Vector3 index{};
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    index[axis] = m_Matrix[3 * axis] * p[0] + m_Matrix[3 * axis + 1] * p[1] + m_Matrix[3 * axis + 2] * p[2];
  }
  return index;
}

Vector3
CTIndexMap::Point(const Vector3 & p) const
{
  return AddScaled(Direction(p), 1.0, m_Offset);
}

CTIndexRay
CTIndexMap::Ray(const CTRay & ray) const
{
  return {Point(ray.origin), Direction(ray.direction)};
}
} // namespace tweedie
