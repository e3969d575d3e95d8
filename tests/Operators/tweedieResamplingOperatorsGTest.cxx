// SPDX-License-Identifier: Apache-2.0
// Block averages and cubic shrinking against explicit matrices and the weights that follow from Keys' kernel by hand.
#include "tweedieResamplingOperators.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
// Sums of at most a few dozen products in double: 1e-14 leaves a digit of slack.
constexpr double rounding = 1e-14;

at::Tensor
Matrix(const LinearOperator & op)
{
  return MatrixOf([&](const at::Tensor & x) { return op.Forward(x); }, op.DomainShape(), at::kDouble);
}

/** One row [x] as an image [1, 1, 1, 1, x]. */
at::Tensor
Row(const at::Tensor & values)
{
  return values.reshape({1, 1, 1, 1, -1});
}

/** [small, large]: ones where the large index lies in the block, over the factor. */
at::Tensor
BlockMatrix(std::int64_t extent, std::int64_t factor)
{
  const auto rows = at::eye(extent / factor, at::kDouble);
  return rows.repeat_interleave(factor, 1) / static_cast<double>(factor);
}
} // namespace

TEST(BlockAverageOperator, EqualsItsMatrix)
{
  const BlockAverageOperator plane({2, 2, 6, 4}, {3, 2});
  EXPECT_EQ(plane.RangeShape(), (Shape{2, 2, 2, 2}));
  const auto slices = at::eye(4, at::kDouble); // channels and slices are left alone
  const auto blocks = at::kron(BlockMatrix(6, 3), BlockMatrix(4, 2));
  EXPECT_TENSOR_CLOSE(Matrix(plane), at::kron(slices, blocks), rounding);

  const BlockAverageOperator volume({1, 4, 6, 4}, {4, 2, 1});
  EXPECT_EQ(volume.RangeShape(), (Shape{1, 1, 3, 4}));
  const auto expected = at::kron(BlockMatrix(4, 4), at::kron(BlockMatrix(6, 2), at::eye(4, at::kDouble)));
  EXPECT_TENSOR_CLOSE(Matrix(volume), expected, rounding);
}

TEST(BlockAverageOperator, DecomposesIntoConstantsAndTheRest)
{
  const BlockAverageOperator op({1, 2, 4, 6}, {2, 2, 3});
  const auto decomposition = op.Decompose(at::kDouble);
  const auto values = decomposition->Eigenvalues();
  EXPECT_EQ(values.sizes().vec(), (Shape{1, 4, 12}));
  EXPECT_EQ(values.ne(0).sum().item<std::int64_t>(), 4); // one for each block
  EXPECT_DOUBLE_EQ(values.max().item<double>(), 1.0 / 12.0);
  // The first coefficient of a block is sqrt(b) times its mean.
  const auto x = Normal(1, {1, 1, 2, 4, 6});
  EXPECT_TENSOR_CLOSE(
      decomposition->Analyze(x).select(2, 0).flatten() / std::sqrt(12.0), op.Forward(x).flatten(), rounding);
}

TEST(BlockAverageOperator, OfFactorOneIsTheIdentity)
{
  const BlockAverageOperator op({1, 1, 3, 4}, {1, 1});
  const auto x = Normal(1, {2, 1, 1, 3, 4});
  EXPECT_TENSOR_EQUAL(op.Forward(x), x);
  const auto decomposition = op.Decompose(at::kDouble);
  EXPECT_TENSOR_EQUAL(decomposition->Synthesize(decomposition->Analyze(x)), x);
  EXPECT_EQ(decomposition->Eigenvalues().min().item<double>(), 1.0);
}

TEST(BicubicDownsampleOperator, HasTheWeightsOfKeysKernel)
{
  // Factor 2: distances 1/4, 3/4, 5/4, 7/4; the values of k there over 2 are these numbers over 256, exactly.
  const BicubicDownsampleOperator half({1, 1, 1, 16}, {1, 2});
  const auto inner = at::tensor({-3.0, -9.0, 29.0, 111.0, 111.0, 29.0, -9.0, -3.0}, at::kDouble) / 256.0;
  const auto matrix = Matrix(half);
  EXPECT_TENSOR_NEAR(matrix[3].slice(0, 3, 11), inner, rounding);
  EXPECT_EQ(matrix[3].ne(0).sum().item<std::int64_t>(), 8);
  // The first pixel reaches three beyond the border, where the image is mirrored: 3, 2, 1 fold onto 0, 1, 2.
  const auto folded = at::tensor({111.0 + 29.0, 111.0 - 9.0, 29.0 - 3.0, -9.0, -3.0}, at::kDouble) / 256.0;
  EXPECT_TENSOR_NEAR(matrix[0].slice(0, 0, 5), folded, rounding);
  // Factor 3: a pixel lies in the middle; k at 0, 1/3, 2/3, 1, 4/3, 5/3 is 1, 42/54, 18/54, 0, -4/54, -2/54, over 3.
  const BicubicDownsampleOperator third({1, 1, 1, 18}, {1, 3});
  const auto odd = at::tensor({-2.0, -4.0, 0.0, 18.0, 42.0, 54.0, 42.0, 18.0, 0.0, -4.0, -2.0}, at::kDouble) / 162.0;
  EXPECT_TENSOR_NEAR(Matrix(third)[2].slice(0, 2, 13), odd, rounding);
}

TEST(BicubicDownsampleOperator, KeepsConstantsAndRamps)
{
  for (const std::int64_t factor : {2, 3, 4, 8})
  {
    const std::int64_t extent = 8 * factor;
    const BicubicDownsampleOperator op({1, 1, 1, extent}, {1, factor});
    EXPECT_TENSOR_CLOSE(Matrix(op).sum(1), at::ones({8}, at::kDouble), rounding);
    const auto ramp = at::arange(extent, at::kDouble);
    const auto centers = (at::arange(8, at::kDouble) + 0.5) * static_cast<double>(factor) - 0.5;
    // The kernel reaches two coarse pixels to either side: those at the border see the mirror image.
    const auto small = op.Forward(Row(ramp)).flatten();
    EXPECT_TENSOR_CLOSE(small.slice(0, 2, 6), centers.slice(0, 2, 6), rounding);
    EXPECT_GT(LargestDifference(small.slice(0, 0, 1), centers.slice(0, 0, 1)), 1e-3);
  }
}

TEST(BicubicDownsampleOperator, IsTheProductOverTheAxes)
{
  const BicubicDownsampleOperator alongZ({1, 1, 1, 4}, {1, 2});
  const BicubicDownsampleOperator alongY({1, 1, 1, 6}, {1, 3});
  const BicubicDownsampleOperator alongX({1, 1, 1, 8}, {1, 4});
  const auto plane = at::kron(Matrix(alongY), Matrix(alongX));
  EXPECT_TENSOR_CLOSE(
      Matrix(BicubicDownsampleOperator({2, 1, 6, 8}, {3, 4})), at::kron(at::eye(2, at::kDouble), plane), rounding);
  EXPECT_TENSOR_CLOSE(
      Matrix(BicubicDownsampleOperator({1, 4, 6, 8}, {2, 3, 4})), at::kron(Matrix(alongZ), plane), rounding);
}

TEST(BicubicDownsampleOperator, MirrorsSmallImagesMoreThanOnce)
{
  // The kernel spans 16 pixels of 4: every weight folds back, and a constant stays one.
  const BicubicDownsampleOperator op({1, 1, 1, 4}, {1, 4});
  EXPECT_TENSOR_CLOSE(op.Forward(Row(at::ones({4}, at::kDouble))).flatten(), at::ones({1}, at::kDouble), rounding);
  EXPECT_TENSOR_CLOSE(Matrix(op), Matrix(op).flip(1), rounding);
}

TEST(BicubicDownsampleOperator, RemovesWhatWouldAlias)
{
  // A wave of period 3 pixels, above the limit of period 8 at factor 4: the widened kernel leaves a few per cent, where
  // sampling every fourth pixel would keep it all.
  const BicubicDownsampleOperator op({1, 1, 1, 96}, {1, 4});
  const auto wave = (at::arange(96, at::kDouble) * (2.0 * M_PI / 3.0)).cos();
  EXPECT_LT(op.Forward(Row(wave)).flatten().slice(0, 2, 22).abs().max().item<double>(), 0.05);
}

TEST(BicubicDownsampleOperator, OfFactorOneIsTheIdentity)
{
  const BicubicDownsampleOperator op({1, 1, 3, 4}, {1, 1});
  const auto x = Normal(1, {2, 1, 1, 3, 4});
  EXPECT_TENSOR_EQUAL(op.Forward(x), x);
  const auto decomposition = op.Decompose(at::kDouble);
  EXPECT_TENSOR_EQUAL(decomposition->Synthesize(decomposition->Analyze(x)), x);
}

TEST(BicubicDownsampleOperator, HasTheSingularValuesOfItsMatrix)
{
  const BicubicDownsampleOperator op({1, 1, 6, 8}, {3, 2});
  const auto matrix = Matrix(op);
  const auto expected = std::get<0>(at::linalg_eigvalsh(at::matmul(matrix.t(), matrix)).sort());
  const auto found = std::get<0>(op.Decompose(at::kDouble)->Eigenvalues().flatten().sort());
  EXPECT_TENSOR_NEAR(found, expected, 1e-15 * 100); // the error of LAPACK, a multiple of the largest value, below 1
}

TEST(ResamplingOperators, RefuseFactorsThatDoNotDivide)
{
  EXPECT_THROW_MESSAGE(BlockAverageOperator({1, 1, 6, 8}, {4, 2}), UsageError, "BlockAverageOperator: ");
  EXPECT_THROW_MESSAGE(BlockAverageOperator({1, 1, 6, 8}, {0, 2}), UsageError, "divides");
  EXPECT_THROW_MESSAGE(BlockAverageOperator({1, 1, 6, 8}, {-2, 2}), UsageError, "divides");
  EXPECT_THROW_MESSAGE(BlockAverageOperator({1, 1, 6, 8}, {2}), UsageError, "one for each");
  EXPECT_THROW_MESSAGE(BicubicDownsampleOperator({1, 3, 6, 8}, {2, 3, 2}), UsageError, "BicubicDownsampleOperator: ");
  EXPECT_THROW_MESSAGE(BicubicDownsampleOperator({6, 8}, {2, 2}), DataError, "{channel, z, y, x}");
}
