// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPosteriors.h"
#include "tweedieDapsEstimator.h"
#include "tweedieError.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieExpectTensor.h"
#include "tweedieNoiseSchedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
using test::Report;

constexpr double measured = 1.0; ///< y

/** Pixels of N(0, 1), each measured as y = x + n with noise s. */
PosteriorProblem
UnitProblem(double noise, std::int64_t pixels)
{
  const Shape shape{1, 1, 1, pixels};
  PosteriorProblem problem;
  problem.prior = std::make_shared<const test::UnitDenoiser>();
  problem.likelihood = std::make_shared<const GaussianLikelihood>(
      Identity(shape), at::full({1, 1, 1, 1, pixels}, measured, at::kDouble), noise);
  problem.type = at::kDouble;
  return problem;
}

EstimatorOptions
Chain(std::int64_t steps, std::int64_t samples)
{
  EstimatorOptions options;
  options.method = "daps";
  options.steps = steps;
  options.samples = samples;
  options.sigmaMaximum = 100.0;
  options.sigmaMinimum = 0.1;
  options.batch = 65536;
  options.keepSamples = true;
  return options;
}

/** Mean and variance of one pixel: each level is affine in the state with Gaussian noise. */
struct Law
{
  double mean = 0.0;
  double variance = 0.0;
};

/** The inner chain from c with target N(m, 1 / l): where n steps of size h leave mean and variance. */
Law
InnerLaw(const DapsSettings & settings, double c, double m, double l)
{
  const double h = settings.rate > 0.0 ? std::min(settings.rate, 1.0 / l) : 0.1 / l;
  if (settings.inner == "exact")
  {
    return {m, 1.0 / l};
  }
  if (settings.inner == "langevin")
  {
    const double a = std::pow(1.0 - h * l, static_cast<double>(settings.innerSteps));
    return {m + a * (c - m), (1.0 - a * a) / (l * (1.0 - h * l / 2.0))};
  }
  // Underdamped: (x - m, v) through v' = m v - sqrt(h) l x + noise, x' = x + sqrt(h) v'.
  const double k = settings.momentum;
  const double r = std::sqrt(h);
  const at::Tensor step = at::tensor({1.0 - h * l, r * k, -r * l, k}, at::kDouble).reshape({2, 2});
  const at::Tensor push = at::tensor({r, 1.0}, at::kDouble) * std::sqrt(2.0 * (1.0 - k));
  at::Tensor mean = at::tensor({c - m, 0.0}, at::kDouble);
  at::Tensor covariance = at::tensor({0.0, 0.0, 0.0, 1.0}, at::kDouble).reshape({2, 2});
  for (std::int64_t n = 0; n < settings.innerSteps; ++n)
  {
    mean = at::mv(step, mean);
    covariance = at::matmul(at::matmul(step, covariance), step.t()) + at::outer(push, push);
  }
  return {m + mean[0].item<double>(), covariance[0][0].item<double>()};
}

/** The recursion over the levels, from the formulas of the paper. */
Law
ExactLaw(const EstimatorOptions & options, double noise)
{
  const DapsSettings & settings = options.Of<DapsSettings>();
  const auto levels = MakeNoiseSchedule(options.schedule, options.steps, options.sigmaMaximum, options.sigmaMinimum);
  Law x{0.0, levels.front() * levels.front()};
  Law x0;
  for (std::size_t level = 0; level + 1 < levels.size(); ++level)
  {
    const double s2 = levels[level] * levels[level];
    double factor = 1.0 / (1.0 + s2); // x0hat = factor x
    if (settings.estimate == "flow")
    {
      factor = 1.0;
      const auto flow = EdmSchedule(settings.flowSteps + 1, levels[level], 0.1 * options.sigmaMinimum);
      for (std::size_t i = 0; i < static_cast<std::size_t>(settings.flowSteps); ++i)
      {
        factor *= 1.0 + (flow[i + 1] / flow[i] - 1.0) * flow[i] * flow[i] / (1.0 + flow[i] * flow[i]);
      }
    }
    const double r2 = settings.radius == "sigma" ? s2 : s2 / (1.0 + s2);
    const double l = settings.dataWeight / (noise * noise) + 1.0 / r2;
    const double gain = 1.0 / (r2 * l); // dm / dx0hat
    // The chain is affine in its start: from two starts follow mean, slope and variance.
    const double data = settings.dataWeight / (noise * noise) * measured / l;
    const Law at0 = InnerLaw(settings, 0.0, data, l);
    const Law at1 = InnerLaw(settings, 1.0, data + gain, l);
    const double slope = (at1.mean - at0.mean) * factor;
    x0 = {at0.mean + slope * x.mean, at0.variance + slope * slope * x.variance};
    const double next = levels[level + 1];
    x = {x0.mean, x0.variance + next * next};
  }
  return x0;
}

Law
Sampled(const EstimatorOptions & options, double noise, std::int64_t pixels)
{
  const auto samples = RunEstimator(UnitProblem(noise, pixels), options).samples;
  const double mean = samples.mean().item<double>();
  return {mean, (samples - mean).square().mean().item<double>()};
}

/** count numbers: the mean within 4 standard errors, the variance within 4 sqrt(2 / count). */
void
ExpectLaw(const Law & found, const Law & exact, double count)
{
  EXPECT_NEAR(found.mean, exact.mean, 4.0 * std::sqrt(exact.variance / count));
  EXPECT_NEAR(found.variance / exact.variance, 1.0, 4.0 * std::sqrt(2.0 / count));
}

TEST(Daps, ThePublishedFormHasItsOwnMeanAndVariance)
{
  struct Case
  {
    double noise, mean,
        variance; // the limit of a fine ODE and 200 levels, the truth being 1 / (1 + s^2) and s^2 times it
  };
  for (const Case & published : {Case{0.05, 0.9988, 0.00249}, Case{0.3, 0.9575, 0.0859}, Case{1.0, 0.6793, 0.6670}})
  {
    SCOPED_TRACE(published.noise);
    auto options = Chain(200, 20);
    DapsSettings & settings = options.Of<DapsSettings>();
    settings.estimate = "flow";
    settings.flowSteps = 400;
    settings.radius = "sigma";
    const Law fine = ExactLaw(options, published.noise);
    EXPECT_NEAR(fine.mean, published.mean, 0.001); // four digits, 400 steps
    EXPECT_NEAR(fine.variance, published.variance, 0.001);
    settings.flowSteps = 5;
    const Law exact = ExactLaw(options, published.noise);
    const Law found = Sampled(options, published.noise, 1000);
    ExpectLaw(found, exact, 20000.0);
    const std::string name = "daps-published-s" + std::to_string(published.noise).substr(0, 4);
    Report(name + "-mean", found.mean);
    Report(name + "-mean-truth", 1.0 / (1.0 + published.noise * published.noise));
    Report(name + "-variance", found.variance);
    Report(name + "-variance-truth", published.noise * published.noise / (1.0 + published.noise * published.noise));
  }
}

TEST(Daps, ANetworkSpreadsByAQuarterOfTheNoiseItIsToldOfNext)
{
  const double noise = 1.0;
  const auto variance = [&](double share, double last = 0.1)
  {
    auto options = Chain(200, 20);
    options.sigmaMinimum = last;
    const auto levels = MakeNoiseSchedule(options.schedule, options.steps, options.sigmaMaximum, options.sigmaMinimum);
    double x = levels.front() * levels.front();
    double x0 = 0.0;
    for (std::size_t level = 0; level + 1 < levels.size(); ++level)
    {
      const double s2 = levels[level] * levels[level];
      const double next2 = levels[level + 1] * levels[level + 1];
      const double r2 = s2 / (1.0 + s2);
      const double slope = 1.0 / (1.0 + s2) / (1.0 + r2 / (noise * noise));
      const double spread = next2 > 0.0 ? std::min(r2, share * next2) : r2;
      x0 = 1.0 / (1.0 / (noise * noise) + 1.0 / spread) + slope * slope * x;
      x = x0 + next2;
    }
    return x0;
  };
  const auto sampled = [&](bool network, double share, double last = 0.1)
  {
    PosteriorProblem problem = UnitProblem(noise, 1000);
    problem.prior = std::make_shared<const test::UnitDenoiser>(test::UnitDenoiser::Hook{}, true, network);
    auto options = Chain(200, 20);
    options.sigmaMinimum = last;
    options.covariance = "scalar";
    options.Of<DapsSettings>().spread = share;
    return RunEstimator(problem, options).samples.var().item<double>();
  };
  const double tolerance = 4.0 * std::sqrt(2.0 / 20000.0); // four standard errors of a variance from 20000 numbers
  const double any = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(sampled(true, 0.0) / variance(0.25), 1.0, tolerance);
  EXPECT_NEAR(sampled(true, 0.1) / variance(0.1), 1.0, tolerance);
  EXPECT_NEAR(sampled(true, 0.0, 1.0) / variance(0.25, 1.0), 1.0, tolerance); // 1/3 from the last draw alone
  EXPECT_NEAR(sampled(false, 0.0) / variance(any), 1.0, tolerance);
  EXPECT_NEAR(sampled(false, 0.1) / variance(0.1), 1.0, tolerance);
  EXPECT_NEAR(variance(any), 0.5, 0.005);          // 1 / (1 + s^2) s^2, the truth, up to 200 levels
  EXPECT_LT(variance(0.25), 0.75 * variance(any)); // narrower even where the prior is white
}

TEST(Daps, TheReleasedWeightCollapsesTheVariance)
{
  // tau = 0.01 and a gradient without the factor 1/2 at noise 0.05: the power 50 of the likelihood.
  auto options = Chain(200, 20);
  DapsSettings & settings = options.Of<DapsSettings>();
  settings.estimate = "flow";
  settings.radius = "sigma";
  settings.dataWeight = 50.0;
  const Law exact = ExactLaw(options, 0.05);
  const Law found = Sampled(options, 0.05, 1000);
  ExpectLaw(found, exact, 20000.0);
  const double truth = 0.0025 / 1.0025;
  Report("daps-released-variance-over-truth", found.variance / truth);
  EXPECT_LT(found.variance, truth / 40.0);
}

TEST(Daps, TheInnerChainsFollowTheirLaws)
{
  for (const std::string inner : {"langevin", "underdamped"})
  {
    for (const double rate : {0.0, 0.003})
    {
      SCOPED_TRACE(inner + " " + std::to_string(rate));
      auto options = Chain(15, 20);
      DapsSettings & settings = options.Of<DapsSettings>();
      settings.inner = inner;
      settings.innerSteps = 40;
      settings.rate = rate;
      settings.momentum = 0.8;
      // The curvature of the identity is found exactly and widened by 5 %: the automatic step is that much shorter.
      const Law found = Sampled(options, 0.3, 1000);
      settings.rate = rate > 0.0 ? rate : 0.0;
      Law exact = ExactLaw(options, 0.3);
      if (rate == 0.0)
      {
        EXPECT_NEAR(found.mean, exact.mean, 0.01);
        EXPECT_NEAR(found.variance / exact.variance, 1.0, 0.06); // 4 % of 20 000 numbers, the shorter step
      }
      else
      {
        ExpectLaw(found, exact, 20000.0);
      }
      Report("daps-" + inner + "-rate" + std::to_string(rate).substr(0, 5) + "-variance-over-truth",
             found.variance / (0.09 / 1.09));
    }
  }
}

TEST(Daps, MetropolisDrawsFromTheTarget)
{
  // Small images, because a random walk is accepted ever less often as pixels are added.
  auto options = Chain(12, 1200);
  DapsSettings & settings = options.Of<DapsSettings>();
  settings.inner = "metropolis";
  settings.innerSteps = 50;
  settings.rate = 1.0; // cut to the inverse curvature: a step of one standard deviation
  const Law found = Sampled(options, 0.3, 4);
  settings.inner = "exact";
  ExpectLaw(found, ExactLaw(options, 0.3), 4800.0); // 50 steps of one deviation forget the start
}

TEST(Daps, ThePriorsOwnScoreInsideTheChain)
{
  // Gaussian prior: p(x0) p(x | x0) p(y | x0) at the lowest level is the target of "exact", so that with many steps
  // the law is that of the calibrated form, but for the prior being smoothed by the lowest level (1 %).
  auto options = Chain(4, 20);
  DapsSettings & settings = options.Of<DapsSettings>();
  settings.inner = "langevin";
  settings.innerSteps = 1500;
  settings.priorScore = "exact";
  const Law found = Sampled(options, 0.3, 250);
  const double truth = 0.09 / 1.09;
  Report("daps-exact-prior-score-variance-over-truth", found.variance / truth);
  EXPECT_NEAR(found.mean, 1.0 / 1.09, 0.02);      // 4 standard errors of 5000 numbers
  EXPECT_NEAR(found.variance / truth, 1.0, 0.13); // 5 % of the step, 8 % of 5000 numbers
  settings.priorScore = "score-min";              // without the tie to x each level draws from the posterior itself
  const Law alone = Sampled(options, 0.3, 250);
  EXPECT_NEAR(alone.variance / truth, 1.0, 0.13);
  settings.inner = "metropolis";
  EXPECT_THROW(Sampled(options, 0.3, 4), UsageError);
}

TEST(Daps, AnUnstableStepIsCut)
{
  auto options = Chain(10, 4);
  DapsSettings & settings = options.Of<DapsSettings>();
  settings.inner = "langevin";
  settings.rate = 1e3; // times a curvature of 400: a chain that would leave the finite numbers
  const Law found = Sampled(options, 0.05, 100);
  EXPECT_NEAR(found.mean, 1.0, 0.05);
  EXPECT_LT(found.variance, 0.0025 * 3.0); // at the inverse curvature: twice the variance
}
} // namespace
} // namespace tweedie
