// SPDX-License-Identifier: Apache-2.0
// Value, gradient, data fit and proximal step of the Gaussian likelihood against dense matrix algebra.
#include "tweedieGaussianLikelihood.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFourierOperator.h"
#include "tweedieMRIOperators.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieSenseOperator.h"
#include "tweedieTestDevices.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double sigma = 0.3;

/** z = |x|^2 element by element: a model that is not linear. */
class SquaredMagnitude final : public ForwardModel
{
public:
  std::string
  Name() const override
  {
    return "SquaredMagnitude";
  }
  Shape
  DomainShape() const override
  {
    return {1, 1, 1, 5};
  }
  Shape
  RangeShape() const override
  {
    return {1, 1, 1, 5};
  }
  at::Tensor
  Apply(const at::Tensor & x) const override
  {
    return at::view_as_real(x).square().sum(-1);
  }
  at::Tensor
  Vjp(const at::Tensor & x, const at::Tensor & v) const override
  {
    return x * v * 2.0;
  }
};

/** argmin |w^(1/2) (y - M x)|^2 / (2 s0^2) + |x - c|^2 / (2 r^2) by a dense solver; one sample, w per row. */
at::Tensor
DenseProximal(const at::Tensor & matrix,
              const at::Tensor & y,
              const at::Tensor & precision,
              const at::Tensor & c,
              double variance)
{
  const auto adjoint = matrix.conj().transpose(0, 1).resolve_conj();
  const auto weighted = adjoint * precision;
  const auto left = at::matmul(weighted, matrix) + at::eye(matrix.size(1), matrix.options()) / variance;
  const auto right = at::matmul(weighted, y.flatten()) + c.flatten() / variance;
  return at::linalg_solve(left, right.unsqueeze(1)).reshape(c.sizes());
}

ProximalOptions
Tight()
{
  ProximalOptions options;
  options.tolerance = 1e-12;
  options.maximumIterations = 200;
  return options;
}

at::Tensor
Scalar(double value)
{
  return at::scalar_tensor(value, at::kDouble);
}
} // namespace

TEST(GaussianLikelihood, HasTheHalfForRealAndNotForComplexData)
{
  for (const auto type : {at::kDouble, at::kComplexDouble})
  {
    const auto op = Identity({1, 1, 1, 5});
    const auto y = Normal(1, {1, 1, 1, 1, 5}, type);
    const auto x = Normal(2, {1, 1, 1, 1, 5}, type);
    const GaussianLikelihood likelihood(op, y, sigma);
    const double squared = (y - x).abs().square().sum().item<double>();
    const double expected = squared / (sigma * sigma) * (type == at::kDouble ? 0.5 : 1.0);
    EXPECT_NEAR(likelihood.NegativeLog(x).item<double>(), expected, 1e-13 * expected);
    // E|n|^2 = sigma^2 for a sample of either kind.
    EXPECT_NEAR(likelihood.DataFit(x).item<double>(), squared / (5 * sigma * sigma), 1e-12);
    EXPECT_TENSOR_EQUAL(likelihood.Residual(x), y - x);
  }
}

TEST(GaussianLikelihood, DataFitOfTheTruthIsOne)
{
  const std::int64_t n = 20000;
  for (const auto type : {at::kDouble, at::kComplexDouble})
  {
    const auto x = Normal(1, {1, 1, 1, 1, n}, type);
    const auto noise = Normal(2, {1, 1, 1, 1, n}, type) * (type == at::kDouble ? sigma : sigma / std::sqrt(2.0));
    const GaussianLikelihood likelihood(Identity({1, 1, 1, n}), x + noise, sigma);
    // Standard error sqrt(2 / n) = 0.01 (real), less for complex: four of them.
    EXPECT_NEAR(likelihood.DataFit(x).item<double>(), 1.0, 0.04);
  }
}

TEST(GaussianLikelihood, GradientIsAdjointOfResidualAndThatOfAutograd)
{
  for (const auto type : {at::kDouble, at::kComplexDouble})
  {
    const auto op = Dense(Normal(3, {7, 5}, type));
    const auto y = Streams(1, 3).Normal({1, 1, 1, 7}, type);
    auto x = Streams(2, 3).Normal({1, 1, 1, 5}, type);
    const auto levels = at::tensor({0.1, 0.2, 0.4}, at::kDouble);
    const GaussianLikelihood likelihood(op, y, levels);
    const auto component = levels.square().reshape({3, 1, 1, 1, 1}) * (type == at::kDouble ? 1.0 : 0.5);
    const auto expected = op->Adjoint(op->Forward(x) - y) / component;
    EXPECT_TENSOR_CLOSE(likelihood.Gradient(x), expected, 1e-14);
    x.set_requires_grad(true);
    likelihood.NegativeLog(x).sum().backward();
    EXPECT_TENSOR_CLOSE(x.grad(), expected, 1e-14);
  }
}

TEST(GaussianLikelihood, GradientOfWeightsAndOfANonLinearModel)
{
  const auto levels = Normal(4, {1, 1, 1, 1, 5}).abs() + 0.1;
  const auto sampled = at::tensor({1.0, 0.0, 1.0, 1.0, 0.0}, at::kDouble).reshape({1, 1, 1, 1, 5});
  const auto models = std::vector<ForwardModelPointer>{Dense(Normal(3, {5, 5}, at::kComplexDouble)),
                                                       std::make_shared<SquaredMagnitude>()};
  for (const auto & model : models)
  {
    const bool linear = model->Name() == "DenseOperator";
    const auto y = Streams(1, 2).Normal({1, 1, 1, 5}, linear ? at::kComplexDouble : at::kDouble);
    const GaussianLikelihood likelihood(model, y, levels, sampled);
    auto x = Streams(2, 2).Normal({1, 1, 1, 5}, at::kComplexDouble);
    const auto squared = ((y - model->Apply(x)).abs() / levels).square() * sampled;
    const auto expected = squared.flatten(1).sum(1) * (linear ? 1.0 : 0.5);
    EXPECT_TENSOR_CLOSE(likelihood.NegativeLog(x), expected, 1e-14);
    EXPECT_TENSOR_CLOSE(likelihood.DataFit(x), squared.flatten(1).sum(1) / 3.0, 1e-14);
    EXPECT_EQ(likelihood.Residual(x).select(-1, 1).abs().max().item<double>(), 0.0);
    const auto gradient = likelihood.Gradient(x);
    x.set_requires_grad(true);
    likelihood.NegativeLog(x).sum().backward();
    EXPECT_TENSOR_CLOSE(gradient, x.grad(), 1e-13);
  }
}

TEST(GaussianProximal, EqualsTheDenseSolution)
{
  for (const auto type : {at::kDouble, at::kComplexDouble})
  {
    const auto matrix = Normal(3, {7, 5}, type);
    const auto op = Dense(matrix);
    const auto y = Streams(1, 2).Normal({1, 1, 1, 7}, type);
    const auto c = Streams(2, 2).Normal({1, 1, 1, 5}, type);
    const auto variances = at::tensor({0.02, 5.0}, at::kDouble);
    const double component = sigma * sigma * (type == at::kDouble ? 1.0 : 0.5);
    const GaussianLikelihood likelihood(op, y, Scalar(sigma), {}, Tight());
    const auto x = likelihood.Proximal(c, variances);
    for (std::int64_t i = 0; i < 2; ++i)
    {
      const auto precision = at::full({7}, 1.0 / component, at::kDouble);
      const auto expected = DenseProximal(matrix, y[i], precision, c[i], variances[i].item<double>());
      EXPECT_TENSOR_CLOSE(x[i], expected, 1e-10); // the solver's tolerance times the condition number, about 100
    }
  }
}

TEST(GaussianProximal, EqualsTheDenseSolutionWithWeights)
{
  const auto matrix = Normal(3, {7, 5}, at::kComplexDouble);
  const auto y = Normal(1, {1, 1, 1, 1, 7}, at::kComplexDouble);
  const auto c = Normal(2, {1, 1, 1, 1, 5}, at::kComplexDouble);
  const auto levels = Normal(4, {1, 1, 1, 1, 7}).abs() + 0.1;
  const auto sampled = at::tensor({1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0}, at::kDouble).reshape({1, 1, 1, 1, 7});
  const GaussianLikelihood likelihood(Dense(matrix), y, levels, sampled, Tight());
  const auto precision = (sampled * 2.0 / levels.square()).flatten();
  EXPECT_TENSOR_CLOSE(likelihood.Proximal(c, Scalar(0.7)), DenseProximal(matrix, y, precision, c, 0.7), 1e-9);
}

TEST(GaussianProximal, ClosedFormEqualsConjugateGradients)
{
  auto mask = at::zeros({1, 1, 1, 9, 10});
  mask.index_fill_(3, at::tensor({0, 3, 4, 5, 7}, at::kLong), 1.0);
  const auto sense = MakeSenseOperator(mask);
  ASSERT_TRUE(sense->IsMaskedUnitary());
  const LinearOperatorPointer hidden = Scale(1.0, sense); // the same numbers, not known to be masked unitary
  ASSERT_FALSE(hidden->IsMaskedUnitary());
  const auto y = sense->Forward(Streams(1, 2).Normal({1, 1, 9, 10}, at::kComplexDouble));
  const auto c = Streams(2, 2).Normal({1, 1, 9, 10}, at::kComplexDouble);
  const auto levels = at::tensor({0.1, 0.5}, at::kDouble);
  const GaussianLikelihood closed(sense, y, levels, mask);
  const GaussianLikelihood solved(hidden, y, levels, mask, Tight());
  for (const double variance : {1e-6, 0.01, 1.0, 1e6})
  {
    EXPECT_TENSOR_CLOSE(closed.Proximal(c, Scalar(variance)), solved.Proximal(c, Scalar(variance)), 1e-10);
  }
}

TEST(GaussianProximal, HasTheRightLimits)
{
  const auto matrix = Normal(3, {7, 5});
  const auto truth = Normal(1, {1, 1, 1, 1, 5});
  const auto op = Dense(matrix);
  const GaussianLikelihood likelihood(op, op->Forward(truth), sigma, {}, Tight());
  const auto c = Normal(2, {1, 1, 1, 1, 5});
  EXPECT_TENSOR_EQUAL(likelihood.Proximal(c, Scalar(0.0)), c);
  // Without a prior: least squares, up to s^2 / r^2 = 1e-11 against singular values of order 1.
  EXPECT_TENSOR_CLOSE(likelihood.Proximal(c, Scalar(1e10)), truth, 1e-9);
}

TEST(GaussianProximal, WarmStartNeedsFewerProducts)
{
  const auto matrix = Normal(3, {40, 30});
  const auto op = Dense(matrix);
  const auto y = Normal(1, {1, 1, 1, 1, 40});
  const auto c = Normal(2, {1, 1, 1, 1, 30});
  const GaussianLikelihood exact(op, y, sigma, {}, Tight());
  const auto solution = exact.Proximal(c, Scalar(1.0));
  ProximalOptions few;
  few.maximumIterations = 2;
  const GaussianLikelihood rough(op, y, sigma, {}, few);
  EXPECT_GT(RelativeError(rough.Proximal(c, Scalar(1.0)), solution), 1e-3);
  EXPECT_LT(RelativeError(rough.Proximal(c, Scalar(1.0), solution), solution), 1e-10);
}

TEST(GaussianProximal, DoesNotDependOnTheBatch)
{
  const auto op = Dense(Normal(3, {7, 5}, at::kComplexFloat));
  const auto y = Streams(1, 4).Normal({1, 1, 1, 7}, at::kComplexFloat);
  const auto c = Streams(2, 4).Normal({1, 1, 1, 5}, at::kComplexFloat);
  const auto variances = at::tensor({0.01, 0.1, 1.0, 10.0}, at::kDouble);
  const GaussianLikelihood likelihood(op, y, sigma);
  const auto batch = likelihood.Proximal(c, variances);
  for (std::int64_t i = 0; i < 4; ++i)
  {
    const auto index = at::tensor({i}, at::kLong);
    const auto one = likelihood.Select(index)->Proximal(c.narrow(0, i, 1), variances.narrow(0, i, 1));
    EXPECT_TENSOR_CLOSE(one, batch.narrow(0, i, 1), 1e-5); // single precision, matrix products of other sizes
  }
}

TEST(GaussianLikelihood, RunsOnEveryDevice)
{
  for (const auto & device : Devices())
  {
    const auto mask = at::ones({1, 1, 1, 6, 8});
    const auto sense = MakeSenseOperator(mask, Normal(1, {2, 1, 6, 8}, at::kComplexFloat));
    const auto y = Streams(1, 2).Normal({2, 1, 6, 8}, at::kComplexFloat).to(device);
    const GaussianLikelihood likelihood(sense, y, sigma, mask);
    const auto c = Streams(2, 2).Normal({1, 1, 6, 8}, at::kComplexFloat).to(device);
    auto random = Streams(3, 2);
    EXPECT_EQ(likelihood.Proximal(c, at::ones({2})).device(), device);
    EXPECT_EQ(likelihood.Draw(c, at::ones({2}), random).device(), device);
    EXPECT_EQ(likelihood.NegativeLog(c).device(), device);
  }
}

TEST(GaussianLikelihood, SelectsEntries)
{
  const auto op = Dense(Normal(3, {7, 5}));
  const auto y = Streams(1, 3).Normal({1, 1, 1, 7}, at::kDouble);
  const GaussianLikelihood likelihood(op, y, at::tensor({0.1, 0.2, 0.3}, at::kDouble));
  const auto index = at::tensor({2, 0, 2, 1}, at::kLong);
  const auto some = likelihood.Select(index);
  EXPECT_EQ(likelihood.BatchSize(), 3);
  EXPECT_EQ(some->BatchSize(), 4);
  const auto x = Streams(2, 3).Normal({1, 1, 1, 5}, at::kDouble);
  const auto picked = x.index_select(0, index);
  EXPECT_TENSOR_CLOSE(some->NegativeLog(picked), likelihood.NegativeLog(x).index_select(0, index), 1e-14);
  EXPECT_TENSOR_CLOSE(some->Gradient(picked), likelihood.Gradient(x).index_select(0, index), 1e-13);
  EXPECT_TENSOR_CLOSE(some->DataFit(picked), likelihood.DataFit(x).index_select(0, index), 1e-14);
}

TEST(GaussianLikelihood, OneMeasurementServesABatch)
{
  const auto op = Dense(Normal(3, {7, 5}));
  const auto y = Normal(1, {1, 1, 1, 1, 7});
  const GaussianLikelihood likelihood(op, y, sigma);
  EXPECT_EQ(likelihood.BatchSize(), 1);
  const auto x = Streams(2, 3).Normal({1, 1, 1, 5}, at::kDouble);
  EXPECT_EQ(likelihood.NegativeLog(x).sizes(), (at::IntArrayRef{3}));
  EXPECT_EQ(likelihood.Proximal(x, Scalar(1.0)).sizes(), x.sizes());
}

TEST(GaussianLikelihood, RefusesBadInput)
{
  const auto op = Dense(Normal(3, {7, 5}));
  const auto y = Normal(1, {2, 1, 1, 1, 7});
  EXPECT_THROW_MESSAGE(GaussianLikelihood(op, y, 0.0), DataError, "noise level that is not positive");
  EXPECT_THROW_MESSAGE(GaussianLikelihood(op, y, -1.0), DataError, "not positive");
  EXPECT_THROW_MESSAGE(GaussianLikelihood(op, y, std::nan("")), DataError, "not positive");
  EXPECT_THROW_MESSAGE(GaussianLikelihood(op, y, at::ones({3})), DataError, "noise of shape [3]");
  EXPECT_THROW_MESSAGE(GaussianLikelihood(op, y.narrow(4, 0, 6), 1.0), DataError, "required [batch], then the range");
  EXPECT_THROW_MESSAGE(
      GaussianLikelihood(op, y * std::numeric_limits<double>::infinity(), 1.0), DataError, "finite data");
  EXPECT_THROW_MESSAGE(GaussianLikelihood(op, y, 1.0, y * 0.0), DataError, "keeps nothing");
  EXPECT_THROW_MESSAGE(GaussianLikelihood(op, y, 1.0, y * 0.0 + 0.5), DataError, "zeros and ones");
  EXPECT_THROW_MESSAGE(GaussianLikelihood(nullptr, y, 1.0), DataError, "no model");
  const GaussianLikelihood likelihood(op, y, 1.0);
  EXPECT_THROW_MESSAGE(likelihood.NegativeLog(at::ones({3, 1, 1, 1, 5}, at::kDouble)), DataError, "batch of 2");
  EXPECT_THROW_MESSAGE(likelihood.NegativeLog(at::ones({2, 1, 1, 1, 5}, at::kFloat)), DataError, "precision");
  const GaussianLikelihood squared(std::make_shared<SquaredMagnitude>(), at::ones({1, 1, 1, 1, 5}, at::kDouble), 1.0);
  const auto x = at::ones({1, 1, 1, 1, 5}, at::kComplexDouble);
  auto random = Streams(1, 1);
  EXPECT_THROW_MESSAGE(squared.Fluctuation(x, Scalar(1.0), random), UsageError, "non-linear");
}
