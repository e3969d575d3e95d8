// SPDX-License-Identifier: Apache-2.0
// Posteriors of volumes along trajectories with a k_z, under priors of slices. The data are those of ellipsoids, whose
// k-space is known in closed form.
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieKspaceEllipsoids.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMRIUnits.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

namespace tweedie
{
namespace
{
constexpr double noise = 0.04;
constexpr std::int64_t rows = 18;
constexpr std::int64_t columns = 16;

test::EllipsoidScan
TestScan()
{
  Grid grid;
  grid.size = {10, rows, columns};
  grid.spacing = {2.0, 1.0, 1.0};
  TrajectoryOptions options;
  options.kind = "kooshball";
  options.size = 18;
  options.readouts = 60;
  const at::Tensor k = MakeTrajectory(options) * at::tensor({16.0 / 18.0, 1.0, 10.0 / 18.0}, at::kDouble);
  return test::MakeEllipsoidScan(
      {{1.0, {0.0, 0.0, 0.0}, {0.35, 0.38, 0.34}}, {-0.6, {0.1, -0.05, 0.05}, {0.2, 0.15, 0.16}}}, grid, k, 3, noise);
}

std::shared_ptr<const FourierGaussianDenoiser>
PriorOf(const at::Tensor & spectrum)
{
  return std::make_shared<const FourierGaussianDenoiser>(spectrum.expand({1, 1, rows, columns}).contiguous());
}

at::Tensor
SmoothSpectrum()
{
  const auto ky = (at::arange(rows, at::kDouble) - rows / 2).square().reshape({rows, 1});
  const auto kx = (at::arange(columns, at::kDouble) - columns / 2).square().reshape({1, columns});
  return 0.9 * (-(ky + kx) / 12.0).exp() + 1e-3;
}

PosteriorOptions
Options(const std::string & method)
{
  PosteriorOptions options;
  options.method = method;
  options.steps = 10;
  options.sampleSteps = 10;
  options.sigmaMaximum = 5.0;
  options.sigmaMinimum = 0.005;
  return options;
}

TEST(MRIVolumes, UnderAWhitePriorTheMeanIsTheRegularisedSolution)
{
  const test::EllipsoidScan test = TestScan();
  constexpr double variance = 0.05; // of a component
  PosteriorOptions options = Options("rmp");
  options.guidance = "pigdm"; // exact for a Gaussian
  options.steps = 20;
  const auto result = ReconstructPosterior(test.scan, PriorOf(at::full({1}, variance, at::kDouble)), options);
  EXPECT_TRUE(result.mean.GetGrid().IsCongruent(test.scan.imageGrid));
  // |y - A x|^2 / s^2 + |x|^2 / (2 v u^2), u the prior's unit in the data.
  const double unit = MRIScale(test.scan, at::kCPU);
  MRIClassicalOptions sense;
  sense.lambda = noise * noise / (2.0 * variance * unit * unit);
  sense.tolerance = 1e-6;
  const auto exact = ReconstructClassical(test.scan, sense);
  // 20 steps of the chain leave 1 to 2 %.
  EXPECT_TENSOR_CLOSE(TensorView(result.mean), TensorView(exact.mean), 0.03);
}

TEST(MRIVolumes, EveryEstimatorRunsOrSaysWhyNot)
{
  const test::EllipsoidScan test = TestScan();
  const auto prior = PriorOf(SmoothSpectrum());
  const at::Tensor truth = test.truth.to(at::kComplexFloat).unsqueeze(0);
  for (const char * method : {"rmp", "daps", "dps", "dds", "diffpir", "pnp-dm", "red-diff", "pnp-admm"})
  {
    const auto result = ReconstructPosterior(test.scan, prior, Options(method));
    EXPECT_LT(test::RelativeError(TensorView(result.mean), truth), 1.0) << method; // that of an image of zeros
  }
  EXPECT_NO_THROW(ReconstructPosterior(test.scan, prior, Options("tds"))); // one particle is no estimate
  for (const char * method : {"ddrm", "ilvr", "mcg"})
  {
    EXPECT_THROW(ReconstructPosterior(test.scan, prior, Options(method)), UsageError) << method;
  }
}

TEST(MRIVolumes, SamplesAndStartsAreVolumes)
{
  const test::EllipsoidScan test = TestScan();
  PosteriorOptions options = Options("daps");
  options.samples = 3;
  options.keepSamples = true;
  options.start = "truth.nii";
  options.startSigma = 0.3;
  Volume start(test.scan.imageGrid, Volume::Element::Complex);
  TensorView(start).copy_(test.truth.unsqueeze(0));
  const auto result = ReconstructPosterior(test.scan, PriorOf(SmoothSpectrum()), options, {}, start);
  ASSERT_EQ(result.samples.Channels(), 3);
  EXPECT_TENSOR_CLOSE(TensorView(result.samples).mean(0, true), TensorView(result.mean), 1e-6); // single precision
  EXPECT_TRUE(result.standardDeviation.GetGrid().IsCongruent(test.scan.imageGrid));
  EXPECT_GT(TensorView(result.standardDeviation).min().item<double>(), 0.0);
}

TEST(MRIVolumes, ASecondSetWithoutMapsChangesNothing)
{
  const test::EllipsoidScan test = TestScan();
  MRIScan two = test.scan;
  const at::Tensor maps = TensorView(test.scan.sensitivities);
  two.sensitivities = VolumeFromTensor(at::cat({maps, at::zeros_like(maps)}), test.scan.sensitivities.GetGrid());
  two.mapSets = 2;
  const auto prior = PriorOf(SmoothSpectrum());
  const auto one = ReconstructPosterior(test.scan, prior, Options("rmp"));
  // The inner solver's sums run over twice as many numbers: 1e-4 is its tolerance.
  EXPECT_TENSOR_CLOSE(
      TensorView(ReconstructPosterior(two, prior, Options("rmp")).mean).abs(), TensorView(one.mean).abs(), 1e-3);
  MRIClassicalOptions options;
  options.method = "sense";
  options.tolerance = 1e-6; // single precision
  EXPECT_TENSOR_CLOSE(TensorView(ReconstructClassical(two, options).mean).abs(),
                      TensorView(ReconstructClassical(test.scan, options).mean).abs(),
                      1e-4);
  for (const char * method : {"tv", "wavelet"})
  {
    options.method = method;
    EXPECT_THROW(ReconstructClassical(two, options), UsageError) << method;
  }
}
} // namespace
} // namespace tweedie
