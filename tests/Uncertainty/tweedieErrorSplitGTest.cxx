// SPDX-License-Identifier: Apache-2.0
#include "tweedieErrorSplit.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieTestMatrixOperator.h"

#include <gtest/gtest.h>

#include <limits>

namespace tweedie
{
namespace
{
TEST(ErrorSplit, IsTheProjectionByThePseudoInverse)
{
  const at::Tensor matrix = test::Normal(1, {5, 12});
  const auto likelihood = std::make_shared<GaussianLikelihood>(
      std::make_shared<test::MatrixOperator>(matrix), test::Normal(2, {1, 5}), at::scalar_tensor(0.1, at::kDouble));
  const at::Tensor error = test::Normal(3, {4, 12});
  const ErrorSplit split = SplitError(*likelihood, error, 60, 1e-12);
  const at::Tensor exact = at::matmul(error, at::matmul(at::linalg_pinv(matrix), matrix).transpose(0, 1));
  // rounding of double over 5 steps
  EXPECT_LT((split.measured - exact).abs().max().item<double>(), 1e-9);
  const double all = error.square().mean().item<double>();
  EXPECT_NEAR(split.measuredRms * split.measuredRms + split.unmeasuredRms * split.unmeasuredRms, all, 1e-9);
  EXPECT_NEAR(split.unmeasuredShare, split.unmeasuredRms * split.unmeasuredRms / all, 1e-12);
  EXPECT_THROW(SplitError(*likelihood, error * std::numeric_limits<double>::infinity()), DataError);
}
} // namespace
} // namespace tweedie
