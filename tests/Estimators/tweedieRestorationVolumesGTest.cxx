// SPDX-License-Identifier: Apache-2.0
// Posteriors of tasks that couple slices, under priors of slices.
#include "tweedieClosedFormPosteriors.h"
#include "tweedieExpectTensor.h"
#include "tweediePlaneAverageDenoiser.h"
#include "tweedieResamplingOperators.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTasks.h"
#include "tweedieVolumeTensor.h"

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr std::int64_t n = 12; // a side of the cube
constexpr std::int64_t thickness = 4;

/** Of a component of a wave, DC first in the middle: smooth volumes with a fine texture. */
at::Tensor
Spectrum()
{
  const at::Tensor k2 = (at::arange(n, at::kDouble) - n / 2).square();
  const at::Tensor all = k2.reshape({n, 1, 1}) + k2.reshape({1, n, 1}) + k2.reshape({1, 1, n});
  return 4.0 / (1.0 + all / 2.0).square() + 1e-3;
}

std::shared_ptr<const FourierGaussianDenoiser>
SlicePrior()
{
  return std::make_shared<const FourierGaussianDenoiser>(Spectrum().mean(0).reshape({1, 1, n, n}));
}

/** The slices within alone: what a prior of slices is without slices across. */
class OnePlane final : public Denoiser
{
public:
  std::string
  Name() const override
  {
    return "one plane";
  }
  at::Tensor
  Denoise(const at::Tensor & x, const at::Tensor & sigma) const override
  {
    const at::Tensor slices = x.transpose(1, 2).flatten(0, 1).unsqueeze(2);
    const at::Tensor denoised = m_Prior->Denoise(slices, sigma.reshape({-1})[0]);
    return denoised.squeeze(2).unflatten(0, {x.size(0), n}).transpose(1, 2);
  }
  double
  PriorVariance() const override
  {
    return m_Prior->PriorVariance();
  }

private:
  std::shared_ptr<const FourierGaussianDenoiser> m_Prior = SlicePrior();
};

/** Four volumes whose slices are averaged by fours, with noise of 2 % of their deviation. */
struct ThickSlices
{
  std::shared_ptr<const FourierGaussianDenoiser> law =
      std::make_shared<const FourierGaussianDenoiser>(Spectrum().reshape({1, n, n, n}), at::Tensor(), 3);
  at::Tensor truth;
  PosteriorProblem problem;

  ThickSlices()
  {
    auto random = test::Streams(61, 4);
    truth = law->Draw(random);
    const auto model =
        std::make_shared<const BlockAverageOperator>(Shape{1, n, n, n}, std::vector<std::int64_t>{thickness, 1, 1});
    const at::Tensor data = model->Forward(truth);
    const double noise = 0.02;
    problem.likelihood = std::make_shared<const GaussianLikelihood>(
        model, data + random.NormalLike(data) * (noise / std::sqrt(2.0)), noise);
    problem.type = at::kComplexDouble;
  }
  /** Relative error of the mean that rmp finds under a prior. */
  double
  ErrorUnder(const DenoiserPointer & prior, const std::string & guidance)
  {
    problem.prior = prior;
    EstimatorOptions options;
    options.method = "rmp";
    options.guidance = guidance;
    options.steps = 60;
    options.sigmaMaximum = 20.0;
    options.sigmaMinimum = 1e-3;
    return test::RelativeError(RunEstimator(problem, options).mean, truth);
  }
};

TEST(RestorationVolumes, ThreePlanesSeeAcrossThickSlices)
{
  ThickSlices thick;
  const double exact = thick.ErrorUnder(thick.law, "pigdm");
  const double planes = thick.ErrorUnder(std::make_shared<PlaneAverageDenoiser>(SlicePrior()), "proximal");
  const double one = thick.ErrorUnder(std::make_shared<OnePlane>(), "proximal");
  const double volume = thick.ErrorUnder(thick.law, "proximal");
  test::Report("thick-slices-error-exact-posterior-mean", exact);
  test::Report("thick-slices-error-volume-prior-proximal", volume);
  test::Report("thick-slices-error-three-planes", planes);
  test::Report("thick-slices-error-one-plane", one);
  EXPECT_LT(exact, planes);
  // The known approximation: not the posterior mean, but nearer to it than slices within alone come.
  EXPECT_LT(planes - exact, 0.5 * (one - exact));
}

TEST(RestorationVolumes, OfAWhitePriorIsTheClosedForm)
{
  // N(0, v) in each part and y = A x + n, A A^H = I / b: mean v / (v / b + s^2) A^H y, variance v - (v / b)^2 / (v / b
  // + s^2) of each pixel.
  Grid grid;
  grid.size = {n, n, n};
  grid.spacing = {1.0, 1.0, 2.0};
  const double v = 0.3;
  const auto prior =
      std::make_shared<const FourierGaussianDenoiser>(at::full({1, 1, n, n}, v, at::kDouble)); // of slices, white
  auto random = test::Streams(62, 1);
  const at::Tensor truth = random.Normal({1, n, n, n}, at::kComplexDouble).squeeze(0) * std::sqrt(v);
  RestorationTaskOptions task;
  task.task = "sr";
  task.axisFactor = {1.0, 1.0, 4.0};
  RestorationNoiseOptions noise;
  noise.noise = 0.2;
  RestorationMeasurement measurement = SimulateRestoration(VolumeFromTensor(truth * 50.0, grid), task, noise);
  measurement.scale = 50.0; // the prior's unit, in which the truth was drawn
  RestorationPosteriorOptions options;
  options.method = "daps";
  options.covariance = "scalar";
  options.steps = 25;
  options.samples = 64;
  options.batch = 16;
  options.sigmaMaximum = 50.0;
  options.sigmaMinimum = 0.01;
  options.keepSamples = true;
  const VolumeEstimate estimate = ReconstructRestoration(measurement, prior, options);
  EXPECT_TRUE(estimate.mean.GetGrid().IsCongruent(grid));
  EXPECT_EQ(estimate.samples.Channels(), 64);
  const double b = 4.0;
  const double s2 = *measurement.noise * *measurement.noise / (2.0 * 2500.0);
  const auto model = MakeRestorationModel(measurement, at::kCPU);
  const at::Tensor data = MeasurementBatch(measurement, measurement.data);
  const at::Tensor zero = at::zeros({1, 1, n, n, n}, at::kComplexFloat);
  const at::Tensor mean = model->Vjp(zero, data).squeeze(0) * (v / (v / b + s2));
  const double variance = 2.0 * (v - v * v / (b * b) / (v / b + s2)) * 2500.0; // both parts, units of the data
  const at::Tensor error = (TensorView(estimate.mean) - mean).abs().square();
  // 64 samples: the error of their mean is 1/64 of the variance, over 1728 voxels to 3.5 %, and of the spread to 0.3 %.
  EXPECT_NEAR(error.mean().item<double>() / variance, 1.0 / 64.0, 0.15 / 64.0);
  EXPECT_NEAR(TensorView(estimate.standardDeviation).square().mean().item<double>() / variance, 1.0, 0.02);
  const auto says = [&](const char * text)
  {
    return std::any_of(estimate.summary.warnings.begin(),
                       estimate.summary.warnings.end(),
                       [&](const std::string & warning) { return warning.find(text) != std::string::npos; });
  };
  EXPECT_TRUE(says("three axes"));
  EXPECT_TRUE(says("stretched")); // voxels of 1, 1 and 2 mm
}
} // namespace
} // namespace tweedie
