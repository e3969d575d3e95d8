// SPDX-License-Identifier: Apache-2.0
#include "tweedieEquivariantBootstrap.h"

#include "tweedieCTClassical.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieEllipsoidPhantom.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRISimulation.h"
#include "tweediePhaseObjects.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <iostream>

namespace tweedie
{
namespace
{
/** A smooth spot at (x, y) from the middle, in units of x pixels; y pixels are aspect units long. */
at::Tensor
Spot(std::int64_t height, std::int64_t width, double x, double y, double aspect)
{
  const auto places = [](std::int64_t n) { return at::arange(n, at::kDouble) - 0.5 * static_cast<double>(n - 1); };
  const at::Tensor dy = places(height) * aspect - y;
  const at::Tensor dx = places(width) - x;
  return (-(dy.square().unsqueeze(1) + dx.square().unsqueeze(0)) / 18.0).exp();
}

TEST(ImageMotion, TurnsFromXTowardsYAndIsUndone)
{
  for (const double aspect : {1.0, 1.5})
  {
    ImageMotion motion;
    motion.angle = 0.3;
    const at::Tensor turned = Moved(Spot(40, 64, 10.0, 4.0, aspect), motion, aspect);
    const double c = std::cos(0.3), s = std::sin(0.3);
    // The spot is three pixels wide: its spectrum ends far below the highest frequency.
    EXPECT_TENSOR_NEAR(turned, Spot(40, 64, 10.0 * c - 4.0 * s, 4.0 * c + 10.0 * s, aspect), 1e-3);
  }
  ImageMotion motion{true, false, 3, -2, 0.2};
  const at::Tensor odd = test::Normal(1, {2, 9, 11}, at::kComplexDouble);
  EXPECT_TENSOR_NEAR(MovedBack(Moved(odd, motion), motion), odd, 1e-12); // rounding: all frequencies are kept
  EXPECT_GT(test::LargestDifference(Moved(odd, motion), odd), 1.0);
  motion.angle = 0.0;
  const at::Tensor even = test::Normal(1, {2, 8, 12});
  EXPECT_TENSOR_EQUAL(MovedBack(Moved(even, motion), motion), even);
  EXPECT_TENSOR_EQUAL(Moved(even, motion)[1][3], at::roll(even[1][7], -2)); // mirrored row 0 of 8, three rows down
}

/** Spots and a box, [1, 1, 64, 64], on a grid. */
Volume
Body()
{
  Grid grid;
  grid.size = {1, 64, 64};
  at::Tensor body = at::zeros({1, 1, 64, 64}, at::kDouble);
  body[0][0] = Spot(64, 64, 0.0, 0.0, 1.0) + Spot(64, 64, 8.0, -9.0, 1.0) + 0.5 * Spot(64, 64, -9.0, 5.0, 1.0);
  body[0][0].slice(0, 20, 30).slice(1, 24, 44) += 0.5;
  return VolumeFromTensor(body, grid);
}

/** One coil, lines at random: what is between them is lost. */
MRIScan
MakeScan(double noise)
{
  MRISimulationOptions options;
  options.mask = "variable-density";
  options.acceleration = 2.0;
  options.centerFraction = 0.12;
  options.coils = 1;
  options.phase = "none";
  options.noise = noise;
  return SimulateMRI(Body(), options).scan;
}

TEST(EquivariantBootstrap, IsTheReplicasForALinearMethodWithoutMotion)
{
  const MRIScan scan = MakeScan(0.05);
  MRIClassicalOptions method;
  method.method = "zero-filled";
  const auto reconstruct = [&](const MRIScan & s) { return ReconstructClassical(s, method); };
  BootstrapOptions options;
  options.replicas = 60;
  options.shift = options.rotation = 0.0;
  options.flips = false;
  options.level = 0.8;
  const BootstrapEstimate found = ReconstructWithBootstrap(scan, options, reconstruct);
  // A^H A A^H = A^H of one coil: the estimate is reproduced, and the noise is all: sigma / sqrt(2) a pixel.
  const double expected = 0.05 * std::sqrt(TensorView(scan.mask).mean().item<double>());
  EXPECT_NEAR(TensorView(found.estimate.standardDeviation).mean().item<double>() / expected, 1.0, 0.02);
  EXPECT_EQ(found.estimate.summary.deviationOf, "equivariant bootstrap");
  EXPECT_EQ(found.estimate.summary.samples, 60);
  // An interval of 80 % of a normal number is 2.56 standard deviations long; where the body is, the magnitude is one.
  const at::Tensor inside = TensorView(found.estimate.mean).abs().gt(0.4);
  const at::Tensor length = (TensorView(found.high) - TensorView(found.low)).masked_select(inside);
  EXPECT_NEAR(length.mean().item<double>() / (expected / std::sqrt(2.0)), 2.56, 0.15); // and 60 draws shorten it
}

TEST(EquivariantBootstrap, FindsErrorsOfWhatWasNotMeasuredThatReplicasDoNot)
{
  const MRIScan scan = MakeScan(0.002);
  MRIClassicalOptions method;
  method.method = "zero-filled";
  const auto reconstruct = [&](const MRIScan & s) { return ReconstructClassical(s, method); };
  MRISimulationOptions full;
  full.acceleration = 1.0;
  full.coils = 1;
  full.phase = "none";
  full.noise = 0.0;
  const at::Tensor x = TensorView(SimulateMRI(Body(), full).reference);
  BootstrapOptions options;
  options.replicas = 20;
  const VolumeEstimate found = ReconstructWithBootstrap(scan, options, reconstruct).estimate;
  ReplicaOptions replicas;
  replicas.replicas = 20;
  const VolumeEstimate noise = ReconstructWithReplicas(scan, replicas, reconstruct);
  const auto rms = [](const at::Tensor & e) { return e.abs().square().mean().sqrt().item<double>(); };
  const double error = rms(TensorView(found.mean) - x);
  const double predicted = rms(TensorView(found.standardDeviation)) / error;
  const double byNoise = rms(TensorView(noise.standardDeviation)) / error;
  std::cout << "[  FIGURE  ] bootstrap-over-error = " << predicted << ", replicas " << byNoise << '\n';
  // Of the right size, but half of it here: what the estimate has lost cannot be lost again.
  EXPECT_GT(predicted, 0.3);
  EXPECT_LT(predicted, 1.2);
  EXPECT_LT(byNoise, 0.1);
}

TEST(EquivariantBootstrap, ServesCTAndRefuses)
{
  CTScan scan;
  const CTDetector detector = test::CenteredDetector(48, 1.0);
  scan.geometry = test::Circle(CTBeam::Parallel, 12, 180.0, {});
  const at::Tensor lines =
      test::Project({{0.02, {0.0, 0.0, 0.0}, {12.0, 9.0, test::endless}}}, scan.geometry, detector);
  scan.projections = VolumeFromTensor(((-lines).exp() * 1e5).round()[0], ProjectionGrid(detector, 12));
  scan.isCounts = true;
  scan.photons = 1e5;
  const Grid grid = test::CenteredGrid(32, 32, 1, 1.0, 1.0);
  CTClassicalOptions method;
  const auto fbp = [&](const CTScan & s) { return ReconstructCTClassical(s, grid, method); };
  BootstrapOptions options;
  options.replicas = 12;
  const VolumeEstimate found = ReconstructWithBootstrap(scan, options, fbp).estimate;
  ReplicaOptions replicas;
  replicas.replicas = 12;
  const VolumeEstimate noise = ReconstructWithReplicas(scan, replicas, fbp);
  // Twelve views: streaks are most of the error, and the noise of 1e5 photons is little of it.
  EXPECT_GT(TensorView(found.standardDeviation).mean().item<float>(),
            3.0F * TensorView(noise.standardDeviation).mean().item<float>());
  EXPECT_THROW(ReconstructWithBootstrap(scan, options, fbp, [](const ProgressReport & r) { return r.step < 2; }),
               Aborted);
  options.rotation = 90.0;
  EXPECT_THROW_MESSAGE(ReconstructWithBootstrap(scan, options, fbp), UsageError, "--bootstrap-rotation");
}
} // namespace
} // namespace tweedie
