// SPDX-License-Identifier: Apache-2.0
// Counts behind an object: density, gradient, the two forms, starved rays.
#include "tweedieTransmissionLikelihood.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieTestModels.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
at::Tensor
Scalar(double value)
{
  return at::scalar_tensor(value, at::kDouble);
}

/** [1, 1, 1, 1, n]. */
at::Tensor
Row(at::ArrayRef<double> values)
{
  return at::tensor(values, at::kDouble).reshape({1, 1, 1, 1, -1});
}

TransmissionOptions
Options(TransmissionForm form, double electronic = 0.0)
{
  TransmissionOptions options;
  options.form = form;
  options.electronic = electronic;
  options.proximal.tolerance = 1e-10;
  options.proximal.maximumIterations = 500;
  options.proximal.maximumSteps = 500;
  return options;
}

/** [10, 6], every entry positive: line integrals of 0 to 6 for images of size 1. */
LinearOperatorPointer
Rays(at::ScalarType type = at::kDouble)
{
  return Dense((Normal(3, {10, 6}).abs() * 0.8).to(type));
}

at::Tensor
Image(std::uint64_t seed)
{
  return Streams(seed, 1).Uniform({1, 1, 1, 6}, at::kDouble);
}

/** Poisson and electronic noise, on numbers that no sampler of ours has made. */
at::Tensor
Measured(const at::Tensor & mean, double electronic, std::uint64_t seed)
{
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  return at::poisson(mean, generator) + electronic * at::randn(mean.sizes(), generator, at::kDouble);
}
} // namespace

TEST(TransmissionLikelihood, IsTheLogarithmOfTheDensity)
{
  const auto y = Row({0, 1, 2, 5, 40, 0, 3, 900, 0, 12});
  const TransmissionLikelihood likelihood(Rays(), y, Scalar(50.0), Scalar(0.7), {}, Options(TransmissionForm::Poisson));
  const auto density = [&](const at::Tensor & x)
  {
    const auto mean = 50.0 * (-Rays()->Forward(x)).exp() + 0.7;
    return (mean - y * mean.log() + (y + 1.0).lgamma()).flatten(1).sum(1);
  };
  // The constant is dropped; rounding of sums of some thousand.
  EXPECT_TENSOR_NEAR(likelihood.NegativeLog(Image(1)) - likelihood.NegativeLog(Image(2)),
                     density(Image(1)) - density(Image(2)),
                     1e-10);
}

TEST(TransmissionLikelihood, GradientIsThatOfFiniteDifferencesAndAutograd)
{
  const auto y = Row({0, -3, 2, 5, 40, 0, 3, 900, 0, 12});
  for (const auto form : {TransmissionForm::Poisson, TransmissionForm::Weighted})
  {
    for (const double scale : {1.0, -8.0}) // the second reaches line integrals below -5, where the parabola is
    {
      const TransmissionLikelihood likelihood(Rays(), y, Scalar(60.0), Scalar(0.5), {}, Options(form, 2.0));
      auto x = Image(4) * scale;
      const auto gradient = likelihood.Gradient(x);
      const auto differences = DifferencesOf([&](const at::Tensor & p) { return likelihood.NegativeLog(p); }, x, 1e-6);
      EXPECT_TENSOR_CLOSE(gradient, differences, 1e-7); // h^2 of smooth terms, rounding / h
      x.set_requires_grad(true);
      likelihood.NegativeLog(x).sum().backward();
      EXPECT_TENSOR_CLOSE(gradient, x.grad(), 1e-12);
    }
  }
}

TEST(TransmissionLikelihood, TheWeightedFormIsAGaussianOfTheLogarithms)
{
  const auto y = Row({4000, 1, 250, 5, 40, -2, 3, 900, 0.5, 12});
  auto options = Options(TransmissionForm::Weighted, 3.0);
  options.modelDeviation = 0.02;
  const TransmissionLikelihood likelihood(Rays(), y, Scalar(5000.0), Scalar(0.25), {}, options);
  const auto seen = y - 0.25;
  const auto used = seen.gt(1.0);
  EXPECT_TENSOR_EQUAL(likelihood.Used(), used.to(at::kDouble));
  EXPECT_EQ(likelihood.Used().sum().item<double>(), 7.0); // all but 1, -2 and 0.5
  const auto lines = -(seen.clamp_min(1.0) / 5000.0).log();
  const auto variance = (y + 9.0) / seen.square() + 0.0004;
  const auto x = Image(5);
  const auto expected =
      (at::where(used, (lines - Rays()->Forward(x)).square() / variance, at::zeros_like(y)) / 2.0).flatten(1).sum(1);
  EXPECT_TENSOR_CLOSE(likelihood.NegativeLog(x), expected, 1e-13);
  EXPECT_TENSOR_NEAR(likelihood.Residual(x), at::where(used, lines - Rays()->Forward(x), at::zeros_like(y)), 1e-13);
}

TEST(TransmissionLikelihood, TheFitOfTheTruthIsOne)
{
  const auto op = Dense(Normal(7, {2000, 6}).abs() * 0.5);
  const auto x = Image(8);
  const double electronic = 3.0;
  const auto y = Measured(400.0 * (-op->Forward(x)).exp() + 5.0, electronic, 9);
  for (const auto form : {TransmissionForm::Poisson, TransmissionForm::Weighted})
  {
    const TransmissionLikelihood likelihood(op, y, Scalar(400.0), Scalar(5.0), {}, Options(form, electronic));
    // 2000 terms of mean 1 and variance 2 (some more for low counts): standard error 0.03; the weights of the
    // logarithms come from the counts that they weigh, which below 50 of them moves the mean by some per cent.
    EXPECT_NEAR(likelihood.DataFit(x).item<double>(), 1.0, form == TransmissionForm::Poisson ? 0.12 : 0.2);
    EXPECT_GT(likelihood.DataFit(x + 0.5).item<double>(), 2.0);
  }
}

TEST(TransmissionLikelihood, LogarithmsAreBiasedByHalfAReciprocalCount)
{
  const auto op = Dense(at::ones({20000, 1}, at::kDouble));
  const double expected = 40.0;
  const auto y = Measured(at::full({1, 1, 1, 1, 20000}, expected, at::kDouble), 0.0, 10);
  const TransmissionLikelihood likelihood(op, y, Scalar(1000.0));
  const double truth = std::log(1000.0 / expected);
  const double bias = likelihood.LineIntegrals().mean().item<double>() - truth;
  std::cout << "[  FIGURE  ] transmission-log-bias-times-two-counts = " << bias * 2.0 * expected << '\n';
  // 1 / (2 m) + 5 / (12 m^2) ...: 2 % beyond the first term at 40; standard error 1 / sqrt(40 * 20000) of 1 / 80: 9 %.
  EXPECT_NEAR(bias * 2.0 * expected, 1.02, 0.3);
  // The weighted mean of the logarithms forgets low counts and errs to the other side; the counts themselves do not.
  const auto zero = at::zeros({1, 1, 1, 1, 1}, at::kDouble);
  const auto wide = Scalar(1e6);
  const TransmissionLikelihood poisson(op, y, Scalar(1000.0), {}, {}, Options(TransmissionForm::Poisson));
  const double weighted = likelihood.Proximal(zero, wide).item<double>() - truth;
  const double exact = poisson.Proximal(zero, wide).item<double>() - truth;
  EXPECT_NEAR(exact, 0.0, 4.0 / std::sqrt(expected * 20000.0)); // four standard errors
  EXPECT_NEAR(weighted * 2.0 * expected, -1.0, 0.35);
}

TEST(TransmissionLikelihood, ProximalIsStationary)
{
  const auto op = Rays();
  const auto truth = Image(11);
  const auto y = Measured(200.0 * (-op->Forward(truth)).exp() + 2.0, 3.0, 12);
  const auto center = Image(13);
  for (const auto form : {TransmissionForm::Poisson, TransmissionForm::Weighted})
  {
    for (const double variance : {1e-3, 1.0, 100.0})
    {
      const TransmissionLikelihood likelihood(op, y, Scalar(200.0), Scalar(2.0), {}, Options(form, 3.0));
      const auto x = likelihood.Proximal(center, Scalar(variance));
      const auto slope = likelihood.Gradient(x) + (x - center) / variance;
      // Against the slope that the solver starts from; a wide prior leaves a Hessian of some 1e4 to rounding.
      EXPECT_LT(slope.norm().item<double>(), 1e-8 * likelihood.Gradient(center).norm().item<double>());
      EXPECT_LE(likelihood.NegativeLog(x).item<double>(), likelihood.NegativeLog(center).item<double>());
    }
  }
}

TEST(TransmissionLikelihood, AFactorBesideThePoissonForm)
{
  const auto op = Rays();
  const auto y = Measured(200.0 * (-op->Forward(Image(11))).exp() + 2.0, 3.0, 12);
  auto options = Options(TransmissionForm::Poisson, 3.0);
  const TransmissionLikelihood alone(op, y, Scalar(200.0), Scalar(2.0), {}, options);
  const auto F = Normal(20, {4, 6}) * 9.0;
  options.factor = Dense(F, {1, 1, 1, 6}, {2, 2, 1, 1});
  const TransmissionLikelihood both(op, y, Scalar(200.0), Scalar(2.0), {}, options);
  const auto x = Image(13);
  const auto image = x.reshape({6});
  const auto factor = F.matmul(image).square().sum() / 2.0;
  EXPECT_TENSOR_CLOSE(both.NegativeLog(x) - alone.NegativeLog(x), factor.reshape({1}), 1e-12);
  const auto slope = F.t().matmul(F.matmul(image)).reshape(x.sizes());
  EXPECT_TENSOR_CLOSE(both.Gradient(x) - alone.Gradient(x), slope, 1e-12);
  EXPECT_TENSOR_EQUAL(both.DataFit(x), alone.DataFit(x));
  EXPECT_TENSOR_EQUAL(both.Residual(x), alone.Residual(x));
  for (const double variance : {1e-3, 1.0, 100.0})
  {
    const auto end = both.Proximal(x, Scalar(variance));
    const auto rest = both.Gradient(end) + (end - x) / variance;
    EXPECT_LT(rest.norm().item<double>(), 1e-8 * both.Gradient(x).norm().item<double>()); // as without the factor
    EXPECT_GT(RelativeError(alone.Proximal(x, Scalar(variance)), end), 1e-2);
  }
  options.form = TransmissionForm::Weighted;
  EXPECT_THROW_MESSAGE(TransmissionLikelihood(op, y, Scalar(200.0), Scalar(2.0), {}, options), UsageError, "rows");
}

TEST(TransmissionLikelihood, StarvedRaysStayFinite)
{
  for (const auto type : {at::kDouble, at::kFloat})
  {
    const auto op = Dense((Normal(3, {10, 6}).abs() * 4.0).to(type)); // line integrals up to 30
    const auto y = Row({0, 0, -4, 0, 1, 0, -7, 2, 0, 3}).to(type);
    for (const auto form : {TransmissionForm::Poisson, TransmissionForm::Weighted})
    {
      const TransmissionLikelihood likelihood(op, y, Scalar(1000.0), {}, {}, Options(form, 3.0));
      for (const double scale : {1.0, -3.0, 30.0})
      {
        const auto x = (Image(14) * scale).to(type);
        EXPECT_TRUE(likelihood.NegativeLog(x).isfinite().all().item<bool>());
        EXPECT_TRUE(likelihood.Gradient(x).isfinite().all().item<bool>());
        EXPECT_TRUE(likelihood.DataFit(x).isfinite().all().item<bool>());
        EXPECT_TRUE(likelihood.Proximal(x, Scalar(0.5)).isfinite().all().item<bool>());
      }
    }
  }
}

TEST(TransmissionLikelihood, TheWeightedFormDrawsAndThePoissonFormSaysNo)
{
  const auto y = Row({40, 15, 20, 55, 40, 10, 30, 90, 10, 12});
  const TransmissionLikelihood weighted(Rays(), y, Scalar(100.0));
  auto random = Streams(15, 1);
  const auto center = Image(16);
  EXPECT_TRUE(weighted.Draw(center, Scalar(0.1), random).isfinite().all().item<bool>());
  const TransmissionLikelihood poisson(Rays(), y, Scalar(100.0), {}, {}, Options(TransmissionForm::Poisson));
  EXPECT_THROW_MESSAGE(poisson.Draw(center, Scalar(0.1), random), UsageError, "weighted form");
  EXPECT_THROW_MESSAGE(poisson.Fluctuation(center, Scalar(0.1), random), UsageError, "weighted form");
}

TEST(TransmissionLikelihood, EntriesOfABatchAreIndependent)
{
  const auto y = at::cat({Row({40, 15, 20, 55, 40, 10, 30, 90, 10, 12}), Row({4, 5, 2, 5, 4, 0, 3, 9, 1, 2})});
  const auto i0 = at::tensor({100.0, 20.0}, at::kDouble);
  for (const auto form : {TransmissionForm::Poisson, TransmissionForm::Weighted})
  {
    const TransmissionLikelihood both(Rays(), y, i0, {}, {}, Options(form));
    EXPECT_EQ(both.BatchSize(), 2);
    const auto second = both.Select(at::tensor({1}, at::kLong));
    const auto x = at::cat({Image(17), Image(18)});
    EXPECT_TENSOR_CLOSE(second->NegativeLog(x.narrow(0, 1, 1)), both.NegativeLog(x).narrow(0, 1, 1), 1e-14);
    EXPECT_TENSOR_CLOSE(second->Gradient(x.narrow(0, 1, 1)), both.Gradient(x).narrow(0, 1, 1), 1e-13);
    EXPECT_TENSOR_CLOSE(
        second->Proximal(x.narrow(0, 1, 1), Scalar(0.1)), both.Proximal(x, Scalar(0.1)).narrow(0, 1, 1), 1e-8);
  }
}

TEST(TransmissionLikelihood, RefusesBadInput)
{
  const auto op = Rays();
  const auto y = at::full({1, 1, 1, 1, 10}, 50.0, at::kDouble);
  const auto make =
      [&](const at::Tensor & counts, const at::Tensor & i0, const at::Tensor & s, TransmissionOptions o = {})
  { return TransmissionLikelihood(op, counts, i0, s, {}, o); };
  EXPECT_THROW_MESSAGE(make(y, Scalar(0.0), {}), DataError, "unattenuated counts that is not positive");
  EXPECT_THROW_MESSAGE(make(y, Scalar(100.0), Scalar(-1.0)), DataError, "scatter that is negative");
  EXPECT_THROW_MESSAGE(make(y * 0.0, Scalar(100.0), {}), DataError, "rays that reach the detector");
  EXPECT_THROW(make(y / 0.0, Scalar(100.0), {}), DataError);
  EXPECT_THROW(make(y.narrow(4, 0, 9), Scalar(100.0), {}), DataError);
  TransmissionOptions options;
  options.electronic = -1.0;
  EXPECT_THROW_MESSAGE(make(y, Scalar(100.0), {}, options), UsageError, "electronic noise of -1");
  options = {};
  options.leastCounts = 0.0;
  EXPECT_THROW_MESSAGE(make(y, Scalar(100.0), {}, options), UsageError, "counts above 0");
}
