// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTPosterior.h"

#include "tweedieCTGeometryOptions.h"
#include "tweedieCTModel.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
using namespace test;

constexpr std::int64_t side = 8;
constexpr double unit = 0.05; // attenuation of the prior's 1, in 1/mm
constexpr double pixel = 4.0; // mm
constexpr double priorMean = 0.4;
constexpr double priorDeviation = 0.2;
constexpr double lineNoise = 0.02;

Grid
ImageGrid(std::int64_t slices, bool isTurned = false)
{
  const auto first = [](std::int64_t n, double spacing) { return -0.5 * static_cast<double>(n - 1) * spacing; };
  Grid grid;
  grid.size = {slices, side, side};
  grid.spacing = {3.0, pixel, pixel};
  grid.origin = {first(side, pixel), first(side, pixel), first(slices, 3.0)};
  if (isTurned)
  {
    grid.direction = {1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0};
    grid.origin = {grid.origin[0], -grid.origin[1], -grid.origin[2]};
  }
  return grid;
}

CTGeometry
Views(const std::string & type)
{
  CTGeometryOptions options;
  options.type = type;
  options.views = 7;
  options.sid = 200.0;
  options.sdd = 300.0;
  return MakeCTGeometry(options);
}

/** Line integrals of noise-like slices, by the operator: what is tested is the posterior of these numbers. */
CTScan
Scan(const std::string & type, const Grid & grid)
{
  CTScan scan;
  scan.geometry = Views(type);
  const double pitch = type == "parallel" ? 4.0 : 6.0;
  const CTDetector detector{14,
                            type == "cone" ? 6 : grid.size.z,
                            pitch,
                            type == "cone" ? 5.0 : 3.0,
                            -6.5 * pitch,
                            type == "cone" ? -12.5 : -1.5 * static_cast<double>(grid.size.z - 1)};
  scan.projections = Volume(ProjectionGrid(detector, scan.geometry.views.size()), Volume::Element::Real);
  const CTModel model(scan, grid);
  const at::Tensor x =
      unit * (priorMean + priorDeviation * Normal(3, {grid.size.z, side, side})).clamp_min(0.0).to(at::kFloat);
  const at::Tensor lines = model.Projector()->Forward(model.ImageBatch(VolumeFromTensor(x.unsqueeze(0), grid)));
  const at::Tensor noisy = lines + lineNoise * Normal(4, lines.sizes()).to(at::kFloat);
  const bool isSliced = model.IsSliceBySlice();
  const at::Tensor stack = isSliced ? noisy.squeeze(3).permute({1, 2, 0, 3}) : noisy[0];
  scan.projections = VolumeFromTensor(stack.contiguous(), scan.projections.GetGrid());
  return scan;
}

std::shared_ptr<const GaussianDenoiser>
WhitePrior()
{
  const at::Tensor mean = at::full({1, 1, side, side}, priorMean, at::kFloat);
  return std::make_shared<const GaussianDenoiser>(
      mean, at::eye(side * side, at::kDouble) * (priorDeviation * priorDeviation));
}

/** (A^T W A + I / v)^-1 and the posterior mean of each entry of the batch in 1/mm, by dense algebra. */
struct DensePosterior
{
  at::Tensor mean;
  at::Tensor deviation;
};

DensePosterior
Dense(const CTScan & scan, const Grid & grid, const at::Tensor & lines, const at::Tensor & variance)
{
  const CTModel model(scan, grid);
  const Shape domain = model.Projector()->DomainShape();
  const at::Tensor A =
      unit * MatrixOf([&](const at::Tensor & x) { return model.Projector()->Forward(x); }, domain, at::kDouble);
  DensePosterior result;
  std::vector<at::Tensor> means, deviations;
  for (std::int64_t k = 0; k < lines.size(0); ++k)
  {
    const at::Tensor W = at::diag(variance[k].flatten().to(at::kDouble).reciprocal());
    const at::Tensor precision =
        A.t().matmul(W).matmul(A) + at::eye(A.size(1), at::kDouble) / (priorDeviation * priorDeviation);
    const at::Tensor covariance = at::linalg_inv(precision);
    const at::Tensor right =
        A.t().matmul(W).matmul(lines[k].flatten().to(at::kDouble)) + priorMean / (priorDeviation * priorDeviation);
    means.push_back(unit * covariance.matmul(right).reshape(domain));
    deviations.push_back(unit * covariance.diagonal().sqrt().reshape(domain));
  }
  result.mean = at::stack(means);
  result.deviation = at::stack(deviations);
  return result;
}

CTPosteriorOptions
Exactly()
{
  CTPosteriorOptions options;
  options.noise = lineNoise;
  options.modelDeviation = 0.0;
  options.steps = 30;
  options.innerTolerance = 1e-7;
  options.innerIterations = 300;
  return options;
}

at::Tensor
AsBatch(const Volume & volume, const CTScan & scan, const Grid & grid)
{
  return CTModel(scan, grid).ImageBatch(volume).to(at::kDouble);
}

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
