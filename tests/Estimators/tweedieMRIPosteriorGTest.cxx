// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIModel.h"
#include "tweedieMRIPosterior.h"
#include "tweedieTemporaryFolder.h"
#include "tweedieTrajectory.h"
#include "tweedieVolumeTensor.h"

#include <charconv>

namespace tweedie
{
namespace
{
constexpr std::int64_t slices = 3;
constexpr std::int64_t rows = 24;
constexpr std::int64_t columns = 20;
constexpr double noise = 0.05;

Grid
TestGrid()
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromZyx({slices, rows, columns});
  grid.spacing = Axes<double>::FromZyx({2.0, 1.0, 1.5});
  grid.origin = {10.0, -20.0, 30.0};
  return grid;
}

/** Smooth complex images of a stationary prior; variance of a component 0.07, so that their 99.9th percentile,
 * sqrt(2 * 0.07 * log(1000)), is near 1. */
std::shared_ptr<const FourierGaussianDenoiser>
TestPrior()
{
  const auto ky = (at::arange(rows, at::kDouble) - rows / 2).square().reshape({rows, 1});
  const auto kx = (at::arange(columns, at::kDouble) - columns / 2).square().reshape({1, columns});
  const auto spectrum = 0.9 * (-(ky + kx) / 12.0).exp() + 1e-5;
  return std::make_shared<const FourierGaussianDenoiser>(spectrum.reshape({1, 1, rows, columns}));
}

/** Two coils that differ along y, two of three lines; truth in the units of the data. */
struct TestScan
{
  MRIScan scan;
  at::Tensor truth;      ///< [slice, 1, 1, y, x]
  at::Tensor zeroFilled; ///< likewise

  explicit TestScan(double factor = 1.0)
  {
    auto random = test::Streams(41, slices);
    truth = (TestPrior()->Draw(random) * factor).to(at::kComplexFloat);
    const auto line = at::remainder(at::arange(rows), 3).ne(1).to(at::kFloat).reshape({rows, 1});
    const auto angle = at::linspace(0.0, 1.5, rows, at::kFloat);
    const auto maps = at::stack({angle.cos(), angle.sin()}).reshape({2, 1, rows, 1});
    const auto spread = maps.expand({2, 1, rows, columns}).to(at::kComplexFloat);
    Grid plane = TestGrid();
    plane.size.z = 1;
    scan.sensitivities = VolumeFromTensor(spread, plane);
    scan.mask = VolumeFromTensor(line.expand({1, 1, rows, columns}).contiguous(), plane);
    scan.kspace = Volume(TestGrid(), Volume::Element::Complex, 2);
    TensorView(scan.kspace).fill_(1.0); // so that the model can be made; replaced below
    const auto model = MakeMRIModel(scan);
    const auto data = model->Forward(truth);
    const auto measured = data + random.NormalLike(data) * (factor * noise / std::sqrt(2.0)) * line;
    scan.kspace = VolumeFromSliceBatch(measured, TestGrid());
    zeroFilled = model->Adjoint(measured);
    scan.noise = noise * factor;
  }
};

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

TEST(MRIPosterior, RecoversTheImageInTheUnitsAndPlaceOfTheData)
{
  const TestScan test;
  PosteriorOptions options = Options("rmp");
  options.guidance = "pigdm"; // this prior has a covariance product: second order is exact for it
  options.samples = 8;
  const auto result = ReconstructPosterior(test.scan, TestPrior(), options);
  ASSERT_TRUE(result.mean.IsComplex());
  EXPECT_TRUE(result.mean.GetGrid().IsCongruent(TestGrid()));
  EXPECT_TRUE(result.standardDeviation.GetGrid().IsCongruent(TestGrid()));
  const auto mean = SliceBatch(result.mean);
  const double error = test::RelativeError(mean, test.truth);
  EXPECT_LT(error, 0.5 * test::RelativeError(test.zeroFilled, test.truth)); // not a matter of a few per cent
  const auto deviation = SliceBatch(result.standardDeviation);
  EXPECT_FALSE(result.standardDeviation.IsComplex());
  // A calibrated deviation predicts the error; a few dozen strong frequencies of three images: to some 20 %, and the
  // scale of the images, taken from their 99.9th percentile, is that of the prior to some 20 % as well.
  const double ratio = at::norm(deviation).item<double>() / at::norm(at::abs(mean - test.truth)).item<double>();
  EXPECT_GT(ratio, 0.6);
  EXPECT_LT(ratio, 1.6);
  // A magnitude varies less than its complex number; a phase where there is signal by a fraction of a turn.
  EXPECT_LT(TensorView(result.magnitudeStandardDeviation).mean().item<double>(), deviation.mean().item<double>());
  EXPECT_GT(TensorView(result.phaseStandardDeviation).min().item<double>(), 0.0);
  EXPECT_TRUE(result.samples.IsEmpty());
  EXPECT_EQ(result.summary.deviationOf, "daps");
  EXPECT_EQ(result.summary.networkEvaluations, 10 + 8 * 10);
  EXPECT_NE(result.summary.options.find("\"device\":\"cpu\""), std::string::npos);
}

TEST(MRIPosterior, TakesScansAlongATrajectory)
{
  TestScan test;
  TrajectoryOptions radial;
  radial.kind = "golden-angle";
  radial.size = columns;
  radial.readouts = 11;
  test.scan.trajectory = TrajectoryVolume(MakeTrajectory(radial));
  test.scan.mask = Volume();
  test.scan.imageGrid = TestGrid();
  Grid readouts;
  readouts.size = {slices, 11, 2 * columns};
  test.scan.kspace = Volume(readouts, Volume::Element::Complex, 2);
  TensorView(test.scan.kspace).fill_(1.0); // so that the model can be made; replaced below
  auto random = test::Streams(42, slices);
  const auto model = MakeMRIModel(test.scan);
  const auto data = model->Forward(test.truth);
  const auto measured = data + random.NormalLike(data) * (noise / std::sqrt(2.0));
  test.scan.kspace = VolumeFromSliceBatch(measured, readouts);
  const auto back = model->Adjoint(measured * MRIDensity(test.scan).to(at::kFloat));
  for (const char * method : {"rmp", "daps", "dps", "dds"})
  {
    PosteriorOptions options = Options(method);
    const auto result = ReconstructPosterior(test.scan, TestPrior(), options);
    EXPECT_TRUE(result.mean.GetGrid().IsCongruent(TestGrid()));
    // These images are smooth: most of them is measured. A sample of a poor sampler is worse than the mean.
    EXPECT_LT(test::RelativeError(SliceBatch(result.mean), test.truth), test::RelativeError(back, test.truth))
        << method;
  }
}

TEST(MRIPosterior, ScalesWithTheData)
{
  const PosteriorOptions options = Options("daps");
  const auto one = ReconstructPosterior(TestScan().scan, TestPrior(), options);
  const auto thousand = ReconstructPosterior(TestScan(1000.0).scan, TestPrior(), options);
  // Single precision, and a solver that stops at a relative residual of 1e-5.
  EXPECT_TENSOR_CLOSE(TensorView(thousand.mean), TensorView(one.mean) * 1000.0, 1e-3);
  EXPECT_TENSOR_CLOSE(TensorView(thousand.standardDeviation), TensorView(one.standardDeviation) * 1000.0, 1e-3);
  EXPECT_TENSOR_CLOSE(TensorView(thousand.phaseStandardDeviation), TensorView(one.phaseStandardDeviation), 1e-2);
}

TEST(MRIPosterior, KeepsSamplesAsChannels)
{
  PosteriorOptions options = Options("daps");
  options.samples = 3;
  options.keepSamples = true;
  const auto result = ReconstructPosterior(TestScan().scan, TestPrior(), options);
  ASSERT_EQ(result.samples.Channels(), 3);
  EXPECT_TRUE(result.samples.GetGrid().IsCongruent(TestGrid()));
  const auto mean = TensorView(result.samples).mean(0, true);
  EXPECT_TENSOR_CLOSE(mean, TensorView(result.mean), 1e-6); // single precision
}

TEST(MRIPosterior, EstimatesTheNoiseWhereNobodySaysIt)
{
  TestScan test;
  test.scan.noise.reset();
  const auto result = ReconstructPosterior(test.scan, TestPrior(), Options("rmp"));
  ASSERT_EQ(result.summary.warnings.size(), 1u);
  const std::string & warning = result.summary.warnings[0];
  double found = 0.0;
  std::from_chars(warning.data() + warning.rfind(' ') + 1, warning.data() + warning.size(), found);
  // Some 200 corner samples: the median is known to 7 %, its root to 4 %; what signal the corners hold adds to it.
  EXPECT_NEAR(found, noise, 0.2 * noise) << warning;
  PosteriorOptions given = Options("rmp");
  given.noise = noise;
  EXPECT_TRUE(ReconstructPosterior(test.scan, TestPrior(), given).summary.warnings.empty());
}

TEST(MRIPosterior, StartsFromAnImageInTheUnitsOfTheData)
{
  const TestScan test(50.0);
  PosteriorOptions options = Options("rmp");
  options.steps = 1; // one evaluation at the start level: the start is still felt
  options.start = "truth.nii";
  options.startSigma = 0.05;
  const Volume truth = VolumeFromSliceBatch(test.truth, TestGrid());
  const auto result = ReconstructPosterior(test.scan, TestPrior(), options, {}, truth);
  options.start = "zero";
  options.sigmaMaximum = options.startSigma;
  const auto fromZero = ReconstructPosterior(test.scan, TestPrior(), options);
  const double far = test::RelativeError(TensorView(fromZero.mean), TensorView(truth));
  EXPECT_LT(test::RelativeError(TensorView(result.mean), TensorView(truth)), 0.5 * far);
  options.start = "truth.nii";
  EXPECT_THROW(ReconstructPosterior(test.scan, TestPrior(), options), UsageError); // no image
  EXPECT_THROW(ReconstructPosterior(test.scan, TestPrior(), options, {}, truth.Slices(0, 2)), DataError);
}

TEST(MRIPosterior, RefusesWrongOptionsAndData)
{
  TestScan test;
  const auto refused = [&](const std::function<void(PosteriorOptions &)> & change)
  {
    PosteriorOptions options = Options("rmp");
    change(options);
    EXPECT_THROW(ReconstructPosterior(test.scan, TestPrior(), options), UsageError);
  };
  refused([](auto & o) { o.noise = 0.0; });
  refused([](auto & o) { o.noise = -1.0; });
  refused([](auto & o) { o.method = "reference"; });
  refused([](auto & o) { o.device = "abacus"; });
  refused([](auto & o) { o.threads = -1; });
  EXPECT_THROW(ReconstructPosterior(test.scan, Options("rmp")), UsageError); // no prior
  PosteriorOptions missing = Options("rmp");
  missing.prior = "no-such-file.safetensors";
  EXPECT_THROW(ReconstructPosterior(test.scan, missing), DataError);
  TensorView(test.scan.kspace).index_put_({0, 0, 0, 0}, std::nan(""));
  EXPECT_THROW(ReconstructPosterior(test.scan, TestPrior(), Options("rmp")), DataError);
}

class MRIPosteriorCheckpoint : public test::TemporaryFolderTest
{
};

TEST_F(MRIPosteriorCheckpoint, IsLeftByAnAbortAndRemovedBySuccess)
{
  const TestScan test;
  PosteriorOptions options = Options("rmp");
  options.samples = 2;
  options.checkpoint = m_Folder.File("run");
  const auto whole = ReconstructPosterior(test.scan, TestPrior(), options);
  EXPECT_EQ(m_Folder.Count(), 0);
  const auto stop = [](const ProgressReport & report) { return 3 * report.step < 2 * report.steps; };
  EXPECT_THROW(ReconstructPosterior(test.scan, TestPrior(), options, stop), Aborted);
  EXPECT_EQ(m_Folder.Count(), 2); // of rmp, finished, and of its samples
  const auto resumed = ReconstructPosterior(test.scan, TestPrior(), options);
  EXPECT_EQ(m_Folder.Count(), 0);
  EXPECT_TENSOR_EQUAL(TensorView(resumed.mean), TensorView(whole.mean));
  EXPECT_TENSOR_EQUAL(TensorView(resumed.standardDeviation), TensorView(whole.standardDeviation));
}
} // namespace
} // namespace tweedie
