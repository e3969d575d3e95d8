// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometrySummary.h"

#include "tweedieError.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr double degree = 3.14159265358979323846 / 180.0;
constexpr double equal = 1e-6;  // mm: far below what a scanner repeats, far above rounding
constexpr double steady = 1e-3; // of the table's feed: angles may have been printed with few digits

void
Extend(CTGantry & low, CTGantry & high, const CTGantry & g)
{
  for (const auto value : {&CTGantry::sid,
                           &CTGantry::sdd,
                           &CTGantry::gantryAngle,
                           &CTGantry::outOfPlaneAngle,
                           &CTGantry::inPlaneAngle,
                           &CTGantry::sourceOffsetX,
                           &CTGantry::sourceOffsetY,
                           &CTGantry::projectionOffsetX,
                           &CTGantry::projectionOffsetY})
  {
    low.*value = std::min(low.*value, g.*value);
    high.*value = std::max(high.*value, g.*value);
  }
}

/** What is nearest to 0 of the angles that mean the same. */
double
Wrapped(double angle)
{
  return std::remainder(angle, 360.0);
}

std::string
TypeOf(const CTGeometry & geometry, const CTGeometrySummary & summary)
{
  if (geometry.beam == CTBeam::Parallel)
  {
    return "parallel";
  }
  if (geometry.beam == CTBeam::Cone)
  {
    return summary.tableFeed ? "helical" : "cone";
  }
  const bool isAboutSource = std::abs(geometry.detectorRadius - summary.low.sdd) <= equal &&
                             std::abs(geometry.detectorRadius - summary.high.sdd) <= equal;
  return isAboutSource ? "fan-equiangular" : "fan";
}

/** Signed distance of a line from the y axis, seen along it; the sign says on which side it passes. */
double
DistanceFromAxis(const CTRay & ray)
{
  const double length = std::hypot(ray.direction[0], ray.direction[2]);
  return (ray.origin[2] * ray.direction[0] - ray.origin[0] * ray.direction[2]) / length;
}
} // namespace

CTGeometrySummary
SummarizeCTGeometry(const CTGeometry & geometry)
{
  geometry.Require();
  CTGeometrySummary summary;
  summary.detectorRadius = geometry.detectorRadius;
  summary.step = {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  CTRange feed = summary.step;
  CTGantry before;
  const std::size_t count = geometry.views.size();
  for (std::size_t k = 0; k < count; ++k)
  {
    CTGantry gantry = GantryOfView(geometry.views[k], geometry.beam, geometry.detectorRadius);
    gantry.outOfPlaneAngle = Wrapped(gantry.outOfPlaneAngle);
    gantry.inPlaneAngle = Wrapped(gantry.inPlaneAngle);
    if (k == 0)
    {
      summary.low = summary.high = gantry;
      summary.firstAngle = summary.lastAngle = gantry.gantryAngle;
    }
    else
    {
      const double step = Wrapped(gantry.gantryAngle - before.gantryAngle);
      summary.lastAngle += step;
      summary.step = {std::min(summary.step.low, step), std::max(summary.step.high, step)};
      const double way = (geometry.views[k].source[1] - geometry.views[k - 1].source[1]) * 360.0 / step;
      feed = {std::min(feed.low, way), std::max(feed.high, way)};
    }
    before = gantry;
    Extend(summary.low, summary.high, gantry);
  }
  if (count == 1)
  {
    summary.step = {0.0, 0.0};
    feed = {0.0, 0.0};
  }
  const double turned = summary.lastAngle - summary.firstAngle;
  summary.arc = count > 1 ? turned * static_cast<double>(count) / static_cast<double>(count - 1) : 0.0;
  const bool isSteady = std::isfinite(feed.low) && feed.high - feed.low <= steady * std::abs(feed.low);
  if (geometry.beam == CTBeam::Cone && isSteady && std::abs(feed.low) > equal)
  {
    summary.tableFeed = 0.5 * (feed.low + feed.high);
  }
  summary.type = TypeOf(geometry, summary);
  return summary;
}

CTDetector
CentredDetector(std::int64_t columns, std::int64_t rows, double pitchU, double pitchV)
{
  const auto origin = [](std::int64_t pixels, double pitch) { return -0.5 * static_cast<double>(pixels - 1) * pitch; };
  return {columns, rows, pitchU, pitchV, origin(columns, pitchU), origin(rows, pitchV)};
}

CTFieldOfView
FieldOfView(const CTGeometry & geometry, const CTDetector & detector)
{
  geometry.Require();
  if (detector.columns < 1 || detector.rows < 1 ||
      !(std::abs(detector.pitchU) > 0.0 && std::abs(detector.pitchV) > 0.0))
  {
    throw UsageError("CT detector: given no pixels or a pitch of 0; required both above 0");
  }
  const double left = detector.originU - 0.5 * detector.pitchU;
  const double right = left + static_cast<double>(detector.columns) * detector.pitchU;
  const double middle = detector.originV + 0.5 * static_cast<double>(detector.rows - 1) * detector.pitchV;
  CTFieldOfView field;
  for (std::size_t k = 0; k < geometry.views.size(); ++k)
  {
    const CTRay one = geometry.Ray(k, left, middle);
    const CTRay other = geometry.Ray(k, right, middle);
    const double a = DistanceFromAxis(one);
    const double b = DistanceFromAxis(other);
    const bool isBetween = a * b < 0.0; // else the axis itself is not seen
    const double narrow = isBetween ? std::min(std::abs(a), std::abs(b)) : 0.0;
    const double wide = std::max(std::abs(a), std::abs(b));
    field.radius = k == 0 ? narrow : std::min(field.radius, narrow);
    field.widestRadius = k == 0 ? wide : std::min(field.widestRadius, wide);
    if (k == 0)
    {
      const Vector3 across = Cross(one.direction, other.direction);
      field.fanAngle = std::atan2(Length(across), Dot(one.direction, other.direction)) / degree;
    }
  }
  const CTGantry first = GantryOfView(geometry.views[0], geometry.beam, geometry.detectorRadius);
  const double magnification = geometry.beam == CTBeam::Cone ? std::abs(first.sdd / first.sid) : 1.0;
  field.height = static_cast<double>(detector.rows) * std::abs(detector.pitchV) / magnification;
  return field;
}
} // namespace tweedie
