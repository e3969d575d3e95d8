// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianMixtureDenoiser.h"

#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
using test::Normal;
using test::Sigma;

/** 0.5 N(-2, 0.3) + 0.3 N(0.5, 1) + 0.2 N(4, 0.1) as a mixture and as a density on a grid. */
struct OneDimensional
{
  std::vector<double> weights{0.5, 0.3, 0.2};
  std::vector<double> means{-2.0, 0.5, 4.0};
  std::vector<double> variances{0.3, 1.0, 0.1};
  GaussianMixtureDenoiser mixture{at::tensor(weights, at::kDouble),
                                  at::tensor(means, at::kDouble).reshape({3, 1}),
                                  at::tensor(variances, at::kDouble).reshape({3, 1, 1})};

  double
  Density(double x) const
  {
    double sum = 0.0;
    for (std::size_t k = 0; k < 3; ++k)
    {
      sum += weights[k] / std::sqrt(variances[k]) * std::exp(-(x - means[k]) * (x - means[k]) / (2.0 * variances[k]));
    }
    return sum;
  }

  /** Mean and variance of the density proportional to Density(x) N(y; a x, variance), by the rectangle rule. */
  std::pair<double, double>
  Integrated(double a, double y, double variance) const
  {
    // For a smooth density that vanishes at both ends the rule converges faster than any power of the step; step 1/500
    // resolves the narrowest factor used here (0.1 wide) fifty times over.
    double mass = 0.0;
    double first = 0.0;
    double second = 0.0;
    for (int i = -6000; i <= 6000; ++i)
    {
      const double x = i / 500.0;
      const double p = Density(x) * std::exp(-(y - a * x) * (y - a * x) / (2.0 * variance));
      mass += p;
      first += p * x;
      second += p * x * x;
    }
    return {first / mass, second / mass - first * first / (mass * mass)};
  }
};

TEST(GaussianMixtureDenoiser, DAndCovarianceEqualNumericalIntegration)
{
  const OneDimensional problem;
  const auto one = at::ones({1, 1}, at::kDouble);
  for (const double sigma : {0.1, 0.5, 1.0, 3.0, 20.0})
  {
    for (const double x : {-4.0, -1.0, 0.0, 1.7, 2.5, 6.0})
    {
      const auto [mean, variance] = problem.Integrated(1.0, x, sigma * sigma);
      const auto state = at::full({1, 1}, x, at::kDouble);
      // The integral itself is good to 1e-12; its variance loses a digit or two to cancellation.
      EXPECT_NEAR(problem.mixture.Denoise(state, Sigma(sigma)).item<double>(), mean, 1e-10);
      EXPECT_NEAR(problem.mixture.CovarianceProduct(state, Sigma(sigma), one).item<double>(), variance, 1e-9);
    }
  }
}

TEST(GaussianMixtureDenoiser, PosteriorEqualsNumericalIntegration)
{
  const OneDimensional problem;
  for (const double y : {-3.0, 0.4, 2.0, 5.0})
  {
    const double a = 0.7;
    const double variance = 0.8;
    const auto [mean, spread] = problem.Integrated(a, y, variance);
    const auto posterior =
        problem.mixture.Conditioned(at::full({1, 1}, a, at::kDouble), at::full({1}, y, at::kDouble), variance);
    EXPECT_NEAR(posterior->Mean().item<double>(), mean, 1e-10); // as above
    EXPECT_NEAR(posterior->MarginalVariance().item<double>(), spread, 1e-9);
    EXPECT_NEAR(posterior->Weights().sum().item<double>(), 1.0, 1e-14);
  }
}

TEST(GaussianMixtureDenoiser, EqualComponentsAreOneGaussian)
{
  const auto covariance = test::RandomCovariance(1, 5, 0.1, 2.0);
  const auto mean = Normal(2, {5});
  const GaussianDenoiser gaussian(mean, covariance);
  const GaussianMixtureDenoiser mixture(at::tensor({0.7, 2.1}, at::kDouble), // normalised to 1/4 and 3/4
                                        at::stack({mean, mean}),
                                        at::stack({covariance, covariance}));
  const auto matrix = Normal(3, {3, 5});
  const auto y = Normal(4, {3});
  const auto x = Normal(5, {4, 5});
  const auto one = gaussian.Conditioned(matrix, y, 0.2);
  const auto other = mixture.Conditioned(matrix, y, 0.2);
  // The same arithmetic, weighted and summed: rounding only.
  EXPECT_TENSOR_NEAR(mixture.Denoise(x, Sigma(0.6)), gaussian.Denoise(x, Sigma(0.6)), 1e-12);
  EXPECT_TENSOR_NEAR(mixture.CovarianceProduct(x, Sigma(0.6), x), gaussian.CovarianceProduct(x, Sigma(0.6), x), 1e-12);
  EXPECT_TENSOR_NEAR(other->Mean(), one->Mean(), 1e-12);
  EXPECT_TENSOR_NEAR(other->Covariance(), one->Covariance(), 1e-12);
  EXPECT_TENSOR_NEAR(other->Weights(), at::tensor({0.25, 0.75}, at::kDouble), 1e-12);
}

TEST(GaussianMixtureDenoiser, FarComponentsDenoiseToTheNearestOne)
{
  // Means 200 apart at noise 1: the other component's weight is exp(-10^4), zero in double, and nothing is NaN.
  const auto covariance = test::RandomCovariance(1, 3, 0.1, 2.0);
  const auto far = at::full({3}, 200.0, at::kDouble);
  const GaussianMixtureDenoiser mixture(
      at::tensor({0.5, 0.5}, at::kDouble), at::stack({at::zeros_like(far), far}), at::stack({covariance, covariance}));
  const GaussianDenoiser near(at::zeros_like(far), covariance);
  const auto x = Normal(2, {4, 3});
  EXPECT_TENSOR_NEAR(mixture.Denoise(x, Sigma(1)), near.Denoise(x, Sigma(1)), 1e-12); // rounding
  const auto posterior = mixture.Conditioned(at::eye(3, at::kDouble), x[0], 0.01);
  EXPECT_LT(posterior->Weights()[1].item<double>(), 1e-200);
  EXPECT_TENSOR_NEAR(posterior->Mean(), near.Conditioned(at::eye(3, at::kDouble), x[0], 0.01)->Mean(), 1e-12);
}

TEST(GaussianMixtureDenoiser, MuchNoiseLeavesThePriorMean)
{
  const OneDimensional problem;
  const auto x = at::full({1, 1}, 5.0, at::kDouble);
  // D - mean = v x / s^2 to first order: 10 * 5 / 1e10.
  EXPECT_NEAR(problem.mixture.Denoise(x, Sigma(1e5)).item<double>(), problem.mixture.Mean().item<double>(), 1e-8);
}

TEST(GaussianMixtureDenoiser, WrongWeightsAreRefused)
{
  const auto means = at::zeros({2, 3}, at::kDouble);
  const auto covariances = at::eye(3, at::kDouble).expand({2, 3, 3});
  EXPECT_THROW_MESSAGE(
      GaussianMixtureDenoiser(at::tensor({1.0, 0.0}, at::kDouble), means, covariances), DataError, "positive weight");
  EXPECT_THROW_MESSAGE(
      GaussianMixtureDenoiser(at::tensor({1.0}, at::kDouble), means, covariances), DataError, "positive weight");
}
} // namespace
} // namespace tweedie
