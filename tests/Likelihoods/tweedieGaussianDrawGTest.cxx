// SPDX-License-Identifier: Apache-2.0
// The exact draw: mean and full covariance of many draws against (A^H W A + I / r^2)^-1, real parts as real numbers.
#include "tweedieGaussianLikelihood.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieSenseOperator.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr std::int64_t count = 20000;
constexpr double rSquared = 0.4;

// The largest of a few hundred standard normal scores exceeds 4.5 once in a thousand seeds; the seed is fixed.
constexpr double largestScore = 4.5;

/** Real and imaginary parts side by side: [batch, 2 n]. */
at::Tensor
Components(const at::Tensor & x)
{
  return x.is_complex() ? at::cat({at::real(x).flatten(1), at::imag(x).flatten(1)}, 1) : x.flatten(1);
}

/** A complex matrix acting on [Re; Im]. */
at::Tensor
RealForm(const at::Tensor & matrix)
{
  if (!matrix.is_complex())
  {
    return matrix;
  }
  const auto re = at::real(matrix);
  const auto im = at::imag(matrix);
  return at::cat({at::cat({re, -im}, 1), at::cat({im, re}, 1)});
}

/** Draws count samples and compares their moments. precision: 1 / s_c^2 per real measured number. */
void
ExpectExactMoments(const LinearOperatorPointer & op,
                   const GaussianLikelihood & likelihood,
                   const at::Tensor & c,
                   const at::Tensor & precision)
{
  const auto matrix = RealForm(MatrixOf(
      [&](const at::Tensor & x) { return op->Forward(x); }, op->DomainShape(), likelihood.Data().scalar_type()));
  const auto weighted = matrix.transpose(0, 1) * precision;
  const auto information = at::matmul(weighted, matrix) + at::eye(matrix.size(1), matrix.options()) / rSquared;
  const auto covariance = at::linalg_inv(information);
  const auto right = at::matmul(weighted, Components(likelihood.Data()).flatten()) + Components(c).flatten() / rSquared;
  const auto mean = at::matmul(covariance, right);

  auto random = Streams(11, count);
  const auto centers = c.expand({count, -1, -1, -1, -1});
  const auto draws = Components(likelihood.Draw(centers, at::scalar_tensor(rSquared, at::kDouble), random));
  EXPECT_LT(LargestMeanScore(draws, mean, covariance.diagonal()), largestScore);
  EXPECT_LT(LargestCovarianceScore(draws, covariance), largestScore);

  const auto variance = at::scalar_tensor(rSquared, at::kDouble);
  const auto fluctuations = Components(likelihood.Fluctuation(centers, variance, random));
  EXPECT_LT(LargestMeanScore(fluctuations, mean * 0.0, covariance.diagonal()), largestScore);
  EXPECT_LT(LargestCovarianceScore(fluctuations, covariance), largestScore);
}

ProximalOptions
Tight()
{
  ProximalOptions options;
  options.tolerance = 1e-8; // far below the Monte-Carlo error
  options.maximumIterations = 100;
  return options;
}
} // namespace

TEST(GaussianDraw, OfADenseOperator)
{
  for (const auto type : {at::kDouble, at::kComplexDouble})
  {
    const auto op = Dense(Normal(1, {4, 5}, type));
    const auto y = Normal(2, {1, 1, 1, 1, 4}, type);
    const GaussianLikelihood likelihood(op, y, 0.8, {}, Tight());
    const double component = 0.64 * (type == at::kDouble ? 1.0 : 0.5);
    const auto precision = at::full({type == at::kDouble ? 4 : 8}, 1.0 / component, at::kDouble);
    ExpectExactMoments(op, likelihood, Normal(3, {1, 1, 1, 1, 5}, type), precision);
  }
}

TEST(GaussianDraw, OfAWeightedOperator)
{
  const auto op = Dense(Normal(1, {4, 5}));
  const auto y = Normal(2, {1, 1, 1, 1, 4});
  const auto levels = at::tensor({0.3, 0.6, 1.2, 2.4}, at::kDouble).reshape({1, 1, 1, 1, 4});
  const auto sampled = at::tensor({1.0, 1.0, 0.0, 1.0}, at::kDouble).reshape({1, 1, 1, 1, 4});
  const GaussianLikelihood likelihood(op, y, levels, sampled, Tight());
  const auto precision = (sampled / levels.square()).flatten();
  ExpectExactMoments(op, likelihood, Normal(3, {1, 1, 1, 1, 5}), precision);
}

TEST(GaussianDraw, OfAMaskedUnitaryOperator)
{
  auto mask = at::zeros({1, 1, 1, 3, 4});
  mask.select(3, 0).fill_(1);
  mask[0][0][0][2][1] = 1;
  const auto op = MakeSenseOperator(mask);
  const auto y = op->Forward(Normal(2, {1, 1, 1, 3, 4}, at::kComplexDouble));
  const GaussianLikelihood likelihood(op, y, 0.5, mask);
  const auto precision = at::full({24}, 2.0 / 0.25, at::kDouble);
  ExpectExactMoments(op, likelihood, Normal(3, {1, 1, 1, 3, 4}, at::kComplexDouble), precision);
}

TEST(GaussianDraw, OfADecomposedOperator)
{
  auto mask = at::zeros({1, 1, 1, 4, 3});
  mask.select(3, 0).fill_(1);
  mask.select(3, 2).fill_(1);
  const auto op = MakeSenseOperator(mask, Normal(1, {1, 2, 1, 4, 3}, at::kComplexDouble));
  const auto y = op->Forward(Normal(2, {1, 1, 1, 4, 3}, at::kComplexDouble));
  ProximalOptions options;
  options.decompose = true;
  const GaussianLikelihood likelihood(op, y, 0.5, mask, options);
  ASSERT_TRUE(op->Decompose(y.options()));
  const auto precision = at::full({48}, 2.0 / 0.25, at::kDouble);
  ExpectExactMoments(op, likelihood, Normal(3, {1, 1, 1, 4, 3}, at::kComplexDouble), precision);
}

TEST(GaussianDraw, IsReproducibleAndIndependentOfTheBatch)
{
  const auto op = Dense(Normal(1, {4, 5}));
  const auto y = Streams(2, 3).Normal({1, 1, 1, 4}, at::kDouble);
  const auto c = Streams(3, 3).Normal({1, 1, 1, 5}, at::kDouble);
  const GaussianLikelihood likelihood(op, y, 0.8);
  const auto variance = at::scalar_tensor(rSquared, at::kDouble);
  auto all = RandomStreams(5, {0, 1, 2});
  const auto batch = likelihood.Draw(c, variance, all);
  auto second = RandomStreams(5, {1});
  const auto one = likelihood.Select(at::tensor({1}, at::kLong))->Draw(c.narrow(0, 1, 1), variance, second);
  EXPECT_TENSOR_CLOSE(one, batch.narrow(0, 1, 1), 1e-12); // matrix products of other sizes sum in another order
}
