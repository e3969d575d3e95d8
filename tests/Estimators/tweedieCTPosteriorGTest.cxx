// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTPosterior.h"

#include "tweedieCTPosteriorProblems.h"
#include "tweedieError.h"

namespace tweedie
{
namespace
{
using namespace test;

TEST(CTPosterior, OfAGaussianPriorIsDenseAlgebraInEveryGeometry)
{
  for (const char * type : {"parallel", "fan", "fan-equiangular", "cone"})
  {
    for (const bool isTurned : {false, true})
    {
      SCOPED_TRACE(std::string(type) + (isTurned ? ", slices from the head down" : ""));
      const Grid grid = ImageGrid(2, isTurned);
      const CTScan scan = Scan(type, grid);
      const at::Tensor lines = CTModel(scan, grid).Batch(scan.projections);
      const DensePosterior exact = Dense(scan, grid, lines, at::full_like(lines, lineNoise * lineNoise));
      const VolumeEstimate estimate = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, Exactly());
      EXPECT_TRUE(estimate.mean.GetGrid().IsCongruent(grid));
      // A white prior makes the step exact; what is left is 30 levels down to 0.01 prior deviations, in floats.
      EXPECT_TENSOR_CLOSE(AsBatch(estimate.mean, scan, grid), exact.mean, 1e-3);
      EXPECT_GT(RelativeError(at::full_like(exact.mean, unit * priorMean), exact.mean), 0.1);
    }
  }
}

TEST(CTPosterior, SamplesHaveTheSpreadOfDenseAlgebra)
{
  const Grid grid = ImageGrid(1);
  const CTScan scan = Scan("fan", grid);
  const at::Tensor lines = CTModel(scan, grid).Batch(scan.projections);
  const DensePosterior exact = Dense(scan, grid, lines, at::full_like(lines, lineNoise * lineNoise));
  CTPosteriorOptions options = Exactly();
  options.method = "daps";
  options.samples = 200;
  options.batch = 200;
  const VolumeEstimate estimate = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  const at::Tensor ratio = AsBatch(estimate.standardDeviation, scan, grid) / exact.deviation;
  // 64 pixels of 200 samples: a mean square that is right to 1.25 % (one in sqrt(2 64 200) / 2), less for pixels that
  // depend on each other; four of them.
  EXPECT_NEAR(ratio.square().mean().sqrt().item<double>(), 1.0, 0.05);
  const at::Tensor score = (AsBatch(estimate.mean, scan, grid) - exact.mean) / exact.deviation * std::sqrt(200.0);
  EXPECT_LT(score.square().mean().item<double>(), 1.8); // 1 with a deviation of sqrt(2 / 64) = 0.18
}

TEST(CTPosterior, OfCountsWeighsEachRay)
{
  const Grid grid = ImageGrid(2);
  CTScan scan = Scan("parallel", grid);
  const double photons = 400.0;
  const double electronic = 3.0;
  const at::Tensor counts = (photons * (-TensorView(scan.projections)).exp()).round();
  scan.projections = VolumeFromTensor(counts, scan.projections.GetGrid());
  scan.isCounts = true;
  scan.photons = photons;
  scan.electronic = electronic;
  const at::Tensor y = CTModel(scan, grid).Batch(scan.projections).to(at::kDouble);
  CTPosteriorOptions options = Exactly();
  options.noise.reset();
  options.modelDeviation = 0.03;
  const at::Tensor variance = (y + electronic * electronic) / y.square() + 0.03 * 0.03;
  const DensePosterior exact = Dense(scan, grid, -(y / photons).log(), variance);
  const VolumeEstimate weighted = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  EXPECT_TENSOR_CLOSE(AsBatch(weighted.mean, scan, grid), exact.mean, 2e-3); // as above; weights of a wide range
  // The Poisson form has no model error; without it both forms say the same but for the logarithm's bias 1 / (2 y).
  options.modelDeviation = 0.0;
  options.steps = 10;
  options.innerTolerance = 1e-4;
  const VolumeEstimate gaussian = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  options.likelihood = "poisson";
  const VolumeEstimate poisson = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  const double difference = RelativeError(TensorView(poisson.mean), TensorView(gaussian.mean));
  EXPECT_LT(difference, 0.05);
  EXPECT_GT(difference, 1e-5); // not the same code
  options.method = "daps";
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options), UsageError); // no exact draw
}

TEST(CTPosterior, OfCountsRunsWhatNeedsAGaussian)
{
  const Grid grid = ImageGrid(2);
  const CTScan lines = Scan("parallel", grid);
  CTScan counts = lines;
  counts.isCounts = true;
  counts.photons = 400.0;
  counts.projections = VolumeFromTensor(400.0 * (-TensorView(lines.projections)).exp(), counts.projections.GetGrid());
  CTScan logarithms = lines; // without electronic noise these have the same weights
  logarithms.photons = 400.0;
  CTPosteriorOptions options = Exactly();
  options.noise.reset();
  options.steps = 10;
  options.samples = 2;
  for (const char * method : {"dds", "diffpir", "pnp-dm"})
  {
    SCOPED_TRACE(method);
    options.method = method;
    const VolumeEstimate estimate = ReconstructCTPosterior(counts, grid, WhitePrior(), unit, options);
    const VolumeEstimate same = ReconstructCTPosterior(logarithms, grid, WhitePrior(), unit, options);
    // The same draws; exp and log in floats.
    EXPECT_TENSOR_CLOSE(TensorView(estimate.mean), TensorView(same.mean), 1e-4);
  }
}

TEST(CTPosterior, OfLinesHasTheNoiseOfTheirPhotons)
{
  const Grid grid = ImageGrid(1);
  CTScan scan = Scan("parallel", grid);
  scan.photons = 400.0;
  scan.electronic = 30.0; // beside it the photons' own noise is half of the variance or less
  CTPosteriorOptions options = Exactly();
  options.noise.reset();
  const at::Tensor lines = CTModel(scan, grid).Batch(scan.projections).to(at::kDouble);
  const at::Tensor inverse = lines.exp() / 400.0;
  const DensePosterior exact = Dense(scan, grid, lines, inverse + 900.0 * inverse.square());
  const VolumeEstimate estimate = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  // As above; where data say little, 1 / 101 of the start at zero is left.
  EXPECT_TENSOR_CLOSE(AsBatch(estimate.mean, scan, grid), exact.mean, 1e-2);
  scan.electronic = 0.0;
  const VolumeEstimate quiet = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  EXPECT_GT(RelativeError(AsBatch(quiet.mean, scan, grid), exact.mean), 2e-2);
}

TEST(CTPosterior, SlicesFromTheHeadDownAreTheSameSlices)
{
  const Grid grid = ImageGrid(2);
  const Grid turned = ImageGrid(2, true);
  const CTScan scan = Scan("parallel", grid);
  const at::Tensor up = TensorView(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, Exactly()).mean);
  const at::Tensor down = TensorView(ReconstructCTPosterior(scan, turned, WhitePrior(), unit, Exactly()).mean);
  EXPECT_TENSOR_CLOSE(down.flip({1, 2}), up, 1e-5); // turned about x; rounding of other rays
}

TEST(CTPosterior, VoxelsThatNoRayMeetsAreThePriors)
{
  const Grid grid = ImageGrid(1);
  CTScan scan = Scan("parallel", grid);
  Grid narrow = scan.projections.GetGrid();
  narrow.size = {1, 1, 4}; // one view of 16 mm of 32: of others, each voxel would see some
  narrow.origin[0] = -6.0;
  scan.geometry.views.resize(1);
  scan.projections =
      VolumeFromTensor(TensorView(scan.projections).narrow(1, 0, 1).narrow(3, 5, 4).contiguous(), narrow);
  const VolumeEstimate estimate = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, Exactly());
  ASSERT_FALSE(estimate.summary.warnings.empty());
  EXPECT_NE(estimate.summary.warnings[0].find("are met by no ray"), std::string::npos);
  // A corner. The chain comes from zero at 10 prior deviations and keeps 1 / 101 of that.
  EXPECT_NEAR(TensorView(estimate.mean)[0][0][0][0].item<double>(), unit * priorMean, 0.011 * unit * priorMean);
}

TEST(CTPosterior, StartsFromAnImageAndRefusesWhatDoesNotFit)
{
  const Grid grid = ImageGrid(2);
  CTScan scan = Scan("parallel", grid);
  CTPosteriorOptions options = Exactly();
  options.start = "given.nii.gz";
  const Volume start = VolumeFromTensor(at::full({1, 2, side, side}, unit * priorMean, at::kFloat), grid);
  EXPECT_NO_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options, {}, start));
  Grid wide = grid;
  wide.size.x = side + 1;
  const Volume other = VolumeFromTensor(at::zeros({1, 2, side, side + 1}), wide);
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, Exactly(), {}, other), Error);
  options = Exactly();
  options.noise.reset();
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options), UsageError); // unknown noise
  scan.photons = 1e4;
  EXPECT_NO_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options)); // that of the photons
  options.likelihood = "poisson";
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options), UsageError); // of no counts
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), 0.0, Exactly()), UsageError);
  scan.isCounts = true;
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, Exactly()), UsageError); // they know their noise
}
} // namespace
} // namespace tweedie
