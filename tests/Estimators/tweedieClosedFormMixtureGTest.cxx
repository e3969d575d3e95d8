// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPosteriors.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianMixtureDenoiser.h"

namespace tweedie
{
namespace
{
using test::Report;

/** Null likelihood: the posterior is the prior 0.8 N(0, 1) + 0.2 N(3, variance 2), of mean 0.600 and variance 2.64. */
PosteriorProblem
TwoModes()
{
  PosteriorProblem problem;
  problem.prior =
      std::make_shared<const GaussianMixtureDenoiser>(at::tensor({0.8, 0.2}, at::kDouble),
                                                      at::tensor({0.0, 3.0}, at::kDouble).reshape({2, 1, 1, 1, 1}),
                                                      at::tensor({1.0, 2.0}, at::kDouble).reshape({2, 1, 1}));
  problem.shape = {1, 1, 1, 1};
  problem.type = at::kDouble;
  return problem;
}

/** Every pixel an independent unknown with the law of another, one-pixel denoiser: thousands of chains in one. */
class PixelwiseDenoiser final : public Denoiser
{
public:
  explicit PixelwiseDenoiser(DenoiserPointer pixel) : m_Pixel(std::move(pixel)) {}
  std::string
  Name() const override
  {
    return "PixelwiseDenoiser";
  }
  at::Tensor
  Denoise(const at::Tensor & x, const at::Tensor & sigma) const override
  {
    const auto level = BroadcastSigma(sigma, x).expand_as(x).reshape({-1});
    return m_Pixel->Denoise(x.reshape({-1, 1, 1, 1, 1}), level).reshape(x.sizes());
  }
  double
  PriorVariance() const override
  {
    return m_Pixel->PriorVariance();
  }

private:
  DenoiserPointer m_Pixel;
};

EstimatorOptions
Options(const std::string & method, std::int64_t steps)
{
  EstimatorOptions options;
  options.method = method;
  options.guidance = "exact";
  options.steps = steps;
  options.sigmaMaximum = 100.0;
  options.sigmaMinimum = 1e-3;
  options.start = "zero";
  options.batch = 65536;
  return options;
}

TEST(ClosedFormTwoModes, MeanPropagationEndsAtTheMode)
{
  ASSERT_NEAR(std::dynamic_pointer_cast<const GaussianMixtureDenoiser>(TwoModes().prior)->Mean().item<double>(),
              0.600,
              1e-12); // 0.2 * 3
  for (const char * const schedule : {"edm", "geometric"})
  {
    for (const std::int64_t steps : {30, 60, 1000})
    {
      auto options = Options("rmp", steps);
      options.schedule = schedule;
      const double end = RunEstimator(TwoModes(), options).mean.item<double>();
      Report(std::string("two-modes-rmp-") + schedule + "-" + std::to_string(steps), end);
      EXPECT_GE(end, 0.18);  // 0.181 in the limit of many steps
      EXPECT_LE(end, 0.225); // 0.220 with 30
    }
  }
}

struct Moments
{
  double mean;
  double variance;
};

/** Mean and variance over 32 chains of 1024 pixels each. */
Moments
ReferenceMoments(PosteriorProblem problem)
{
  problem.conditioned = std::make_shared<const PixelwiseDenoiser>(problem.conditioned);
  problem.prior = std::make_shared<const PixelwiseDenoiser>(problem.prior);
  problem.likelihood = nullptr; // exact guidance looks at the conditioned denoiser alone
  problem.shape = {1, 1, 32, 32};
  auto options = Options("reference", 128);
  options.schedule = "geometric";
  options.samples = 32;
  options.keepSamples = true;
  const auto samples = RunEstimator(problem, options).samples;
  return {samples.mean().item<double>(), samples.var().item<double>()};
}

TEST(ClosedFormTwoModes, ReferenceGetsTheMean)
{
  auto problem = TwoModes();
  problem.conditioned = problem.prior;
  const auto found = ReferenceMoments(problem);
  Report("two-modes-reference-mean", found.mean);
  Report("two-modes-reference-variance", found.variance);
  EXPECT_NEAR(found.mean, 0.600, 3.0 * std::sqrt(2.64 / 32768.0)); // three standard errors, 0.027
  // Kurtosis of the mixture is 4.7: standard error of the variance sqrt(3.7 / 32768) = 1.1 % of 2.64.
  EXPECT_NEAR(found.variance / 2.64, 1.0, 0.035);
}

TEST(ClosedFormTwoModes, TheSummaryFlagsTheDisagreement)
{
  for (const char * const sampler : {"daps", "reference"})
  {
    SCOPED_TRACE(sampler);
    auto options = Options("rmp", 30);
    options.samples = 1000;
    options.sampler = sampler;
    options.sampleSteps = 40;
    const auto estimate = EstimatePosterior(TwoModes(), options);
    Report(std::string("two-modes-disagreement-") + sampler, estimate.summary.meanDisagreement);
    EXPECT_TRUE(estimate.summary.nonGaussianPosterior);
    EXPECT_GT(estimate.summary.meanDisagreement, 3.0); // 0.4 apart, standard error 0.05
    EXPECT_EQ(estimate.summary.deviationOf, sampler);
    EXPECT_NEAR(estimate.mean.item<double>(), 0.2, 0.025); // the mean reported is rmp's own
  }
}

TEST(ClosedFormTwoModes, NoFlagOnAGaussianPosterior)
{
  const test::DenseProblem problem;
  auto options = problem.Options("rmp", "exact", 20);
  options.samples = 400;
  options.sampleSteps = 6;
  const auto estimate = EstimatePosterior(problem.Problem(), options);
  Report("dense-disagreement", estimate.summary.meanDisagreement);
  EXPECT_FALSE(estimate.summary.nonGaussianPosterior);
  EXPECT_LT(estimate.summary.meanDisagreement, 1.5); // rms over 64 pixels of a score of 1
}

TEST(ClosedFormTwoModes, ReferenceOnAConditionedMixture)
{
  // With data: y = x + n, y = 2, s = 1: the posterior is another mixture, and its mean is known exactly.
  auto problem = TwoModes();
  const auto mixture = std::dynamic_pointer_cast<const GaussianMixtureDenoiser>(problem.prior);
  const auto data = at::full({1}, 2.0, at::kDouble);
  const auto posterior = mixture->Conditioned(at::ones({1, 1}, at::kDouble), data, 1.0);
  problem.conditioned = posterior;
  const auto found = ReferenceMoments(problem);
  const double exact = posterior->Mean().item<double>();
  const double spread = posterior->MarginalVariance().item<double>();
  Report("conditioned-mixture-reference-mean", found.mean);
  Report("conditioned-mixture-exact-mean", exact);
  EXPECT_NEAR(found.mean, exact, 3.0 * std::sqrt(spread / 32768.0)); // three standard errors
  EXPECT_NEAR(found.variance / spread, 1.0, 0.035);                  // as above
}
} // namespace
} // namespace tweedie
