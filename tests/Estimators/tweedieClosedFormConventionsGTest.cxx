// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPosteriors.h"
#include "tweedieExpectTensor.h"

namespace tweedie
{
namespace
{
using test::Report;

/** One unknown per pixel, y = x + n with E|n|^2 = s^2: the two traps are the 1/2 in front of the data term and the
 * sqrt(2) between a complex sample and its parts. */
struct PixelProblem : test::GaussianProblem
{
  static constexpr double v = 0.8; ///< of a real component of the prior
  static constexpr double s = 1.1; ///< of a sample of the data
  bool complex;

  explicit PixelProblem(bool isComplex) : complex(isComplex)
  {
    const Shape shape{1, 1, 8, 8};
    const auto type = complex ? at::kComplexDouble : at::kDouble;
    const auto n = complex ? 128 : 64;
    const auto data = test::Normal(1, shape, type);
    const auto gaussian = std::make_shared<const GaussianDenoiser>(at::zeros(shape, type), v * at::eye(n, at::kDouble));
    prior = gaussian;
    posterior = gaussian->Conditioned(at::eye(64, at::kDouble).to(type), data.reshape({-1}), ComponentVariance());
    likelihood = std::make_shared<const GaussianLikelihood>(Identity(shape), data.unsqueeze(0), s);
    largestSd = std::sqrt(v);
    smallestPostSd = 0.3;
  }
  double
  ComponentVariance() const
  {
    return complex ? s * s / 2.0 : s * s;
  }
  at::Tensor
  Data() const
  {
    return likelihood->Data();
  }
};

class ClosedFormConventions : public ::testing::TestWithParam<bool>
{
};

TEST_P(ClosedFormConventions, MeanWeighsDataByTheComponentVariance)
{
  // Worked by hand: mean = v / (v + s_c^2) y, i.e. 0.398 y (real) and 0.569 y (complex). Leaving out the 1/2 of the
  // real data term would give 0.569 y, taking s^2 for a complex part 0.398 y.
  const PixelProblem problem(GetParam());
  const double factor = GetParam() ? 0.8 / (0.8 + 0.605) : 0.8 / (0.8 + 1.21);
  for (const char * const covariance : {"product", "scalar"})
  {
    for (const char * const guidance : {"exact", "pigdm", "proximal"})
    {
      SCOPED_TRACE(std::string(guidance) + ' ' + covariance);
      auto options = problem.Options("rmp", guidance, 12);
      options.covariance = covariance;
      const auto mean = RunEstimator(problem.Problem(), options).mean;
      EXPECT_TENSOR_NEAR(mean, factor * problem.Data(), 1e-3); // what a start at 100 sd leaves: 1e-4
    }
  }
}

TEST_P(ClosedFormConventions, SamplesHaveTheVarianceOfAllComponents)
{
  // Posterior variance per real part v s_c^2 / (v + s_c^2); a complex standard deviation covers both parts.
  const PixelProblem problem(GetParam());
  const double sc2 = problem.ComponentVariance();
  const double expected = 0.8 * sc2 / (0.8 + sc2) * (GetParam() ? 2.0 : 1.0);
  for (const char * const covariance : {"product", "scalar"})
  {
    SCOPED_TRACE(covariance);
    auto options = problem.Options("daps", "exact", 5);
    options.covariance = covariance;
    options.samples = 1000;
    const auto estimate = RunEstimator(problem.Problem(), options);
    const double found = estimate.standardDeviation.square().mean().item<double>();
    Report(std::string(GetParam() ? "complex" : "real") + "-daps-" + covariance + "-variance", found);
    Report(std::string(GetParam() ? "complex" : "real") + "-exact-variance", expected);
    EXPECT_NEAR(found / expected, 1.0, 0.02); // Monte-Carlo error sqrt(2 / 64000) = 0.6 %; the traps are 25 % and more
  }
}

TEST_P(ClosedFormConventions, TheTruthIsWhereThePosteriorSays)
{
  // No formula: truths from the prior, data with E|n|^2 = s^2 from the operator, one posterior sample each. Truth and
  // sample have the same distance from the posterior mean, and two independent halves of the noise would show.
  const bool complex = GetParam();
  const Shape shape{1, 1, 4, 4};
  constexpr std::int64_t count = 4000;
  const auto type = complex ? at::kComplexDouble : at::kDouble;
  const auto prior = std::make_shared<const GaussianDenoiser>(at::zeros(shape, type),
                                                              test::RandomCovariance(7, complex ? 32 : 16, 0.3, 1.5));
  const auto forward = Dense(test::Normal(8, {12, 16}, type) / 4.0, shape);
  auto random = test::Streams(9, count);
  const auto truth = prior->Draw(random);
  const auto clean = forward->Forward(truth);
  const auto data = clean + random.NormalLike(clean) * (complex ? 0.7 / std::sqrt(2.0) : 0.7);
  PosteriorProblem problem;
  problem.prior = prior;
  problem.likelihood = std::make_shared<const GaussianLikelihood>(forward, data, 0.7);
  problem.shape = shape;
  problem.type = type;
  EstimatorOptions options;
  options.method = "rmp";
  options.guidance = "pigdm";
  options.steps = 6;
  options.sigmaMaximum = 120.0;
  options.sigmaMinimum = 0.01;
  options.batch = 65536;
  const auto mean = RunEstimator(problem, options).mean;
  options.method = "daps";
  options.samples = 1;
  const auto sample = RunEstimator(problem, options).mean;
  const double ofTruth = (truth - mean).abs().square().mean().item<double>();
  const double ofSample = (sample - mean).abs().square().mean().item<double>();
  Report(std::string(complex ? "complex" : "real") + "-sample-over-truth-variance", ofSample / ofTruth);
  EXPECT_NEAR(ofSample / ofTruth, 1.0, 0.03); // two variances of 64000 values of varying size: below 0.8 % each
  // The truth fits the data as well as its noise says: DataFit is 1 on average, to sqrt(2 / (12 * 4000)) = 0.6 %.
  EXPECT_NEAR(problem.likelihood->DataFit(truth).mean().item<double>(), 1.0, 0.02);
}

INSTANTIATE_TEST_SUITE_P(RealAndComplex,
                         ClosedFormConventions,
                         ::testing::Bool(),
                         [](const auto & which) { return std::string(which.param ? "Complex" : "Real"); });
} // namespace
} // namespace tweedie
