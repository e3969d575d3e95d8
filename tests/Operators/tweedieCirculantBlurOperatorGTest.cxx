// SPDX-License-Identifier: Apache-2.0
// Circular convolution against its defining sum, and its decomposition against the matrix.
#include "tweedieCirculantBlurOperator.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
// Two transforms of a few hundred points in double: rounding of about log2(N) = 8 units in the last place each.
constexpr double rounding = 1e-14;

/** sum_m h[m] x[n - (m - c) mod N] over the last three dimensions, one kernel [kz, ky, kx] for all. */
at::Tensor
DefiningSum(const at::Tensor & x, const at::Tensor & kernel)
{
  at::Tensor y = at::zeros_like(x);
  for (std::int64_t z = 0; z < kernel.size(0); ++z)
  {
    for (std::int64_t row = 0; row < kernel.size(1); ++row)
    {
      for (std::int64_t column = 0; column < kernel.size(2); ++column)
      {
        const Shape shift{z - kernel.size(0) / 2, row - kernel.size(1) / 2, column - kernel.size(2) / 2};
        y += at::roll(x, shift, {-3, -2, -1}) * kernel[z][row][column].item<double>();
      }
    }
  }
  return y;
}

struct Case
{
  Shape image;
  Shape kernel; ///< {kz, ky, kx}
};
} // namespace

TEST(CirculantBlurOperator, IsTheDefiningSum)
{
  for (const auto & c : {Case{{2, 3, 9, 12}, {1, 3, 5}}, // odd kernel
                         Case{{1, 1, 9, 12}, {1, 4, 2}}, // even kernel
                         Case{{1, 1, 8, 7}, {1, 8, 7}},  // as large as the image, even and odd
                         Case{{1, 1, 5, 6}, {1, 1, 1}},  // a factor
                         Case{{2, 5, 6, 7}, {2, 3, 7}},  // volume
                         Case{{1, 4, 6, 3}, {4, 1, 3}}})
  {
    const auto kernel = Normal(1, c.kernel);
    const CirculantBlurOperator op(c.image, kernel.unsqueeze(0).unsqueeze(0));
    for (const auto type : {at::kDouble, at::kComplexDouble})
    {
      const auto x = Streams(2, 2).Normal(c.image, type);
      const auto y = op.Forward(x);
      EXPECT_EQ(y.scalar_type(), type);
      EXPECT_TENSOR_CLOSE(y, DefiningSum(x, kernel), rounding);
    }
  }
}

TEST(CirculantBlurOperator, OfOnePixelIsAShiftThatIsItsCenter)
{
  const auto x = Normal(1, {1, 1, 1, 6, 7});
  for (const std::int64_t size : {4, 5})
  {
    at::Tensor kernel = at::zeros({1, 1, 1, size, size}, at::kDouble);
    kernel[0][0][0][size / 2][size / 2] = 1.0;
    EXPECT_TENSOR_NEAR(CirculantBlurOperator({1, 1, 6, 7}, kernel).Forward(x), x, rounding);
  }
}

TEST(CirculantBlurOperator, HasAKernelForEachBatchEntry)
{
  const auto kernels = Normal(1, {3, 1, 1, 3, 4});
  const auto op = std::make_shared<CirculantBlurOperator>(Shape{1, 1, 6, 7}, kernels);
  EXPECT_EQ(op->BatchSize(), 3);
  EXPECT_TENSOR_EQUAL(op->Kernel(), kernels);
  const auto x = Streams(2, 3).Normal({1, 1, 6, 7}, at::kDouble);
  const auto y = op->Forward(x);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    EXPECT_TENSOR_CLOSE(y.narrow(0, i, 1), DefiningSum(x.narrow(0, i, 1), kernels[i][0]), rounding);
  }
  const auto index = at::tensor({2, 2, 0, 1}, at::kLong);
  EXPECT_TENSOR_EQUAL(op->Select(index)->Apply(x.index_select(0, index)), y.index_select(0, index));
  EXPECT_THROW_MESSAGE(op->Forward(x.narrow(0, 0, 2)), DataError, "required [3");
}

TEST(CirculantBlurOperator, DecomposesIntoRealWavesForRealImages)
{
  // Both extents even and both odd: the wave at half the sampling rate is its own mirror image.
  for (const auto & c : {Case{{1, 1, 6, 4}, {1, 3, 2}}, Case{{1, 1, 5, 3}, {1, 2, 3}}, Case{{1, 3, 4, 2}, {2, 3, 1}}})
  {
    const CirculantBlurOperator op(c.image, Normal(1, c.kernel).unsqueeze(0).unsqueeze(0));
    const auto basis = op.Decompose(at::kDouble);
    const auto v = MatrixOf([&](const at::Tensor & x) { return basis->Analyze(x); }, c.image, at::kDouble);
    const auto a = MatrixOf([&](const at::Tensor & x) { return op.Forward(x); }, c.image, at::kDouble);
    EXPECT_TENSOR_NEAR(at::matmul(v, v.t()), at::eye(v.size(0), at::kDouble), rounding);
    EXPECT_TENSOR_NEAR(v, v.t(), rounding);
    // V^T A^T A V is diagonal with the eigenvalues, of size 10 here.
    const auto diagonal = at::matmul(v, at::matmul(a.t(), at::matmul(a, v.t())));
    EXPECT_TENSOR_NEAR(diagonal, at::diag(basis->Eigenvalues().flatten()), 10.0 * rounding);
  }
}

TEST(CirculantBlurOperator, RefusesBadKernels)
{
  const Shape image{1, 2, 6, 7};
  EXPECT_THROW_MESSAGE(CirculantBlurOperator(image, at::ones({1, 1, 1, 7, 7})), UsageError, "no larger than");
  EXPECT_THROW_MESSAGE(CirculantBlurOperator(image, at::ones({1, 1, 3, 1, 1})), UsageError, "no larger than");
  EXPECT_THROW_MESSAGE(CirculantBlurOperator(image, at::ones({1, 2, 1, 3, 3})), DataError, "real kernel");
  EXPECT_THROW_MESSAGE(CirculantBlurOperator(image, at::ones({3, 3})), DataError, "real kernel");
  EXPECT_THROW_MESSAGE(CirculantBlurOperator(image, at::Tensor()), DataError, "no kernel");
  EXPECT_THROW_MESSAGE(
      CirculantBlurOperator(image, at::ones({1, 1, 1, 3, 3}, at::kComplexDouble)), DataError, "real kernel");
  EXPECT_THROW_MESSAGE(
      CirculantBlurOperator(image, at::ones({1, 1, 1, 3, 3}) * std::numeric_limits<double>::infinity()),
      DataError,
      "finite");
  EXPECT_THROW_MESSAGE(CirculantBlurOperator({6, 7}, at::ones({1, 1, 1, 3, 3})), DataError, "{channel, z, y, x}");
}
