// SPDX-License-Identifier: Apache-2.0
// Projections by gridding against the sum that they approximate, against line integrals known in closed form, and their
// adjoint.
#include "tweedieFourierSliceProjector.h"
#include "tweedieSliceSum.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <memory>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
FourierSliceProjector
Projector(const ParallelScan & scan, const FourierSliceOptions & options = {}, std::int64_t channels = 1)
{
  return FourierSliceProjector(scan.geometry, scan.detector, scan.grid, channels, options);
}

ParallelScan
OneSlice(ParallelScan scan)
{
  scan.grid.size.z = 1;
  scan.detector.rows = 1;
  return scan;
}

std::vector<ParallelScan>
Scans()
{
  std::vector<ParallelScan> scans{OneSlice(MakeAwkwardScan()),
                                  MakeParallelScan({1, 16, 16}, 6, 24),
                                  MakeParallelScan({1, 17, 12}, 5, 23, 190.0),
                                  MakeParallelScan({1, 1, 1}, 3, 4),
                                  MakeParallelScan({1, 3, 40}, 4, 60)};
  scans.push_back(MakeParallelScan({1, 20, 20}, 5, 60));
  scans.back().detector.pitchU = 0.4; // frequencies above those of the pixels: the spectrum's next periods
  scans.back().detector.originU = -11.0;
  return scans;
}
} // namespace

TEST(FourierSliceProjector, IsTheSumOverFrequencies)
{
  for (const auto & scan : Scans())
  {
    for (const bool footprints : {true, false})
    {
      FourierSliceOptions options;
      options.detectorFootprint = footprints;
      options.pixelFootprint = footprints;
      const auto op = Projector(scan, options);
      const auto x = Streams(1, 2).Normal(op.DomainShape(), at::kDouble);
      const auto expected = Multiply(DirectSum(scan, options), x, scan);
      // The bar of the default width; single precision adds the rounding of sums of 36 products, below 1e-6.
      EXPECT_TENSOR_CLOSE(op.Forward(x), expected, 1e-5);
      EXPECT_TENSOR_CLOSE(op.Forward(x.to(at::kFloat)), expected, 1e-5);
    }
  }
}

TEST(FourierSliceProjector, FootprintsAreChosenOneByOne)
{
  const auto scan = OneSlice(MakeAwkwardScan());
  const auto x = Normal(1, {1, 1, 1, scan.grid.size.y, scan.grid.size.x});
  std::vector<at::Tensor> seen;
  for (const bool detector : {true, false})
  {
    FourierSliceOptions options;
    options.detectorFootprint = detector;
    options.pixelFootprint = !detector;
    seen.push_back(Projector(scan, options).Forward(x));
    EXPECT_TENSOR_CLOSE(seen.back(), Multiply(DirectSum(scan, options), x, scan), 1e-5);
  }
  EXPECT_GT(RelativeError(seen[0], seen[1]), 0.01);
}

TEST(FourierSliceProjector, ErrorFallsWithTheWidthAsDocumented)
{
  const auto scan = MakeParallelScan({1, 40, 41}, 9, 60, 3.0);
  const auto x = Normal(1, {1, 1, 1, 40, 41});
  FourierSliceOptions options;
  const auto expected = Multiply(DirectSum(scan, options), x, scan);
  for (const auto & [width, bar] : std::vector<std::pair<std::int64_t, double>>{
           {4, 1e-3}, {6, 1e-5}, {8, 2e-7}, {10, 1e-8}, {12, 1e-10}, {14, 1e-11}, {16, 1e-12}})
  {
    options.width = width;
    const double error = RelativeError(Projector(scan, options).Forward(x), expected);
    RecordProperty("width" + std::to_string(width), std::to_string(1e12 * error) + "e-12");
    EXPECT_LE(error, bar) << "width " << width;
  }
}

TEST(FourierSliceProjector, ProjectsAGaussianToSpectralAccuracy)
{
  auto scan = MakeAwkwardScan();
  scan.grid.size = {1, 70, 110};
  scan.grid.origin = {-25.0, -51.0, 3.0};
  scan.detector.columns = 160;
  scan.detector.originU = -70.0;
  scan.detector.rows = 1;
  const Vector3 center{2.0, 0.0, -1.0};
  const double s = 4.0;
  const auto image = GaussianBlob(scan.grid, center, s).reshape({1, 1, 1, 70, 110});
  FourierSliceOptions options;
  options.width = 14;
  options.detectorFootprint = false;
  options.pixelFootprint = false;
  const auto found = Projector(scan, options).Forward(image);
  const auto u = scan.detector.originU + scan.detector.pitchU * at::arange(160, at::kDouble);
  std::vector<at::Tensor> expected;
  for (const CTView & view : scan.geometry.views)
  {
    const double middle = Dot(AddScaled(center, -1.0, view.detector), view.alongU);
    expected.push_back((-0.5 * ((u - middle) / s).square()).exp() * (s * std::sqrt(2.0 * pi)));
  }
  // Left are the gridding and, at half a cycle per 1.3 mm, what a Gaussian of 4 mm has of its spectrum there, 1e-20.
  EXPECT_TENSOR_CLOSE(found.reshape({-1, 160}), at::stack(expected), 1e-11);
}

TEST(FourierSliceProjector, AgreesWithTheLineIntegralsOfTheHeadPhantom)
{
  // An image of means over pixels errs at the edges by what pixels are, not by the projector: 1.2 % of line integrals,
  // half of that of detector readings, and about half of both on a grid twice as fine.
  double lines = 0.0;
  double readings = 0.0;
  for (const std::int64_t n : {256, 512})
  {
    const bool coarse = n == 256;
    const auto scan = MakeParallelScan({1, n, n}, coarse ? 180 : 60, coarse ? 367 : 729, coarse ? 0.0 : 0.5);
    const auto phantom = SheppLogan(static_cast<double>(n));
    const auto image = Rasterize(phantom, scan.grid, 4).to(at::kFloat);
    const auto expected = Readings(phantom, scan, 8);
    FourierSliceOptions options;
    options.detectorFootprint = false;
    options.pixelFootprint = false;
    const auto found = Projector(scan, options).Forward(image);
    const double toLines = RelativeError(found, Project(phantom, scan.geometry, scan.detector));
    const double toReadings = RelativeError(found, expected);
    // Both footprints blur a second time what pixels have blurred.
    const double twice = RelativeError(Projector(scan).Forward(image), expected);
    RecordProperty("lines" + std::to_string(n), std::to_string(toLines));
    RecordProperty("readings" + std::to_string(n), std::to_string(toReadings));
    RecordProperty("footprints" + std::to_string(n), std::to_string(twice));
    EXPECT_LE(toLines, coarse ? 0.012 : 0.6 * lines);
    EXPECT_LE(toReadings, coarse ? 0.006 : 0.6 * readings);
    EXPECT_LE(twice, coarse ? 0.009 : 0.0045);
    lines = toLines;
    readings = toReadings;
  }
}

TEST(FourierSliceProjector, AdjointIsTheAdjoint)
{
  auto scans = Scans();
  scans.push_back(MakeAwkwardScan());
  scans.push_back(MakeParallelScan({3, 33, 31}, 11, 30)); // a detector smaller than the grid
  for (const auto & scan : scans)
  {
    for (const std::int64_t width : {4, 6, 10, 16})
    {
      FourierSliceOptions options;
      options.width = width;
      const auto op = Projector(scan, options, 2);
      // The bars of the project.
      EXPECT_LE(AdjointError(op, 1, at::kDouble), 1e-12);
      EXPECT_LE(AdjointError(op, 2, at::kFloat), 1e-5);
      EXPECT_LE(AdjointError(op, 3, at::kComplexDouble), 1e-12);
      EXPECT_LE(AdjointError(op, 4, at::kComplexFloat), 1e-5);
    }
  }
}

TEST(FourierSliceProjector, ObliqueDetectorsSeeTheSameRays)
{
  auto scan = MakeParallelScan({1, 20, 20}, 5, 31);
  const auto x = Normal(1, {1, 1, 1, 20, 20});
  const auto expected = Projector(scan).Forward(x);
  // Turned by 30 degrees about its rows' direction, with columns so much wider that the rays stay where they are.
  const double angle = pi / 6.0;
  for (CTView & view : scan.geometry.views)
  {
    view.alongU = AddScaled({0.0, 0.0, 0.0}, std::cos(angle), view.alongU);
    view.alongU = AddScaled(view.alongU, std::sin(angle), view.source);
  }
  scan.detector.pitchU /= std::cos(angle);
  scan.detector.originU /= std::cos(angle);
  // Rounding of the frequencies' positions on the grid.
  EXPECT_TENSOR_CLOSE(Projector(scan).Forward(x), expected, 1e-10);
}

TEST(FourierSliceProjector, RowsShowTheSlicesAtTheirHeight)
{
  const auto scan = MakeParallelScan({3, 9, 10}, 4, 15);
  const auto x = Normal(1, {2, 1, 3, 9, 10});
  const auto all = Projector(scan).Forward(x);
  for (std::int64_t z = 0; z < 3; ++z)
  {
    const auto one = Projector(MakeParallelScan({1, 9, 10}, 4, 15)).Forward(x.narrow(2, z, 1));
    EXPECT_TENSOR_EQUAL(all.narrow(3, z, 1), one);
  }
  auto flipped = scan; // the detector upside down
  for (CTView & view : flipped.geometry.views)
  {
    view.alongV = AddScaled({0.0, 0.0, 0.0}, -1.0, view.alongV);
  }
  EXPECT_TENSOR_EQUAL(Projector(flipped).Forward(x), all.flip({3}));
  auto shifted = scan; // a row higher and a row more: two of four beside the grid
  shifted.detector.rows = 4;
  shifted.detector.originV += 1.0;
  const auto part = Projector(shifted).Forward(x);
  EXPECT_TENSOR_EQUAL(part.narrow(3, 0, 2), all.narrow(3, 1, 2));
  EXPECT_EQ(part.narrow(3, 2, 2).abs().max().item<double>(), 0.0);
  EXPECT_LE(AdjointError(Projector(shifted), 1, at::kDouble), 1e-12);
}

TEST(FourierSliceProjector, BatchAndThreadsLeaveEveryBit)
{
  const auto scan = MakeAwkwardScan();
  for (const auto type : {at::kFloat, at::kDouble, at::kComplexFloat})
  {
    const auto op = Projector(scan, {}, 2);
    const auto x = Streams(1, 3).Normal(op.DomainShape(), type);
    const auto y = Streams(2, 3).Normal(op.RangeShape(), type);
    at::Tensor forward, adjoint;
    for (const std::int64_t threads : {1, 2, 5})
    {
      const ThreadScope scope(threads);
      for (const std::int64_t batch : {3, 1})
      {
        std::vector<at::Tensor> forwards, adjoints;
        for (std::int64_t i = 0; i < 3; i += batch)
        {
          forwards.push_back(op.Forward(x.narrow(0, i, batch)));
          adjoints.push_back(op.Adjoint(y.narrow(0, i, batch)));
        }
        forward = forward.defined() ? forward : at::cat(forwards);
        adjoint = adjoint.defined() ? adjoint : at::cat(adjoints);
        EXPECT_TENSOR_EQUAL(at::cat(forwards), forward);
        EXPECT_TENSOR_EQUAL(at::cat(adjoints), adjoint);
      }
    }
  }
}

TEST(FourierSliceProjector, OneSliceWithManyThreadsHasTheBitsOfOne)
{
  const auto scan = MakeParallelScan({1, 200, 210}, 90, 300); // several tasks in each step
  const auto op = Projector(scan);
  const auto x = Normal(1, {1, 1, 1, 200, 210}, at::kFloat);
  const auto y = Normal(2, {1, 1, 90, 1, 300}, at::kFloat);
  const ThreadScope one(1);
  const auto forward = op.Forward(x), adjoint = op.Adjoint(y);
  for (const std::int64_t threads : {2, 3, 7})
  {
    const ThreadScope scope(threads);
    EXPECT_TENSOR_EQUAL(op.Forward(x), forward);
    EXPECT_TENSOR_EQUAL(op.Adjoint(y), adjoint);
  }
}

TEST(FourierSliceProjector, GradientsAreTheAdjoint)
{
  const auto scan = MakeAwkwardScan();
  const auto op = std::make_shared<FourierSliceProjector>(scan.geometry, scan.detector, scan.grid);
  auto x = Streams(1, 2).Normal(op->DomainShape(), at::kFloat).set_requires_grad(true);
  const auto y = Streams(2, 2).Normal(op->RangeShape(), at::kFloat);
  op->Forward(x).backward(y);
  EXPECT_TENSOR_EQUAL(x.grad(), op->Adjoint(y));
}

TEST(FourierSliceProjector, PointsToTheJosephProjectorForOtherRays)
{
  const auto refuse = [](const std::function<void(ParallelScan &)> & change, const std::string & text)
  {
    auto scan = MakeParallelScan({2, 8, 8}, 3, 12);
    change(scan);
    EXPECT_THROW_MESSAGE(Projector(scan), UsageError, text);
    EXPECT_THROW_MESSAGE(Projector(scan), UsageError, "Joseph projector");
  };
  CTGantry tilted;
  tilted.outOfPlaneAngle = 5.0;
  refuse([](ParallelScan & s) { s.geometry.beam = CTBeam::Cone; }, "rays that diverge");
  refuse([&](ParallelScan & s) { s.geometry.views[1] = ViewOfGantry(tilted); }, "view 1 with rays that leave");
  tilted.outOfPlaneAngle = 0.0;
  tilted.inPlaneAngle = 5.0;
  refuse([&](ParallelScan & s) { s.geometry.views[2] = ViewOfGantry(tilted); }, "view 2 with rays that leave");
  refuse([](ParallelScan & s) { s.detector.originV += 0.3; }, "row 0 at the height of slice 0.3");
  refuse([](ParallelScan & s) { s.detector.pitchV = 1.5; }, "row 1 at the height of slice 1.5");
  refuse(
      [](ParallelScan & s) {
        s.grid.direction = {1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0};
      },
      "rays that leave");
}

TEST(FourierSliceProjector, RefusesBadInput)
{
  const auto refuse = [](const std::function<void(ParallelScan &)> & change, const std::string & text)
  {
    auto scan = MakeParallelScan({2, 8, 8}, 3, 12);
    change(scan);
    EXPECT_THROW_MESSAGE(Projector(scan), DataError, text);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  refuse([](ParallelScan & s) { s.geometry.views.clear(); }, "given no view");
  refuse([](ParallelScan & s) { s.detector.pitchU = 0.0; }, "pitches above 0");
  refuse([](ParallelScan & s) { s.detector.columns = 0; }, "at least one pixel");
  refuse([=](ParallelScan & s) { s.detector.originU = nan; }, "finite numbers");
  refuse([](ParallelScan & s) { s.grid.spacing.y = -1.0; }, "positive extents and spacings");
  refuse([=](ParallelScan & s) { s.grid.origin[0] = nan; }, "finite numbers");
  const auto scan = MakeParallelScan({1, 8, 8}, 3, 12);
  for (const std::int64_t width : {2, 5, 18})
  {
    FourierSliceOptions options;
    options.width = width;
    EXPECT_THROW_MESSAGE(Projector(scan, options), UsageError, "even one from 4 to 16");
  }
  EXPECT_THROW_MESSAGE(Projector(scan, {}, 0), UsageError, "at least one");
  auto far = scan;
  far.grid.origin[0] = 1e8;
  EXPECT_THROW_MESSAGE(Projector(far), UsageError, "columns away");
}
