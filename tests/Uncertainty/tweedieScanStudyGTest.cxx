// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTStudy.h"
#include "tweedieMRIStudy.h"
#include "tweediePhaseStudy.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieLesionScan.h"
#include "tweedieMRIModel.h"
#include "tweedieMRISimulation.h"
#include "tweediePhaseSimulation.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tweedie
{
namespace
{
Grid
GridOf(std::int64_t x, std::int64_t y, std::int64_t z)
{
  Grid grid;
  grid.size.x = x;
  grid.size.y = y;
  grid.size.z = z;
  return grid;
}

/** y = A x + n of two slices and two coils; x in image. */
MRIScan
MeasuredScan(const at::Tensor & mask, double noise, at::Tensor & image)
{
  MRIScan scan;
  const Grid grid = GridOf(mask.size(1), mask.size(0), 2);
  scan.mask = VolumeFromTensor(mask.reshape({1, 1, mask.size(0), mask.size(1)}), GridOf(grid.size.x, grid.size.y, 1));
  scan.sensitivities =
      VolumeFromTensor(SimulateSensitivities(2, grid.size.y, grid.size.x, 1), GridOf(grid.size.x, grid.size.y, 1));
  scan.noise = noise;
  scan.kspace = VolumeFromTensor(at::ones({2, 2, grid.size.y, grid.size.x}, at::kComplexFloat), grid);
  image = test::Normal(1, {2, 1, 1, grid.size.y, grid.size.x}, at::kComplexFloat);
  const auto model = MakeMRIModel(scan);
  const at::Tensor clean = model->Apply(image); // [slice, coil, 1, y, x]
  const at::Tensor noisy =
      clean + test::Normal(2, clean.sizes(), at::kComplexFloat) * (noise / std::sqrt(2.0)) * MRIMask(scan);
  scan.kspace = VolumeFromSliceBatch(noisy, grid);
  return scan;
}

at::Tensor
EveryOtherLine(std::int64_t rows, std::int64_t columns)
{
  at::Tensor mask = at::zeros({rows, columns});
  mask.slice(0, 0, rows, 2).fill_(1);
  mask.narrow(0, rows / 2 - 2, 5).fill_(1);
  return mask;
}

double
MeanSquare(const at::Tensor & x)
{
  return x.square().mean().item<double>();
}

TEST(ScanStudy, ResidualOfTheTruthOfMRIIsWhiteOfUnitVariance)
{
  at::Tensor image;
  const MRIStudy study(MeasuredScan(EveryOtherLine(33, 40), 0.3, image), PosteriorOptions());
  const at::Tensor residual = WhitenedResidual(study, image);
  const WhitenedData data = Whitened(study);
  ASSERT_EQ(residual.numel(), data.values.numel());
  EXPECT_EQ(residual.numel(), 2 * 2 * 2 * 40 * (17 + 2)); // parts, slices, coils, columns, lines
  const double spread = std::sqrt(2.0 / static_cast<double>(residual.numel()));
  EXPECT_NEAR(MeanSquare(residual), 1.0, 4.0 * spread); // of a mean of squares of normal numbers, 4 deviations
  for (std::int64_t coil = 0; coil < 2; ++coil)
  {
    const at::Tensor part = residual.masked_select(data.group.eq(coil));
    EXPECT_EQ(part.numel(), residual.numel() / 2);
    EXPECT_NEAR(MeanSquare(part), 1.0, 4.0 * spread * std::sqrt(2.0));
  }
}

TEST(ScanStudy, LeavesOutLinesButNeverThoseAroundTheCentre)
{
  at::Tensor image;
  const MRIStudy study(MeasuredScan(EveryOtherLine(33, 40), 0.3, image), PosteriorOptions());
  const std::vector<std::int64_t> lines = study.Lines();
  EXPECT_EQ(lines, (std::vector<std::int64_t>{0, 2, 4, 6, 8, 10, 12, 20, 22, 24, 26, 28, 30, 32}));
  const auto rest = study.Without({4, 22});
  const WhitenedData all = Whitened(study), some = Whitened(*rest);
  const at::Tensor isKept = all.line.ne(4).logical_and(all.line.ne(22));
  EXPECT_TRUE(at::equal(some.values, all.values.masked_select(isKept)));
  EXPECT_TRUE(at::equal(some.line, all.line.masked_select(isKept)));
  EXPECT_EQ(rest->Lines().size(), lines.size() - 2);
  EXPECT_EQ(Whitened(study).values.numel(), all.values.numel()); // the study itself has not changed
}

TEST(ScanStudy, AMaskOfSinglePointsLosesSamples)
{
  at::Tensor image;
  at::Tensor mask = test::Normal(5, {24, 30}).gt(0.0).to(at::kFloat);
  mask.narrow(0, 12 - 2, 5).narrow(1, 15 - 2, 5).fill_(1);
  mask[12 - 3][15] = 0;
  const MRIStudy study(MeasuredScan(mask, 0.3, image), PosteriorOptions());
  EXPECT_EQ(study.LineName(), "sample of k-space");
  const std::vector<std::int64_t> samples = study.Lines();
  EXPECT_EQ(static_cast<double>(samples.size()), mask.sum().item<double>() - 25.0);
  EXPECT_EQ(std::count(samples.begin(), samples.end(), 12 * 30 + 15), 0);
  const auto rest = study.Without({samples[0], samples[7]});
  EXPECT_EQ(Whitened(*rest).values.numel(), Whitened(study).values.numel() - 2 * 2 * 2 * 2); // slices, coils, parts
}

TEST(ScanStudy, AlongATrajectoryTheLinesAreReadouts)
{
  constexpr std::int64_t readouts = 13, samples = 64;
  TrajectoryOptions radial;
  radial.size = samples / 2;
  radial.readouts = readouts;
  MRIScan scan;
  scan.trajectory = TrajectoryVolume(MakeTrajectory(radial));
  scan.imageGrid = GridOf(samples / 2, samples / 2, 2);
  scan.sensitivities =
      VolumeFromTensor(SimulateSensitivities(2, samples / 2, samples / 2, 1), GridOf(samples / 2, samples / 2, 1));
  scan.noise = 0.3;
  const Grid grid = GridOf(samples, readouts, 2);
  scan.kspace = VolumeFromTensor(at::ones({2, 2, readouts, samples}, at::kComplexFloat), grid);
  const at::Tensor image = test::Normal(1, {2, 1, 1, samples / 2, samples / 2}, at::kComplexFloat);
  const at::Tensor clean = MakeMRIModel(scan)->Apply(image);
  scan.kspace =
      VolumeFromSliceBatch(clean + test::Normal(2, clean.sizes(), at::kComplexFloat) * (0.3 / std::sqrt(2.0)), grid);
  const MRIStudy study(scan, PosteriorOptions());
  EXPECT_EQ(study.LineName(), "readout");
  EXPECT_EQ(study.Lines().size(), 13U);
  const at::Tensor residual = WhitenedResidual(study, image);
  EXPECT_EQ(residual.numel(), 2 * 2 * 2 * readouts * samples); // parts, slices, coils
  EXPECT_NEAR(MeanSquare(residual), 1.0, 4.0 * std::sqrt(2.0 / static_cast<double>(residual.numel())));

  const auto rest = study.Without({4, 11});
  const WhitenedData all = Whitened(study), some = Whitened(*rest);
  const at::Tensor isKept = all.line.ne(4).logical_and(all.line.ne(11));
  EXPECT_TRUE(at::equal(some.values, all.values.masked_select(isKept)));
  EXPECT_TRUE(at::equal(some.line, all.line.masked_select(isKept)));
  EXPECT_TRUE(at::allclose(WhitenedResidual(*rest, image), residual.masked_select(isKept), 0.0, 1e-4)); // kernels
  EXPECT_EQ(Whitened(*rest->Without({0})).line.min().item<std::int64_t>(), 1); // numbers of the whole scan
  EXPECT_THROW(study.Without(study.Lines()), DataError);
  EXPECT_FALSE(study.Classical({}).has_value());
  EXPECT_THROW(MakeLesionScan(study, "sense"), UsageError);
}

TEST(ScanStudy, FoldsHoldEveryLineOnce)
{
  const std::vector<std::int64_t> lines{3, 5, 8, 9, 14, 20, 21, 22, 40, 41};
  const auto folds = FoldsOf(lines, 4, 7);
  std::set<std::int64_t> seen;
  for (const auto & fold : folds)
  {
    EXPECT_GE(fold.size(), 2U);
    EXPECT_LE(fold.size(), 3U);
    seen.insert(fold.begin(), fold.end());
  }
  EXPECT_EQ(seen, std::set<std::int64_t>(lines.begin(), lines.end()));
  EXPECT_NE(FoldsOf(lines, 4, 8), folds);
  EXPECT_THROW(FoldsOf(lines, 1, 1), UsageError);
  EXPECT_THROW(FoldsOf({1, 2}, 3, 1), UsageError);
}

CTScan
ParallelScan(std::int64_t views, std::int64_t columns)
{
  CTScan scan;
  for (std::int64_t i = 0; i < views; ++i)
  {
    CTGantry gantry;
    gantry.sid = 100.0;
    gantry.gantryAngle = 180.0 * static_cast<double>(i) / static_cast<double>(views);
    scan.geometry.views.push_back(ViewOfGantry(gantry));
  }
  CTDetector detector;
  detector.columns = columns;
  detector.originU = -0.5 * static_cast<double>(columns - 1);
  const Grid grid = ProjectionGrid(detector, static_cast<std::size_t>(views));
  scan.projections = VolumeFromTensor(at::ones({1, views, 1, columns}), grid);
  return scan;
}

TEST(ScanStudy, LosesViewsOfCT)
{
  CTScan scan = ParallelScan(12, 32);
  scan.photons = 1e4;
  const Grid image = CenteredImageGrid(scan, 16, 16, 1.0, 1.0);
  const CTModel model(scan, image);
  const at::Tensor truth = test::Normal(3, {1, 1, 1, 16, 16}, at::kFloat).abs() * 0.02;
  const at::Tensor lines = model.Projector()->Apply(truth);
  const at::Tensor deviation = (lines.exp() / 1e4 + 0.005 * 0.005).sqrt();
  scan.projections =
      model.Projections(lines + deviation * test::Normal(4, lines.sizes(), at::kFloat), scan.projections.GetGrid());
  const CTStudy study(scan, image, CTPosteriorOptions());
  const at::Tensor residual = WhitenedResidual(study, truth);
  EXPECT_EQ(residual.numel(), 12 * 32);
  EXPECT_NEAR(MeanSquare(residual), 1.0, 4.0 * std::sqrt(2.0 / (12 * 32)));
  const auto rest = study.Without({0, 11});
  const WhitenedData all = Whitened(study), some = Whitened(*rest);
  const at::Tensor isKept = all.line.ne(0).logical_and(all.line.ne(11));
  EXPECT_TRUE(at::allclose(some.values, all.values.masked_select(isKept)));
  EXPECT_TRUE(at::allclose(WhitenedResidual(*rest, truth), residual.masked_select(isKept), 1e-4, 1e-4)); // floats
  EXPECT_THROW(study.Without(study.Lines()), DataError);
}

TEST(ScanStudy, LosesPixelsOfPatterns)
{
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.patterns = 2;
  options.noise = 0.05;
  const Volume object = VolumeFromTensor(test::Normal(6, {1, 1, 16, 16}, at::kFloat).abs() * 0.3, GridOf(16, 16, 1));
  const PhaseStudy study(SimulatePhase(object, options), PhasePosteriorOptions());
  const at::Tensor truth = study.Images(object)[0];
  const at::Tensor residual = WhitenedResidual(study, truth);
  EXPECT_EQ(residual.numel(), 2 * 16 * 16);
  // an amplitude cannot be negative: where it is small its noise is cut, which takes away some of the variance
  EXPECT_NEAR(MeanSquare(residual), 1.0, 0.25);
  EXPECT_EQ(study.Lines().size(), 2U * 16U * 16U);
  const auto rest = study.Without({0, 300, 511});
  EXPECT_EQ(WhitenedResidual(*rest, truth).numel(), 2 * 16 * 16 - 3);
  EXPECT_EQ(rest->Lines().size(), 2U * 16U * 16U - 3U);
  EXPECT_EQ(Whitened(*rest).group.max().item<std::int64_t>(), 1);
  EXPECT_THROW(study.Without(study.Lines()), DataError);
}
} // namespace
} // namespace tweedie
