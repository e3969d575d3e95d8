// SPDX-License-Identifier: Apache-2.0
// Trajectories, their units and densities.
#include "tweedieTrajectory.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieNonuniformFourierOperator.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double pi = 3.14159265358979323846;

at::Tensor
TrajectoryOf(const std::string & kind, std::int64_t size, std::int64_t readouts, std::int64_t samples = 0)
{
  TrajectoryOptions options;
  options.kind = kind;
  options.size = size;
  options.readouts = readouts;
  options.samples = samples;
  return MakeTrajectory(options);
}

at::Tensor
Radii(const at::Tensor & k)
{
  return k.square().sum(-1).sqrt();
}
} // namespace

TEST(Trajectory, RadialReadoutsCrossTheCentreAtEvenAngles)
{
  const auto k = TrajectoryOf("radial", 64, 5, 64);
  ASSERT_EQ(k.sizes().vec(), (std::vector<std::int64_t>{5, 64, 2}));
  EXPECT_DOUBLE_EQ(k[2][32].abs().max().item<double>(), 0.0);
  for (std::int64_t v = 0; v < 5; ++v)
  {
    EXPECT_NEAR(k[v][33][0].item<double>(), std::cos(pi * static_cast<double>(v) / 5.0), 1e-12);
    EXPECT_NEAR(k[v][33][1].item<double>(), std::sin(pi * static_cast<double>(v) / 5.0), 1e-12);
  }
  EXPECT_NEAR(Radii(k).max().item<double>(), 32.0, 1e-12);
}

TEST(Trajectory, GoldenAngleTurnsBy111Degrees)
{
  const auto k = TrajectoryOf("golden-angle", 64, 3, 64);
  const double angle = std::atan2(k[1][40][1].item<double>(), k[1][40][0].item<double>()) * 180.0 / pi;
  EXPECT_NEAR(angle, 111.246, 1e-3);
}

TEST(Trajectory, KooshballReachesAllDirections)
{
  const auto k = TrajectoryOf("kooshball", 32, 2000, 32);
  const auto direction = k.select(1, 0) / 16.0;
  EXPECT_NEAR(Radii(direction).min().item<double>(), 1.0, 1e-12);
  // The mean of n n^T over a sphere is a third of the identity; the error of evenly spread points falls as 1 / V.
  const auto second = at::matmul(direction.t(), direction) / 2000.0;
  EXPECT_LE(LargestDifference(second, at::eye(3, at::kDouble) / 3.0), 0.01);
}

TEST(Trajectory, SpiralArmsAreOneCycleApart)
{
  const auto k = TrajectoryOf("spiral", 64, 8, 4000);
  // Neighbouring arms pass the positive x axis between them at radii one cycle apart.
  std::vector<double> crossings;
  for (std::int64_t arm = 0; arm < 8; ++arm)
  {
    const auto y = k[arm].select(1, 1);
    const auto up = y.slice(0, 0, -1).lt(0).logical_and(y.slice(0, 1).ge(0));
    const auto at = Radii(k[arm].slice(0, 1)).masked_select(up);
    for (std::int64_t i = 0; i < at.numel(); ++i)
    {
      crossings.push_back(at[i].item<double>());
    }
  }
  std::sort(crossings.begin(), crossings.end());
  ASSERT_GE(crossings.size(), 24U);
  for (std::size_t i = 1; i < crossings.size(); ++i)
  {
    EXPECT_NEAR(crossings[i] - crossings[i - 1], 1.0, 0.1); // 4000 samples, 0.1 cycles apart by the edge
  }
}

TEST(Trajectory, UnitsAreRecognized)
{
  const Shape image{1, 1, 48, 64};
  auto k = TrajectoryOf("radial", 64, 64, 64) * at::tensor({1.0, 0.75}, at::kDouble);
  const auto inSamples = k / at::tensor({64.0, 48.0}, at::kDouble);
  EXPECT_TENSOR_CLOSE(TrajectoryInCycles(k, image), k, 1e-15);
  EXPECT_TENSOR_CLOSE(TrajectoryInCycles(inSamples, image), k, 1e-15);
  EXPECT_TENSOR_CLOSE(TrajectoryInCycles(inSamples * (2.0 * pi), image), k, 1e-15);
  EXPECT_TENSOR_CLOSE(TrajectoryInCycles(k * 0.3, image, "cycles-per-fov"), k * 0.3, 1e-15);
  EXPECT_THROW(TrajectoryInCycles(k * 0.3, image), DataError);                         // no unit reaches that far
  EXPECT_THROW(TrajectoryInCycles(k * 3.0, image), DataError);                         // beyond every unit
  EXPECT_THROW(TrajectoryInCycles(at::full({1, 1, 2}, 3.0), {1, 1, 7, 7}), DataError); // radians, or cycles of 7 pixels
  EXPECT_THROW(TrajectoryInCycles(k, image, "furlongs"), UsageError);
}

TEST(DensityCompensation, IsOneOnNyquistsGrid)
{
  const auto line = at::arange(24, at::kDouble) - 12.0;
  const auto k = at::stack({line.unsqueeze(0).expand({24, 24}), line.unsqueeze(1).expand({24, 24})}, -1);
  const auto w = DensityCompensation(k, {1, 1, 24, 24});
  // Periodic, so without an edge: sinc^2 vanishes at the other samples, to the window's error.
  EXPECT_LE(LargestDifference(w, at::ones_like(w)), 1e-3);
  EXPECT_NEAR(EffectiveAcceleration(k, w), 1.0, 1e-3);
}

TEST(DensityCompensation, IsTheRampOfRadialReadouts)
{
  const std::int64_t size = 48;
  const auto k = TrajectoryOf("radial", size, 96, 96);
  const auto ramp = RadialDensity(k);
  // From -24 to 23.5: the last annulus is reached on one side.
  const double disc = pi * (24.25 * 24.25 + 23.75 * 23.75) / 2.0;
  EXPECT_NEAR(ramp.sum().item<double>(), disc, 1e-9 * disc);
  const auto w = DensityCompensation(k, {1, 1, size, size});
  const auto inside = Radii(k).gt(2.0).logical_and(Radii(k).lt(20.0));
  // The kernel is a cycle wide, over which a ramp is straight; the iteration's ripples remain.
  EXPECT_LE(RelativeError(w.masked_select(inside), ramp.masked_select(inside)), 0.05);
}

TEST(RadialDensity, OfShellsFillsTheBall)
{
  const auto k = TrajectoryOf("kooshball", 32, 500, 64);
  // From -16 to 15.5: half of the last shell.
  const double ball = 4.0 / 3.0 * pi * (std::pow(16.25, 3) + std::pow(15.75, 3)) / 2.0;
  EXPECT_NEAR(RadialDensity(k).sum().item<double>(), ball, 1e-9 * ball);
}

TEST(RadialDensity, RefusesOtherReadouts)
{
  EXPECT_THROW(RadialDensity(TrajectoryOf("spiral", 32, 4)), UsageError);
  EXPECT_THROW(RadialDensity(TrajectoryOf("radial", 32, 4) + 3.0), UsageError);
}

TEST(DensityCompensation, MakesTheAdjointAnImage)
{
  // A smooth blob, whose samples at k are known: exp(-pi r^2 / a^2) -> a^2 exp(-pi a^2 (k / N)^2) / N.
  const std::int64_t size = 64;
  const double a = 12.0;
  for (const std::string kind : {"radial", "golden-angle", "spiral"})
  {
    const auto k = TrajectoryOf(kind, size, 101);
    const auto samples = (Radii(k).square() * (-pi * a * a / (64.0 * 64.0))).exp() * (a * a / 64.0);
    const NonuniformFourierOperator op({1, 1, size, size}, k);
    const auto w = DensityCompensation(k, {1, 1, size, size});
    const auto x = op.Adjoint((samples * w).to(at::kComplexDouble).view({1, 1, 1, 101, 2 * size}));
    const auto n = at::arange(size, at::kDouble) - 32.0;
    const auto blob = ((n.square().unsqueeze(0) + n.square().unsqueeze(1)) * (-pi / (a * a))).exp();
    // Weights whose kernel is a cycle wide, where the blob's spectrum is 5 cycles wide.
    EXPECT_LE(RelativeError(at::real(x).view({size, size}), blob), 0.05) << kind;
  }
}

TEST(EffectiveAcceleration, OfRadialReadoutsCountsTheirCells)
{
  // V readouts measure all within V / pi cycles, and two cells' width per readout beyond.
  const auto k = TrajectoryOf("radial", 128, 24);
  const double full = 24.0 / pi;
  const double expected = 64.0 * 64.0 / (full * full + 2.0 * full * (64.0 - full));
  EXPECT_NEAR(EffectiveAcceleration(k, RadialDensity(k)), expected, 0.02 * expected); // cells of half a cycle
}

TEST(EffectiveAcceleration, IsAboutTheSameByEitherDensity)
{
  for (const char * kind : {"radial", "golden-angle"})
  {
    const auto k = TrajectoryOf(kind, 96, 20);
    const double ramp = EffectiveAcceleration(k, RadialDensity(k));
    // Pipe and Menon's weights ripple by some per cent where readouts are a cycle apart.
    EXPECT_NEAR(EffectiveAcceleration(k, DensityCompensation(k, {1, 1, 96, 96})), ramp, 0.1 * ramp) << kind;
    EXPECT_GT(ramp, 3.0);
  }
}

TEST(Trajectory, RefusesOptionsOutOfRange)
{
  EXPECT_THROW(TrajectoryOf("radial", 1, 5), UsageError);
  EXPECT_THROW(TrajectoryOf("radial", 64, 0), UsageError);
  EXPECT_THROW(TrajectoryOf("rosette", 64, 5), UsageError);
}
