// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometry.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double rounding = 1e-11; // of coordinates below 2000 mm in double precision

void
ExpectNear(const Vector3 & found, const Vector3 & expected, double tolerance = rounding)
{
  for (std::size_t i = 0; i < 3; ++i)
  {
    EXPECT_NEAR(found[i], expected[i], tolerance) << "component " << i;
  }
}

CTGantry
Tilted()
{
  CTGantry g;
  g.sid = 600.0;
  g.sdd = 1200.0;
  g.gantryAngle = 30.0;
  g.outOfPlaneAngle = 10.0;
  g.inPlaneAngle = 20.0;
  g.sourceOffsetX = 3.0;
  g.sourceOffsetY = 4.0;
  g.projectionOffsetX = 5.0;
  g.projectionOffsetY = 7.0;
  return g;
}

TEST(CTGeometry, AGantryIsThatOfRTK)
{
  // rtk::ThreeDCircularProjectionGeometry (RTK 2.7), AddProjection(600, 1200, 30, 5, 7, 10, 20, 3, 4): its
  // GetSourcePosition, and the columns of GetProjectionCoordinatesToFixedSystemMatrix; 9 digits were printed.
  const CTView view = ViewOfGantry(Tilted());
  constexpr double printed = 1e-6;
  ExpectNear(view.source, {297.1143650010602, -99.47676802006451, 511.7151812622905}, printed);
  ExpectNear(view.detector, {-292.727131, 112.350943, -511.626908}, printed);
  ExpectNear(view.alongU, {0.843493269, 0.336824089, -0.418412044}, printed);
  ExpectNear(view.alongV, {-0.214610177, 0.925416578, 0.312324556}, printed);
}

TEST(CTGeometry, AGantryComesBackFromItsView)
{
  for (const double gantry : {0.0, 30.0, 200.0, 359.0})
  {
    for (const double out : {0.0, 10.0, 300.0})
    {
      for (const double in : {0.0, 20.0, 170.0})
      {
        CTGantry g = Tilted();
        g.gantryAngle = gantry;
        g.outOfPlaneAngle = out;
        g.inPlaneAngle = in;
        const CTView view = ViewOfGantry(g);
        const CTView again = ViewOfGantry(GantryOfView(view, CTBeam::Cone));
        ExpectNear(again.source, view.source);
        ExpectNear(again.detector, view.detector);
        ExpectNear(again.alongU, view.alongU);
        ExpectNear(again.alongV, view.alongV);
      }
    }
  }
}

TEST(CTGeometry, AVerticalViewComesBackToo)
{
  CTGantry g = Tilted();
  g.outOfPlaneAngle = 90.0; // gantry and in-plane angle turn about one axis: only their difference counts
  const CTView view = ViewOfGantry(g);
  const CTGantry found = GantryOfView(view, CTBeam::Cone);
  EXPECT_EQ(found.inPlaneAngle, 0.0);
  ExpectNear(ViewOfGantry(found).alongU, view.alongU);
  ExpectNear(ViewOfGantry(found).source, view.source);
}

TEST(CTGeometry, ParallelRaysAreThoseOfAnInfinitelyFarSource)
{
  CTGantry g = Tilted();
  g.sdd = 0.0;
  CTGeometry parallel{CTBeam::Parallel, 0.0, {ViewOfGantry(g)}};
  g.sid = g.sdd = 1e9;
  CTGeometry cone{CTBeam::Cone, 0.0, {ViewOfGantry(g)}};
  const CTRay far = cone.Ray(0, 12.0, -8.0);
  const CTRay near = parallel.Ray(0, 12.0, -8.0);
  ExpectNear(near.direction, far.direction, 2e-8); // 20 mm off the axis at 1e9 mm
  // The same line: the vector between two of its points is along it.
  const Vector3 between = AddScaled(AddScaled(far.origin, 1e9, far.direction), -1.0, near.origin);
  EXPECT_LT(Length(Cross(between, near.direction)), 1e-4); // over the 600 mm between the two points, and rounding
  g = GantryOfView(parallel.views[0], CTBeam::Parallel);
  EXPECT_EQ(g.sdd, 0.0);
  EXPECT_NEAR(g.projectionOffsetX, 5.0, rounding);
  parallel.views[0].source = {0.0, 0.0, -1.0};
  EXPECT_THROW_MESSAGE(GantryOfView(parallel.views[0], CTBeam::Parallel), DataError, "perpendicular to the detector");
}

TEST(CTGeometry, TheRaysOfAFanStayInTheirSlice)
{
  CTGantry g;
  g.sid = 500.0;
  g.sdd = 900.0;
  g.gantryAngle = 70.0;
  const CTGeometry fan{CTBeam::Fan, 0.0, {ViewOfGantry(g)}};
  const CTRay ray = fan.Ray(0, 40.0, 25.0);
  EXPECT_NEAR(ray.origin[1], 25.0, rounding);
  EXPECT_NEAR(ray.direction[1], 0.0, 1e-14);
  const CTGeometry cone{CTBeam::Cone, 0.0, fan.views};
  ExpectNear(fan.Ray(0, 40.0, 0.0).direction, cone.Ray(0, 40.0, 0.0).direction, 1e-14);
  EXPECT_NEAR(cone.Ray(0, 40.0, 25.0).origin[1], 0.0, rounding);
}

TEST(CTGeometry, ABentDetectorHasEqualAngles)
{
  CTGantry g;
  g.sid = 500.0;
  g.sdd = 900.0;
  const CTGeometry bent{CTBeam::Fan, 900.0, {ViewOfGantry(g)}};
  for (const double u : {-300.0, 0.0, 45.0})
  {
    const Vector3 along = bent.Ray(0, u, 0.0).direction;
    EXPECT_NEAR(std::atan2(along[0], -along[2]), u / 900.0, 1e-14);
  }
}

TEST(CTGeometry, AnOffsetOnABentDetectorIsAlongTheArcAsInRTK)
{
  // rtk::RayEllipsoidIntersectionImageFilter (RTK 2.7): RadiusCylindricalDetector 300, AddProjection(600, 1000, 25,
  // -30, 7, 10, 20, 3, 4), sphere of radius 25 about (20, 3, 30): the chord at (u, v), in single precision.
  struct Chord
  {
    double u, v, length;
  };
  constexpr Chord chords[] = {{40.0, -10.0, 48.108944},
                              {40.0, 15.0, 47.659073},
                              {60.0, 15.0, 43.320225},
                              {75.0, -10.0, 30.922609},
                              {75.0, 15.0, 30.206026},
                              {100.0, 15.0, 0.0}};
  CTGantry g = Tilted();
  g.sdd = 1000.0;
  g.gantryAngle = 25.0;
  g.projectionOffsetX = -30.0;
  const CTGeometry bent{CTBeam::Cone, 300.0, {ViewOfGantry(g, 300.0)}};
  for (const auto & chord : chords)
  {
    const CTRay ray = bent.Ray(0, chord.u, chord.v);
    const Vector3 centre = AddScaled({20.0, 3.0, 30.0}, -1.0, ray.origin);
    const double along = Dot(centre, ray.direction);
    const double half = std::sqrt(std::max(0.0, 625.0 - Dot(centre, centre) + along * along));
    EXPECT_NEAR(2.0 * half, chord.length, 1e-5) << chord.u << ", " << chord.v; // single precision of 600 mm
  }
}

TEST(CTGeometry, AGantryComesBackFromTheViewOfABentDetector)
{
  for (const double radius : {250.0, 600.0, 1200.0, 5000.0}) // 600: bent about the isocentre
  {
    CTGantry g = Tilted();
    g.projectionOffsetX = 130.0;
    const CTView view = ViewOfGantry(g, radius);
    const CTGantry found = GantryOfView(view, CTBeam::Cone, radius);
    if (radius != 600.0) // where any gantry angle is as good
    {
      EXPECT_NEAR(found.projectionOffsetX, 130.0, 1e-9); // an angle times the radius
      EXPECT_NEAR(found.sid, 600.0, 1e-9);
    }
    const CTGeometry one{CTBeam::Cone, radius, {view}};
    const CTGeometry other{CTBeam::Cone, radius, {ViewOfGantry(found, radius)}};
    for (const double u : {-200.0, 0.0, 77.0})
    {
      ExpectNear(other.Ray(0, u, 13.0).origin, one.Ray(0, u, 13.0).origin);
      ExpectNear(other.Ray(0, u, 13.0).direction, one.Ray(0, u, 13.0).direction, 1e-13);
    }
  }
}

TEST(CTGeometry, APatientLiesOnTheBackHeadFirst)
{
  // Left is x, the front looks up (z), the head towards the gantry (y); LPS counts left, posterior, superior.
  ExpectNear(PatientFromScanner({1.0, 0.0, 0.0}), {1.0, 0.0, 0.0}, 0.0);
  ExpectNear(PatientFromScanner({0.0, 1.0, 0.0}), {0.0, 0.0, 1.0}, 0.0);
  ExpectNear(PatientFromScanner({0.0, 0.0, 1.0}), {0.0, -1.0, 0.0}, 0.0);
  ExpectNear(ScannerFromPatient(PatientFromScanner({1.0, 2.0, 3.0})), {1.0, 2.0, 3.0}, 0.0);
}

TEST(CTGeometry, IndicesFollowTheGrid)
{
  Grid grid;
  grid.size = {5, 6, 7};
  grid.spacing = {2.0, 0.5, 0.75};
  grid.origin = {10.0, -20.0, 30.0};
  const double c = std::cos(0.3), s = std::sin(0.3);
  grid.direction = {c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0};
  const Vector3 index{3.0, 4.0, 1.5};
  Vector3 patient = grid.origin;
  for (std::size_t i = 0; i < 3; ++i)
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      patient[i] += grid.direction[3 * i + axis] * grid.spacing.Xyz()[axis] * index[axis];
    }
  }
  const CTIndexMap map(grid);
  ExpectNear(map.Point(ScannerFromPatient(patient)), index);
  const CTRay ray{ScannerFromPatient(patient), {0.6, 0.0, 0.8}};
  const CTIndexRay found = map.Ray(ray);
  ExpectNear(AddScaled(found.start, 5.0, found.step), map.Point(AddScaled(ray.origin, 5.0, ray.direction)));
}

TEST(CTGeometry, RefusesWhatIsNoGeometry)
{
  CTGeometry geometry{CTBeam::Cone, 0.0, {}};
  EXPECT_THROW_MESSAGE(geometry.Require(), DataError, "given no view");
  geometry.views = {ViewOfGantry(Tilted())};
  EXPECT_NO_THROW(geometry.Require());
  geometry.detectorRadius = -1.0;
  EXPECT_THROW_MESSAGE(geometry.Require(), DataError, "detector radius");
  geometry.detectorRadius = 0.0;
  geometry.views[0].alongU[0] = 2.0;
  EXPECT_THROW_MESSAGE(geometry.Require(), DataError, "perpendicular unit vectors");
  geometry.views[0] = ViewOfGantry(Tilted());
  geometry.views[0].source = geometry.views[0].detector;
  EXPECT_THROW_MESSAGE(geometry.Require(), DataError, "off the detector's plane");
  geometry.views[0].source[1] = std::nan("");
  EXPECT_THROW_MESSAGE(geometry.Require(), DataError, "not finite");
}
} // namespace
} // namespace tweedie
