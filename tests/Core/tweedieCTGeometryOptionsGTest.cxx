// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometryOptions.h"
#include "tweedieCTGeometrySummary.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double degree = 3.14159265358979323846 / 180.0;
constexpr double rounding = 1e-11; // of coordinates below 2000 mm in double precision

void
ExpectNear(const Vector3 & found, const Vector3 & expected, double tolerance = rounding)
{
  for (std::size_t i = 0; i < 3; ++i)
  {
    EXPECT_NEAR(found[i], expected[i], tolerance) << "component " << i;
  }
}

CTGeometryOptions
Scan(const std::string & type, std::int64_t views)
{
  CTGeometryOptions options;
  options.type = type;
  options.views = views;
  options.tableFeed = type == "helical" ? 40.0 : 0.0;
  return options;
}

TEST(CTGeometryOptions, AConeStandsAtEqualStepsOnACircle)
{
  CTGeometryOptions options = Scan("cone", 8);
  options.firstAngle = 10.0;
  const CTGeometry geometry = MakeCTGeometry(options);
  ASSERT_EQ(geometry.views.size(), 8U);
  EXPECT_EQ(geometry.beam, CTBeam::Cone);
  EXPECT_EQ(geometry.detectorRadius, 0.0);
  for (std::size_t k = 0; k < 8; ++k)
  {
    const double angle = (10.0 + 45.0 * static_cast<double>(k)) * degree;
    ExpectNear(geometry.views[k].source, {1000.0 * std::sin(angle), 0.0, 1000.0 * std::cos(angle)});
    ExpectNear(geometry.views[k].detector, {-500.0 * std::sin(angle), 0.0, -500.0 * std::cos(angle)});
    ExpectNear(geometry.views[k].alongU, {std::cos(angle), 0.0, -std::sin(angle)});
  }
}

TEST(CTGeometryOptions, ParallelRaysTurnByHalfACircle)
{
  const CTGeometry geometry = MakeCTGeometry(Scan("parallel", 4));
  EXPECT_EQ(geometry.beam, CTBeam::Parallel);
  for (std::size_t k = 0; k < 4; ++k)
  {
    const double angle = 45.0 * static_cast<double>(k) * degree;
    ExpectNear(geometry.views[k].source, {-std::sin(angle), 0.0, -std::cos(angle)});
  }
  EXPECT_EQ(GantryOfView(geometry.views[0], CTBeam::Parallel).sdd, 0.0);
}

TEST(CTGeometryOptions, AnOffsetLeavesTheAnglesOfAnEquiangularFanEqual)
{
  CTGeometryOptions options = Scan("fan-equiangular", 3);
  options.projectionOffsetX = 120.0; // along the arc: u = 0 is seen 120 / 1500 off the middle
  const CTGeometry geometry = MakeCTGeometry(options);
  EXPECT_EQ(geometry.beam, CTBeam::Fan);
  EXPECT_EQ(geometry.detectorRadius, 1500.0);
  for (const double u : {-200.0, 0.0, 30.0, 400.0})
  {
    const Vector3 along = geometry.Ray(0, u, 0.0).direction; // the first view looks along -z
    EXPECT_NEAR(std::atan2(along[0], -along[2]), (u + 120.0) / 1500.0, 1e-14);
  }
}

TEST(CTGeometryOptions, AHelixMovesSourceAndDetectorTogether)
{
  CTGeometryOptions options = Scan("helical", 90);
  options.arc = 1080.0;
  options.outOfPlaneAngle = 5.0;
  const CTGeometry helix = MakeCTGeometry(options);
  options.type = "cone";
  options.tableFeed = 0.0;
  const CTGeometry circle = MakeCTGeometry(options);
  double sum = 0.0;
  for (std::size_t k = 0; k < 90; ++k)
  {
    const Vector3 moved{0.0, (static_cast<double>(k) - 44.5) * 12.0 / 360.0 * 40.0, 0.0}; // 12 degrees a view
    ExpectNear(helix.views[k].source, AddScaled(circle.views[k].source, 1.0, moved));
    ExpectNear(helix.views[k].detector, AddScaled(circle.views[k].detector, 1.0, moved));
    sum += moved[1];
  }
  EXPECT_NEAR(sum, 0.0, 1e-10); // centred about the isocentre
}

TEST(CTGeometryOptions, WrongNumbersAreRefused)
{
  const auto refuse = [](CTGeometryOptions options, const std::string & text)
  { EXPECT_THROW_MESSAGE(MakeCTGeometry(options), UsageError, text); };
  refuse(Scan("spiral", 8), "--type: given 'spiral'");
  refuse(Scan("cone", 0), "--views: given 0");
  CTGeometryOptions options = Scan("cone", 8);
  options.sdd = 900.0;
  refuse(options, "--sdd: given 900; required at least --sid, 1000");
  options = Scan("cone", 8);
  options.arc = 0.0;
  refuse(options, "--arc: given 0");
  options = Scan("cone", 8);
  options.tableFeed = 10.0;
  refuse(options, "--table-feed: given 10; required 0 for --type cone");
  options = Scan("helical", 8);
  options.tableFeed = 0.0;
  refuse(options, "--table-feed: given 0");
  options = Scan("parallel", 8);
  options.sourceOffsetX = 1.0;
  refuse(options, "--source-offset-x: given 1; required 0 for --type parallel");
  options = Scan("fan-equiangular", 8);
  options.detectorRadius = 700.0;
  refuse(options, "--detector-radius: given 700");
  options = Scan("fan", 8);
  options.projectionOffsetX = std::nan("");
  refuse(options, "--projection-offset-x");
}

TEST(CTGeometrySummary, SaysWhatTheMakerWasAskedFor)
{
  for (const char * type : {"parallel", "fan", "fan-equiangular", "cone", "helical"})
  {
    CTGeometryOptions options = Scan(type, 100);
    options.arc = options.type == "helical" ? 1000.0 : -250.0;
    options.firstAngle = 300.0;
    options.projectionOffsetX = 12.0;
    const CTGeometrySummary summary = SummarizeCTGeometry(MakeCTGeometry(options));
    EXPECT_EQ(summary.type, type);
    EXPECT_NEAR(summary.arc, *options.arc, 1e-9); // a hundred steps, each to 1e-12 degrees
    EXPECT_NEAR(summary.firstAngle, 300.0, rounding);
    EXPECT_NEAR(summary.lastAngle, 300.0 + 0.99 * *options.arc, 1e-9);
    EXPECT_NEAR(summary.step.high, *options.arc / 100.0, rounding);
    EXPECT_NEAR(summary.low.projectionOffsetX, 12.0, rounding);
    EXPECT_NEAR(summary.high.projectionOffsetX, 12.0, rounding);
    EXPECT_NEAR(summary.high.sdd, options.type == "parallel" ? 0.0 : 1500.0, rounding);
    EXPECT_EQ(summary.tableFeed.has_value(), options.type == "helical");
    EXPECT_NEAR(summary.tableFeed.value_or(40.0), 40.0, 1e-9); // a hundredth of the rounding of y over a step
  }
}

TEST(CTGeometrySummary, OneViewHasNoArc)
{
  const CTGeometrySummary summary = SummarizeCTGeometry(MakeCTGeometry(Scan("cone", 1)));
  EXPECT_EQ(summary.arc, 0.0);
  EXPECT_EQ(summary.step.high, 0.0);
  EXPECT_FALSE(summary.tableFeed.has_value());
}

TEST(CTGeometrySummary, FieldOfViewIsWhatTheOuterRaysLeave)
{
  const CTDetector detector = CentredDetector(400, 200, 1.5, 2.0); // 600 x 400 mm
  // Flat at 1500 mm: half the fan angle is atan(300 / 1500), the circle touches the outer ray: 1000 sin(it).
  const CTFieldOfView cone = FieldOfView(MakeCTGeometry(Scan("cone", 7)), detector);
  const double half = std::atan(0.2);
  EXPECT_NEAR(cone.fanAngle, 2.0 * half / degree, 1e-12);
  EXPECT_NEAR(cone.radius, 1000.0 * std::sin(half), rounding);
  EXPECT_NEAR(cone.height, 400.0 / 1.5, rounding);
  // Bent about the source: the angle is the arc.
  const CTFieldOfView bent = FieldOfView(MakeCTGeometry(Scan("fan-equiangular", 7)), detector);
  EXPECT_NEAR(bent.fanAngle, 0.4 / degree, 1e-12);
  EXPECT_NEAR(bent.radius, 1000.0 * std::sin(0.2), rounding);
  EXPECT_NEAR(bent.height, 400.0, rounding); // each row has its own focal spot
  const CTFieldOfView parallel = FieldOfView(MakeCTGeometry(Scan("parallel", 7)), detector);
  EXPECT_NEAR(parallel.fanAngle, 0.0, 1e-12);
  EXPECT_NEAR(parallel.radius, 300.0, rounding);

  CTGeometryOptions offset = Scan("parallel", 7);
  offset.projectionOffsetX = 120.0;
  const CTFieldOfView shifted = FieldOfView(MakeCTGeometry(offset), detector);
  EXPECT_NEAR(shifted.radius, 180.0, rounding);
  EXPECT_NEAR(shifted.widestRadius, 420.0, rounding);
  offset.projectionOffsetX = 400.0; // the axis is beside the detector
  EXPECT_EQ(FieldOfView(MakeCTGeometry(offset), detector).radius, 0.0);
  EXPECT_THROW_MESSAGE(
      FieldOfView(MakeCTGeometry(offset), CentredDetector(0, 1, 1.0, 1.0)), UsageError, "no pixels or a pitch of 0");
}
} // namespace
} // namespace tweedie
