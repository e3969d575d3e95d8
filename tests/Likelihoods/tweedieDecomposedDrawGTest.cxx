// SPDX-License-Identifier: Apache-2.0
// The exact draw through the decompositions of image restoration: a wrong basis would show in the covariance alone.
#include "tweedieGaussianLikelihood.h"

#include "tweedieCirculantBlurOperator.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieResamplingOperators.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

using namespace tweedie;
using namespace tweedie::test;

TEST(DecomposedDraw, HasTheExactMomentsForRealImages)
{
  const Shape image{1, 1, 3, 4};
  const std::vector<LinearOperatorPointer> operators{
      std::make_shared<CirculantBlurOperator>(image, Normal(1, {1, 1, 1, 3, 2})),
      std::make_shared<BlockAverageOperator>(image, std::vector<std::int64_t>{3, 2}),
      std::make_shared<BicubicDownsampleOperator>(image, std::vector<std::int64_t>{1, 2}),
      Scale(2.0, std::make_shared<BlockAverageOperator>(image, std::vector<std::int64_t>{1, 4}))};
  const std::int64_t count = 20000;
  const double noise = 0.5;
  const double rSquared = 0.4;
  for (const auto & op : operators)
  {
    const auto y = op->Forward(Normal(2, {1, 1, 1, 3, 4}));
    const auto c = Normal(3, {1, 1, 1, 3, 4});
    ProximalOptions options;
    options.decompose = true;
    const GaussianLikelihood likelihood(op, y, noise, {}, options);
    ASSERT_TRUE(op->Decompose(y.options()));

    const auto a = MatrixOf([&](const at::Tensor & x) { return op->Forward(x); }, image, at::kDouble);
    const auto information = at::matmul(a.t(), a) / (noise * noise) + at::eye(12, at::kDouble) / rSquared;
    const auto covariance = at::linalg_inv(information);
    const auto right = at::mv(a.t(), y.flatten()) / (noise * noise) + c.flatten() / rSquared;
    auto random = Streams(11, count);
    const auto variance = at::scalar_tensor(rSquared, at::kDouble);
    const auto draws = likelihood.Draw(c.expand({count, -1, -1, -1, -1}), variance, random).flatten(1);
    // The largest of a hundred standard normal scores exceeds 4.5 once in a thousand seeds; the seed is fixed.
    EXPECT_LT(LargestMeanScore(draws, at::mv(covariance, right), covariance.diagonal()), 4.5) << op->Name();
    EXPECT_LT(LargestCovarianceScore(draws, covariance), 4.5) << op->Name();
  }
}
