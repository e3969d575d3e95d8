// SPDX-License-Identifier: Apache-2.0
// The transform in an uneven field against its defining sum in double.
#include "tweedieOffResonanceOperator.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieNoncartesianSenseOperator.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr std::int64_t rows = 15;
constexpr std::int64_t columns = 18;
constexpr std::int64_t samples = 60;

/** [7, 60, 2]. */
at::Tensor
Trajectory()
{
  const at::Tensor k = Streams(3, 1).Uniform({7, samples, 2}, at::kDouble).squeeze(0) - 0.5;
  return k * at::tensor({18.0, 15.0}, at::kDouble);
}

std::shared_ptr<const NonuniformFourierOperator>
Transform()
{
  return std::make_shared<const NonuniformFourierOperator>(
      Shape{2, 1, rows, columns}, Trajectory(), NonuniformFourierOptions{1e-6, 1e-12});
}

/** -90 to 110 Hz. */
at::Tensor
Field()
{
  return Streams(4, 1).Uniform({1, rows, columns}, at::kDouble).squeeze(0) * 200.0 - 90.0;
}

/** A readout of 30 ms, the first sample 2 ms after the excitation. */
at::Tensor
Times()
{
  return at::arange(samples, at::kDouble) * (0.030 / samples) + 0.002;
}

at::Tensor
DefiningSum(const at::Tensor & x)
{
  const at::Tensor k = Trajectory();
  const at::Tensor j = (at::arange(rows, at::kDouble) - 7.0).view({rows, 1}) / static_cast<double>(rows);
  const at::Tensor i = (at::arange(columns, at::kDouble) - 9.0).view({1, columns}) / static_cast<double>(columns);
  at::Tensor y = at::empty({1, 2, 1, 7, samples}, at::kComplexDouble);
  for (std::int64_t r = 0; r < 7; ++r)
  {
    for (std::int64_t s = 0; s < samples; ++s)
    {
      const at::Tensor turns = Field()[0] * Times()[s] + i * k[r][s][0] + j * k[r][s][1];
      const at::Tensor wave = at::polar(at::ones_like(turns), turns * (-2.0 * pi));
      y.select(4, s).select(3, r).copy_((x * wave).sum({-2, -1}) / std::sqrt(static_cast<double>(rows * columns)));
    }
  }
  return y;
}
} // namespace

TEST(OffResonanceOperator, IsTheDefiningSumWithinItsTolerance)
{
  const auto x = Normal(5, {1, 2, 1, rows, columns}, at::kComplexDouble);
  const auto expected = DefiningSum(x);
  std::int64_t before = 0;
  for (const double tolerance : {1e-2, 1e-5, 1e-9})
  {
    const OffResonanceOperator op(Transform(), Field(), Times(), tolerance);
    EXPECT_TENSOR_CLOSE(op.Forward(x), expected, tolerance);
    EXPECT_GT(op.Segments(), before);
    before = op.Segments();
  }
  // 200 Hz times 30 ms are six turns: the space of such phases has 6 dimensions and a few for the tolerance.
  EXPECT_LE(before, 20);
}

TEST(OffResonanceOperator, AnEvenFieldIsAPhase)
{
  const auto x = Normal(6, {1, 2, 1, rows, columns}, at::kComplexDouble);
  const OffResonanceOperator op(Transform(), at::full({1, rows, columns}, 40.0, at::kDouble), Times());
  EXPECT_EQ(op.Segments(), 1);
  const at::Tensor angle = Times() * (-2.0 * pi * 40.0);
  EXPECT_TENSOR_CLOSE(op.Forward(x), Transform()->Forward(x) * at::polar(at::ones_like(angle), angle), 1e-12);
}

TEST(OffResonanceOperator, OfSeveralCoilsAndSlicesIsThatOfEach)
{
  const NonuniformFourierOptions options{1e-6, 1e-12};
  const at::Tensor maps = Normal(7, {2, 3, 1, rows, columns}, at::kComplexDouble);
  const at::Tensor field = at::stack({Field(), 0.3 * Field()});
  const auto sense = std::make_shared<const NoncartesianSenseOperator>(
      Shape{1, 1, rows, columns}, Trajectory(), maps, options, OffResonance{field, Times(), 1e-11});
  ASSERT_EQ(sense->BatchSize(), 2);
  const at::Tensor x = Normal(8, {2, 1, 1, rows, columns}, at::kComplexDouble);
  const at::Tensor y = Normal(9, {2, 3, 1, 7, samples}, at::kComplexDouble);
  for (std::int64_t slice = 0; slice < 2; ++slice)
  {
    const auto one =
        std::make_shared<const NonuniformFourierOperator>(Shape{1, 1, rows, columns}, Trajectory(), options);
    const OffResonanceOperator op(one, field[slice], Times(), 1e-11);
    const at::Tensor images = (x[slice] * maps[slice]).unsqueeze(1);
    const at::Tensor expected = op.Forward(images).transpose(0, 1);
    // Two bases of the same phases, each to 1e-11 of them.
    EXPECT_TENSOR_CLOSE(sense->Forward(x).narrow(0, slice, 1), expected, 1e-10);
    const at::Tensor back = op.Adjoint(y[slice].unsqueeze(1)).squeeze(1);
    EXPECT_TENSOR_CLOSE(sense->Adjoint(y)[slice], (back * maps[slice].conj()).sum(0, true), 1e-10);
    const auto selected =
        std::dynamic_pointer_cast<const LinearOperator>(sense->Select(at::full({1}, slice, at::kLong)));
    ASSERT_TRUE(selected);
    EXPECT_TENSOR_CLOSE(selected->Forward(x.narrow(0, slice, 1)), expected, 1e-10);
  }
  EXPECT_TENSOR_CLOSE(sense->Normal(x), sense->Adjoint(sense->Forward(x)), 1e-13);
  EXPECT_THROW(NoncartesianSenseOperator({1, 1, rows, columns}, Trajectory(), maps, options, OffResonance{field[0]}),
               DataError);
  EXPECT_THROW(NoncartesianSenseOperator({1, 1, rows, columns}, Trajectory(), maps, options, OffResonance{field}),
               DataError);
}

TEST(OffResonanceOperator, RefusesOtherOperands)
{
  const auto A = Transform();
  EXPECT_THROW(OffResonanceOperator(nullptr, Field(), Times()), UsageError);
  EXPECT_THROW(OffResonanceOperator(A, Field(), Times(), 0.0), UsageError);
  EXPECT_THROW(OffResonanceOperator(A, Field().narrow(1, 0, 3), Times()), DataError);
  EXPECT_THROW(OffResonanceOperator(A, Field(), Times().narrow(0, 0, 3)), DataError);
  EXPECT_THROW(OffResonanceOperator(A, Field() / 0.0, Times()), DataError);
}
