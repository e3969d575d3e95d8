// SPDX-License-Identifier: Apache-2.0
// The projector against Joseph's sums written down ray by ray, chords of a box, itself.
#include "tweedieJosephProjector.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieJosephScans.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
// The project's bars for adjoints: sums of some tens of products, rounded.
constexpr double ofDouble = 1e-12;
constexpr double ofFloat = 1e-5;

/** x(index) of [z, y, x], linear in each axis, zero outside. */
double
Interpolate(const at::TensorAccessor<double, 3> & x, const Vector3 & index)
{
  double sum = 0.0;
  for (int corner = 0; corner < 8; ++corner)
  {
    double weight = 1.0;
    std::int64_t voxel[3];
    for (int axis = 0; axis < 3; ++axis)
    {
      const double at = index[static_cast<std::size_t>(axis)];
      const bool isAbove = (corner >> axis) & 1;
      voxel[axis] = static_cast<std::int64_t>(std::floor(at)) + isAbove;
      weight *= isAbove ? at - std::floor(at) : 1.0 - (at - std::floor(at));
    }
    const bool isInside = voxel[0] >= 0 && voxel[0] < x.size(2) && voxel[1] >= 0 && voxel[1] < x.size(1) &&
                          voxel[2] >= 0 && voxel[2] < x.size(0);
    sum += isInside ? weight * x[voxel[2]][voxel[1]][voxel[0]] : 0.0;
  }
  return sum;
}

/** Joseph's sum along one ray. */
double
Sum(const JosephScan & scan, const at::Tensor & x, const CTRay & ray)
{
  const CTIndexRay indices = CTIndexMap(scan.grid).Ray(ray);
  std::size_t main = 0;
  for (std::size_t axis = 1; axis < 3; ++axis)
  {
    main = std::abs(indices.step[axis]) > std::abs(indices.step[main]) ? axis : main;
  }
  double sum = 0.0;
  for (std::int64_t k = 0; k < scan.grid.size.Xyz()[main]; ++k)
  {
    const double t = (static_cast<double>(k) - indices.start[main]) / indices.step[main];
    if (t >= 0.0 || scan.geometry.beam == CTBeam::Parallel)
    {
      Vector3 index = AddScaled(indices.start, t, indices.step);
      index[main] = static_cast<double>(k);
      sum += Interpolate(x.accessor<double, 3>(), index);
    }
  }
  return sum / std::abs(indices.step[main]);
}

/** [view, row, column] of an image [z, y, x]. */
at::Tensor
Sums(const JosephScan & scan, const at::Tensor & x)
{
  const auto views = static_cast<std::int64_t>(scan.geometry.views.size());
  const at::Tensor result = at::empty({views, scan.detector.rows, scan.detector.columns}, at::kDouble);
  auto values = result.accessor<double, 3>();
  for (std::int64_t view = 0; view < views; ++view)
  {
    for (std::int64_t row = 0; row < scan.detector.rows; ++row)
    {
      for (std::int64_t column = 0; column < scan.detector.columns; ++column)
      {
        const double u = scan.detector.originU + static_cast<double>(column) * scan.detector.pitchU;
        const double v = scan.detector.originV + static_cast<double>(row) * scan.detector.pitchV;
        values[view][row][column] = Sum(scan, x, scan.geometry.Ray(static_cast<std::size_t>(view), u, v));
      }
    }
  }
  return result;
}

at::Tensor
Images(const JosephScan & scan, std::int64_t batch, at::ScalarType type = at::kDouble)
{
  const auto & size = scan.grid.size;
  return Normal(3, {batch, 1, size.z, size.y, size.x}, type);
}

class JosephProjectorOfScan : public testing::TestWithParam<JosephScan>
{
};

TEST_P(JosephProjectorOfScan, HasJosephsSums)
{
  const JosephProjector op = GetParam().Projector();
  const auto x = Images(GetParam(), 1);
  const auto expected = Sums(GetParam(), x[0][0]);
  EXPECT_GT(expected.ne(0).to(at::kDouble).mean().item<double>(), 0.2); // the rays do not miss the volume
  EXPECT_TENSOR_CLOSE(op.Forward(x)[0][0], expected, ofDouble);
  EXPECT_TENSOR_CLOSE(op.Forward(x.to(at::kFloat))[0][0], expected, ofFloat);
}

TEST_P(JosephProjectorOfScan, HasItsTransposeForAdjoint)
{
  const JosephProjector op = GetParam().Projector();
  const auto forward = MatrixOf([&](const at::Tensor & x) { return op.Forward(x); }, op.DomainShape(), at::kDouble);
  const auto adjoint = MatrixOf([&](const at::Tensor & y) { return op.Adjoint(y); }, op.RangeShape(), at::kDouble);
  EXPECT_TENSOR_CLOSE(adjoint.transpose(0, 1), forward, ofDouble);
  const auto y = Normal(4, {1, 1, op.RangeShape()[1], op.RangeShape()[2], op.RangeShape()[3]});
  const auto expected = at::mv(forward.transpose(0, 1), y.flatten());
  EXPECT_TENSOR_CLOSE(op.Adjoint(y).flatten(), expected, ofDouble);
  EXPECT_TENSOR_CLOSE(op.Adjoint(y.to(at::kFloat)).flatten(), expected, ofFloat);
}

TEST_P(JosephProjectorOfScan, IsTheSameForAnyThreadsAndBatch)
{
  for (const auto type : {at::kFloat, at::kDouble})
  {
    const JosephProjector op = GetParam().Projector();
    const auto x = Images(GetParam(), 11, type); // some alone and some side by side
    at::Tensor y, z;
    {
      const ThreadScope one(1);
      y = op.Forward(x);
      z = op.Adjoint(y);
    }
    {
      const ThreadScope two(2);
      EXPECT_TENSOR_EQUAL(op.Forward(x), y);
      EXPECT_TENSOR_EQUAL(op.Adjoint(y), z);
    }
    for (std::int64_t i = 0; i < x.size(0); ++i)
    {
      EXPECT_TENSOR_EQUAL(op.Forward(x.narrow(0, i, 1)), y.narrow(0, i, 1));
      EXPECT_TENSOR_EQUAL(op.Adjoint(y.narrow(0, i, 1)), z.narrow(0, i, 1));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scans,
                         JosephProjectorOfScan,
                         testing::ValuesIn(JosephScans()),
                         [](const auto & scan) { return scan.param.name; });

TEST(JosephProjector, SharesTheRaysOfSlices)
{
  for (const JosephScan & scan : JosephScans())
  {
    const bool isFlat = scan.name.find("fan") == 0 || scan.name == "parallel" || scan.name == "parallel_between_slices";
    EXPECT_EQ(scan.Projector().IsSliceBySlice(), isFlat) << scan.name;
    if (!isFlat)
    {
      continue;
    }
    // One tilted view more, and nothing is shared: the other views are the same.
    JosephScan more = scan;
    CTGantry tilted;
    tilted.sid = 60.0;
    tilted.sdd = scan.geometry.beam == CTBeam::Parallel ? 0.0 : 100.0;
    tilted.outOfPlaneAngle = 5.0;
    more.geometry.views.push_back(ViewOfGantry(tilted));
    const JosephProjector general = more.Projector();
    EXPECT_FALSE(general.IsSliceBySlice());
    const auto x = Images(scan, 2);
    const auto views = static_cast<std::int64_t>(scan.geometry.views.size());
    EXPECT_TENSOR_CLOSE(general.Forward(x).narrow(2, 0, views), scan.Projector().Forward(x), ofDouble);
  }
}

TEST(JosephProjector, HasTheChordsOfABox)
{
  // 1 per mm in a box of 30 x 20 x 10 mm: chords in mm, of the box up to the outer faces of the voxels.
  JosephScan scan{"box", Turn(CTBeam::Cone, 12, 360.0), Centered(31, 11, 1.7, 1.9), {}};
  scan.grid = CenteredGrid({10, 40, 15}, {1.0, 0.5, 2.0});
  const auto found = scan.Projector().Forward(at::ones({1, 1, 10, 40, 15}, at::kDouble)).flatten();
  const std::array<double, 3> half{15.0, 10.0, 5.0};
  int exact = 0;
  double sum = 0.0;
  for (std::int64_t i = 0; i < found.numel(); ++i)
  {
    const CTRay ray =
        scan.geometry.Ray(static_cast<std::size_t>(i / (31 * 11)),
                          scan.detector.originU + static_cast<double>(i % 31) * scan.detector.pitchU,
                          scan.detector.originV + static_cast<double>(i / 31 % 11) * scan.detector.pitchV);
    const Vector3 origin = PatientFromScanner(ray.origin), direction = PatientFromScanner(ray.direction);
    // Between the faces of the box, and between those that are a voxel further in along the side.
    double enters = 0.0, leaves = 1e9, entersInner = 0.0, leavesInner = 1e9, step = 0.0;
    std::array<double, 2> main{};
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const double spacing = scan.grid.spacing.Xyz()[axis], slope = std::abs(direction[axis]);
      const double middle = -origin[axis] / direction[axis];
      enters = std::max(enters, middle - half[axis] / slope);
      leaves = std::min(leaves, middle + half[axis] / slope);
      entersInner = std::max(entersInner, middle - (half[axis] - spacing) / slope);
      leavesInner = std::min(leavesInner, middle + (half[axis] - spacing) / slope);
      if (slope / spacing > step)
      {
        step = slope / spacing;
        main = {middle - (half[axis] - spacing) / slope, middle + (half[axis] - spacing) / slope};
      }
    }
    sum += std::max(0.0, leaves - enters);
    if (entersInner == main[0] && leavesInner == main[1]) // in and out across the main axis, away from the edges
    {
      EXPECT_NEAR(found[i].item<double>(), leaves - enters, ofDouble * 100.0) << "ray " << i; // mm, of some tens
      ++exact;
    }
  }
  EXPECT_GT(exact, 300);
  // The sides are smeared over two voxels, inwards and outwards alike: a grazing ray is wrong, the sum of all is not.
  EXPECT_NEAR(found.sum().item<double>(), sum, 0.01 * sum);
}

TEST(JosephProjector, HasTheValuesOfRTK)
{
  // rtk::JosephForwardProjectionImageFilter (RTK 2.7) of the same voxels, in single precision; 6 digits were printed.
  const auto expected =
      at::tensor({0.479274, 0.931979, 0.855353, 0.741863, 0.000000, 0.107642, 0.666867, 1.234347, 0.744369, 0.067342,
                  0.000000, 0.738774, 0.729620, 0.280664, 0.000000, 0.000000, 0.000132, 0.000000, 0.000000, 0.000000,
                  0.000000, 0.000000, 0.936069, 1.089007, 0.579128, 0.000000, 0.000000, 0.701894, 0.967461, 0.755739,
                  0.000000, 0.000000, 0.552705, 0.850003, 0.520355, 0.000000, 0.000000, 0.000000, 0.000000, 0.000000},
                 at::kDouble);
  CTGeometry geometry{CTBeam::Cone, 0.0, {}};
  geometry.views.push_back(ViewOfGantry({600.0, 1200.0, 30.0, 10.0, 20.0, 3.0, 4.0, 5.0, 7.0}));
  geometry.views.push_back(ViewOfGantry({500.0, 900.0, 250.0, -15.0, 5.0, -2.0, 6.0, -4.0, 3.0}));
  Grid grid; // indices along the axes of the scanner, as RTK's
  grid.size = {11, 12, 14};
  grid.spacing = {2.5, 3.0, 2.0};
  grid.direction = {1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0};
  grid.origin = PatientFromScanner({-12.0, -17.0, -11.0});
  // Zero at the border, where RTK cuts rays off.
  auto x = at::zeros({1, 1, 11, 12, 14}, at::kDouble);
  for (std::int64_t k = 2; k < 9; ++k)
  {
    for (std::int64_t j = 2; j < 10; ++j)
    {
      for (std::int64_t i = 2; i < 12; ++i)
      {
        x[0][0][k][j][i] = 0.01 * static_cast<double>((3 * i + 5 * j + 7 * k) % 11);
      }
    }
  }
  const JosephProjector op(geometry, CTDetector{5, 4, 13.0, 11.0, -30.0, -12.0}, grid);
  EXPECT_TENSOR_NEAR(op.Forward(x).flatten(), expected, 2e-5);
}

TEST(JosephProjector, BeginsAtASourceWithin)
{
  CTGantry gantry;
  gantry.sid = 0.25; // between two planes
  gantry.sdd = 100.0;
  const CTGeometry geometry{CTBeam::Cone, 0.0, {ViewOfGantry(gantry)}};
  const JosephProjector op(geometry, Centered(1, 1, 1.0, 1.0), CenteredGrid({9, 21, 9}, {1.0, 1.0, 1.0}));
  // Patient's y is the scanner's -z: the source at -0.25, the planes 0 to 10 ahead.
  EXPECT_NEAR(op.Forward(at::ones({1, 1, 9, 21, 9}, at::kDouble)).item<double>(), 11.0, ofDouble);
}

TEST(JosephProjector, IsZeroWhereRaysMiss)
{
  CTDetector detector = Centered(8, 1, 1.0, 1.0);
  detector.originU = 40.0;
  const JosephProjector op(Turn(CTBeam::Parallel, 6, 180.0), detector, CenteredGrid({1, 16, 16}, {1.0, 1.0, 1.0}));
  EXPECT_EQ(op.Forward(at::ones({1, 1, 1, 16, 16})).abs().max().item<float>(), 0.0F);
  EXPECT_EQ(op.Adjoint(at::ones({1, 1, 6, 1, 8})).abs().max().item<float>(), 0.0F);
  detector.originU = -3.5;
  detector.originV = 40.0; // a row above all slices
  const JosephProjector above(Turn(CTBeam::Parallel, 6, 180.0), detector, CenteredGrid({3, 16, 16}, {1.0, 1.0, 1.0}));
  EXPECT_TRUE(above.IsSliceBySlice());
  EXPECT_EQ(above.Forward(at::ones({1, 1, 3, 16, 16})).abs().max().item<float>(), 0.0F);
}

TEST(JosephProjector, RefusesWhatIsNoScan)
{
  const JosephScan good{
      "good", Turn(CTBeam::Parallel, 2, 180.0), Centered(4, 1, 1.0, 1.0), CenteredGrid({1, 4, 4}, {1.0, 1.0, 1.0})};
  EXPECT_NO_THROW(good.Projector());
  EXPECT_THROW_MESSAGE(good.Projector(0), UsageError, "given 0 channels");
  const auto refuses = [&](const char * text, const std::function<void(JosephScan &)> & change)
  {
    JosephScan bad = good;
    change(bad);
    EXPECT_THROW_MESSAGE(bad.Projector(), DataError, text);
  };
  refuses("no view", [](JosephScan & s) { s.geometry.views.clear(); });
  refuses("0 columns", [](JosephScan & s) { s.detector.columns = 0; });
  refuses("pitches 1 and -1", [](JosephScan & s) { s.detector.pitchV = -1.0; });
  refuses("finite origin", [](JosephScan & s) { s.detector.originU = std::nan(""); });
  refuses("a grid of [4, 0, 1] voxels", [](JosephScan & s) { s.grid.size.y = 0; });
  refuses("required positive numbers", [](JosephScan & s) { s.grid.spacing.x = 0.0; });
  refuses("oblique", [](JosephScan & s) { s.grid.direction[1] = 0.2; });
  refuses("not of unit vectors", [](JosephScan & s) { s.grid.direction[8] = 2.0; });
  refuses("in a plane", [](JosephScan & s) { s.grid.size = {1, 1 << 14, 1 << 14}; });
  EXPECT_THROW_MESSAGE(good.Projector().Forward(at::zeros({1, 1, 1, 4, 5})), DataError, "required [batch, 1, 1, 4, 4]");
}
} // namespace
