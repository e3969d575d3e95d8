// SPDX-License-Identifier: Apache-2.0
// Forward models that are not linear: values, derivatives against differences and autograd, gradients through the
// graph.
#include "tweedieNonlinearModel.h"

#include "tweedieBlurKernels.h"
#include "tweedieCirculantBlurOperator.h"
#include "tweedieClosedFormProblems.h"
#include "tweedieDynamicRangeModel.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieNonlinearBlurModel.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
const Shape image{2, 1, 6, 7};

std::shared_ptr<const NonlinearBlurModel>
BlurOf(const at::Tensor & kernel, const CameraResponse & response = {})
{
  return std::make_shared<const NonlinearBlurModel>(image, kernel, response);
}

/** [J(x)^T v]_i by differences of <v, A(x)>, one pixel at a time: error h^2 |A'''| / 6 + rounding / h. */
at::Tensor
DifferenceVjp(const ForwardModel & model, const at::Tensor & x, const at::Tensor & v, double h)
{
  at::Tensor result = at::zeros_like(x);
  for (std::int64_t i = 0; i < x.numel(); ++i)
  {
    at::Tensor above = x.clone();
    at::Tensor below = x.clone();
    above.view(-1)[i] += h;
    below.view(-1)[i] -= h;
    result.view(-1)[i] = ((model.Apply(above) - model.Apply(below)) * v).sum() / (2.0 * h);
  }
  return result;
}

void
ExpectGradientThroughTheGraph(const ForwardModel & model, const at::Tensor & at, const at::Tensor & v)
{
  at::Tensor x = at.clone().set_requires_grad(true);
  at::Tensor z = model.Apply(x * 1.0);
  EXPECT_TRUE(z.requires_grad());
  z.backward(v);
  const at::NoGradGuard noGrad;
  EXPECT_TENSOR_EQUAL(x.grad(), model.Vjp(x, v));
  EXPECT_TENSOR_EQUAL(z, model.Apply(x));
}
} // namespace

TEST(DynamicRangeModel, ClipsAndHasTheIndicatorAsDerivative)
{
  const auto model = std::make_shared<DynamicRangeModel>(Shape{1, 1, 1, 6});
  const auto x = at::tensor({-0.9, -0.5, -0.4, 0.0, 0.3, 0.7}, at::kDouble).reshape({1, 1, 1, 1, 6});
  const auto z = at::tensor({-1.0, -1.0, -0.8, 0.0, 0.6, 1.0}, at::kDouble).reshape({1, 1, 1, 1, 6});
  EXPECT_TENSOR_EQUAL(model->Apply(x), z);
  const auto slope = at::tensor({0.0, 2.0, 2.0, 2.0, 2.0, 0.0}, at::kDouble).reshape({1, 1, 1, 1, 6});
  const auto v = Normal(1, {1, 1, 1, 1, 6});
  EXPECT_TENSOR_EQUAL(model->Vjp(x, v), v * slope);
  ExpectGradientThroughTheGraph(*model, x, v);
  // In other units: black 0, white 1000.
  const DynamicRangeModel other({1, 1, 1, 6}, 2.0, 0.0, 1000.0);
  EXPECT_TENSOR_EQUAL(other.Apply(x * 1000.0), (x * 2000.0).clamp(0.0, 1000.0));
}

TEST(DynamicRangeModel, VjpIsThatOfDifferences)
{
  const auto model = std::make_shared<DynamicRangeModel>(image);
  const auto x = Normal(1, {1, 2, 1, 6, 7}) * 0.6;
  const auto v = Normal(2, {1, 2, 1, 6, 7});
  ASSERT_GT((x.abs() * 2.0 - 1.0).abs().min().item<double>(), 1e-4); // no pixel within h of a kink
  // Piecewise linear: rounding over h alone.
  EXPECT_TENSOR_CLOSE(model->Vjp(x, v), DifferenceVjp(*model, x, v, 1e-5), 1e-10);
}

/** J v by a difference, and <J v, w> = <v, J^T w>; for a batch, and for one entry of it alone. */
void
ExpectLinearized(const NonlinearModel & model, const at::Tensor & x, double tolerance)
{
  const auto v = Normal(11, x.sizes());
  const LinearOperatorPointer jacobian = model.Linearize(x);
  ASSERT_TRUE(jacobian);
  constexpr double h = 1e-5;
  EXPECT_TENSOR_CLOSE(jacobian->Forward(v), (model.Apply(x + h * v) - model.Apply(x - h * v)) / (2.0 * h), tolerance);
  const auto w = Normal(12, jacobian->Forward(v).sizes());
  EXPECT_TENSOR_CLOSE(jacobian->Adjoint(w), model.Vjp(x, w), 1e-14); // the same products
  const auto second = std::dynamic_pointer_cast<const LinearOperator>(jacobian->Select(at::ones({1}, at::kLong)));
  EXPECT_TENSOR_CLOSE(second->Forward(v.narrow(0, 1, 1)), jacobian->Forward(v).narrow(0, 1, 1), 1e-14);
}

TEST(DynamicRangeModel, LinearizedItIsADiagonal)
{
  const DynamicRangeModel model(image);
  const auto x = Normal(1, {2, 2, 1, 6, 7}) * 0.6;
  ASSERT_GT((x.abs() * 2.0 - 1.0).abs().min().item<double>(), 1e-4); // no pixel within h |v| of a kink
  ExpectLinearized(model, x, 1e-10);                                 // piecewise linear: rounding over h alone
}

TEST(DynamicRangeModel, ProximalIsTheGlobalMinimum)
{
  const Shape line{1, 1, 1, 60};
  const DynamicRangeModel model(line, 2.0, -1.0, 1.0);
  const auto y = Normal(3, {2, 1, 1, 1, 60});
  const auto center = Normal(4, {2, 1, 1, 1, 60});
  const auto weights = at::tensor({30.0, 0.0}, at::kDouble).reshape({2, 1, 1, 1, 1}); // nothing measured in the second
  const auto grid = at::linspace(-5.0, 5.0, 100001, at::kDouble).reshape({-1, 1});
  const auto misfit = (y.reshape({1, -1}) - (grid * 2.0).clamp(-1.0, 1.0)).square() / 2.0;
  for (const double variance : {0.0, 0.01, 1.0})
  {
    const auto x = model.Proximal(y, weights, center, at::full({1, 1, 1, 1, 1}, variance, at::kDouble));
    if (variance == 0.0)
    {
      EXPECT_TENSOR_EQUAL(x, center);
      continue;
    }
    const auto w = weights.expand_as(y).reshape({1, -1});
    const auto cost = misfit * w + (grid - center.reshape({1, -1})).square() / (2.0 * variance);
    const auto found = (y - model.Apply(x)).square() / 2.0 * weights + (x - center).square() / (2.0 * variance);
    // Not above the best point of the grid, whose steps of 1e-4 cost up to (curvature / 2) (1e-4)^2 at the minimum.
    EXPECT_TRUE(found.flatten().le(std::get<0>(cost.min(0)) + 1e-12).all().item<bool>());
    EXPECT_TENSOR_EQUAL(x[1], center[1]);
  }
  EXPECT_FALSE(BlurOf(GaussianKernel(5, 1.0))->Proximal(y, weights, center, weights).defined());
}

TEST(DynamicRangeModel, DrawsHaveTheMomentsOfTheDensity)
{
  constexpr std::int64_t draws = 20000;
  const DynamicRangeModel model({1, 1, 1, draws}, 2.0, -1.0, 1.0);
  const auto grid = at::linspace(-6.0, 6.0, 120001, at::kDouble);
  // Data at both limits, between them and beyond; centers on either side; from wide to narrow.
  const double cases[][4] = {{1.0, 0.8, 1.0, 30.0},
                             {1.0, 0.2, 0.3, 400.0},
                             {-1.2, 0.5, 0.5, 30.0},
                             {0.3, 0.9, 0.2, 400.0},
                             {0.9, 0.5, 0.1, 100.0},
                             {0.0, 2.0, 0.5, 0.0}};
  for (const auto & [y, c, r, w] : cases)
  {
    SCOPED_TRACE(y);
    const auto log = (y - (grid * 2.0).clamp(-1.0, 1.0)).square() * (-0.5 * w) - (grid - c).square() / (2.0 * r * r);
    const auto density = at::softmax(log, 0);
    const double mean = (density * grid).sum().item<double>();
    const double variance = (density * (grid - mean).square()).sum().item<double>();
    const double fourth = (density * (grid - mean).square().square()).sum().item<double>();
    const auto like = at::ones({1, 1, 1, 1, draws}, at::kDouble);
    auto random = Streams(5, 1);
    const auto one = [](double value) { return at::full({1, 1, 1, 1, 1}, value, at::kDouble); };
    const auto x = model.Draw(like * y, one(w), like * c, one(r * r), random);
    // Five standard errors of the mean and of the variance.
    const double root = std::sqrt(static_cast<double>(draws));
    EXPECT_NEAR(x.mean().item<double>(), mean, 5.0 * std::sqrt(variance) / root);
    EXPECT_NEAR(
        (x - mean).square().mean().item<double>(), variance, 5.0 * std::sqrt(fourth - variance * variance) / root);
  }
}

TEST(DynamicRangeModel, DrawsAreFiniteFarOut)
{
  const DynamicRangeModel model({1, 1, 1, 4}, 2.0, -1.0, 1.0);
  const auto y = at::tensor({50.0, -50.0, 0.0, 0.0}, at::kFloat).reshape({1, 1, 1, 1, 4});
  const auto center = at::tensor({-40.0, 40.0, 1000.0, 0.2}, at::kFloat).reshape({1, 1, 1, 1, 4});
  const auto one = [](double value) { return at::full({1, 1, 1, 1, 1}, value, at::kFloat); };
  for (const double variance : {0.0, 1e-8, 1.0})
  {
    auto random = Streams(6, 1);
    const auto x = model.Draw(y, one(1e4), center, one(variance), random);
    EXPECT_TRUE(x.isfinite().all().item<bool>()) << x;
    EXPECT_EQ(x.scalar_type(), at::kFloat);
    if (variance == 0.0)
    {
      EXPECT_TENSOR_EQUAL(x, center);
    }
  }
}

TEST(NonlinearBlurModel, LinearizedItIsABlurBetweenSlopes)
{
  const auto x = Normal(1, {2, 2, 1, 6, 7}) * 0.5;
  // h^2 |A'''| / 6 with derivatives up to 1 / toe^2 = 400, and rounding over h.
  ExpectLinearized(*BlurOf(GaussianKernel(5, 1.0)), x, 1e-7);
  // A kernel for each entry.
  const auto kernels = at::stack({GaussianKernel(5, 1.0), GaussianKernel(5, 0.5)}).reshape({2, 1, 1, 5, 5});
  ExpectLinearized(*BlurOf(kernels), x, 1e-7);
}

TEST(DynamicRangeModel, RefusesBadLimits)
{
  EXPECT_THROW_MESSAGE(DynamicRangeModel(image, 0.0), UsageError, "DynamicRangeModel: ");
  EXPECT_THROW_MESSAGE(DynamicRangeModel(image, 2.0, 1.0, 1.0), UsageError, "ascending");
  EXPECT_THROW_MESSAGE(
      DynamicRangeModel(image, 2.0, -1.0, std::numeric_limits<double>::infinity()), UsageError, "ascending");
}

TEST(CameraResponse, IsAGammaCurveThatGoesOnBelowBlack)
{
  const CameraResponse unit{2.2, 0.05, 0.0, 1.0};
  const auto t = at::tensor({0.0, 0.4, 0.7, 1.0}, at::kDouble);
  const auto light = unit.ToLight(t);
  EXPECT_EQ(light[0].item<double>(), 0.0);
  EXPECT_NEAR(light[3].item<double>(), 1.0, 1e-15);
  // (1 + e^2 / t^2)^0.6 / (1 + e^2)^0.6 - 1: 0.8 % at 0.4, less above.
  EXPECT_TENSOR_CLOSE(light.slice(0, 1, 3), t.slice(0, 1, 3).pow(2.2), 0.008);
  EXPECT_TENSOR_EQUAL(unit.ToLight(-t), -light);
  EXPECT_GT(unit.Slope(at::linspace(-0.5, 1.5, 401, at::kDouble)).min().item<double>(), 0.0);
  // The same curve for images from -1 to 1.
  EXPECT_TENSOR_CLOSE(CameraResponse().ToLight(t * 2.0 - 1.0), light, 1e-14);
}

TEST(CameraResponse, InverseIsTheInverse)
{
  for (const double gamma : {1.0, 2.2, 5.0})
  {
    for (const double toe : {1e-3, 0.05, 1.0})
    {
      const CameraResponse response{gamma, toe, -1.0, 1.0};
      const auto light = at::cat({-at::logspace(-9.0, 1.0, 201, 10.0, at::kDouble),
                                  at::zeros({1}, at::kDouble),
                                  at::logspace(-9.0, 1.0, 201, 10.0, at::kDouble)});
      const auto x = response.FromLight(light);
      // x near black = -1 has lost digits of t; what is left of them, times the slope, is the error of the light.
      const auto allowed = response.Slope(x) * 4e-16 * (1.0 + x.abs()) + light.abs() * 1e-14;
      EXPECT_TRUE((response.ToLight(x) - light).abs().le(allowed).all().item<bool>()) << gamma << " " << toe;
      const auto single = light.to(at::kFloat);
      EXPECT_TENSOR_CLOSE(response.FromLight(single), x, 1e-6); // a few roundings of single precision
    }
  }
}

TEST(NonlinearBlurModel, KeepsConstantsAndDarkensEdgesLess)
{
  const auto model = BlurOf(GaussianKernel(5, 1.0));
  const auto flat = at::full({1, 2, 1, 6, 7}, 0.3, at::kDouble);
  EXPECT_TENSOR_NEAR(model->Apply(flat), flat, 1e-13); // rounding of the transforms, times slopes of order one
  // Half white, half black: equal parts of light are brighter than the mean of the pixel values.
  at::Tensor edge = at::full({1, 2, 1, 6, 7}, -1.0, at::kDouble);
  edge.narrow(4, 0, 3).fill_(1.0);
  const CirculantBlurOperator linear(image, GaussianKernel(5, 1.0));
  EXPECT_GT((model->Apply(edge) - linear.Forward(edge)).mean().item<double>(), 0.05);
}

TEST(NonlinearBlurModel, IsLinearBlurAtGammaOne)
{
  const auto kernel = Normal(1, {1, 1, 1, 3, 4}).abs();
  const auto model = BlurOf(kernel / kernel.sum(), {1.0, 0.05, -1.0, 1.0});
  const CirculantBlurOperator linear(image, kernel / kernel.sum());
  const auto x = Normal(2, {1, 2, 1, 6, 7});
  const auto v = Normal(3, {1, 2, 1, 6, 7});
  EXPECT_TENSOR_CLOSE(model->Apply(x), linear.Forward(x), 1e-14); // rounding, as in the operator's own test
  EXPECT_TENSOR_CLOSE(model->Vjp(x, v), linear.Adjoint(v), 1e-14);
}

TEST(NonlinearBlurModel, VjpIsThatOfDifferences)
{
  const auto model = BlurOf(MotionKernel(5, 0.5, 3));
  // From well below black to above white.
  const auto x = Normal(1, {1, 2, 1, 6, 7}) * 0.7;
  ASSERT_LT(x.min().item<double>(), -1.05);
  const auto v = Normal(2, {1, 2, 1, 6, 7});
  // h^2 |A'''| / 6 with derivatives up to 1 / toe^2 = 400 times the slope, and 1e-16 / h: 1e-8 or less.
  EXPECT_TENSOR_CLOSE(model->Vjp(x, v), DifferenceVjp(*model, x, v, 2e-6), 1e-7);
  ExpectGradientThroughTheGraph(*model, x, v);
}

TEST(NonlinearBlurModel, VjpIsThatOfAutograd)
{
  const CameraResponse response;
  const auto kernel = GaussianKernel(3, 0.8);
  const auto model = BlurOf(kernel, response);
  const auto linear = std::make_shared<CirculantBlurOperator>(image, kernel);
  at::Tensor x = (Normal(1, {1, 2, 1, 6, 7}) * 0.5).set_requires_grad(true);
  const auto v = Normal(2, {1, 2, 1, 6, 7});
  response.FromLight(linear->Forward(response.ToLight(x))).backward(v);
  const at::NoGradGuard noGrad;
  EXPECT_TENSOR_CLOSE(x.grad(), model->Vjp(x, v), 1e-13); // through eight Newton steps
}

TEST(NonlinearBlurModel, HasAKernelForEachBatchEntry)
{
  const auto kernels = at::cat({MotionKernel(5, 0.5, 1), MotionKernel(5, 0.5, 2), MotionKernel(5, 0.5, 3)});
  const auto model = BlurOf(kernels);
  EXPECT_EQ(model->BatchSize(), 3);
  const auto x = Streams(1, 3).Normal(image, at::kDouble) * 0.5;
  const auto v = Streams(2, 3).Normal(image, at::kDouble);
  const auto z = model->Apply(x);
  const auto gradient = model->Vjp(x, v);
  for (std::int64_t i = 0; i < 3; ++i)
  {
    const auto one = model->Select(at::tensor({i}, at::kLong));
    EXPECT_TENSOR_EQUAL(one->Apply(x.narrow(0, i, 1)), z.narrow(0, i, 1));
    EXPECT_TENSOR_EQUAL(one->Vjp(x.narrow(0, i, 1), v.narrow(0, i, 1)), gradient.narrow(0, i, 1));
  }
}

TEST(NonlinearBlurModel, WorksInSinglePrecision)
{
  const auto model = BlurOf(GaussianKernel(5, 1.0));
  const auto x = Normal(1, {1, 2, 1, 6, 7}) * 0.5;
  const auto v = Normal(2, {1, 2, 1, 6, 7});
  const auto z = model->Apply(x.to(at::kFloat));
  EXPECT_EQ(z.scalar_type(), at::kFloat);
  EXPECT_TENSOR_CLOSE(z, model->Apply(x), 1e-6); // a few roundings of single precision
  EXPECT_TENSOR_CLOSE(model->Vjp(x.to(at::kFloat), v.to(at::kFloat)), model->Vjp(x, v), 1e-5); // slopes up to 10
}

TEST(NonlinearBlurModel, RefusesBadResponses)
{
  const auto kernel = GaussianKernel(3, 1.0);
  EXPECT_THROW_MESSAGE(BlurOf(kernel, {0.5, 0.05, -1.0, 1.0}), UsageError, "NonlinearBlurModel: ");
  EXPECT_THROW_MESSAGE(BlurOf(kernel, {2.2, 0.0, -1.0, 1.0}), UsageError, "toe");
  EXPECT_THROW_MESSAGE(BlurOf(kernel, {2.2, 0.05, 1.0, -1.0}), UsageError, "black below white");
  EXPECT_THROW_MESSAGE(BlurOf(GaussianKernel(9, 1.0)), UsageError, "no larger than");
}

TEST(NonlinearModel, ChecksWhatItIsGiven)
{
  const auto model = std::make_shared<DynamicRangeModel>(image);
  const auto x = Normal(1, {2, 2, 1, 6, 7});
  EXPECT_THROW_MESSAGE(model->Apply(at::Tensor()), DataError, "DynamicRangeModel: given an undefined tensor");
  EXPECT_THROW_MESSAGE(model->Apply(x.select(0, 0)), DataError, "required [batch, 2, 1, 6, 7], real");
  EXPECT_THROW_MESSAGE(model->Apply(x.to(at::kComplexDouble)), DataError, "real");
  EXPECT_THROW_MESSAGE(model->Vjp(x, x.narrow(0, 0, 1)), DataError, "equal batches");
  EXPECT_THROW_MESSAGE(model->Vjp(x, x.to(at::kLong)), DataError, "precision");
}

TEST(NonlinearModel, GraphKeepsTheModelAliveAndNeedsASharedOne)
{
  auto x = (Normal(1, {1, 2, 1, 6, 7}) * 0.3).set_requires_grad(true);
  at::Tensor z;
  {
    const auto temporary = std::make_shared<DynamicRangeModel>(image);
    z = temporary->Apply(x);
  }
  z.sum().backward();
  EXPECT_EQ(x.grad().max().item<double>(), 2.0);
  const DynamicRangeModel onTheStack(image);
  EXPECT_NO_THROW(onTheStack.Apply(x.detach()));
  EXPECT_THROW_MESSAGE(onTheStack.Apply(x), UsageError, "shared_ptr");
}

TEST(NonlinearModel, HasSecondDerivatives)
{
  // d/dx |J(x)^T v|^2 in one direction, against differences of the first derivative.
  const auto model = BlurOf(GaussianKernel(3, 0.8));
  const auto start = Normal(1, {1, 2, 1, 6, 7}) * 0.3;
  const auto v = Normal(2, {1, 2, 1, 6, 7});
  const auto direction = Normal(3, {1, 2, 1, 6, 7});
  at::Tensor x = start.clone().set_requires_grad(true);
  model->Vjp(x, v).square().sum().backward();
  const at::NoGradGuard noGrad;
  const double h = 1e-5;
  const auto value = [&](double step) { return model->Vjp(start + direction * step, v).square().sum().item<double>(); };
  const double expected = (value(h) - value(-h)) / (2.0 * h);
  EXPECT_NEAR((x.grad() * direction).sum().item<double>(), expected, 1e-6 * std::abs(expected)); // h^2 over toe^2
}
