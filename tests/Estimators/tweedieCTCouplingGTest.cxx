// SPDX-License-Identifier: Apache-2.0
// A Gaussian factor on the differences of adjacent slices: with a Gaussian prior the posterior is still known.
#include "tweedieCTPosterior.h"

#include "tweedieCTPosteriorProblems.h"
#include "tweedieError.h"
#include "tweedieTemporaryFolder.h"

#include <stdexcept>

namespace tweedie
{
namespace
{
using namespace test;

constexpr double coupling = 400.0;                      // HU
constexpr double tau = 0.02 * coupling / 1000.0 / unit; // 0.16 in units of the prior, whose deviation is 0.2

CTPosteriorOptions
Coupled()
{
  CTPosteriorOptions options = Exactly();
  options.coupling = coupling;
  return options;
}

/** The volume as one image, [1, 1, z, y, x]. */
at::Tensor
Whole(const Volume & volume)
{
  return TensorView(volume).unsqueeze(0).to(at::kDouble);
}

at::Tensor
Lines(const CTScan & scan, const Grid & grid)
{
  return CTModel(scan, grid, true).Batch(scan.projections).to(at::kDouble);
}

TEST(CTPosteriorCoupling, OfAGaussianPriorIsDenseAlgebra)
{
  for (const char * type : {"parallel", "fan", "cone"})
  {
    for (const bool isTurned : {false, true})
    {
      SCOPED_TRACE(std::string(type) + (isTurned ? ", slices from the head down" : ""));
      const Grid grid = ImageGrid(3, isTurned);
      const CTScan scan = Scan(type, grid);
      const at::Tensor lines = Lines(scan, grid);
      const at::Tensor variance = at::full_like(lines, lineNoise * lineNoise);
      const DensePosterior exact = Dense(scan, grid, lines, variance, tau);
      const VolumeEstimate estimate = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, Coupled());
      EXPECT_TRUE(estimate.mean.GetGrid().IsCongruent(grid));
      // As without coupling: exact steps, 30 levels down to 0.01 prior deviations, in floats.
      EXPECT_TENSOR_CLOSE(Whole(estimate.mean), exact.mean, 1e-3);
      const VolumeEstimate alone = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, Exactly());
      EXPECT_GT(RelativeError(Whole(alone.mean), exact.mean), 1e-2);
      // Both say how well the data alone are met, which the factor makes worse.
      EXPECT_GT(estimate.summary.dataFit, alone.summary.dataFit);
      const at::Tensor image = Whole(estimate.mean).to(at::kFloat);
      const at::Tensor residual = lines - CTModel(scan, grid, true).Projector()->Forward(image);
      const double fit = residual.square().mean().item<double>() / (lineNoise * lineNoise);
      EXPECT_NEAR(
          estimate.summary.dataFit, fit, 1e-3 * fit); // floats, a difference of line integrals 20 times as large
    }
  }
}

TEST(CTPosteriorCoupling, SamplesHaveTheSpreadOfDenseAlgebra)
{
  const Grid grid = ImageGrid(3);
  const CTScan scan = Scan("parallel", grid);
  const at::Tensor lines = Lines(scan, grid);
  const at::Tensor variance = at::full_like(lines, lineNoise * lineNoise);
  const DensePosterior exact = Dense(scan, grid, lines, variance, tau);
  CTPosteriorOptions options = Coupled();
  options.method = "daps";
  options.samples = 200;
  options.batch = 100;
  const VolumeEstimate estimate = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  const at::Tensor ratio = Whole(estimate.standardDeviation) / exact.deviation;
  // 192 voxels of 200 samples: a mean square that is right to 0.7 % (one in sqrt(2 192 200) / 2), less for voxels that
  // depend on each other; six of them.
  EXPECT_NEAR(ratio.square().mean().sqrt().item<double>(), 1.0, 0.04);
  const at::Tensor score = (Whole(estimate.mean) - exact.mean) / exact.deviation * std::sqrt(200.0);
  EXPECT_LT(score.square().mean().item<double>(), 1.6); // 1 with a deviation of sqrt(2 / 192) = 0.1
  const DensePosterior alone = Dense(scan, grid, lines, variance, 1e6);
  EXPECT_LT((exact.deviation / alone.deviation).max().item<double>(), 0.9); // what the test would take for wrong
}

TEST(CTPosteriorCoupling, OfCountsIsWeightedOrPoisson)
{
  const Grid grid = ImageGrid(3);
  CTScan scan = Scan("parallel", grid);
  const double photons = 4000.0;
  const at::Tensor counts = (photons * (-TensorView(scan.projections)).exp()).round();
  scan.projections = VolumeFromTensor(counts, scan.projections.GetGrid());
  scan.isCounts = true;
  scan.photons = photons;
  const at::Tensor y = Lines(scan, grid);
  CTPosteriorOptions options = Coupled();
  options.noise.reset();
  const DensePosterior exact = Dense(scan, grid, -(y / photons).log(), y.reciprocal(), tau);
  const VolumeEstimate weighted = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  EXPECT_TENSOR_CLOSE(Whole(weighted.mean), exact.mean, 2e-3); // as above; weights of a wide range
  options.steps = 10;
  options.innerTolerance = 1e-4;
  const at::Tensor gaussian = TensorView(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options).mean);
  options.likelihood = "poisson";
  const at::Tensor poisson = TensorView(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options).mean);
  options.coupling = 0.0;
  const at::Tensor alone = TensorView(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options).mean);
  // Both forms of some 1000 counts differ by the logarithm's bias, 1 / (2 y); without the factor they would by more.
  EXPECT_LT(RelativeError(poisson, gaussian), 5e-3);
  EXPECT_GT(RelativeError(alone, gaussian), 2e-2);
}

TEST(CTPosteriorCoupling, LowersTheErrorOfThinSlicesWithNoiseOfTheirOwn)
{
  const Grid grid = ImageGrid(8);
  const double step = 0.02; // of adjacent slices: 50 HU
  // Slices of the prior's own kind, as alike as the factor says.
  const at::Tensor differences = at::eye(8, at::kDouble).diff();
  const at::Tensor precision =
      at::eye(8, at::kDouble) / (priorDeviation * priorDeviation) + differences.matmul(differences.t()) / (step * step);
  const at::Tensor root = at::linalg_cholesky(at::linalg_inv(precision));
  const at::Tensor slices = priorMean + root.matmul(Normal(5, {8, side * side})).reshape({8, side, side});
  const double noise = 0.1;
  const CTScan scan = Scan("fan", grid, slices, noise);
  CTPosteriorOptions options = Exactly();
  options.noise = noise;
  const auto error = [&]
  {
    const VolumeEstimate estimate = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
    return (Whole(estimate.mean) / unit - slices).square().mean().sqrt().item<double>();
  };
  const double alone = error();
  options.coupling = 50.0;
  const double coupled = error();
  RecordProperty("errors", std::to_string(alone) + " alone, " + std::to_string(coupled) + " coupled");
  EXPECT_LT(coupled, 0.7 * alone); // eight slices of one object would have 1 / sqrt(8) of the noise
  options.coupling = 0.5;          // what is said of the object is wrong
  EXPECT_GT(error(), coupled);
}

TEST(CTPosteriorCoupling, IsRefusedWhereThereIsNothingToCouple)
{
  const Grid one = ImageGrid(1);
  EXPECT_THROW_MESSAGE(ReconstructCTPosterior(Scan("fan", one), one, WhitePrior(), unit, Coupled()),
                       UsageError,
                       "--coupling: given 400.000000 HU for one slice; required two slices at least");
  CTPosteriorOptions options = Coupled();
  options.coupling = -1.0;
  const Grid grid = ImageGrid(2);
  EXPECT_THROW(ReconstructCTPosterior(Scan("fan", grid), grid, WhitePrior(), unit, options), UsageError);
}

TEST(CTPosteriorCoupling, ACheckpointIsThatOfItsOwnFactorAndNoise)
{
  const TemporaryFolder folder;
  const Grid grid = ImageGrid(2);
  const CTScan scan = Scan("fan", grid);
  CTPosteriorOptions options = Coupled();
  options.checkpoint = folder.File("run.checkpoint");
  options.checkpointSeconds = 0.0;
  const auto killed = [](const ProgressReport & report) -> bool
  { return report.step < 12 ? true : throw std::logic_error("killed"); };
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options, killed), std::logic_error);
  CTPosteriorOptions other = options;
  other.coupling = 2.0 * coupling;
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, other), UsageError);
  other = options;
  other.noise = 2.0 * lineNoise;
  EXPECT_THROW(ReconstructCTPosterior(scan, grid, WhitePrior(), unit, other), UsageError);
  const VolumeEstimate resumed = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, options);
  const VolumeEstimate whole = ReconstructCTPosterior(scan, grid, WhitePrior(), unit, Coupled());
  EXPECT_TENSOR_EQUAL(TensorView(resumed.mean), TensorView(whole.mean)); // the saved state is exact
}
} // namespace
} // namespace tweedie
