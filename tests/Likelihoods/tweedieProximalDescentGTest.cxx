// SPDX-License-Identifier: Apache-2.0
// The proximal step and the draw of Gaussian likelihoods of non-linear models, against roots and a dense Newton solver.
#include "tweedieGaussianLikelihood.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieTestModels.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
constexpr double sigma = 0.3;

ProximalOptions
Tight(std::int64_t iterations = 500)
{
  ProximalOptions options;
  options.tolerance = 1e-10;
  options.maximumSteps = iterations;
  return options;
}

at::Tensor
Scalar(double value)
{
  return at::scalar_tensor(value, at::kDouble);
}

/** -log p(y | x) + |x - c|^2 / (2 r^2), [B]. */
at::Tensor
Objective(const Likelihood & likelihood, const at::Tensor & x, const at::Tensor & c, double variance)
{
  return likelihood.NegativeLog(x) + SampleDot(x - c, x - c) / (2.0 * variance);
}

/** The minimum near c of one sample by Newton steps with a dense Hessian (differences of the gradient), its eigenvalues
 * taken positive, halved until the objective falls. */
at::Tensor
DenseNewton(const Likelihood & likelihood, const at::Tensor & c, double variance)
{
  const auto real = [](const at::Tensor & t) { return t.is_complex() ? at::view_as_real(t) : t; };
  const auto slope = [&](const at::Tensor & x)
  { return real((likelihood.Gradient(x) + (x - c) / variance).contiguous()).flatten(); };
  at::Tensor x = c.clone();
  const std::int64_t n = real(x).numel();
  constexpr double h = 1e-5;
  for (int iteration = 0; iteration < 60; ++iteration)
  {
    at::Tensor hessian = at::empty({n, n}, at::kDouble);
    for (std::int64_t i = 0; i < n; ++i)
    {
      at::Tensor up = x.clone();
      at::Tensor down = x.clone();
      real(up).view({-1})[i] += h;
      real(down).view({-1})[i] -= h;
      hessian[i] = (slope(up) - slope(down)) / (2.0 * h);
    }
    const auto [values, vectors] = at::linalg_eigh((hessian + hessian.t()) / 2.0);
    const at::Tensor step = at::mv(vectors, at::mv(vectors.t(), slope(x)) / values.abs().clamp_min(1e-3));
    at::Tensor next = x.clone();
    double length = 1.0;
    for (int half = 0; half < 40; ++half, length /= 2.0)
    {
      next = x.clone();
      real(next).view({-1}).sub_(step * length);
      if (Objective(likelihood, next, c, variance).item<double>() <=
          Objective(likelihood, x, c, variance).item<double>() + 1e-14)
      {
        break;
      }
    }
    x = next;
  }
  return x;
}
} // namespace

TEST(ProximalDescent, FindsTheRootOfACubic)
{
  // y = x^2: x^3 + x (k - y) - k c = 0 with k = s^2 / (2 r^2); for c > 0 it has one positive root, the nearest minimum.
  const auto y = at::tensor({0.04, 1.0, 2.0, 0.5}, at::kDouble).reshape({1, 1, 1, 1, 4});
  const auto c = at::tensor({0.5, 0.7, 3.0, 0.1}, at::kDouble).reshape({1, 1, 1, 1, 4});
  const GaussianLikelihood likelihood(Square(4), y, sigma, {}, Tight());
  for (const double variance : {1e-4, 0.04, 1.0, 25.0})
  {
    const auto x = likelihood.Proximal(c, Scalar(variance)).flatten();
    const double k = sigma * sigma / (2.0 * variance);
    for (std::int64_t i = 0; i < 4; ++i)
    {
      double low = 0.0;
      double high = 10.0;
      for (int step = 0; step < 100; ++step)
      {
        const double middle = (low + high) / 2.0;
        const double value =
            middle * middle * middle + middle * (k - y.flatten()[i].item<double>()) - k * c.flatten()[i].item<double>();
        (value < 0.0 ? low : high) = middle;
      }
      EXPECT_NEAR(x[i].item<double>(), low, 1e-8) << variance; // tolerance 1e-10 of a step below 3, condition up to 100
    }
  }
}

TEST(ProximalDescent, EqualsDenseNewton)
{
  const auto real = Dense(Normal(3, {7, 5}) * 0.6);
  const auto complex = Dense(Normal(4, {7, 4}, at::kComplexDouble) * 0.4);
  for (const bool isComplex : {false, true})
  {
    const auto model = isComplex ? Cubic(complex) : Saturation(real);
    const auto domain = model->DomainShape();
    const auto type = isComplex ? at::kComplexDouble : at::kDouble;
    const auto truth = Streams(5, 3).Normal(domain, type);
    const auto y = model->Apply(truth) + 0.05 * Streams(6, 3).Normal(model->RangeShape(), type);
    const auto c = truth + 0.5 * Streams(7, 3).Normal(domain, type);
    const GaussianLikelihood likelihood(model, y, sigma, {}, Tight());
    for (const double variance : {0.01, 0.3})
    {
      const auto x = likelihood.Proximal(c, Scalar(variance));
      for (std::int64_t i = 0; i < 3; ++i)
      {
        const auto part = likelihood.Select(at::tensor({i}, at::kLong));
        const auto newton = DenseNewton(*part, c.narrow(0, i, 1), variance);
        // |x - x*| <= tolerance |x - c| / (smallest curvature, about 1, of the scaled problem); Newton's is 1e-12.
        EXPECT_TENSOR_CLOSE(x.narrow(0, i, 1), newton, 1e-8);
      }
    }
  }
}

TEST(ProximalDescent, OfAHiddenLinearModelIsTheLinearStep)
{
  for (const auto type : {at::kDouble, at::kComplexDouble})
  {
    const auto op = Dense(Normal(3, {7, 5}, type));
    const auto y = Streams(1, 2).Normal({1, 1, 1, 7}, type);
    const auto c = Streams(2, 2).Normal({1, 1, 1, 5}, type);
    const auto levels = Normal(4, {1, 1, 1, 1, 7}).abs() + 0.1;
    const auto sampled = at::tensor({1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0}, at::kDouble).reshape({1, 1, 1, 1, 7});
    const GaussianLikelihood linear(op, y, levels, sampled, Tight());
    const GaussianLikelihood hidden(Hidden(op), y, levels, sampled, Tight());
    for (const double variance : {1e-6, 0.1, 10.0})
    {
      // Tolerance 1e-10 times the condition number, about 1000 for the largest variance.
      EXPECT_TENSOR_CLOSE(hidden.Proximal(c, Scalar(variance)), linear.Proximal(c, Scalar(variance)), 1e-8);
    }
    // The same random numbers: what is an approximation for a non-linear model is the exact draw for a linear one.
    auto first = Streams(8, 2);
    auto second = Streams(8, 2);
    EXPECT_TENSOR_CLOSE(hidden.Draw(c, Scalar(0.1), first), linear.Draw(c, Scalar(0.1), second), 1e-8);
    EXPECT_EQ(first.DrawCounter(), second.DrawCounter());
  }
}

TEST(ProximalDescent, NeverRises)
{
  const auto model = Intensity(Dense(Normal(4, {9, 5}, at::kComplexDouble)));
  const auto y = model->Apply(Streams(5, 4).Normal(model->DomainShape(), at::kComplexDouble));
  const auto c = Streams(7, 4).Normal(model->DomainShape(), at::kComplexDouble);
  for (const double variance : {0.01, 1.0, 100.0})
  {
    const GaussianLikelihood value(model, y, sigma);
    at::Tensor before = Objective(value, c, c, variance);
    const at::Tensor first = before;
    for (std::int64_t cap = 1; cap <= 25; ++cap)
    {
      const GaussianLikelihood likelihood(model, y, sigma, {}, Tight(cap));
      const auto after = Objective(value, likelihood.Proximal(c, Scalar(variance)), c, variance);
      EXPECT_TRUE(after.le(before * (1.0 + 1e-14)).all().item<bool>()) << "variance " << variance << ", step " << cap;
      before = after;
    }
    EXPECT_TRUE(before.lt(0.5 * first).all().item<bool>());
  }
}

TEST(ProximalDescent, HasTheRightLimitsAndUsesTheBetterStart)
{
  const auto model = Saturation(Dense(Normal(3, {7, 5}) * 0.5));
  const auto truth = Normal(1, {1, 1, 1, 1, 5});
  const GaussianLikelihood likelihood(model, model->Apply(truth), sigma, {}, Tight(2000));
  const auto c = truth + 0.3 * Normal(2, {1, 1, 1, 1, 5});
  EXPECT_TENSOR_EQUAL(likelihood.Proximal(c, Scalar(0.0)), c);
  EXPECT_TENSOR_EQUAL(likelihood.Proximal(c, Scalar(0.0), truth), c);
  // Without a prior the data, which are free of noise, decide; s^2 / r^2 = 1e-7 of pull against curvatures above 1e-2.
  EXPECT_TENSOR_CLOSE(likelihood.Proximal(c, Scalar(1e6)), truth, 1e-4);
  const GaussianLikelihood two(model, model->Apply(truth), sigma, {}, Tight(2));
  const auto solution = likelihood.Proximal(c, Scalar(1.0));
  EXPECT_GT(RelativeError(two.Proximal(c, Scalar(1.0)), solution), 1e-3);
  EXPECT_LT(RelativeError(two.Proximal(c, Scalar(1.0), solution), solution), 1e-8);
  // A start that is worse than the centre is not used.
  EXPECT_TENSOR_EQUAL(two.Proximal(c, Scalar(1.0), c + 100.0), two.Proximal(c, Scalar(1.0)));
}

TEST(ProximalDescent, DoesNotDependOnTheBatch)
{
  for (const auto type : {at::kDouble, at::kFloat})
  {
    const auto model = Square(6);
    // Problems of very different stiffness, which stop after different numbers of steps.
    const auto scale = at::tensor({0.01, 1.0, 100.0, 3.0}, at::kDouble).to(type).reshape({4, 1, 1, 1, 1});
    const auto y = Streams(1, 4).Normal({1, 1, 1, 6}, type).square() * scale;
    const auto c = Streams(2, 4).Normal({1, 1, 1, 6}, type) * scale.sqrt();
    const auto variances = at::tensor({0.01, 0.1, 1.0, 10.0}, at::kDouble);
    ProximalOptions options;
    options.maximumSteps = 60;
    const GaussianLikelihood likelihood(model, y, sigma, {}, options);
    auto all = Streams(9, 4);
    const auto batch = likelihood.Proximal(c, variances);
    const auto draws = likelihood.Draw(c, variances, all);
    for (std::int64_t i = 0; i < 4; ++i)
    {
      const auto one = likelihood.Select(at::tensor({i}, at::kLong));
      RandomStreams own(9, {static_cast<std::uint64_t>(i)});
      // Element by element and in sums of fixed blocks: the same operations in the same order.
      EXPECT_TENSOR_EQUAL(one->Proximal(c.narrow(0, i, 1), variances.narrow(0, i, 1)), batch.narrow(0, i, 1));
      EXPECT_TENSOR_EQUAL(one->Draw(c.narrow(0, i, 1), variances.narrow(0, i, 1), own), draws.narrow(0, i, 1));
    }
  }
}

TEST(ProximalDescent, SinglePrecisionReachesItsTolerance)
{
  const auto matrix = Normal(3, {7, 5}) * 0.6;
  const auto truth = Streams(5, 2).Normal({1, 1, 1, 5}, at::kDouble);
  const auto wide = Saturation(Dense(matrix));
  const auto y = wide->Apply(truth);
  const GaussianLikelihood exact(wide, y, sigma, {}, Tight());
  ProximalOptions options;
  options.maximumSteps = 100;
  const GaussianLikelihood likelihood(Saturation(Dense(matrix.to(at::kFloat))), y.to(at::kFloat), sigma, {}, options);
  const auto c = truth + 0.4;
  const auto x = likelihood.Proximal(c.to(at::kFloat), Scalar(0.2));
  EXPECT_EQ(x.scalar_type(), at::kFloat);
  EXPECT_TENSOR_CLOSE(x, exact.Proximal(c, Scalar(0.2)),
                      2e-4); // asked for 1e-4 of the step
}

TEST(ProximalDescent, RefusesWhatIsNotFinite)
{
  const auto overflow = Transmission(Dense(Normal(3, {7, 5})));
  const GaussianLikelihood likelihood(overflow, at::ones({1, 1, 1, 1, 7}, at::kDouble), sigma);
  const auto far = at::full({1, 1, 1, 1, 5}, -1e4, at::kDouble);
  EXPECT_THROW_MESSAGE(likelihood.Proximal(far, Scalar(1.0)), NumericalError, "not finite");
  EXPECT_TRUE(likelihood.Proximal(far, Scalar(1.0), far * 0.0).isfinite().all().item<bool>());
}

namespace
{
/** Mean and standard deviation of a density given by its values on a grid. */
std::pair<double, double>
Moments(const at::Tensor & grid, const at::Tensor & density)
{
  const double sum = density.sum().item<double>();
  const double mean = (grid * density).sum().item<double>() / sum;
  return {mean, std::sqrt(((grid - mean).square() * density).sum().item<double>() / sum)};
}
} // namespace

TEST(ApproximateDraw, OfANonLinearModelHasItsOwnDensity)
{
  // One number, y = x^2 = 1.44 with s = 0.3, prior N(1, r^2). The draws are the roots of
  //   F(x) = 2 x (x^2 - y - s e_1) / s^2 + (x - 1 - r e_2) / r^2,
  // whose density is that of F at 0 times E[F' | F = 0] (Rice 1944), F and F' being jointly normal.
  constexpr std::int64_t count = 8000;
  constexpr double y = 1.44;
  constexpr double precision = 1.0 / (sigma * sigma);
  ProximalOptions options;
  options.tolerance = 1e-6; // far below the Monte-Carlo error
  const GaussianLikelihood likelihood(Square(1), at::full({1, 1, 1, 1, 1}, y, at::kDouble), sigma, {}, options);
  const auto x = at::linspace(0.0, 3.0, 30001, at::kDouble);
  std::vector<double> biases;
  for (const double variance : {0.0625, 0.01})
  {
    const auto mean = 2.0 * x * (x.square() - y) * precision + (x - 1.0) / variance;
    const auto spread = 4.0 * x.square() * precision + 1.0 / variance;
    const auto together = 4.0 * x * precision; // covariance of F and F'
    const auto slope = (6.0 * x.square() - 2.0 * y) * precision + 1.0 / variance - together / spread * mean;
    const auto density = (-mean.square() / (2.0 * spread)).exp() / spread.sqrt() * slope.clamp_min(0.0);
    const auto draws = Moments(x, density);

    const auto logarithm = -(x.square() - y).square() * precision / 2.0 - (x - 1.0).square() / (2.0 * variance);
    const auto posterior = Moments(x, (logarithm - logarithm.max()).exp());
    biases.push_back((draws.first - posterior.first) / posterior.second);

    auto random = Streams(3, count);
    const auto c = at::ones({count, 1, 1, 1, 1}, at::kDouble);
    const auto found = likelihood.Draw(c, Scalar(variance), random).flatten();
    // Four standard errors of mean and standard deviation; a draw that fell to the root below 0 would show.
    EXPECT_NEAR(found.mean().item<double>(), draws.first, 4.0 * draws.second / std::sqrt(count));
    EXPECT_NEAR(found.std().item<double>(), draws.second, 4.0 * draws.second / std::sqrt(2.0 * count));
  }
  // The known bias of the mean in posterior standard deviations, to the digits given: it goes with r.
  EXPECT_NEAR(biases[0], 0.080, 0.001);
  EXPECT_NEAR(biases[1], 0.025, 0.001);
}
