// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPosteriors.h"
#include "tweedieExpectTensor.h"
#include "tweedieNoiseSchedule.h"

#include <algorithm>

namespace tweedie
{
namespace
{
using test::DenseProblem;
using test::FourierProblem;
using test::Report;

/** Posterior samples in the coordinates in which the exact posterior is white, [count, coordinates]: for an exact
 * sampler independent standard normal numbers. */
struct Whitened
{
  at::Tensor samples;

  /** max |mean| in its standard errors. */
  double
  MeanScore() const
  {
    return samples.mean(0).abs().max().item<double>() * std::sqrt(static_cast<double>(samples.size(0)));
  }
  /** max |variance - 1| in its standard errors sqrt(2 / (count - 1)). */
  double
  VarianceScore() const
  {
    const auto scale = std::sqrt((static_cast<double>(samples.size(0)) - 1.0) / 2.0);
    return (samples.var(0) - 1.0).abs().max().item<double>() * scale;
  }
  /** Variance over a group of coordinates, pooled; exact sampler: 1 +- sqrt(2 / (count * coordinates)). */
  double
  PooledVariance(const at::Tensor & index = {}) const
  {
    return (index.defined() ? samples.index_select(1, index) : samples).var(0).mean().item<double>();
  }
};

Whitened
WhitenedSamples(const DenseProblem & problem, const EstimatorOptions & options)
{
  const auto estimate = RunEstimator(problem.Problem(), options);
  const auto [values, vectors] = at::linalg_eigh(problem.covariance);
  const auto deviation = estimate.samples.reshape({-1, 64}) - problem.posterior->Mean().reshape({1, 64});
  return {at::matmul(deviation, vectors) / values.sqrt()};
}

Whitened
WhitenedSamples(const FourierProblem & problem, const EstimatorOptions & options)
{
  const auto estimate = RunEstimator(problem.Problem(), options);
  const auto deviation = problem.law->Transform(estimate.samples.squeeze(1) - problem.law->Mean());
  const auto white = at::view_as_real(deviation / problem.law->Spectrum().sqrt());
  return {white.reshape({deviation.size(0), -1})};
}

EstimatorOptions
SamplerOptions(const test::GaussianProblem & problem, const char * method, std::int64_t steps, std::int64_t samples)
{
  auto options = problem.Options(method, "exact", steps);
  options.samples = samples;
  options.keepSamples = true;
  options.innerTolerance = 1e-6;
  return options;
}

void
ExpectExactSamples(const Whitened & white, const std::string & name)
{
  Report(name + "-mean-score", white.MeanScore());
  Report(name + "-variance-score", white.VarianceScore());
  Report(name + "-pooled-variance-ratio", white.PooledVariance());
  // The largest of n standard normal scores exceeds sqrt(2 ln n) + 1.2 in about 1 % of all seeds (the seed is fixed).
  const double bound = std::sqrt(2.0 * std::log(static_cast<double>(white.samples.size(1)))) + 1.2;
  EXPECT_LT(white.MeanScore(), bound);
  EXPECT_LT(white.VarianceScore(), bound + 0.6);  // a variance has a longer upper tail at these counts
  EXPECT_NEAR(white.PooledVariance(), 1.0, 0.02); // asked for; Monte-Carlo error 0.55 % or less
}

TEST(ClosedFormDaps, CovarianceProductIsExactOnADensePosterior)
{
  const DenseProblem problem;
  ExpectExactSamples(WhitenedSamples(problem, SamplerOptions(problem, "daps", 6, 2000)), "dense-daps");
}

/** Variance over C at the end of a reference chain, for a Gaussian posterior of variance C: the chain is linear, so its
 * variance is a recursion of numbers. D_y = g x (about the mean), g = C / (C + s^2). */
double
VarianceOfTheReferenceChain(const std::vector<double> & schedule, double c)
{
  double variance = schedule.front() * schedule.front();
  for (std::size_t k = 0; k + 1 < schedule.size(); ++k)
  {
    const double s2 = schedule[k] * schedule[k];
    const double next2 = schedule[k + 1] * schedule[k + 1];
    const double near = c / (c + s2);
    if (next2 == 0.0)
    {
      return near * near * variance / c;
    }
    const double far = c / (c + next2);
    const double a = next2 / s2;
    const double weight = (-std::log(a) - 1.0 + a) / -std::log(a);
    const double drift = a + (1.0 - a - weight) * near + weight * far * (a + (1.0 - a) * near);
    const double diffusion = 1.0 + weight * far;
    variance = drift * drift * variance + diffusion * diffusion * next2 * (1.0 - a);
  }
  return variance / c;
}

/** Doubles the steps until the variance the chain ends with moves by less than 0.5 %: what a run would do, without its
 * Monte-Carlo error. */
EstimatorOptions
ConvergedReference(const test::GaussianProblem & problem, std::int64_t samples)
{
  auto options = SamplerOptions(problem, "reference", 32, samples);
  options.schedule = "geometric";
  const auto variance = [&options, &problem](double c)
  {
    return VarianceOfTheReferenceChain(
        MakeNoiseSchedule(options.schedule, options.steps, options.sigmaMaximum, options.sigmaMinimum), c);
  };
  const double smallest = problem.smallestPostSd * problem.smallestPostSd;
  const double largest = problem.largestSd * problem.largestSd;
  for (double moved = 1.0; moved >= 0.005 && options.steps < 1000;)
  {
    const double before[] = {variance(smallest), variance(largest)};
    options.steps *= 2;
    moved = std::max(std::abs(variance(smallest) - before[0]), std::abs(variance(largest) - before[1]));
  }
  Report("reference-steps", static_cast<double>(options.steps));
  Report("reference-variance-ratio-without-monte-carlo", variance(smallest));
  return options;
}

TEST(ClosedFormReference, IsExactOnADensePosterior)
{
  const DenseProblem problem;
  const auto options = ConvergedReference(problem, 1000);
  ASSERT_LT(options.steps, 1000);
  ExpectExactSamples(WhitenedSamples(problem, options), "dense-reference");
}

/** Coordinates (both parts of a k-space sample) that are measured, and those that are not. */
std::vector<at::Tensor>
Groups(const FourierProblem & problem)
{
  const auto measured = problem.mask.unsqueeze(-1).expand({1, 1, 64, 64, 2}).reshape({-1}).gt(0);
  return {measured.nonzero().reshape({-1}), measured.logical_not().nonzero().reshape({-1})};
}

void
ExpectGroupsExact(const FourierProblem & problem, const Whitened & white, const std::string & name)
{
  double worst = 1.0;
  for (const auto & group : Groups(problem))
  {
    // 3328 and 4864 real coordinates in 32 samples: Monte-Carlo error sqrt(2 / 103000) = 0.44 %; asked: 2 %.
    ASSERT_GT(group.numel(), 3000);
    const double ratio = white.PooledVariance(group);
    worst = std::abs(ratio - 1.0) > std::abs(worst - 1.0) ? ratio : worst;
    EXPECT_NEAR(ratio, 1.0, 0.02);
  }
  Report(name + "-worst-group-variance-ratio", worst);
}

TEST(ClosedFormDaps, CovarianceProductIsExactOnAFourierPosterior)
{
  const FourierProblem problem;
  const auto white = WhitenedSamples(problem, SamplerOptions(problem, "daps", 4, 32));
  ExpectExactSamples(white, "fourier-daps");
  ExpectGroupsExact(problem, white, "fourier-daps");
}

TEST(ClosedFormReference, IsExactOnAFourierPosterior)
{
  const FourierProblem problem;
  const auto options = ConvergedReference(problem, 32);
  ASSERT_LT(options.steps, 1000);
  const auto white = WhitenedSamples(problem, options);
  ExpectExactSamples(white, "fourier-reference");
  ExpectGroupsExact(problem, white, "fourier-reference");
}

TEST(ClosedFormDaps, TheEstimateCarriesMeanAndDeviation)
{
  const FourierProblem problem;
  auto options = SamplerOptions(problem, "daps", 3, 16);
  const auto estimate = RunEstimator(problem.Problem(), options);
  // The running moments are those of the kept samples: rounding only.
  EXPECT_TENSOR_NEAR(estimate.mean, estimate.samples.mean(0), 1e-12);
  const auto deviation = (estimate.samples - estimate.samples.mean(0)).abs().square().sum(0) / 15.0;
  EXPECT_TENSOR_NEAR(estimate.standardDeviation, deviation.sqrt(), 1e-12);
  // And the complex convention: sqrt(E|x - mean|^2), to sqrt(2 / (8192 * 15)) = 0.4 %.
  const double expected = problem.law->MarginalVariance().mean().item<double>();
  EXPECT_NEAR(estimate.standardDeviation.square().mean().item<double>() / expected, 1.0, 0.015);
  EXPECT_EQ(estimate.summary.deviationKind, DeviationKind::Posterior);
}
} // namespace
} // namespace tweedie
