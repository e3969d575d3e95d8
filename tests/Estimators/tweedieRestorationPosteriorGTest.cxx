// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierGaussianDenoiser.h"
#include "tweedieRealImageDenoiser.h"
#include "tweedieRestorationLikelihood.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTasks.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ops/fft_fft2.h>
#include <ATen/ops/fft_ifft2.h>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t rows = 24;
constexpr std::int64_t columns = 32;

/** Power of a k-space component, DC first. */
at::Tensor
Spectrum()
{
  const auto frequency = [](std::int64_t n)
  {
    const auto k = at::arange(n, at::kDouble);
    return at::minimum(k, static_cast<double>(n) - k).square();
  };
  const auto k2 = frequency(rows).reshape({rows, 1}) + frequency(columns).reshape({1, columns});
  return 0.9 * (-k2 / 20.0).exp() + 1e-4;
}

std::shared_ptr<const FourierGaussianDenoiser>
StationaryPrior()
{
  return std::make_shared<const FourierGaussianDenoiser>(
      Spectrum().roll({rows / 2, columns / 2}, {0, 1}).reshape({1, 1, rows, columns}));
}

/** Two complex slices drawn from the prior, in units of 100. */
Volume
Truth()
{
  auto random = test::Streams(7, 2);
  Grid grid;
  grid.size = {2, rows, columns};
  grid.spacing = {2.0, 1.0, 0.5};
  return VolumeFromSliceBatch(StationaryPrior()->Draw(random) * 100.0, grid);
}

RestorationMeasurement
Blurred(double noise, const std::string & name = "blur-gaussian")
{
  RestorationTaskOptions task;
  task.task = name;
  task.factor = 2;
  task.kernelSize = 11;
  task.kernelDeviation = 1.5;
  RestorationNoiseOptions level;
  level.noise = noise;
  return SimulateRestoration(Truth(), task, level);
}

TEST(RestorationPosterior, OfAGaussianPriorIsTheWienerFilter)
{
  const RestorationMeasurement measurement = Blurred(0.05);
  RestorationPosteriorOptions options;
  options.guidance = "pigdm";
  options.steps = 40;
  options.sigmaMaximum = 200.0;
  options.sigmaMinimum = 0.002;
  options.innerTolerance = 1e-7;
  options.innerIterations = 200;
  const VolumeEstimate estimate = ReconstructRestoration(measurement, StationaryPrior(), options);
  EXPECT_TRUE(estimate.mean.GetGrid().IsCongruent(Truth().GetGrid()));
  // The filter S conj(H) / (|H|^2 S + s^2) with ATen's transform, in the units of the data; power of both parts.
  const at::Tensor kernel = TensorView(measurement.kernel)[0][0].to(at::kDouble);
  at::Tensor padded = at::zeros({rows, columns}, at::kDouble);
  padded.narrow(0, 0, 11).narrow(1, 0, 11).copy_(kernel);
  const at::Tensor h = at::fft_fft2(padded.roll({-5, -5}, {0, 1}));
  const double noise = *measurement.noise / measurement.scale;
  const at::Tensor power = 2.0 * Spectrum();
  const at::Tensor filter = power * h.conj() / (h.abs().square() * power + noise * noise);
  const at::Tensor data = TensorView(measurement.data)[0].to(at::kComplexDouble) / measurement.scale;
  const at::Tensor wiener = at::fft_ifft2(filter * at::fft_fft2(data)) * measurement.scale;
  // The filter's units: the prior is of unit scale, the image was drawn with it. Single precision, 40 levels.
  EXPECT_TENSOR_CLOSE(TensorView(estimate.mean)[0], wiener, 2e-3);
  EXPECT_GT(test::RelativeError(TensorView(measurement.data)[0], wiener), 0.1);
}

TEST(RestorationPosterior, SamplesHaveADeviationAndEveryTaskRuns)
{
  for (const char * name : {"sr", "sr-bicubic", "inpaint-box", "inpaint-random", "blur-motion", "denoise"})
  {
    SCOPED_TRACE(name);
    const RestorationMeasurement measurement = Blurred(0.05, name);
    RestorationPosteriorOptions options;
    options.method = "daps";
    options.steps = 12;
    options.samples = 4;
    const VolumeEstimate estimate = ReconstructRestoration(measurement, StationaryPrior(), options);
    EXPECT_TRUE(estimate.mean.GetGrid().IsCongruent(Truth().GetGrid()));
    // A mean closer to the truth than zero is, and errors that the deviation does not belie.
    const at::Tensor error = TensorView(estimate.mean) - TensorView(Truth());
    EXPECT_LT(at::norm(error).item<double>(), 0.8 * at::norm(TensorView(Truth())).abs().item<double>());
    const double predicted = TensorView(estimate.standardDeviation).square().mean().sqrt().item<double>();
    const double found = error.abs().square().mean().sqrt().item<double>();
    EXPECT_NEAR(std::log(predicted / found), 0.0, std::log(2.0)); // 4 samples, scalar r^2: a factor of two
  }
}

TEST(RestorationPosterior, NoiseIsEstimatedWhereNobodySaysIt)
{
  RestorationMeasurement measurement = Blurred(0.2, "denoise");
  const double exact = *measurement.noise;
  measurement.noise.reset();
  std::vector<std::string> warnings;
  // 2640 overlapping blocks of both parts: the median of |N * y| is known to some 3 %; the image itself passes N with a
  // fifth of this noise and adds 2 %.
  EXPECT_NEAR(RestorationNoiseLevel(measurement, {}, warnings) / exact, 1.0, 0.08);
  EXPECT_EQ(warnings.size(), 1u);
  EXPECT_EQ(RestorationNoiseLevel(measurement, 3.0, warnings), 3.0);
  EXPECT_THROW(RestorationNoiseLevel(measurement, 0.0, warnings), UsageError);
  TensorView(measurement.data).zero_();
  EXPECT_THROW(RestorationNoiseLevel(measurement, {}, warnings), DataError);
}

TEST(RealImageDenoiser, IsTheRealPartOfTheComplexPrior)
{
  // One power for all k-space: D is x / (1 + s^2 / v) in each part, whatever the imaginary noise.
  const auto complex = std::make_shared<const FourierGaussianDenoiser>(at::full({1, 1, 4, 6}, 0.5, at::kDouble));
  const RealImageDenoiser real(complex);
  const at::Tensor x = test::Normal(1, {3, 1, 1, 4, 6});
  const at::Tensor v = test::Normal(2, {3, 1, 1, 4, 6});
  const at::Tensor sigma = at::tensor({0.3, 1.0, 4.0}, at::kDouble);
  const at::Tensor shrink = 0.5 / (0.5 + sigma.square()).reshape({3, 1, 1, 1, 1});
  EXPECT_TENSOR_NEAR(real.Denoise(x, sigma), x * shrink, 1e-13); // a transform there and back
  EXPECT_TENSOR_NEAR(real.JacobianProduct(x, sigma, v), v * shrink, 1e-13);
  EXPECT_NEAR(real.PriorVariance(), 2.0 * complex->PriorVariance(), 1e-15);
  // A sample's result does not depend on the batch it is in.
  EXPECT_TENSOR_EQUAL(real.Denoise(x, sigma).slice(0, 1, 2), real.Denoise(x.slice(0, 1, 2), sigma.slice(0, 1, 2)));
  EXPECT_THROW(real.Denoise(x.to(at::kComplexDouble), sigma), DataError);
}
} // namespace
} // namespace tweedie
