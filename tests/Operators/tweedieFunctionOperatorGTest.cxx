// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieFunctionOperator.h"
#include "tweedieOperatorDiagnostics.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
TEST(FunctionOperator, AWrongAdjointShows)
{
  const at::Tensor matrix = (at::arange(24, at::kDouble) * 1.7).sin().reshape({6, 4});
  const auto forward = [&](const at::Tensor & x) { return at::matmul(matrix.to(x.dtype()), x); };
  const auto adjoint = [&](const at::Tensor & y) { return at::matmul(matrix.t().to(y.dtype()), y); };
  const auto shifted = [&](const at::Tensor & y) { return adjoint(y).roll(1); };
  const auto make = [&](const SampleFunction & back)
  { return FunctionOperator("own", {4}, {6}, false, forward, back); };
  EXPECT_LT(AdjointError(make(adjoint), 1, at::kDouble), 1e-14);
  EXPECT_GT(AdjointError(make(shifted), 1, at::kDouble), 1e-2);
}

TEST(FunctionOperator, RefusesOtherShapes)
{
  const auto same = [](const at::Tensor & x) { return x; };
  EXPECT_THROW(FunctionOperator("own", {4}, {0}, false, same, same), UsageError);
  EXPECT_THROW(FunctionOperator("own", {4}, {4}, false, same, {}), UsageError);
  const FunctionOperator longer("own", {4}, {5}, false, same, same);
  EXPECT_THROW(longer.Forward(at::ones({1, 4}, at::kDouble)), DataError);
  const FunctionOperator turned(
      "own", {4}, {4}, false, [](const at::Tensor & x) { return at::complex(x, x); }, same);
  EXPECT_THROW(turned.Forward(at::ones({1, 4}, at::kDouble)), DataError);
}
} // namespace
} // namespace tweedie
