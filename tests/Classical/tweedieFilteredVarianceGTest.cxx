// SPDX-License-Identifier: Apache-2.0
#include "tweedieFilteredVariance.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieEllipsoidPhantom.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFilteredBackProjection.h"
#include "tweedieNoiseSpectrum.h"
#include "tweedieRayVariance.h"
#include "tweedieTransmissionNoise.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <iostream>

namespace tweedie
{
namespace
{
using namespace test;

struct ScanCase
{
  const char * name;
  CTGeometry geometry;
  CTDetector detector;
  Grid grid;
};

CTGantry
Gantry()
{
  CTGantry gantry;
  gantry.sid = 60.0;
  gantry.sdd = 90.0;
  return gantry;
}

std::vector<ScanCase>
ScanCases()
{
  CTDetector displaced = CenteredDetector(13, 1.5);
  displaced.originU += 4.0;
  const Grid slice = CenteredGrid(9, 8, 1, 1.1, 1.0);
  return {{"parallel", Circle(CTBeam::Parallel, 8, 180.0, {}), CenteredDetector(14, 1.0), slice},
          {"fan", Circle(CTBeam::Fan, 10, 360.0, Gantry()), CenteredDetector(15, 1.4), slice},
          {"short scan", Circle(CTBeam::Fan, 12, 220.0, Gantry()), CenteredDetector(15, 1.4), slice},
          {"displaced", Circle(CTBeam::Fan, 10, 360.0, Gantry()), displaced, slice},
          {"equiangular", Circle(CTBeam::Fan, 10, 360.0, Gantry(), 90.0), CenteredDetector(15, 1.4), slice},
          {"cone",
           Circle(CTBeam::Cone, 6, 360.0, Gantry()),
           CenteredDetector(12, 1.5, 5, 1.6),
           CenteredGrid(6, 5, 4, 1.3, 1.2)}};
}

/** The method as a matrix [voxels, rays], a ray at a time. */
at::Tensor
MatrixOf(const ScanCase & s, const RampFilterOptions & options)
{
  const auto views = static_cast<std::int64_t>(s.geometry.views.size());
  const std::int64_t rays = views * s.detector.rows * s.detector.columns;
  const at::Tensor units = at::eye(rays, at::kDouble).view({rays, 1, views, s.detector.rows, s.detector.columns});
  std::vector<std::string> warnings;
  return FilteredBackProjection(s.geometry, s.detector, s.grid, units, options, warnings).reshape({rays, -1}).t();
}

TEST(FilteredVariance, EqualsTheMatrixOfTheMethod)
{
  for (const ScanCase & s : ScanCases())
  {
    for (const char * window : {"ramp", "hann"})
    {
      RampFilterOptions options;
      options.window = window;
      options.cutOff = window[0] == 'h' ? 0.8 : 1.0;
      const at::Tensor matrix = MatrixOf(s, options);
      const auto views = static_cast<std::int64_t>(s.geometry.views.size());
      const at::Tensor variance = Normal(4, {1, 1, views, s.detector.rows, s.detector.columns}).square();
      const at::Tensor expected = at::matmul(matrix.square(), variance.reshape({-1}));
      const at::Tensor found = FilteredVariance(s.geometry, s.detector, s.grid, variance, options);
      EXPECT_TENSOR_CLOSE(found.reshape({-1}), expected, 1e-11) << s.name; // rounding of double
      const std::array<std::int64_t, 3> voxel{3, 2, s.grid.size.z / 2};
      const std::int64_t index = (voxel[2] * s.grid.size.y + voxel[1]) * s.grid.size.x + voxel[0];
      const at::Tensor row = at::matmul(matrix, matrix[index] * variance.reshape({-1}));
      const at::Tensor covariance =
          FilteredCovariance(s.geometry, s.detector, s.grid, variance, options, voxel).reshape({-1});
      EXPECT_TENSOR_CLOSE(covariance, row, 1e-11) << s.name;
      EXPECT_NEAR(covariance[index].item<double>() / expected[index].item<double>(), 1.0, 1e-11) << s.name;
    }
  }
}

TEST(FilteredVariance, RefusesWhatIsNotLinearAndWhatIsNoVariance)
{
  const ScanCase s = ScanCases().front();
  const at::Tensor variance = at::ones({1, 1, 8, 1, 14}, at::kDouble);
  RampFilterOptions options;
  EXPECT_THROW_MESSAGE(
      FilteredVariance(s.geometry, s.detector, s.grid, -variance, options), DataError, "negative or not finite");
  EXPECT_THROW_MESSAGE(FilteredCovariance(s.geometry, s.detector, s.grid, variance, options, {9, 0, 0}),
                       UsageError,
                       "outside of the image");
  options.extension = 0.2;
  EXPECT_THROW_MESSAGE(FilteredVariance(s.geometry, s.detector, s.grid, variance, options), UsageError, "--extension");
}

/** A disc in counts, and replicas of its reconstruction. */
struct Disc
{
  CTScan scan;
  Grid grid = CenteredGrid(64, 64, 1, 1.0, 1.0);
  CTClassicalOptions options;
  VolumeEstimate formula;
  at::Tensor replicas; ///< [n, y, x]

  explicit Disc(std::int64_t count, double electronic)
  {
    const CTDetector detector = CenteredDetector(96, 1.0);
    scan.geometry = Circle(CTBeam::Parallel, 90, 180.0, {});
    const at::Tensor lines = Project({{0.02, {2.0, -3.0, 0.0}, {26.0, 22.0, endless}}}, scan.geometry, detector);
    TransmissionNoiseOptions noise;
    noise.photons = *(scan.photons = 5000.0);
    noise.electronic = scan.electronic = electronic;
    scan.isCounts = true;
    const Grid stack = ProjectionGrid(detector, scan.geometry.views.size());
    std::vector<at::Tensor> all;
    for (std::int64_t r = 0; r < count; ++r)
    {
      scan.projections = VolumeFromTensor(SimulateCounts(lines, noise, 1, static_cast<std::uint64_t>(r))[0], stack);
      all.push_back(TensorView(ReconstructCTClassical(scan, grid, options).mean)[0][0].to(at::kDouble));
    }
    replicas = at::stack(all);
    scan.projections = VolumeFromTensor(((-lines).exp() * *scan.photons)[0], stack); // expected counts
    formula = ReconstructCTClassical(scan, grid, options);
    SetAnalyticDeviation(formula, scan, options);
  }
};

TEST(FilteredVariance, AgreesWithReplicasOfCounts)
{
  constexpr std::int64_t count = 200;
  for (const double electronic : {0.0, 30.0}) // of some 2000 counts: half as much variance again
  {
    const Disc disc(count, electronic);
    const at::Tensor ratio = disc.replicas.var(0, true) / TensorView(disc.formula.standardDeviation)[0][0].square();
    const at::Tensor inside = ratio.masked_select(TensorView(disc.formula.mean)[0][0].gt(0.015));
    const double error = std::sqrt(2.0 / (count - 1)); // of a variance
    std::cout << "[  FIGURE  ] fbp-variance-ratio = " << inside.mean().item<double>() << ", spread over its error "
              << inside.std(true).item<double>() / error << '\n';
    EXPECT_NEAR(inside.mean().item<double>(), 1.0, 0.02);           // the issue's
    EXPECT_NEAR(inside.std(true).item<double>() / error, 1.0, 0.1); // 1700 pixels, few of them independent
    EXPECT_EQ(disc.formula.summary.deviationKind, DeviationKind::Replica);
    EXPECT_EQ(disc.formula.summary.deviationOf, "analytic");
  }
  CTClassicalOptions other;
  other.method = "sirt";
  Disc disc(2, 0.0);
  EXPECT_THROW_MESSAGE(SetAnalyticDeviation(disc.formula, disc.scan, other), UsageError, "replicas serve any method");
}

TEST(NoiseSpectrum, OfReplicasIsThatOfTheCovariance)
{
  constexpr std::int64_t count = 400, side = 16;
  const Disc disc(count, 0.0);
  const at::Tensor region = disc.replicas.narrow(1, 24, side).narrow(2, 26, side);
  const NoiseSpectrum found = MeasureNoiseSpectrum(region, 1.0, 1.0);
  // Linear interpolation smooths less near the axis, where a voxel stays near a column: the mean over the region
  // counts.
  const at::Tensor rays = RayVariance(disc.scan, TensorView(disc.scan.projections)).unsqueeze(0);
  const CTDetector detector = DetectorOf(disc.scan.projections.GetGrid());
  at::Tensor covariance = at::zeros({2 * side - 1, 2 * side - 1}, at::kDouble);
  for (std::int64_t i = 0; i < side * side; i += 3)
  {
    const std::int64_t x = 26 + i % side, y = 24 + i / side;
    const at::Tensor row =
        FilteredCovariance(disc.scan.geometry, detector, disc.grid, rays, disc.options.filter, {x, y, 0})[0][0][0];
    covariance += row.narrow(0, y - side + 1, 2 * side - 1).narrow(1, x - side + 1, 2 * side - 1);
  }
  const NoiseSpectrum expected = ExpectedNoiseSpectrum(covariance / 86.0, 1.0, 1.0);
  const at::Tensor ratio = found.power / expected.power;
  std::cout << "[  FIGURE  ] fbp-noise-spectrum-ratio = " << ratio.min().item<double>() << " to "
            << ratio.max().item<double>() << '\n';
  // 8 numbers of two parts in the first ring, each known to 1 / sqrt(400): 2 %; three of that, and the distances that
  // leave the region, whose covariances are taken from beyond it.
  EXPECT_LT((ratio - 1.0).abs().max().item<double>(), 0.06);
  EXPECT_NEAR(ratio.mean().item<double>(), 1.0, 0.02);
  EXPECT_GT((expected.power[4] / expected.power[1]).item<double>(), 1.5); // a ramp rises
}

TEST(NoiseSpectrum, IntegratesToTheVariance)
{
  const at::Tensor white = Normal(3, {200, 16, 12}) * 2.0;
  const NoiseSpectrum found = MeasureNoiseSpectrum(white, 0.5, 0.7);
  // Parseval: the mean over all frequencies is dx dy times the variance.
  EXPECT_NEAR(found.plane.mean().item<double>() / (0.35 * white.var(0, true).mean().item<double>()), 1.0, 1e-12);
  at::Tensor impulse = at::zeros({31, 23}, at::kDouble);
  impulse[15][11] = 4.0;
  const NoiseSpectrum expected = ExpectedNoiseSpectrum(impulse, 0.5, 0.7);
  EXPECT_TENSOR_NEAR(expected.plane, at::full({16, 12}, 0.35 * 4.0, at::kDouble), 1e-12);
  EXPECT_THROW_MESSAGE(MeasureNoiseSpectrum(white[0], 1.0, 1.0), DataError, "two at least");
  EXPECT_THROW_MESSAGE(ExpectedNoiseSpectrum(white[0], 1.0, 1.0), DataError, "pixel in the middle");
}
} // namespace
} // namespace tweedie
