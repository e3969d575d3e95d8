// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieParametrisation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace
{
using namespace tweedie;

/** A network given by a formula. */
class FormulaNetwork final : public DenoiserNetwork
{
public:
  using Formula = std::function<at::Tensor(const at::Tensor & x, const at::Tensor & c)>;

  explicit FormulaNetwork(Formula formula) : m_Formula(std::move(formula)) {}
  at::Tensor
  Forward(const at::Tensor & x, const at::Tensor & c, bool) const override
  {
    return m_Formula(x, c.to(at::kDouble).view({-1, 1, 1, 1}));
  }
  std::int64_t
  ImageChannels() const override
  {
    return 1;
  }
  std::int64_t
  SizeMultiple() const override
  {
    return 1;
  }
  double
  MemoryPerPixel(bool, bool) const override
  {
    return 0.0;
  }

private:
  Formula m_Formula;
};

constexpr double variance = 0.3; // of the Gaussian images

/** alphas_cumprod with ln(sigma) = -4 + 0.01 t: linear between steps, so that t(s) is exact anywhere. */
at::Tensor
Schedule()
{
  const auto sigma = (at::arange(900, at::kDouble) * 0.01 - 4.0).exp();
  return 1.0 / (1.0 + sigma * sigma);
}
at::Tensor
SigmaOfStep(const at::Tensor & t)
{
  return (t * 0.01 - 4.0).exp();
}

/** For images N(0, variance I): E[x0 | x] = x v/(v + s^2), and of x_t = x/sqrt(1 + s^2) each kind of network. */
at::Tensor
PosteriorMean(const at::Tensor & x, const at::Tensor & s)
{
  return x * (variance / (variance + s * s));
}

void
ExpectExact(const std::string & name, const FormulaNetwork & network, const Parametrisation & parametrisation)
{
  at::manual_seed(1);
  const auto x = at::randn({4, 1, 5, 6});
  const auto sigma = at::tensor({0.03, 0.2, 1.7, 40.0}, at::kDouble);
  const auto expected = PosteriorMean(x, sigma.view({-1, 1, 1, 1}));
  const auto actual = DenoisePreconditioned(network, parametrisation, x, sigma, false);
  for (std::int64_t i = 0; i < 4; ++i)
  {
    // float32: x - s F loses digits where the mean is small beside x, at most 1 + s^2/v of them times 1e-7; the label
    // in float32 moves the level by 1e-5 of it.
    const double s = sigma[i].item<double>();
    EXPECT_LT(test::RelativeError(actual[i], expected[i]), 2e-5 + 2e-7 * s * s / variance) << name << ", sigma " << s;
  }
}
} // namespace

TEST(Parametrisation, NetworksOfStepsReturnTheMeanOfGaussianImages)
{
  const auto inSteps =
      [](const std::function<at::Tensor(const at::Tensor &, const at::Tensor &, const at::Tensor &)> & f)
  {
    return FormulaNetwork(
        [f](const at::Tensor & xt, const at::Tensor & t)
        {
          const auto s = SigmaOfStep(t);
          const auto x = xt.to(at::kDouble) * (1.0 + s * s).sqrt();
          return f(x, PosteriorMean(x, s), s).to(at::kFloat);
        });
  };
  using at::Tensor;
  const auto eps = [](const Tensor & x, const Tensor & mean, const Tensor & s) { return (x - mean) / s; };
  const auto v = [](const Tensor & x, const Tensor & mean, const Tensor & s)
  { return ((x - mean) / s - s * mean) * (1.0 + s * s).rsqrt(); }; // sqrt(a) eps - sqrt(1 - a) x0
  const auto x0 = [](const Tensor &, const Tensor & mean, const Tensor &) { return mean; };
  ExpectExact("eps", inSteps(eps), Parametrisation("eps", 0.5, Schedule()));
  ExpectExact("v", inSteps(v), Parametrisation("v", 0.5, Schedule()));
  ExpectExact("x0", inSteps(x0), Parametrisation("x0", 0.5, Schedule()));
}

TEST(Parametrisation, NetworksOfContinuousLevelsReturnTheMeanOfGaussianImages)
{
  using at::Tensor;
  // F as each was trained to return it, in double.
  const FormulaNetwork vp(
      [](const Tensor & xt, const Tensor & label)
      {
        const auto t = label / 999.0;
        const auto s = (9.95 * t * t + 0.1 * t).expm1().sqrt();
        const auto x = xt.to(at::kDouble) * (1.0 + s * s).sqrt();
        return ((x - PosteriorMean(x, s)) / s).to(at::kFloat);
      });
  ExpectExact("vp", vp, Parametrisation("vp", 0.5));
  const FormulaNetwork ve(
      [](const Tensor & x, const Tensor & label)
      {
        const auto s = 2.0 * label.exp();
        return ((PosteriorMean(x.to(at::kDouble), s) - x) / s).to(at::kFloat);
      });
  ExpectExact("ve", ve, Parametrisation("ve", 0.5));
  const double d = 0.4;
  const FormulaNetwork edm(
      [d](const Tensor & in, const Tensor & label)
      {
        const auto s = (4.0 * label).exp();
        const auto total = s * s + d * d;
        const auto x = in.to(at::kDouble) * total.sqrt();
        return ((PosteriorMean(x, s) - x * (d * d / total)) * total.sqrt() / (s * d)).to(at::kFloat);
      });
  ExpectExact("edm", edm, Parametrisation("edm", d));
}

TEST(Parametrisation, StepsOfTheLinearSchedule)
{
  // beta from 1e-4 to 0.02 in 1000 steps: sigma of steps 0, 99, 499 and 999, computed in double elsewhere.
  const auto betas = at::linspace(1e-4, 0.02, 1000, at::kDouble);
  const auto schedule = at::cumprod(1.0 - betas, 0);
  const Parametrisation eps("eps", 0.5, schedule);
  const auto sigma = ((1.0 - schedule) / schedule).sqrt();
  EXPECT_NEAR(sigma[0].item<double>(), 0.0100, 1e-4); // digits as published
  EXPECT_NEAR(sigma[999].item<double>(), 157.4, 0.1);
  const auto steps = eps.StepOf(sigma);
  EXPECT_TRUE(test::TensorClose(steps, at::arange(1000, at::kDouble), 1e-9)); // double rounding
  const auto between = eps.StepOf((sigma[400] * sigma[401]).sqrt().view({1}));
  EXPECT_NEAR(between.item<double>(), 400.5, 1e-9);
  const auto beyond = eps.StepOf(at::tensor({1e-5, 1e5}, at::kDouble));
  EXPECT_EQ(beyond[0].item<double>(), 0.0);
  EXPECT_EQ(beyond[1].item<double>(), 999.0);
}

TEST(Parametrisation, SchedulesThatAreNoneAreRefused)
{
  EXPECT_THROW(Parametrisation("eps", 0.5), DataError);
  EXPECT_THROW(Parametrisation("edm", 0.5, Schedule()), DataError);
  EXPECT_THROW(Parametrisation("flow", 0.5), DataError);
  EXPECT_THROW(Parametrisation("eps", 0.5, Schedule().narrow(0, 0, 1)), DataError);
  EXPECT_THROW(Parametrisation("eps", 0.5, at::tensor({0.9, 0.9}, at::kDouble)), DataError);
  EXPECT_THROW(Parametrisation("eps", 0.5, at::tensor({0.9, 0.0}, at::kDouble)), DataError);
  EXPECT_THROW(Parametrisation("eps", 0.5, at::tensor({1.0, 0.5}, at::kDouble)), DataError);
  EXPECT_THROW(Parametrisation("eps", 0.5, at::full({2}, std::nan(""))), DataError);
}
