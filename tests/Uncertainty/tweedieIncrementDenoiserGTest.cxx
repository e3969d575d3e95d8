// SPDX-License-Identifier: Apache-2.0
#include "tweedieIncrementDenoiser.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieGaussianDenoiser.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::int64_t length = 12;
const std::vector<std::int64_t> shape{1, 1, 1, length};
const std::vector<double> levels{0.02, 0.3, 1.0, 4.0, 60.0};

std::vector<IncrementPrior>
Laws()
{
  return {GaussIncrements(length),
          LaplaceIncrements(length),
          BernoulliLaplaceIncrements(length),
          StudentIncrements(length, 3)};
}

/** Draws of the prior with noise of a level. */
at::Tensor
Noisy(const IncrementPrior & prior, double sigma, std::int64_t count)
{
  RandomStreams random = test::Streams(7, count);
  const at::Tensor clean = prior.Draw(random);
  return (clean + sigma * random.NormalLike(clean)).reshape({count, 1, 1, 1, length});
}

std::shared_ptr<const GaussianDenoiser>
GaussianTwin(const IncrementPrior & prior)
{
  at::Tensor variances = at::full({length}, prior.IncrementVariance(), at::kDouble);
  variances[0] = prior.firstVariance;
  const at::Tensor sums = at::ones({length, length}, at::kDouble).tril();
  return std::make_shared<const GaussianDenoiser>(at::zeros(shape, at::kDouble),
                                                  at::matmul(sums * variances, sums.t()));
}

TEST(IncrementDenoiser, OfGaussIncrementsIsTheGaussianDenoiser)
{
  const IncrementPrior prior = GaussIncrements(length);
  const IncrementDenoiser denoiser(prior, shape);
  const auto exact = GaussianTwin(prior);
  for (const double level : levels)
  {
    const at::Tensor x = Noisy(prior, level, 5);
    const at::Tensor sigma = test::Sigma(level);
    const at::Tensor u = test::Normal(3, x.sizes());
    // windows of 8 sigma leave out exp(-32); the rest is rounding of sums over some hundred points
    EXPECT_TENSOR_NEAR(denoiser.Denoise(x, sigma), exact->Denoise(x, sigma), 1e-9 * std::max(1.0, level));
    EXPECT_TENSOR_CLOSE(denoiser.CovarianceProduct(x, sigma, u), exact->CovarianceProduct(x, sigma, u), 1e-9);
    EXPECT_TENSOR_CLOSE(denoiser.JacobianProduct(x, sigma, u), exact->JacobianProduct(x, sigma, u), 1e-9);
  }
}

TEST(IncrementDenoiser, StaysWhereItIsOnAFinerGrid)
{
  IncrementGrid fine;
  fine.pointsPerNoise = 8.0;
  fine.pointsPerScale = 4.0;
  fine.reach = 10.0;
  for (const IncrementPrior & prior : Laws())
  {
    const IncrementDenoiser coarse(prior, shape);
    const IncrementDenoiser better(prior, shape, fine);
    for (const double level : {0.05, 0.7, 3.0, 30.0})
    {
      const at::Tensor x = Noisy(prior, level, 4);
      const at::Tensor sigma = test::Sigma(level);
      const double error = test::LargestDifference(coarse.Denoise(x, sigma), better.Denoise(x, sigma));
      std::cout << "[  FIGURE  ] " << prior.Name() << " sigma " << level << ": " << error << "\n";
      EXPECT_LT(error, 1e-5 * std::min(level, prior.scale)) << prior.Name() << " " << level; // stated in the header
    }
  }
}

TEST(IncrementDenoiser, CovarianceProductIsTheDerivativeOfTheMean)
{
  for (const IncrementPrior & prior : Laws())
  {
    const IncrementDenoiser denoiser(prior, shape);
    for (const double level : {0.2, 2.0, 40.0})
    {
      const at::Tensor x = Noisy(prior, level, 3);
      const at::Tensor sigma = test::Sigma(level);
      const at::Tensor u = test::Normal(5, x.sizes());
      const double step = 1e-4 * level;
      const at::Tensor slope =
          (denoiser.Denoise(x + step * u, sigma) - denoiser.Denoise(x - step * u, sigma)) / (2.0 * step);
      // central differences: third derivatives times (1e-4)^2, and 1e-13 / 1e-4 of rounding; windows may shift by a
      // point
      EXPECT_TENSOR_CLOSE(denoiser.JacobianProduct(x, sigma, u), slope, 1e-4) << prior.Name() << " " << level;
    }
  }
}

TEST(IncrementDenoiser, CovarianceIsThatOfItsProducts)
{
  for (const IncrementPrior & prior : Laws())
  {
    const IncrementDenoiser denoiser(prior, shape);
    for (const double level : {0.05, 1.5, 40.0})
    {
      const at::Tensor x = Noisy(prior, level, 3);
      const at::Tensor u = test::Normal(5, x.sizes());
      const at::Tensor covariance = denoiser.Covariance(x, test::Sigma(level));
      const at::Tensor product = at::matmul(covariance, u.reshape({3, length, 1}));
      // rounding of sums over some hundred points
      EXPECT_TENSOR_CLOSE(product.reshape(x.sizes()), denoiser.CovarianceProduct(x, test::Sigma(level), u), 1e-9)
          << prior.Name() << " " << level;
    }
  }
}

TEST(IncrementDenoiser, CovarianceIsSymmetricAndDrawsHaveIt)
{
  const IncrementDenoiser denoiser(LaplaceIncrements(length), shape);
  const std::int64_t count = 4000;
  const at::Tensor x = Noisy(denoiser.Prior(), 1.0, 1);
  const at::Tensor covariance = denoiser.Covariance(x, test::Sigma(1.0))[0];
  EXPECT_GT(std::get<0>(at::linalg_eigh(covariance)).min().item<double>(), 0.0);
  RandomStreams random = test::Streams(9, count);
  const at::Tensor many = x.expand({count, 1, 1, 1, length}).contiguous();
  const at::Tensor draws = denoiser.CovarianceDraw(many, test::Sigma(1.0), random).reshape({count, length});
  EXPECT_LT(test::LargestCovarianceScore(draws, covariance), 4.5); // 78 entries: 4.5 once in 2000 runs
}

TEST(IncrementDenoiser, TakesALevelPerSampleAndBatchesOfAnySize)
{
  const IncrementDenoiser denoiser(BernoulliLaplaceIncrements(length), shape);
  const at::Tensor x = Noisy(denoiser.Prior(), 1.0, 3);
  const at::Tensor sigma = at::tensor({0.5, 0.5, 20.0}, at::kDouble);
  const at::Tensor all = denoiser.Denoise(x, sigma);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    // the shared and the single kernel differ in the order of sums
    EXPECT_TENSOR_NEAR(denoiser.Denoise(x.slice(0, i, i + 1), sigma[i]), all.slice(0, i, i + 1), 1e-10);
  }
}

TEST(IncrementDenoiser, RefusesWhatItCannotDo)
{
  EXPECT_THROW_MESSAGE(IncrementDenoiser(StudentIncrements(length, 2), shape), UsageError, "finite variance");
  EXPECT_THROW(IncrementDenoiser(LaplaceIncrements(8), shape), DataError);
  EXPECT_THROW(LaplaceIncrements(8, -1.0), UsageError);
  const IncrementDenoiser denoiser(LaplaceIncrements(length), shape);
  EXPECT_THROW(denoiser.Denoise(at::zeros({2, length}), test::Sigma(1.0)), DataError);
}
} // namespace
} // namespace tweedie
