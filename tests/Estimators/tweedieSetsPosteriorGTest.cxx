// SPDX-License-Identifier: Apache-2.0
// Posteriors of scans with several sets of coil maps: an image for each set.
#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIModel.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMRIUnits.h"
#include "tweedieVolumeTensor.h"

namespace tweedie
{
namespace
{
constexpr std::int64_t slices = 2, sets = 2, coils = 3, rows = 24, columns = 20;
constexpr double noise = 0.05;

std::shared_ptr<const FourierGaussianDenoiser>
TestPrior()
{
  const auto ky = (at::arange(rows, at::kDouble) - rows / 2).square().reshape({rows, 1});
  const auto kx = (at::arange(columns, at::kDouble) - columns / 2).square().reshape({1, columns});
  const auto spectrum = 0.9 * (-(ky + kx) / 12.0).exp() + 1e-5;
  return std::make_shared<const FourierGaussianDenoiser>(spectrum.reshape({1, 1, rows, columns}));
}

/** Two slices, each two images of the prior, seen by smooth orthonormal maps of three coils on two of three lines. */
MRIScan
TestScan()
{
  MRIScan scan;
  Grid grid;
  grid.size = Axes<std::int64_t>::FromZyx({slices, rows, columns});
  const Grid plane = grid.Slices(0, 1);
  const auto a = at::linspace(0.0, 1.5, rows, at::kFloat).reshape({rows, 1}).expand({rows, columns});
  const auto b = at::linspace(0.0, 1.2, columns, at::kFloat).reshape({1, columns}).expand({rows, columns});
  const auto maps =
      at::stack({a.cos(), a.sin() * b.cos(), a.sin() * b.sin(), -a.sin(), a.cos() * b.cos(), a.cos() * b.sin()});
  scan.sensitivities = VolumeFromTensor(maps.unsqueeze(1).to(at::kComplexFloat), plane);
  scan.mapSets = sets;
  const auto line = at::remainder(at::arange(rows), 3).ne(1).to(at::kFloat).reshape({rows, 1});
  scan.mask = VolumeFromTensor(line.expand({1, 1, rows, columns}).contiguous(), plane);
  scan.kspace = Volume(grid, Volume::Element::Complex, coils);
  TensorView(scan.kspace).fill_(1.0); // so that the model can be made; replaced below
  auto random = test::Streams(51, slices * sets);
  const auto truth = TestPrior()->Draw(random).reshape({slices, sets, 1, rows, columns}).to(at::kComplexFloat);
  const auto clean = MakeMRIModel(scan)->Forward(truth);
  auto ofNoise = test::Streams(52, slices);
  scan.kspace = VolumeFromSliceBatch(clean + ofNoise.NormalLike(clean) * (noise / std::sqrt(2.0)) * line, grid);
  scan.noise = noise;
  return scan;
}

PosteriorOptions
Options(const std::string & method, std::int64_t steps = 10)
{
  PosteriorOptions options;
  options.method = method;
  options.steps = steps;
  options.sampleSteps = steps;
  options.sigmaMaximum = 5.0;
  options.sigmaMinimum = 0.005;
  return options;
}

/** The posterior's mean for the Gaussian prior, C A^H (A C A^H + s_c^2)^-1 y, of all slices. */
at::Tensor
ExactMean(const MRIScan & scan)
{
  const double scale = MRIScale(scan, c10::Device(c10::DeviceType::CPU));
  const auto model = MakeMRIModel(scan);
  const auto prior = TestPrior();
  const double variance = 0.5 * noise * noise / (scale * scale);
  const auto covariance = [&](const at::Tensor & x)
  { return prior->InverseTransform(prior->Transform(x) * prior->Spectrum().to(x.device())); };
  const auto product = [&](const at::Tensor & y)
  { return model->Forward(covariance(model->Adjoint(y))) + variance * y; };
  const at::Tensor y = MRIData(scan).to(at::kComplexDouble) / scale;
  const at::Tensor dual = ConjugateGradient(product, y, {}, 2000, 1e-9).solution;
  return covariance(model->Adjoint(dual)) * scale;
}

TEST(SetsPosterior, MeanIsThatOfTheGaussianPosterior)
{
  const MRIScan scan = TestScan();
  PosteriorOptions options = Options("rmp", 60);
  options.guidance = "pigdm"; // with a covariance product: exact for a Gaussian prior
  const VolumeEstimate result = ReconstructPosterior(scan, TestPrior(), options);
  ASSERT_EQ(result.sets.Channels(), sets);
  const at::Tensor exact = ExactMean(scan);
  const double error = test::RelativeError(SliceBatch(result.sets), exact);
  EXPECT_LT(error, 0.01); // of 60 levels from 5 to 0.005
  EXPECT_TENSOR_NEAR(SliceBatch(result.mean).abs().to(at::kDouble),
                     exact.abs().square().sum(1, true).sqrt(),
                     0.05 * exact.abs().max().item<double>());
}

TEST(SetsPosterior, DeviationsAreThoseOfTheCombinedSamples)
{
  const MRIScan scan = TestScan();
  for (const char * method : {"daps", "dps", "dds", "diffpir", "pnp-dm"})
  {
    PosteriorOptions options = Options(method);
    options.samples = 5;
    options.keepSamples = true;
    options.batch = 3; // of several batches for one image
    const VolumeEstimate result = ReconstructPosterior(scan, TestPrior(), options);
    ASSERT_EQ(result.sets.Channels(), sets) << method;
    ASSERT_EQ(result.samples.Channels(), 5) << method;
    const at::Tensor samples = TensorView(result.samples).to(at::kComplexDouble); // [sample, z, y, x]
    const at::Tensor magnitude = samples.abs().std(0);
    // Written in single precision.
    EXPECT_TENSOR_NEAR(TensorView(result.magnitudeStandardDeviation)[0].to(at::kDouble), magnitude, 1e-5) << method;
    const at::Tensor apart = samples - samples.mean(0, true);
    EXPECT_TENSOR_NEAR(
        TensorView(result.standardDeviation)[0].to(at::kDouble), (apart.abs().square().sum(0) / 4.0).sqrt(), 1e-5)
        << method;
    EXPECT_EQ(result.standardDeviation.Channels(), 1) << method;
    const at::Tensor stack = TensorView(result.sets);
    EXPECT_TENSOR_NEAR(TensorView(result.mean)[0].abs(), stack.abs().square().sum(0).sqrt(), 1e-5) << method;
  }
}

TEST(SetsPosterior, ASecondSetIsNothingWhereItHasNoMaps)
{
  MRIScan scan = TestScan();
  at::Tensor second = TensorView(scan.sensitivities).narrow(0, coils, coils).narrow(3, columns / 2, columns / 2);
  second.zero_();
  for (const char * method : {"rmp", "daps"})
  {
    PosteriorOptions options = Options(method, 20);
    options.samples = 4;
    const at::Tensor images = TensorView(ReconstructPosterior(scan, TestPrior(), options).sets).abs();
    const at::Tensor without = images[1].narrow(2, columns / 2, columns / 2);
    // The chain ends at a noise of 0.005; without its support the prior draws images of size 0.4 there.
    EXPECT_LT(without.max().item<double>(), 0.05) << method;
    EXPECT_GT(images[1].narrow(2, 0, columns / 2).mean().item<double>(), 0.1) << method;
    EXPECT_GT(images[0].narrow(2, columns / 2, columns / 2).mean().item<double>(), 0.1) << method;
  }
}

TEST(SetsPosterior, TheUnitOfThePriorIsThatOfTheCombination)
{
  const MRIScan scan = TestScan();
  MRIScan turned = scan; // the two sets by a quarter of a right angle
  const at::Tensor maps = TensorView(scan.sensitivities).unflatten(0, {sets, coils});
  const double c = std::cos(0.4), s = std::sin(0.4);
  turned.sensitivities =
      VolumeFromTensor(at::cat({c * maps[0] + s * maps[1], c * maps[1] - s * maps[0]}), scan.sensitivities.GetGrid());
  const c10::Device cpu(c10::DeviceType::CPU);
  const double unit = MRIScale(scan, cpu);
  EXPECT_NEAR(MRIScale(turned, cpu), unit, 2e-3 * unit); // solved to 1e-3
}

TEST(SetsPosterior, MethodsThatNeedADecompositionSaySo)
{
  for (const char * method : {"ilvr", "ddrm", "mcg"})
  {
    EXPECT_THROW_MESSAGE(
        ReconstructPosterior(TestScan(), TestPrior(), Options(method)), UsageError, "SenseOperator has none");
  }
}

TEST(SetsPosterior, AStartHasAnImageForEachSet)
{
  const MRIScan scan = TestScan();
  PosteriorOptions options = Options("rmp");
  options.start = "image";
  const Volume one(scan.kspace.GetGrid(), Volume::Element::Complex, 1),
      two(scan.kspace.GetGrid(), Volume::Element::Complex, sets);
  EXPECT_THROW_MESSAGE(ReconstructPosterior(scan, TestPrior(), options, {}, one), DataError, "2 channel(s)");
  EXPECT_EQ(ReconstructPosterior(scan, TestPrior(), options, {}, two).sets.Channels(), sets);
}
} // namespace
} // namespace tweedie
