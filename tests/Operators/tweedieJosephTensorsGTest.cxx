// SPDX-License-Identifier: Apache-2.0
// The projector's path for other devices, run on the CPU and wherever there is one more, against the CPU's own.
#include "tweedieJosephTensors.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieJosephScans.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieTestDevices.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
// The project's bars for adjoints; sums of some tens of products and positions, rounded, stay below them.
constexpr double ofDouble = 1e-12;
constexpr double ofFloat = 1e-5;

double
Bar(at::ScalarType type)
{
  return type == at::kFloat ? ofFloat : ofDouble;
}

/** What the other scans lack: equal steps along two axes, rays that point away from the grid, one slice between rows,
 * planes one voxel thick. */
std::vector<JosephScan>
MoreScans()
{
  const auto away = [](CTGantry & g, int k) { g.sdd = k % 2 == 0 ? -40.0 : 100.0; };
  const auto tilt = [](CTGantry & g, int k)
  {
    g.outOfPlaneAngle = 20.0 * k;
    g.inPlaneAngle = 30.0;
  };
  return {{"parallel_diagonal",
           Turn(CTBeam::Parallel, 8, 360.0),
           Centered(31, 2, 0.7, 1.0),
           CenteredGrid({2, 16, 16}, {1.0, 1.0, 1.0})},
          {"cone_diagonal",
           Turn(CTBeam::Cone, 8, 360.0),
           Centered(13, 9, 2.0, 2.0),
           CenteredGrid({12, 12, 12}, {1.0, 1.0, 1.0})},
          {"cone_pointing_away",
           Turn(CTBeam::Cone, 6, 360.0, away),
           Centered(12, 10, 2.1, 1.9),
           CenteredGrid({9, 11, 14}, {1.3, 1.0, 0.9})},
          {"cone_thin_slice",
           Turn(CTBeam::Cone, 6, 360.0, tilt),
           Centered(12, 10, 2.1, 1.9),
           CenteredGrid({1, 11, 14}, {1.3, 1.0, 0.9})},
          {"cone_thin_column",
           Turn(CTBeam::Cone, 6, 360.0, tilt),
           Centered(12, 10, 2.1, 1.9),
           CenteredGrid({9, 11, 1}, {1.3, 1.0, 0.9})},
          {"parallel_one_slice",
           Turn(CTBeam::Parallel, 9, 180.0),
           Centered(25, 5, 1.0, 0.4),
           CenteredGrid({1, 13, 19}, {2.0, 1.1, 0.8})}};
}

std::vector<JosephScan>
AllScans()
{
  std::vector<JosephScan> scans = JosephScans();
  for (const JosephScan & scan : MoreScans())
  {
    scans.push_back(scan);
  }
  return scans;
}

class JosephTensorsOfScan : public testing::TestWithParam<JosephScan>
{
protected:
  JosephTensorsOfScan() : m_Scan(GetParam()), m_Rays(m_Scan.geometry, m_Scan.detector, m_Scan.grid) {}

  at::Tensor
  Images(std::int64_t batch, at::ScalarType type) const
  {
    const auto & size = m_Scan.grid.size;
    return Normal(3, {batch, size.z, size.y, size.x}, type);
  }
  at::Tensor
  Projections(std::int64_t batch, at::ScalarType type) const
  {
    return Normal(4, {batch, m_Rays.Views(), m_Scan.detector.rows, m_Scan.detector.columns}, type);
  }

  ThreadScope m_OneThread{1}; // thousands of operations too small to share
  JosephScan m_Scan;
  JosephRays m_Rays;
};

TEST_P(JosephTensorsOfScan, AreTheSumsOfTheKernels)
{
  const JosephProjector kernels = m_Scan.Projector();
  const JosephTensors tensors(m_Rays);
  for (const auto & device : Devices())
  {
    for (const auto type : {at::kFloat, at::kDouble})
    {
      const auto x = Images(3, type), y = Projections(3, type);
      const auto forward = tensors.Forward(x.to(device)), back = tensors.Adjoint(y.to(device));
      EXPECT_EQ(forward.device(), device);
      EXPECT_EQ(forward.scalar_type(), type);
      EXPECT_TENSOR_CLOSE(forward.cpu(), kernels.Forward(x.unsqueeze(1)).squeeze(1), Bar(type));
      EXPECT_TENSOR_CLOSE(back.cpu(), kernels.Adjoint(y.unsqueeze(1)).squeeze(1), Bar(type));
    }
  }
}

TEST_P(JosephTensorsOfScan, AdjointIsTheTranspose)
{
  const JosephTensors tensors(m_Rays);
  for (const auto & device : Devices())
  {
    for (const auto type : {at::kFloat, at::kDouble})
    {
      const auto x = Images(2, type).to(device), y = Projections(2, type).to(device);
      const auto forward = tensors.Forward(x).to(at::kDouble), back = tensors.Adjoint(y).to(at::kDouble);
      const double difference = (forward * y).sum().item<double>() - (back * x).sum().item<double>();
      EXPECT_LE(std::abs(difference), Bar(type) * (forward.norm() * y.norm()).item<double>());
    }
  }
}

TEST_P(JosephTensorsOfScan, BatchLeavesEveryBit)
{
  const JosephTensors tensors(m_Rays);
  for (const auto type : {at::kFloat, at::kDouble})
  {
    const auto x = Images(7, type), y = Projections(7, type);
    const auto forward = tensors.Forward(x), back = tensors.Adjoint(y);
    for (const std::int64_t i : {0, 6})
    {
      EXPECT_TENSOR_EQUAL(tensors.Forward(x.narrow(0, i, 1)), forward.narrow(0, i, 1));
      EXPECT_TENSOR_EQUAL(tensors.Adjoint(y.narrow(0, i, 1)), back.narrow(0, i, 1));
    }
  }
}

TEST_P(JosephTensorsOfScan, TakeBlocksOfAnySize)
{
  // A few hundred: one plane and a column or two; some thousands: blocks that end within rows, planes and images.
  const JosephTensors whole(m_Rays);
  const auto x = Images(3, at::kDouble), y = Projections(3, at::kDouble);
  const auto forward = whole.Forward(x), back = whole.Adjoint(y);
  for (const std::int64_t values : {500, 9000})
  {
    const JosephTensors tensors(m_Rays, values);
    // The sums are taken in another order.
    EXPECT_TENSOR_CLOSE(tensors.Forward(x), forward, 1e-14);
    EXPECT_TENSOR_CLOSE(tensors.Adjoint(y), back, 1e-14);
  }
}

INSTANTIATE_TEST_SUITE_P(Scans,
                         JosephTensorsOfScan,
                         testing::ValuesIn(AllScans()),
                         [](const auto & scan) { return scan.param.name; });

TEST(JosephTensors, HoldImagesToTheirPrecision)
{
  // 256 voxels wide: positions are rounded to 1e-5 voxels. Noise shows that, an object with edges does not.
  JosephScan scan{"wide", Turn(CTBeam::Parallel, 12, 180.0), Centered(367, 1, 1.0, 1.0), {}};
  scan.grid = CenteredGrid({1, 256, 256}, {1.0, 1.0, 1.0});
  const JosephRays rays(scan.geometry, scan.detector, scan.grid);
  const JosephTensors tensors(rays);
  const auto noise = Normal(1, {1, 1, 256, 256}, at::kFloat);
  auto box = at::zeros({1, 1, 256, 256}, at::kFloat);
  box.slice(2, 50, 190).slice(3, 60, 220).fill_(0.02);
  const double ofNoise = RelativeError(tensors.Forward(noise), scan.Projector().Forward(noise.unsqueeze(1)).squeeze(1));
  const double ofBox = RelativeError(tensors.Forward(box), scan.Projector().Forward(box.unsqueeze(1)).squeeze(1));
  RecordProperty("noise", std::to_string(1e6 * ofNoise) + "e-6");
  RecordProperty("box", std::to_string(1e6 * ofBox) + "e-6");
  EXPECT_LE(ofNoise, 3e-5); // sqrt(2) 1e-5 / sqrt(2/3) for weights of linear interpolation, and again as much
  EXPECT_LE(ofBox, 1e-6);   // single precision
}

TEST(JosephTensors, AreThePathOfOtherDevices)
{
  for (const auto & device : Devices())
  {
    for (const JosephScan & scan : JosephScans())
    {
      const JosephProjector op = scan.Projector(2);
      EXPECT_LE(AdjointError(op, 1, at::kDouble, device), ofDouble) << scan.name;
      EXPECT_LE(AdjointError(op, 2, at::kComplexFloat, device), ofFloat) << scan.name;
      const auto x = Normal(5, {2, 2, scan.grid.size.z, scan.grid.size.y, scan.grid.size.x}, at::kComplexDouble);
      EXPECT_TENSOR_CLOSE(op.Forward(x.to(device)).cpu(), op.Forward(x), ofDouble);
    }
  }
}
} // namespace
