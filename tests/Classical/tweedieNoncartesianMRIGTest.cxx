// SPDX-License-Identifier: Apache-2.0
// Classical reconstructions of scans along a trajectory, simulated by the defining sum on a finer grid.
#include "tweedieMRIClassical.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIModel.h"
#include "tweedieMRISimulation.h"
#include "tweedieSenseNoise.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** Two slices of soft discs, 20 pixels along y and 24 along x. */
Volume
Phantom()
{
  Grid grid;
  grid.size = {2, 20, 24};
  grid.spacing = {3.0, 1.5, 0.5};
  grid.origin = {-7.0, 11.0, 2.0};
  Volume image(grid, Volume::Element::Real);
  const at::Tensor y = (at::arange(20, at::kFloat) - 9.0).view({20, 1});
  const at::Tensor x = (at::arange(24, at::kFloat) - 12.0).view({1, 24});
  const at::Tensor big = at::sigmoid((6.0 - (y.square() + x.square()).sqrt()) * 2.0);
  const at::Tensor small = at::sigmoid((2.0 - ((y - 2.0).square() + (x + 1.0).square()).sqrt()) * 2.0);
  TensorView(image)[0][0].copy_(big + 0.5 * small);
  TensorView(image)[0][1].copy_(big - 0.5 * small);
  return image;
}

Volume
RadialTrajectory(std::int64_t readouts)
{
  TrajectoryOptions options;
  options.size = 24;
  options.readouts = readouts;
  const at::Tensor k = MakeTrajectory(options) * at::tensor({1.0, 20.0 / 24.0}, at::kDouble);
  return TrajectoryVolume(k);
}

MRISimulation
Simulated(std::int64_t coils, std::int64_t readouts, double noise)
{
  MRISimulationOptions options;
  options.coils = coils;
  options.noise = noise;
  return SimulateMRI(Phantom(), options, {}, RadialTrajectory(readouts));
}

MRIClassicalOptions
Method(const std::string & name)
{
  MRIClassicalOptions options;
  options.method = name;
  return options;
}

double
ErrorOf(const VolumeEstimate & estimate, const MRISimulation & simulation)
{
  return test::RelativeError(TensorView(estimate.mean), TensorView(simulation.reference));
}
} // namespace

TEST(NoncartesianMRI, ModelExplainsTheDataOfOneCoil)
{
  const MRISimulation simulation = Simulated(1, 17, 0.0);
  const at::Tensor predicted = MakeMRIModel(simulation.scan)->Forward(SliceBatch(simulation.reference));
  // The object's phase reaches beyond the image's frequencies by a little; float's window has 1e-5.
  EXPECT_TENSOR_CLOSE(predicted, MRIData(simulation.scan), 0.01);
}

TEST(NoncartesianMRI, ZeroFilledOfManyReadoutsIsTheImage)
{
  const MRISimulation simulation = Simulated(1, 60, 0.0);
  const auto result = ReconstructClassical(simulation.scan, Method("zero-filled"));
  EXPECT_TRUE(result.mean.GetGrid().IsCongruent(Phantom().GetGrid()));
  EXPECT_LE(ErrorOf(result, simulation), 0.1); // the corners of k-space are missing, weights are a cycle's means
}

TEST(NoncartesianMRI, RootOfSquaresNeedsNoMaps)
{
  MRISimulation simulation = Simulated(4, 60, 0.0);
  simulation.scan.sensitivities = Volume();
  MRIClassicalOptions options = Method("zero-filled");
  options.combine = "rss";
  const auto result = ReconstructClassical(simulation.scan, options);
  const at::Tensor magnitude = TensorView(simulation.reference).abs();
  EXPECT_LE(test::RelativeError(TensorView(result.mean).abs(), magnitude), 0.1);
  EXPECT_THROW(ReconstructClassical(simulation.scan, Method("zero-filled")), DataError);
}

TEST(NoncartesianMRI, SenseEqualsADirectSolver)
{
  const MRISimulation simulation = Simulated(3, 7, 0.02);
  MRIClassicalOptions options = Method("sense");
  options.lambda = 0.05;
  options.tolerance = 1e-7;
  const auto result = ReconstructClassical(simulation.scan, options);
  const auto model = MakeMRIModel(simulation.scan);
  const at::Tensor units = at::eye(480, at::kComplexDouble).view({480, 1, 1, 20, 24});
  const at::Tensor matrix = model->Forward(units).reshape({480, -1}).t();
  const at::Tensor normal = at::matmul(matrix.conj().t(), matrix) + 0.05 * at::eye(480, at::kComplexDouble);
  const at::Tensor data = MRIData(simulation.scan).to(at::kComplexDouble).reshape({2, -1});
  const at::Tensor expected = at::linalg_solve(normal, at::matmul(matrix.conj().t(), data.t())).t();
  // Residual 1e-7 and window 1e-5 times the condition number, some 1000.
  EXPECT_TENSOR_CLOSE(
      SliceBatch(result.mean).to(at::kComplexDouble), expected.reshape(SliceBatch(result.mean).sizes()), 1e-3);
}

TEST(NoncartesianMRI, PenalizedMethodsFitTheNoise)
{
  const MRISimulation simulation = Simulated(4, 9, 0.02);
  const double zeroFilled = ErrorOf(ReconstructClassical(simulation.scan, Method("zero-filled")), simulation);
  for (const char * name : {"tv", "wavelet"})
  {
    const auto result = ReconstructClassical(simulation.scan, Method(name));
    EXPECT_NEAR(result.summary.dataFit, 1.0, 0.02) << name; // the discrepancy principle's 1 %
  }
  // Wavelets of so few pixels are blocks, which discs are not.
  EXPECT_LE(ErrorOf(ReconstructClassical(simulation.scan, Method("tv")), simulation), 0.7 * zeroFilled);
}

TEST(NoncartesianMRI, PenalizedImagesAreZeroWhereMapsAreCropped)
{
  const MRISimulation simulation = Simulated(4, 9, 0.02);
  const at::Tensor y = (at::arange(20, at::kFloat) - 9.0).view({20, 1});
  const at::Tensor x = (at::arange(24, at::kFloat) - 12.0).view({1, 24});
  const at::Tensor outside = (y.square() + x.square()).gt(81.0); // the object ends at 6
  TensorView(simulation.scan.sensitivities).masked_fill_(outside, 0.0);
  for (const char * name : {"tv", "wavelet"})
  {
    MRIClassicalOptions options = Method(name);
    options.lambda = 0.01;
    const auto result = ReconstructClassical(simulation.scan, options);
    const at::Tensor image = TensorView(result.mean);
    EXPECT_EQ(image.abs().masked_select(outside.expand(image.sizes())).max().item<float>(), 0.0F) << name;
  }
}

TEST(NoncartesianMRI, RefusesWhatNeedsAGrid)
{
  const MRISimulation simulation = Simulated(4, 9, 0.02);
  EXPECT_THROW(ReconstructClassical(simulation.scan, Method("grappa")), UsageError);
  EXPECT_THROW(GeometryFactor(simulation.scan), UsageError);
  auto estimate = ReconstructClassical(simulation.scan, Method("sense"));
  EXPECT_THROW(SetAnalyticDeviation(estimate, simulation.scan, Method("sense")), UsageError);
}

TEST(NoncartesianMRI, RefusesInconsistentScans)
{
  const MRIScan good = Simulated(2, 9, 0.02).scan;
  const auto expectRefused = [](const MRIScan & scan) { EXPECT_THROW(MakeMRIModel(scan), DataError); };
  MRIScan scan = good;
  scan.trajectory = RadialTrajectory(8);
  expectRefused(scan);
  scan = good;
  scan.imageGrid.size.z = 3;
  expectRefused(scan);
  scan = good;
  scan.imageGrid.size.x = 22; // maps of another size
  expectRefused(scan);
  scan = good;
  scan.mask = Volume(good.trajectory.GetGrid(), Volume::Element::Real);
  expectRefused(scan);
  scan = good;
  scan.density = Volume(good.imageGrid, Volume::Element::Real);
  expectRefused(scan);
  scan = good;
  scan.trajectory = scan.trajectory.Clone();
  TensorView(scan.trajectory).mul_(2.0); // beyond the image's frequencies
  expectRefused(scan);
}
} // namespace tweedie
