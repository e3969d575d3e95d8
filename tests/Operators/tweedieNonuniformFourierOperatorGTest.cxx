// SPDX-License-Identifier: Apache-2.0
// The transform at any frequencies against its defining sum in double, and its normal operator.
#include "tweedieNonuniformFourierOperator.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierOperator.h"
#include "tweedieNoncartesianSenseOperator.h"
#include "tweedieOperatorDiagnostics.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIndexing.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double pi = 3.14159265358979323846;

/** Odd, even and unequal extents {x, y} or {x, y, z}; one is a prime whose double has no small factors. */
const std::vector<Shape> sizes{{33, 20}, {46, 31}, {9, 14, 11}, {20, 7, 6}};

/** Uniform up to +-N / 2, the corners and the centre among them; [readouts, 40, dimensions]. */
at::Tensor
Trajectory(const Shape & size, std::int64_t readouts = 9)
{
  const auto dimensions = static_cast<std::int64_t>(size.size());
  at::Tensor k = Streams(3, 1).Uniform({readouts, 40, dimensions}, at::kDouble).squeeze(0) - 0.5;
  k[0][0].fill_(0.5);
  k[0][1].fill_(-0.5);
  k[0][2].fill_(0.0);
  for (std::int64_t axis = 0; axis < dimensions; ++axis)
  {
    k.select(2, axis).mul_(static_cast<double>(size[static_cast<std::size_t>(axis)]));
  }
  return k;
}

/** {channels, z, y, x}. */
Shape
ImageOf(const Shape & size, std::int64_t channels, std::int64_t slices)
{
  return {channels, size.size() == 3 ? size[2] : slices, size[1], size[0]};
}

/** N^(-1/2) sum_n x[n] exp(-2 pi i k . (n - c) / N) for images [..., z, y, x], sample by sample in double. */
at::Tensor
DefiningSum(const at::Tensor & images, const at::Tensor & trajectory)
{
  const std::int64_t rank = trajectory.size(2);
  const at::Tensor k = trajectory.flatten(0, 1);
  at::Tensor sum = images.to(at::kComplexDouble);
  double pixels = 1.0;
  // Along x all samples appear as a new last dimension; along the others each sample keeps its own.
  for (std::int64_t axis = 0; axis < rank; ++axis)
  {
    const std::int64_t size = images.size(images.dim() - 1 - axis);
    const at::Tensor n = at::arange(size, at::kDouble) - static_cast<double>(size / 2);
    const at::Tensor angle = at::outer(n, k.select(1, axis)) * (-2.0 * pi / static_cast<double>(size));
    const at::Tensor wave = at::polar(at::ones_like(angle), angle);
    sum = axis == 0 ? at::matmul(sum, wave) : (sum * wave).sum(-2);
    pixels *= static_cast<double>(size);
  }
  return sum / std::sqrt(pixels);
}

NonuniformFourierOperator
OperatorOf(const Shape & size, const NonuniformFourierOptions & options = {})
{
  return NonuniformFourierOperator(ImageOf(size, 2, 3), Trajectory(size), options);
}
} // namespace

TEST(NonuniformFourierOperator, IsTheDefiningSumWithinItsTolerance)
{
  for (const auto & size : sizes)
  {
    const auto op = OperatorOf(size);
    const auto x = Normal(4, ImageOf(size, 2, 3), at::kComplexDouble).unsqueeze(0);
    auto shape = op.RangeShape();
    shape.insert(shape.begin(), 1);
    const auto expected = DefiningSum(x, Trajectory(size)).reshape(shape);
    EXPECT_TENSOR_CLOSE(op.Forward(x), expected, 1e-9);                       // the default of double
    EXPECT_TENSOR_CLOSE(op.Forward(x.to(at::kComplexFloat)), expected, 1e-5); // that of float
  }
}

TEST(NonuniformFourierOperator, ErrorFollowsTheTolerance)
{
  const Shape size{46, 31};
  const auto x = Normal(5, ImageOf(size, 2, 3), at::kComplexDouble).unsqueeze(0);
  for (const double tolerance : {1e-3, 1e-5, 2e-7, 1e-8, 1e-10, 1e-12})
  {
    const auto op = OperatorOf(size, {1e-5, tolerance});
    const auto y = op.Forward(x);
    EXPECT_TENSOR_CLOSE(y, DefiningSum(x, Trajectory(size)).view(y.sizes()), tolerance);
  }
}

TEST(NonuniformFourierOperator, HasTheValuesOfTheFourierTransformAtWholeFrequencies)
{
  const auto row = at::arange(20, at::kDouble) - 10.0;
  const auto column = at::arange(33, at::kDouble) - 16.0;
  const auto k = at::stack({column.unsqueeze(0).expand({20, 33}), row.unsqueeze(1).expand({20, 33})}, -1);
  const NonuniformFourierOperator op({1, 1, 20, 33}, k);
  const auto x = Normal(6, {1, 1, 1, 20, 33}, at::kComplexDouble);
  EXPECT_TENSOR_CLOSE(op.Forward(x), FourierTransform(x, 2, FourierDirection::Forward), 1e-9);
}

TEST(NonuniformFourierOperator, AdjointIsExactWhateverTheTolerance)
{
  for (const auto & size : sizes)
  {
    const auto op = OperatorOf(size, {1e-3, 1e-3});
    EXPECT_LE(AdjointError(op, 7, at::kComplexFloat), 1e-5); // the bars of the project
    EXPECT_LE(AdjointError(op, 7, at::kComplexDouble), 1e-12);
  }
}

TEST(NonuniformFourierOperator, BitsDoNotDependOnThreads)
{
  const int threads = at::get_num_threads();
  for (const auto & size : {Shape{46, 31}, Shape{20, 17, 16}})
  {
    const auto trajectory = Trajectory(size, 300);
    const NonuniformFourierOperator op(ImageOf(size, 1, 1), trajectory);
    const NonuniformNormalOperator normal(op);
    const auto x = Normal(8, ImageOf(size, 1, 1), at::kComplexFloat).unsqueeze(0);
    at::set_num_threads(1);
    const auto y = op.Forward(x);
    const auto back = op.Adjoint(y);
    const auto both = normal.Forward(x);
    at::set_num_threads(3);
    EXPECT_TENSOR_EQUAL(op.Forward(x), y);
    EXPECT_TENSOR_EQUAL(op.Adjoint(y), back);
    EXPECT_TENSOR_EQUAL(normal.Forward(x), both);
    at::set_num_threads(threads);
  }
}

TEST(NonuniformNormalOperator, IsTheWeightedAdjointAfterForward)
{
  for (const auto & size : sizes)
  {
    const auto op = OperatorOf(size, {1e-5, 1e-12});
    const auto weights = Streams(9, 1).Uniform({9, 40}, at::kDouble).squeeze(0);
    const NonuniformNormalOperator normal(op, weights);
    const auto x = Normal(10, ImageOf(size, 2, 3), at::kComplexDouble).unsqueeze(0);
    const auto expected = op.Adjoint(op.Forward(x) * weights);
    // 14 points of the window, both ways.
    EXPECT_TENSOR_CLOSE(normal.Forward(x), expected, 1e-11);
    // Transforms in single precision.
    EXPECT_TENSOR_CLOSE(normal.Forward(x.to(at::kComplexFloat)), expected, 1e-6);
  }
}

TEST(NoncartesianSenseOperator, IsTheTransformOfEveryCoilsImage)
{
  const Shape size{33, 20};
  const auto maps = Normal(11, {2, 3, 1, 20, 33}, at::kComplexDouble);
  const NoncartesianSenseOperator op({1, 1, 20, 33}, Trajectory(size), maps);
  const auto x = Normal(12, {2, 1, 1, 20, 33}, at::kComplexDouble);
  const auto y = op.Forward(x);
  EXPECT_TENSOR_CLOSE(y, DefiningSum(x * maps, Trajectory(size)).view(y.sizes()), 1e-9);
  // The convolution has no window's error, Forward and Adjoint have theirs.
  EXPECT_TENSOR_CLOSE(op.Normal(x), op.Adjoint(y), 2e-9);
}

TEST(NoncartesianSenseOperator, TakesVolumes)
{
  const Shape size{9, 14, 11};
  const auto maps = Normal(13, {1, 2, 11, 14, 9}, at::kComplexDouble);
  const NoncartesianSenseOperator op({1, 11, 14, 9}, Trajectory(size), maps);
  const auto x = Normal(14, {1, 1, 11, 14, 9}, at::kComplexDouble);
  const auto y = op.Forward(x);
  EXPECT_TENSOR_CLOSE(y, DefiningSum(x * maps, Trajectory(size)).view(y.sizes()), 1e-9);
  EXPECT_TENSOR_CLOSE(op.Normal(x), op.Adjoint(y), 2e-9);
}

TEST(NoncartesianSenseOperator, CirculantHasThePlaneWavesQuotients)
{
  for (const auto & size : {Shape{33, 20}, Shape{46, 31}, Shape{9, 14, 11}})
  {
    const bool volume = size.size() == 3;
    const Shape image{1, volume ? size[2] : 1, size[1], size[0]};
    const auto maps = Normal(15, {volume ? 1 : 2, 3, image[1], image[2], image[3]}, at::kComplexDouble);
    for (const bool coils : {true, false})
    {
      const NoncartesianSenseOperator op(image, Trajectory(size), coils ? maps : at::Tensor());
      const auto m = op.CirculantNormal();
      ASSERT_EQ(m.sizes(), at::IntArrayRef({coils ? maps.size(0) : 1, image[1], image[2], image[3]}));
      for (const auto & k : {Shape{0, 0, 0}, Shape{2, 3, 5}, Shape{0, 19, 8}})
      {
        at::Tensor place = at::zeros(m.sizes(), at::kComplexDouble);
        const std::int64_t z = k[0] % image[1], y = k[1] % image[2], x = k[2] % image[3];
        place.index_put_({at::indexing::Slice(), z, y, x}, 1.0);
        const auto wave = at::fft_ifftn(place, {}, {1, 2, 3}, "forward").unsqueeze(1);
        const auto quotient = at::real((wave.conj() * op.Normal(wave)).mean({1, 2, 3, 4}));
        const auto found = m.index({at::indexing::Slice(), z, y, x});
        EXPECT_TENSOR_CLOSE(found, quotient, 1e-10); // of the normal operator's own kernel: rounding
      }
    }
  }
}

TEST(NonuniformFourierOperator, RefusesOtherOperands)
{
  const Shape image{1, 1, 20, 33};
  const auto k = Trajectory({33, 20});
  EXPECT_THROW(NonuniformFourierOperator({1, 20, 33}, k), DataError);
  EXPECT_THROW(NonuniformFourierOperator({1, 1, 0, 33}, k), DataError);
  EXPECT_THROW(NonuniformFourierOperator(image, at::Tensor()), DataError);
  EXPECT_THROW(NonuniformFourierOperator(image, k.narrow(2, 0, 1)), DataError);
  EXPECT_THROW(NonuniformFourierOperator(image, k.to(at::kLong)), DataError);
  EXPECT_THROW(NonuniformFourierOperator(image, k * 1.01), DataError); // beyond N / 2
  EXPECT_THROW(NonuniformFourierOperator(image, k / 0.0), DataError);
  EXPECT_THROW(NonuniformFourierOperator(image, k, {0.0, 1e-9}), UsageError);
  const NonuniformFourierOperator op(image, k);
  EXPECT_THROW(NonuniformNormalOperator(op, at::ones({9, 39})), DataError);
  EXPECT_THROW(NonuniformNormalOperator(op, -at::ones({9, 40})), DataError);
  EXPECT_THROW(NoncartesianSenseOperator({1, 2, 20, 33}, k), DataError);
  EXPECT_THROW(NoncartesianSenseOperator(image, k, at::ones({1, 2, 1, 20, 32}, at::kComplexFloat)), DataError);
  EXPECT_THROW(NoncartesianSenseOperator(image, k, at::ones({1, 2, 1, 20, 33})), DataError);
}
