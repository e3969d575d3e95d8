// SPDX-License-Identifier: Apache-2.0
// Classical reconstructions of volumes along trajectories with a k_z, of ellipsoids whose k-space is known in closed
// form.
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieKspaceEllipsoids.h"
#include "tweedieMRIClassical.h"
#include "tweedieTrajectory.h"

#include <algorithm>
#include <limits>

namespace tweedie
{
namespace
{
constexpr double noise = 0.04; // of 1 / voxel, as the unitary transform has it

Grid
VolumeGrid()
{
  Grid grid;
  grid.size = {12, 32, 34};
  grid.spacing = {3.0, 1.5, 1.0};
  grid.origin = {-7.0, 11.0, 2.0};
  return grid;
}

at::Tensor
InVoxels(const at::Tensor & k, double size)
{
  const Grid grid = VolumeGrid();
  const auto axis = [&](std::int64_t n) { return static_cast<double>(n) / size; };
  return k * at::tensor({axis(grid.size.x), axis(grid.size.y), axis(grid.size.z)}, at::kDouble);
}

at::Tensor
Kooshball(std::int64_t readouts)
{
  TrajectoryOptions options;
  options.kind = "kooshball";
  options.size = 34;
  options.readouts = readouts;
  return InVoxels(MakeTrajectory(options), 34.0);
}

/** Radial within the slices, every k_z of the grid. */
at::Tensor
StackOfStars(std::int64_t spokes)
{
  TrajectoryOptions options;
  options.kind = "golden-angle";
  options.size = 34;
  options.readouts = spokes;
  const at::Tensor k = MakeTrajectory(options);
  std::vector<at::Tensor> partitions;
  for (std::int64_t z = 0; z < VolumeGrid().size.z; ++z)
  {
    const auto kz = static_cast<double>(z - VolumeGrid().size.z / 2) * 34.0 / static_cast<double>(VolumeGrid().size.z);
    partitions.push_back(at::cat({k, at::full_like(k.narrow(2, 0, 1), kz)}, 2));
  }
  return InVoxels(at::cat(partitions), 34.0);
}

test::EllipsoidScan
Scan(const at::Tensor & trajectory)
{
  return test::MakeEllipsoidScan(
      {{1.0, {0.0, 0.0, 0.0}, {0.35, 0.38, 0.34}}, {-0.6, {0.1, -0.05, 0.05}, {0.15, 0.12, 0.16}}},
      VolumeGrid(),
      trajectory,
      4,
      noise);
}

MRIClassicalOptions
Method(const std::string & name)
{
  MRIClassicalOptions options;
  options.method = name;
  return options;
}

double
ErrorOf(const VolumeEstimate & estimate, const test::EllipsoidScan & test)
{
  const at::Tensor image = TensorView(estimate.mean)[0];
  return test::RelativeError(image, test.truth.to(at::kComplexFloat));
}

/** The least error with any of three weights. */
double
BestError(const test::EllipsoidScan & test, const std::string & method)
{
  double best = std::numeric_limits<double>::infinity();
  for (const double weight : {0.005, 0.015, 0.05})
  {
    MRIClassicalOptions options = Method(method);
    options.lambda = weight;
    options.iterations = 48;
    best = std::min(best, ErrorOf(ReconstructClassical(test.scan, options), test));
  }
  return best;
}

TEST(NoncartesianVolumes, PenaltiesOfVolumesBeatSense)
{
  for (const at::Tensor & trajectory : {Kooshball(120), StackOfStars(7)})
  {
    const test::EllipsoidScan test = Scan(trajectory);
    const double sense = ErrorOf(ReconstructClassical(test.scan, Method("sense")), test);
    EXPECT_LT(BestError(test, "tv"), 0.9 * sense);
    EXPECT_LT(BestError(test, "wavelet"), sense);
  }
}

TEST(NoncartesianVolumes, TheDiscrepancyPrincipleFitsTheNoise)
{
  const test::EllipsoidScan test = Scan(StackOfStars(5));
  MRIClassicalOptions options = Method("tv");
  options.tolerance = 0.01;
  const auto result = ReconstructClassical(test.scan, options);
  EXPECT_TRUE(result.mean.GetGrid().IsCongruent(VolumeGrid()));
  EXPECT_NEAR(result.summary.dataFit, 1.0, 0.02); // the principle's 1 %
}

TEST(NoncartesianVolumes, TheThirdDirectionIsRegularisedByItsThickness)
{
  const test::EllipsoidScan test = Scan(StackOfStars(7));
  const auto solve = [&](double thickness)
  {
    MRIScan scan = test.scan;
    scan.imageGrid.spacing.z = thickness;
    MRIClassicalOptions options = Method("tv");
    options.lambda = 0.05;
    options.tolerance = 0.01;
    return TensorView(ReconstructClassical(scan, options).mean)[0];
  };
  const auto across = [](const at::Tensor & x)
  { return (x.slice(0, 1) - x.slice(0, 0, -1)).abs().sum().item<double>(); };
  // Thick slices are allowed to differ more.
  EXPECT_GT(across(solve(30.0)), 1.1 * across(solve(1.0)));
}

TEST(NoncartesianVolumes, RefusesRandomShifts)
{
  const test::EllipsoidScan test = Scan(StackOfStars(5));
  MRIClassicalOptions options = Method("wavelet");
  options.lambda = 0.1;
  options.randomShift = true;
  EXPECT_THROW_MESSAGE(ReconstructClassical(test.scan, options), UsageError, "required one within slices");
}
} // namespace
} // namespace tweedie
