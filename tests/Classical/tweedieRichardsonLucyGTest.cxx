// SPDX-License-Identifier: Apache-2.0
// Richardson-Lucy: the likelihood never falls, counts are kept, limits, and what is refused.
#include "tweedieRichardsonLucy.h"

#include "tweedieCirculantBlurOperator.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierOperator.h"
#include "tweedieOperatorCombinators.h"

#include <limits>

namespace tweedie
{
namespace
{
using test::Normal;
using test::Streams;

/** [12, 8] without negative entries; row 3 and column 5 are zero. */
at::Tensor
Weights()
{
  at::Tensor matrix = Normal(1, {12, 8}).clamp_min(0.0);
  matrix[3].zero_();
  matrix.select(1, 5).zero_();
  return matrix;
}

LinearOperatorPointer
Blur(std::int64_t size)
{
  const at::Tensor line = at::tensor({1.0, 4.0, 6.0, 4.0, 1.0}, at::kDouble) / 16.0;
  return std::make_shared<CirculantBlurOperator>(Shape{1, 1, size, size},
                                                 (line.view({-1, 1}) * line).view({1, 1, 1, 5, 5}));
}

RichardsonLucyOptions
Iterations(std::int64_t iterations, double background = 0.0)
{
  RichardsonLucyOptions options;
  options.iterations = iterations;
  options.background = background;
  return options;
}

TEST(RichardsonLucy, LikelihoodNeverFallsAndCountsAreKept)
{
  const auto op = Dense(Weights());
  // Two samples, with zero counts, and a count in the row that no pixel reaches.
  at::Tensor y = (Streams(2, 2).Uniform({1, 1, 1, 12}, at::kDouble) * 8.0).floor();
  y.select(4, 0).zero_();
  y.select(4, 3).fill_(2.0);
  for (const double background : {0.0, 0.5})
  {
    std::vector<double> before{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    for (std::int64_t iterations = 1; iterations <= 60; ++iterations)
    {
      const auto result = RichardsonLucy(op, y, Iterations(iterations, background));
      EXPECT_GE(result.image.min().item<double>(), 0.0);
      for (std::size_t i = 0; i < 2; ++i)
      {
        EXPECT_LE(result.negativeLog[i], before[i] + 1e-12 * std::abs(before[i])); // rounding
      }
      before = result.negativeLog;
      if (background == 0.0)
      {
        // All counts but those that nothing explains.
        const at::Tensor sum = op->Forward(result.image).flatten(1).sum(1);
        EXPECT_TENSOR_CLOSE(sum, y.flatten(1).sum(1) - 2.0, 1e-13);
      }
    }
    // The pixel that A does not see is what it was, and the same in each sample whatever was iterated.
    const auto one = RichardsonLucy(op, y, Iterations(1, background)).image;
    const auto many = RichardsonLucy(op, y, Iterations(60, background)).image;
    EXPECT_TENSOR_EQUAL(one.select(4, 5), many.select(4, 5));
    EXPECT_GT(many.select(4, 5).min().item<double>(), 0.0);
  }
}

TEST(RichardsonLucy, FulfilsTheOptimalityConditions)
{
  const at::Tensor matrix = Normal(1, {12, 5}).abs() + 0.05;
  const auto op = Dense(matrix);
  const at::Tensor y = (Streams(2, 1).Uniform({1, 1, 1, 12}, at::kDouble) * 30.0).floor();
  const auto result = RichardsonLucy(op, y, Iterations(20000, 0.3));
  const at::Tensor slope = op->Adjoint(1.0 - y / (op->Forward(result.image) + 0.3));
  // Kuhn and Tucker: x dL/dx = 0 and dL/dx >= 0. The slowest pixel to vanish does so like 1 / iterations.
  EXPECT_LT((result.image * slope).abs().max().item<double>(), 1e-3);
  EXPECT_GT(slope.min().item<double>(), -1e-3);
}

TEST(RichardsonLucy, RecoversWhatWasBlurred)
{
  const auto op = Blur(16);
  at::Tensor truth = at::full({1, 1, 1, 16, 16}, 1.0, at::kDouble);
  truth.slice(3, 5, 9).slice(4, 6, 12).fill_(20.0);
  const at::Tensor y = op->Forward(truth);
  const double few = test::RelativeError(RichardsonLucy(op, y, Iterations(10)).image, truth);
  const double many = test::RelativeError(RichardsonLucy(op, y, Iterations(1000)).image, truth);
  EXPECT_LT(many, 0.5 * few);
  EXPECT_LT(many, 0.5 * test::RelativeError(y, truth));
  // Data, background and image scale together.
  const auto scaled = RichardsonLucy(op, 1024.0 * y, Iterations(10, 512.0)).image;
  EXPECT_TENSOR_CLOSE(scaled / 1024.0, RichardsonLucy(op, y, Iterations(10, 0.5)).image, 1e-13);
}

TEST(RichardsonLucy, StopsEachSampleAtItsNoise)
{
  const auto op = Blur(16);
  at::Tensor truth = at::full({3, 1, 1, 16, 16}, 1.0, at::kDouble);
  truth.slice(3, 5, 9).slice(4, 6, 12).fill_(20.0);
  const at::Tensor noise = Streams(3, 3).Normal({1, 1, 16, 16}, at::kDouble);
  const at::Tensor levels = at::tensor({0.1, 0.5, 1.0}, at::kDouble);
  const at::Tensor y = (op->Forward(truth) + noise * levels.view({3, 1, 1, 1, 1})).clamp_min(0.0);
  RichardsonLucyOptions options = Iterations(2000);
  options.expected = 256.0 * levels.square();
  const auto together = RichardsonLucy(op, y, options);
  EXPECT_GT(together.iterationsOf[0], together.iterationsOf[1]);
  EXPECT_GT(together.iterationsOf[1], together.iterationsOf[2]);
  EXPECT_LT(together.iterationsOf[0], 2000);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    options.expected = (256.0 * levels.square()).narrow(0, i, 1);
    const auto alone = RichardsonLucy(op, y.narrow(0, i, 1), options);
    EXPECT_EQ(alone.iterationsOf[0], together.iterationsOf[i]);
    EXPECT_TENSOR_CLOSE(alone.image, together.image.narrow(0, i, 1), 1e-10); // transforms round by batch
    const at::Tensor residual = op->Forward(alone.image) - y.narrow(0, i, 1);
    EXPECT_LE(residual.square().sum().item<double>(), options.expected.item<double>());
    const auto before = RichardsonLucy(op, y.narrow(0, i, 1), Iterations(alone.iterationsOf[0] - 1));
    const at::Tensor former = op->Forward(before.image) - y.narrow(0, i, 1);
    EXPECT_GT(former.square().sum().item<double>(), options.expected.item<double>());
  }
}

TEST(RichardsonLucy, OfDarkDataIsDark)
{
  const auto op = Blur(8);
  at::Tensor y = at::zeros({2, 1, 1, 8, 8}, at::kFloat);
  y[1].fill_(3.0);
  const auto result = RichardsonLucy(op, y, Iterations(5));
  EXPECT_EQ(result.image[0].abs().max().item<float>(), 0.0f);
  EXPECT_TENSOR_CLOSE(result.image[1], y[1], 1e-6); // single precision
}

TEST(RichardsonLucy, RefusesWrongInputAndStops)
{
  const auto op = Dense(Weights());
  const at::Tensor y = at::ones({1, 1, 1, 1, 12}, at::kDouble);
  EXPECT_THROW_MESSAGE(RichardsonLucy(nullptr, y), DataError, "no operator");
  EXPECT_THROW_MESSAGE(RichardsonLucy(op, -y), DataError, "negative");
  EXPECT_THROW_MESSAGE(RichardsonLucy(op, y / 0.0), DataError, "not finite");
  EXPECT_THROW_MESSAGE(RichardsonLucy(op, y.to(at::kComplexDouble)), DataError, "not real");
  EXPECT_THROW_MESSAGE(RichardsonLucy(op, y, Iterations(0)), UsageError, "0 iterations");
  EXPECT_THROW_MESSAGE(RichardsonLucy(op, y, Iterations(1, -1.0)), UsageError, "background");
  EXPECT_THROW_MESSAGE(
      RichardsonLucy(Dense(Normal(1, {12, 8})), y), UsageError, "required an operator without negative weights");
  const auto fourier = std::make_shared<FourierOperator>(Shape{1, 1, 3, 4});
  const at::Tensor plane = at::ones({1, 1, 1, 3, 4}, at::kDouble);
  EXPECT_THROW_MESSAGE(RichardsonLucy(fourier, plane), UsageError, "complex");
  RichardsonLucyOptions options = Iterations(10);
  options.progress = [](std::int64_t iteration) { return iteration < 4; };
  EXPECT_THROW_MESSAGE(RichardsonLucy(op, y, options), Aborted, "after 4 iterations");
}
} // namespace
} // namespace tweedie
