// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieMeanDisagreement.h"
#include "tweedieMeanPropagation.h"
#include "tweedieNoiseSchedule.h"
#include "tweedieRmpEstimator.h"

namespace tweedie
{
namespace
{
TEST(MeanPropagation, OneNaturalGradientStepLandsExactlyFromAnyMean)
{
  // Posterior N(m, v I): score of p(x_k | y) is (m - x) / (s_k^2 + v).
  const auto m = test::Normal(1, {1, 6});
  const auto previous = test::Normal(2, {1, 6}) * 30.0;
  for (const double v : {1e-3, 1.0, 50.0})
  {
    for (const auto & sigmas : {std::pair{10.0, 7.0}, std::pair{0.5, 0.4}, std::pair{80.0, 1e-3}})
    {
      const NaturalGradientLevel level{sigmas.first, sigmas.second, v};
      const double next2 = level.nextSigma * level.nextSigma;
      const auto conditional = m + v / (v + level.sigma * level.sigma) * (previous - m); // D_y at the level before
      const auto closed = MeanPropagationStep(previous, conditional, level.sigma, level.nextSigma);
      for (const double far : {0.0, 1.0, 1e3})
      {
        const auto mean = test::Normal(3, {1, 6}) * far;
        const auto gradient = level.ReverseGradient(mean, previous) + (m - mean) / (next2 + v);
        // Rounding of numbers up to 1e3 divided by a precision that cancels.
        const auto precision = at::full({1}, level.Precision(), at::kDouble);
        EXPECT_TENSOR_NEAR(NaturalGradientStep(mean, gradient, 1.0, precision), closed, 1e-10);
      }
    }
  }
}

TEST(MeanPropagation, OneGradientAtTheMeanNeverSeesTheData)
{
  // mu_k starts at x_{k+1}: g_rev = 0 there, so that the published weight gamma_k = zeta |g_rev| / |g_lik| is 0.
  const NaturalGradientLevel level{2.0, 1.0, 1.0};
  const auto previous = test::Normal(5, {6});
  EXPECT_EQ(at::norm(level.ReverseGradient(previous, previous)).item<double>(), 0.0);
  EstimatorOptions options = test::ShortChain("rmp");
  options.Of<RmpSettings>().propagation = "natural-gradient";
  options.guidance = "dps";
  options.Of<RmpSettings>().naturalSteps = 1;
  options.Of<RmpSettings>().naturalSamples = 0;
  const auto problem = test::ThreeImages();
  EXPECT_THROW(RunEstimator(problem, options), UsageError);
  // Each way out that the message names uses the data.
  PosteriorProblem blind = problem;
  blind.shape = {1, 1, 10, 12};
  blind.likelihood = nullptr;
  options.Of<RmpSettings>().naturalSamples = 1;
  const auto sampled = RunEstimator(problem, options).mean;
  EXPECT_GT(test::RelativeError(sampled.slice(0, 0, 1), RunEstimator(blind, options).mean), 0.1);
  options.Of<RmpSettings>().naturalSamples = 0;
  options.Of<RmpSettings>().naturalSteps = 2;
  EXPECT_GT(at::norm(RunEstimator(problem, options).mean).item<double>(), 0.1); // without data it stays at zero
  options.Of<RmpSettings>().naturalSteps = 1;
  options.guidance = "proximal";
  EXPECT_GT(at::norm(RunEstimator(problem, options).mean).item<double>(), 0.1);
}

TEST(MeanPropagation, TheSampledLoopIsUnbiased)
{
  // Prior and posterior of the unit problem without data: N(0, I). From a start far away the closed chain ends at
  // C / (s_T^2 + C) of it; the sampled loop ends there on average, each step within the spread of its draws.
  PosteriorProblem problem;
  problem.prior = std::make_shared<const test::UnitDenoiser>();
  problem.shape = {1, 1, 50, 40};
  problem.type = at::kDouble;
  problem.start = at::full({1, 1, 1, 50, 40}, 9.0, at::kDouble);
  EstimatorOptions options = test::ShortChain("rmp", 6);
  options.start = "image";
  options.startSigma = 2.0;
  options.Of<RmpSettings>().propagation = "natural-gradient";
  options.Of<RmpSettings>().naturalSteps = 40;
  options.Of<RmpSettings>().naturalStepSize = 0.3;
  const double end = RunEstimator(problem, options).mean.mean().item<double>();
  // 2000 pixels, each with a deviation below 1: 0.022 standard error at most; 0.7^40 of the way is not gone.
  EXPECT_NEAR(end, 9.0 / 5.0, 0.07);
}

TEST(MeanPropagation, TheDecoupledChainIsUnbiased)
{
  // The same problem: each level multiplies the distance to the posterior mean by C / (s^2 + C), C = 1.
  PosteriorProblem problem;
  problem.prior = std::make_shared<const test::UnitDenoiser>();
  problem.shape = {1, 1, 50, 40};
  problem.type = at::kDouble;
  problem.start = at::full({1, 1, 1, 50, 40}, 9.0, at::kDouble);
  EstimatorOptions options = test::ShortChain("rmp", 6);
  options.start = "image";
  options.startSigma = 1.0;
  options.Of<RmpSettings>().propagation = "decoupled";
  options.Of<RmpSettings>().draws = 4;
  double expected = 9.0;
  for (const double sigma : MakeNoiseSchedule("edm", 6, 1.0, 0.05))
  {
    expected /= 1.0 + sigma * sigma;
  }
  // 2000 pixels; six levels leave each a deviation below 0.5 (s / (1 + s^2) <= 0.5, halved by four draws).
  EXPECT_NEAR(RunEstimator(problem, options).mean.mean().item<double>(), expected, 4.0 * 0.5 / std::sqrt(2000.0));
}

TEST(MeanPropagation, APriorThatNeedsNoiseIsShownNoise)
{
  PosteriorProblem problem;
  double found = 0.0;
  const auto measure = [&found](const at::Tensor & x, double sigma, at::Tensor denoised)
  {
    found = sigma > 10.0 ? x.std().item<double>() / sigma : found; // the first level starts at zero
    return denoised;
  };
  problem.shape = {1, 1, 50, 40};
  problem.type = at::kDouble;
  problem.prior = std::make_shared<const test::UnitDenoiser>(measure, true, true);
  EstimatorOptions options = test::ShortChain("rmp");
  options.Of<RmpSettings>().draws = 3;
  std::int64_t calls = 0; // one at a level above the prior's deviation
  for (const double sigma : MakeNoiseSchedule("edm", 5, 20.0, 0.05))
  {
    calls += sigma > 1.0 ? 1 : sigma > 0.0 ? 3 : 0;
  }
  EXPECT_EQ(RunEstimator(problem, options).summary.networkEvaluations, calls);
  EXPECT_LT(calls, 5 * 3);
  EXPECT_NEAR(found, 1.0, 0.08); // 2000 pixels: standard error 0.016
  problem.prior = std::make_shared<const test::UnitDenoiser>(measure);
  EXPECT_EQ(RunEstimator(problem, options).summary.networkEvaluations, 5);
  EXPECT_EQ(found, 0.0);
}

TEST(MeanDisagreement, ThresholdIsAQuantileOfFisher)
{
  // One direction, 8 samples: F(1, 7) has its 99.9 % quantile at 29.2; the approximation is good to some per cent.
  SampleSpread spread{8, 2.0, std::nan("")};
  EXPECT_EQ(spread.EffectiveDirections(), 1.0);
  EXPECT_NEAR(CompareMeans(1.0, spread).threshold, std::sqrt(29.25), 0.06 * std::sqrt(29.25));
  // 100 directions: F(100, 700), 1.54895.
  spread = {8, 100.0, 100.0};
  EXPECT_NEAR(spread.EffectiveDirections(), 100.0, 1e-12);
  EXPECT_NEAR(CompareMeans(1.0, spread).threshold, std::sqrt(1.54895), 1e-3);
  EXPECT_NEAR(CompareMeans(100.0 / 8.0, spread).inStandardErrors, 1.0, 1e-12);
}

TEST(MeanDisagreement, NeedsBothSignificanceAndSize)
{
  const SampleSpread many{100000, 1.0, 1.0};
  EXPECT_FALSE(CompareMeans(0.05 * 0.05, many).significant); // 16 standard errors, but a twentieth of a deviation
  EXPECT_TRUE(CompareMeans(0.2 * 0.2, many).significant);
  const SampleSpread few{4, 1.0, 1.0};
  EXPECT_FALSE(CompareMeans(0.7 * 0.7, few).significant); // 0.5 deviations, but 1.4 standard errors
  EXPECT_FALSE(CompareMeans(1.0, {1, 1.0, 1.0}).significant);
  EXPECT_TRUE(std::isnan(CompareMeans(1.0, {1, 1.0, 1.0}).inStandardErrors));
}

/** Disagreement of rmp with samples beside it, for a Gaussian posterior and n samples. */
Summary
SummaryBeside(std::int64_t samples, std::uint64_t seed, double offset)
{
  EstimatorOptions options = test::ShortChain("rmp", 8);
  options.samples = samples;
  options.sampleSteps = 8;
  options.sigmaMaximum = 100.0;
  options.seed = static_cast<std::int64_t>(seed);
  options.batch = 64;
  PosteriorProblem problem = test::ThreeImages();
  if (offset != 0.0)
  {
    // A prior whose mean propagation is pushed off, its samples not: only rmp asks at the lowest level without noise.
    problem.prior =
        std::make_shared<const test::UnitDenoiser>([offset](const at::Tensor & x, double, at::Tensor denoised)
                                                   { return x.size(0) == 3 ? denoised + offset : denoised; });
  }
  return EstimatePosterior(problem, options).summary;
}

TEST(MeanDisagreement, StaysSilentForAGaussianPosterior)
{
  for (const std::uint64_t seed : {1, 2, 3, 4})
  {
    const Summary summary = SummaryBeside(8, seed, 0.0);
    EXPECT_FALSE(summary.nonGaussianPosterior);
    EXPECT_NEAR(summary.meanDisagreement, 1.0, 0.15); // some 400 directions: 1 +- 0.035; four of those
    EXPECT_EQ(summary.deviationOf, "daps");
    EXPECT_EQ(summary.samples, 8);
    EXPECT_EQ(summary.networkEvaluations, 8 + 8 * 8);
    EXPECT_TRUE(summary.warnings.empty());
  }
}

TEST(MeanDisagreement, FiresWhenTheMeansDiffer)
{
  const Summary summary = SummaryBeside(8, 1, 1.0);
  EXPECT_TRUE(summary.nonGaussianPosterior);
  EXPECT_GT(summary.meanDisagreement, 1.5);
  ASSERT_EQ(summary.warnings.size(), 1u);
  EXPECT_NE(summary.warnings[0].find("standard errors"), std::string::npos);
}
} // namespace
} // namespace tweedie
