// SPDX-License-Identifier: Apache-2.0
// Value, gradient, data fit and proximal step of the Poisson likelihood against the density and closed forms.
#include "tweediePoissonLikelihood.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieTestModels.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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

PoissonOptions
Tight(PoissonApproximation approximation = PoissonApproximation::Exact)
{
  PoissonOptions options;
  options.approximation = approximation;
  options.proximal.tolerance = 1e-9;
  options.proximal.maximumSteps = 1000;
  return options;
}

/** Counts of these means, by inversion of the distribution function. */
at::Tensor
Counts(std::uint64_t seed, const at::Tensor & mean)
{
  const auto uniform = RandomStreams(seed, {0}).Uniform(mean.sizes(), at::kDouble).squeeze(0);
  auto probability = (-mean).exp();
  auto sum = probability.clone();
  auto counts = at::zeros_like(mean);
  for (int k = 1; k < 400; ++k)
  {
    counts += uniform.ge(sum).to(at::kDouble);
    probability = probability * mean / k;
    sum += probability;
  }
  return counts;
}

/** [10, 6], every entry positive. */
LinearOperatorPointer
Positive(at::ScalarType type = at::kDouble)
{
  return Dense((Normal(3, {10, 6}).abs() + 0.05).to(type));
}
} // namespace

TEST(PoissonLikelihood, IsTheLogarithmOfTheDensity)
{
  const auto op = Positive();
  const auto y = Counts(1, at::full({2, 1, 1, 1, 10}, 6.0, at::kDouble));
  const PoissonLikelihood likelihood(op, y, Scalar(3.0), Scalar(0.2));
  const auto density = [&](const at::Tensor & x)
  {
    const auto mean = 3.0 * (op->Forward(x) + 0.2);
    return (mean - y * mean.log() + (y + 1.0).lgamma()).flatten(1).sum(1);
  };
  const auto a = Streams(4, 2).Uniform({1, 1, 1, 6}, at::kDouble);
  const auto b = Streams(5, 2).Uniform({1, 1, 1, 6}, at::kDouble);
  // The constant is dropped; rounding of sums of about 50.
  EXPECT_TENSOR_NEAR(likelihood.NegativeLog(a) - likelihood.NegativeLog(b), density(a) - density(b), 1e-12);
  EXPECT_TENSOR_NEAR(likelihood.Residual(a), y / 3.0 - 0.2 - op->Forward(a), 1e-14);
}

TEST(PoissonLikelihood, GradientIsThatOfFiniteDifferencesAndAutograd)
{
  const auto y = Row({0, 1, 2, 5, 40, 0, 3, 900, 0, 12});
  const auto real = Dense(Normal(3, {10, 6})); // of either sign: means below zero occur
  const auto complex = Dense(Normal(4, {10, 6}, at::kComplexDouble));
  const std::vector<ForwardModelPointer> models{real, Positive(), Transmission(real), Intensity(complex)};
  for (const auto & model : models)
  {
    for (const auto approximation : {PoissonApproximation::Exact, PoissonApproximation::Gaussian})
    {
      const PoissonLikelihood likelihood(model, y, Scalar(2.0), Scalar(0.1), {}, Tight(approximation));
      const auto type = model == models.back() ? at::kComplexDouble : at::kDouble;
      auto x = Streams(6, 3).Normal({1, 1, 1, 6}, type);
      const auto gradient = likelihood.Gradient(x);
      // Means below the floor have third derivatives of zero and second ones up to y / floor^2 = 9e6; above it the
      // differences err by h^2 y / m^3 / 6 of terms that are not near the floor.
      const auto differences = DifferencesOf([&](const at::Tensor & p) { return likelihood.NegativeLog(p); }, x, 1e-6);
      EXPECT_TENSOR_CLOSE(gradient, differences, 1e-7);
      x.set_requires_grad(true);
      likelihood.NegativeLog(x).sum().backward();
      EXPECT_TENSOR_CLOSE(gradient, x.grad(), 1e-13);
    }
  }
}

TEST(PoissonLikelihood, GradientOfATransmissionIsTheKnownOne)
{
  // y ~ Poisson(I0 exp(-l) + s): dL/dl = (m - s) (y / m - 1), m = I0 exp(-l) + s.
  const auto y = Row({30, 20, 11, 0});
  const auto line = Row({1.0, 1.5, 2.0, 3.0});
  const PoissonLikelihood likelihood(Transmission(Identity({1, 1, 1, 4})), y, Scalar(80.0), Scalar(0.05));
  const auto mean = 80.0 * (-line).exp() + 4.0;
  EXPECT_TENSOR_CLOSE(likelihood.Gradient(line), (mean - 4.0) * (y / mean - 1.0), 1e-13);
}

TEST(PoissonLikelihood, IsContinuedBelowTheFloor)
{
  PoissonOptions options;
  options.floor = 0.05;
  for (const double y : {0.0, 1.0, 7.0})
  {
    const PoissonLikelihood likelihood(Identity({1, 1, 1, 1}), Row({y}), Scalar(1.0), {}, {}, options);
    const auto m = at::linspace(-0.3, 0.3, 6001, at::kDouble).reshape({-1, 1, 1, 1, 1});
    const auto value = likelihood.NegativeLog(m);
    const auto slope = likelihood.Gradient(m).flatten();
    const auto rise = slope.slice(0, 1) - slope.slice(0, 0, -1);
    EXPECT_GE(rise.min().item<double>(), -1e-12); // convex
    // Continuous: a step of 1e-4 changes the slope by no more than the largest curvature, y / floor^2 or 1 / (2 floor).
    EXPECT_LE(rise.max().item<double>(), 1e-4 * std::max(y / 0.0025, 10.0) * 1.001);
    const auto mean = m.flatten().clamp_min(1e-300);
    const auto exact = y == 0.0 ? m.flatten().clamp_min(0.0) : mean - y + y * (y / mean).log();
    const auto difference = (value - exact).abs();
    const auto above = m.flatten().ge(0.05);
    EXPECT_LE(difference.masked_select(above).max().item<double>(), 1e-12); // rounding of values up to 30
    if (y == 0.0)
    {
      EXPECT_LE(difference.max().item<double>(), 0.05 / 4.0 * (1.0 + 1e-12));
      EXPECT_EQ(slope[0].item<double>(), 0.0);
    }
    else
    {
      EXPECT_TRUE(value.isfinite().all().item<bool>());
      EXPECT_LT(slope[0].item<double>(),
                -y / 0.05); // the deeper, the stronger it pulls up
    }
  }
}

TEST(PoissonLikelihood, DataFitOfTheTruthIsOne)
{
  constexpr std::int64_t n = 20000;
  const auto mean = RandomStreams(7, {0}).Uniform({1, 1, 1, n}, at::kDouble) * 20.0;
  mean.slice(4, 0, n / 4).zero_(); // where nothing comes from, nothing is
                                   // counted and nothing expected
  const auto y = Counts(8, mean);
  for (const auto approximation : {PoissonApproximation::Exact, PoissonApproximation::Gaussian})
  {
    const PoissonLikelihood likelihood(Identity({1, 1, 1, n}), y, Scalar(10.0), {}, {}, Tight(approximation));
    // Variance of (y - m)^2 / m: 2 + 1 / m, on average 2.5; 15000 of them: standard error 0.013, four of them.
    EXPECT_NEAR(likelihood.DataFit(mean / 10.0).item<double>(), 1.0, 0.052);
    EXPECT_GT(likelihood.DataFit(mean / 5.0).item<double>(), 3.0);
  }
  const PoissonLikelihood dark(Identity({1, 1, 1, 4}), Row({0, 0, 0, 0}), Scalar(1.0));
  EXPECT_EQ(dark.DataFit(Row({0, 0, -1, 0})).item<double>(), 0.0);
}

TEST(PoissonProximal, HasTheRootOfAQuadraticAndZeroCountsAThreshold)
{
  // gain (1 - y / (gain (x + b))) + (x - c) / r^2 = 0.
  constexpr double gain = 4.0;
  constexpr double b = 0.25;
  const auto y = Row({0, 0, 0, 1, 3, 20, 300});
  const auto c = Row({2.0, 0.1, -1.0, -0.5, 1.0, 2.0, 60.0});
  for (const double variance : {1e-3, 0.1, 2.0})
  {
    const PoissonLikelihood likelihood(Identity({1, 1, 1, 7}), y, Scalar(gain), Scalar(b), {}, Tight());
    const auto x = likelihood.Proximal(c, Scalar(variance));
    const auto q = c + b - gain * variance;
    auto expected = (q + (q.square() + 4.0 * variance * y).sqrt()) / 2.0 - b;
    // y = 0: x = c - gain r^2, but not below -b, where the expected count is zero, unless c is.
    const auto zero = at::maximum(c - gain * variance, at::minimum(c, at::full_like(c, -b)));
    expected = at::where(y.eq(0), zero, expected);
    // Means below the floor (0.01 counts = 0.0025 here) are where the continuation is not the density.
    EXPECT_TENSOR_NEAR(x, expected, 0.0051);
    const auto exact = expected.add(b).mul(gain).gt(0.02);
    EXPECT_GT(exact.sum().item<std::int64_t>(), 3);
    EXPECT_LE(((x - expected).abs() * exact).max().item<double>(),
              1e-7); // 1e-9 of a step of 60
  }
}

TEST(PoissonProximal, FulfilsTheOptimalityConditionAndNeverRises)
{
  const auto op = Positive();
  const auto truth = Streams(5, 3).Uniform({1, 1, 1, 6}, at::kDouble);
  auto y = Counts(1, 2.0 * op->Forward(truth));
  y.select(4, 2).zero_();
  const auto c = truth + 0.3 * Streams(6, 3).Normal({1, 1, 1, 6}, at::kDouble);
  for (const double variance : {0.01, 1.0, 100.0})
  {
    const PoissonLikelihood likelihood(op, y, Scalar(2.0), Scalar(0.02), {}, Tight());
    const auto x = likelihood.Proximal(c, Scalar(variance));
    const auto slope = variance * likelihood.Gradient(x) + x - c;
    // What is promised: |r grad phi| <= tolerance |x - c| / r.
    EXPECT_TRUE(SampleDot(slope, slope).sqrt().le(1e-9 * SampleDot(x - c, x - c).sqrt()).all().item<bool>());
    const auto objective = [&](const at::Tensor & p)
    { return likelihood.NegativeLog(p) + SampleDot(p - c, p - c) / (2.0 * variance); };
    const auto best = objective(x);
    at::Tensor before = objective(c);
    for (std::int64_t cap = 1; cap < 20; ++cap)
    {
      auto few = Tight();
      few.proximal.maximumSteps = cap;
      const auto after =
          objective(PoissonLikelihood(op, y, Scalar(2.0), Scalar(0.02), {}, few).Proximal(c, Scalar(variance)));
      EXPECT_TRUE(after.le(before * (1.0 + 1e-14)).all().item<bool>());
      EXPECT_TRUE(after.ge(best * (1.0 - 1e-12)).all().item<bool>()); // convex: nothing is better
      before = after;
    }
  }
}

TEST(PoissonProximal, TendsToTheGaussianOneForManyCounts)
{
  const auto op = Positive();
  const auto truth = Normal(5, {1, 1, 1, 1, 6}).abs() + 0.2;
  const auto c = truth + 0.05 * Normal(6, {1, 1, 1, 1, 6});
  double before = 0.0;
  for (const double gain : {1e3, 1e5, 1e7})
  {
    const auto mean = gain * op->Forward(truth);
    const auto y = (mean + mean.sqrt() * Normal(7, {1, 1, 1, 1, 10})).round();
    const PoissonLikelihood exact(op, y, Scalar(gain), {}, {}, Tight());
    const PoissonLikelihood gaussian(op, y, Scalar(gain), {}, {}, Tight(PoissonApproximation::Gaussian));
    const auto variance = Scalar(0.1 / gain); // as strong as the data
    const auto step = gaussian.Proximal(c, variance) - c;
    // Third-order terms over second-order ones: the step of about 0.05 over A x of about 3, and the noise.
    EXPECT_LT(RelativeError(exact.Proximal(c, variance) - c, step), 0.1);
    const double value = gaussian.NegativeLog(truth).item<double>();
    const double gap = std::abs(exact.NegativeLog(truth).item<double>() - value) / value;
    // Skewness of the counts, 1 / sqrt(m), m about 3 gain.
    EXPECT_LT(gap, 3.0 / std::sqrt(gain));
    if (before > 0.0)
    {
      EXPECT_LT(gap, before * 0.3); // a hundred times the counts: a tenth
    }
    before = gap;
  }
}

TEST(PoissonProximal, DoesNotDependOnTheBatch)
{
  const auto y = Counts(1,
                        Streams(3, 3).Uniform({1, 1, 1, 8}, at::kDouble) *
                            at::tensor({1.0, 10.0, 100.0}, at::kDouble).reshape({3, 1, 1, 1, 1}));
  const auto gain = at::tensor({1.0, 10.0, 50.0}, at::kDouble);
  const auto c = Streams(4, 3).Normal({1, 1, 1, 8}, at::kDouble);
  const auto variances = at::tensor({0.01, 1.0, 10.0}, at::kDouble);
  const PoissonLikelihood likelihood(Identity({1, 1, 1, 8}), y, gain, Scalar(0.1));
  const auto batch = likelihood.Proximal(c, variances);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const auto one = likelihood.Select(at::tensor({i}, at::kLong));
    // Vector and scalar logarithms differ in the last bit, which a stopping rule may turn into its tolerance of 1e-4;
    // here it does not.
    EXPECT_TENSOR_CLOSE(one->Proximal(c.narrow(0, i, 1), variances.narrow(0, i, 1)), batch.narrow(0, i, 1), 1e-10);
    EXPECT_TENSOR_CLOSE(one->Gradient(c.narrow(0, i, 1)), likelihood.Gradient(c).narrow(0, i, 1), 1e-14);
    EXPECT_TENSOR_CLOSE(one->DataFit(c.narrow(0, i, 1)), likelihood.DataFit(c).narrow(0, i, 1), 1e-14);
  }
  EXPECT_EQ(likelihood.BatchSize(), 3);
}

TEST(PoissonProximal, SinglePrecisionReachesItsTolerance)
{
  const auto op = Positive();
  const auto truth = Normal(5, {1, 1, 1, 1, 6}).abs();
  const auto y = Counts(1, 20.0 * op->Forward(truth));
  const auto c = truth + 0.2;
  const PoissonLikelihood exact(op, y, Scalar(20.0), {}, {}, Tight());
  const PoissonLikelihood likelihood(Positive(at::kFloat), y.to(at::kFloat), Scalar(20.0));
  const auto x = likelihood.Proximal(c.to(at::kFloat), Scalar(0.02));
  EXPECT_EQ(x.scalar_type(), at::kFloat);
  EXPECT_TENSOR_CLOSE(x, exact.Proximal(c, Scalar(0.02)),
                      2e-4); // asked for 1e-4 of the step
}

TEST(PoissonGaussian, IsTheWeightedGaussianWithItsDraw)
{
  const auto op = Positive();
  const auto y = Row({0, 1, 2, 5, 40, 0, 3, 90, 0, 12});
  const auto sampled = Row({1, 1, 1, 0, 1, 1, 1, 1, 1, 1});
  const PoissonLikelihood likelihood(op, y, Scalar(5.0), Scalar(0.1), sampled, Tight(PoissonApproximation::Gaussian));
  const auto x = Normal(4, {1, 1, 1, 1, 6});
  const auto residual = (y - 5.0 * (op->Forward(x) + 0.1)) * sampled;
  const auto expected = (residual.square() / (2.0 * y.clamp_min(1.0))).sum();
  EXPECT_NEAR(likelihood.NegativeLog(x).item<double>(), expected.item<double>(), 1e-12 * expected.item<double>());
  EXPECT_TENSOR_CLOSE(likelihood.Residual(x), residual / 5.0, 1e-13);
  const GaussianLikelihood gaussian(op, y / 5.0 - 0.1, y.clamp_min(1.0).sqrt() / 5.0, sampled, Tight().proximal);
  auto first = Streams(1, 1);
  auto second = Streams(1, 1);
  EXPECT_TENSOR_EQUAL(likelihood.Draw(x, Scalar(0.5), first), gaussian.Draw(x, Scalar(0.5), second));
  EXPECT_TENSOR_EQUAL(likelihood.Fluctuation(x, Scalar(0.5), first), gaussian.Fluctuation(x, Scalar(0.5), second));
  EXPECT_TENSOR_EQUAL(likelihood.Proximal(x, Scalar(0.5)), gaussian.Proximal(x, Scalar(0.5)));
}

TEST(PoissonGaussian, IsBiasedToTheHarmonicMean)
{
  // One unknown rate m and 4000 counts: sum (y - m)^2 / (2 y) is smallest at the harmonic mean, m - 1 for m = 30; the
  // exact likelihood at the arithmetic mean.
  const auto y = Counts(2, at::full({1, 1, 1, 1, 4000}, 30.0, at::kDouble));
  const auto one = Dense(at::ones({4000, 1}, at::kDouble));
  const auto c = at::full({1, 1, 1, 1, 1}, 30.0, at::kDouble);
  const PoissonLikelihood exact(one, y, Scalar(1.0), {}, {}, Tight());
  const PoissonLikelihood gaussian(one, y, Scalar(1.0), {}, {}, Tight(PoissonApproximation::Gaussian));
  const double mean = y.mean().item<double>();
  const double harmonic = 1.0 / (1.0 / y).mean().item<double>();
  EXPECT_NEAR(exact.Proximal(c, Scalar(1e9)).item<double>(), mean,
              1e-6); // prior of precision 1e-9
  EXPECT_NEAR(gaussian.Proximal(c, Scalar(1e9)).item<double>(), harmonic, 1e-6);
  // 1 + 3 / m to second order; 1 / y averages with a standard error of 0.1.
  EXPECT_NEAR(mean - harmonic, 1.0, 0.5);
}

TEST(PoissonLikelihood, LeavesOutWhatWasNotSampled)
{
  const auto op = Positive();
  const auto sampled = Row({1, 1, 1, 0, 1, 1, 0, 1, 1, 1});
  const auto y = Row({0, 1, 2, 5, 40, 0, 3, 90, 0, 12});
  const auto other = at::where(sampled.eq(1), y, y + 100.0);
  const auto x = Normal(4, {1, 1, 1, 1, 6}).abs();
  const PoissonLikelihood a(op, y, Scalar(5.0), {}, sampled);
  const PoissonLikelihood b(op, other, Scalar(5.0), {}, sampled);
  EXPECT_TENSOR_EQUAL(a.NegativeLog(x), b.NegativeLog(x));
  EXPECT_TENSOR_EQUAL(a.Gradient(x), b.Gradient(x));
  EXPECT_TENSOR_EQUAL(a.DataFit(x), b.DataFit(x));
  EXPECT_EQ(a.Residual(x).select(4, 3).item<double>(), 0.0);
  EXPECT_NE(a.NegativeLog(x).item<double>(), PoissonLikelihood(op, y, Scalar(5.0)).NegativeLog(x).item<double>());
}

TEST(PoissonLikelihood, RefusesBadInput)
{
  const auto op = Positive();
  const auto y = at::ones({1, 1, 1, 1, 10}, at::kDouble);
  const auto one = Scalar(1.0);
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, -y, one), DataError, "negative count");
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, y * 1.5, one), DataError, "from an integer");
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, y.to(at::kComplexDouble), one), DataError, "complex counts");
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, y / 0.0, one), DataError, "finite data");
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, y, -one), DataError, "gain that is not positive");
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, at::cat({y, y}), at::ones({3})), DataError, "gain of shape [3]");
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, y, one, -one), DataError, "background that is negative");
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, y, one, {}, y * 0.5), DataError, "zeros and ones");
  EXPECT_THROW_MESSAGE(PoissonLikelihood(nullptr, y, one), DataError, "no model");
  PoissonOptions options;
  options.floor = 1.0;
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, y, one, {}, {}, options), UsageError, "floor");
  options = {};
  options.proximal.maximumSteps = 0;
  EXPECT_THROW_MESSAGE(PoissonLikelihood(op, y, one, {}, {}, options), UsageError, "not positive");
  const PoissonLikelihood likelihood(op, y, one);
  const auto x = at::ones({1, 1, 1, 1, 6}, at::kDouble);
  EXPECT_TENSOR_EQUAL(PoissonLikelihood(op, y * 1.0002, one).NegativeLog(x), likelihood.NegativeLog(x)); // is rounded
  auto random = Streams(1, 1);
  EXPECT_THROW_MESSAGE(likelihood.Draw(x, one, random), UsageError, "gaussian approximation");
  EXPECT_THROW_MESSAGE(likelihood.Fluctuation(x, one, random), UsageError, "gaussian approximation");
  EXPECT_THROW_MESSAGE(likelihood.NegativeLog(x.to(at::kFloat)), DataError, "precision");
  EXPECT_THROW_MESSAGE(likelihood.Gradient(x.to(at::kComplexDouble)), DataError, "complex A(x)");
  EXPECT_EQ(likelihood.NegativeLog(x).scalar_type(), at::kDouble);
}
