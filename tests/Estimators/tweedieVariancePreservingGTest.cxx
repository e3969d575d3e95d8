// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPosteriors.h"
#include "tweedieExpectTensor.h"
#include "tweedieMeanPropagation.h"
#include "tweedieNoiseSchedule.h"
#include "tweedieRmpEstimator.h"

#include <algorithm>

namespace tweedie
{
namespace
{
using test::FourierProblem;

/** The chain of the paper in its own, variance-preserving variables, mode by mode of a posterior N(m, c). */
struct VPChain
{
  at::Tensor m;
  at::Tensor c;
  std::vector<double> ab; ///< alpha-bar, level 0 first, the last is 1

  VPChain(const FourierProblem & problem, const std::vector<double> & schedule)
      : m(problem.law->Transform(problem.law->Mean())), c(problem.law->Spectrum())
  {
    for (const double sigma : schedule)
    {
      ab.push_back(1.0 / (1.0 + sigma * sigma));
    }
  }
  at::Tensor
  Score(const at::Tensor & x, std::size_t level) const
  {
    return -(x - std::sqrt(ab[level]) * m) / (ab[level] * c + 1.0 - ab[level]);
  }
  /** alpha and beta of the step from level to level + 1. */
  double
  Alpha(std::size_t level) const
  {
    return ab[level] / ab[level + 1];
  }
  at::Tensor
  ClosedStep(const at::Tensor & x, std::size_t level) const
  {
    return (x + (1.0 - Alpha(level)) * Score(x, level)) / std::sqrt(Alpha(level));
  }
  at::Tensor
  NaturalGradientLoop(const at::Tensor & x, std::size_t level, const RmpSettings & settings, double v) const
  {
    const double alpha = Alpha(level);
    const double beta = 1.0 - alpha;
    const double next = ab[level + 1];
    const double inverse = beta * (next * v + 1.0 - next) / (ab[level] * v + 1.0 - ab[level]);
    at::Tensor mean = x / std::sqrt(alpha);
    for (std::int64_t step = 0; step < settings.naturalSteps; ++step)
    {
      const at::Tensor reverse = std::sqrt(alpha) * (x - std::sqrt(alpha) * mean) / beta;
      mean = mean + settings.naturalStepSize * inverse * (reverse + Score(mean, level + 1));
    }
    return mean;
  }
};

EstimatorOptions
VPOptions(const FourierProblem & problem, std::int64_t steps, const std::string & schedule)
{
  EstimatorOptions options = problem.Options("rmp", "exact", steps);
  options.schedule = schedule;
  options.sigmaMinimum = 0.02; // within DDPM's levels
  return options;
}

TEST(VariancePreserving, TheClosedChainIsThePapersInItsOwnVariables)
{
  const FourierProblem problem;
  for (const std::string schedule : {"ddpm", "vp"})
  {
    SCOPED_TRACE(schedule);
    const auto options = VPOptions(problem, 30, schedule);
    const auto levels = MakeNoiseSchedule(schedule, 30, options.sigmaMaximum, options.sigmaMinimum);
    const VPChain chain(problem, levels);
    const double abT = chain.ab.front();
    const auto start = std::sqrt(abT) * problem.law->Transform(problem.prior->PriorMean().squeeze(0));
    auto x = start;
    for (std::size_t level = 0; level + 1 < levels.size(); ++level)
    {
      x = chain.ClosedStep(x, level);
    }
    const auto end = problem.law->Transform(RunEstimator(problem.Problem(), options).mean.squeeze(0));
    // Transforms of 4096 numbers and 30 steps in double: some 1e-13; the product of the V1 telescopes.
    EXPECT_TENSOR_NEAR(end, x, 1e-10);
    const auto c = chain.c;
    const auto product = std::sqrt(abT) * c / (abT * c + 1.0 - abT) * (start - std::sqrt(abT) * chain.m);
    EXPECT_TENSOR_NEAR(end - chain.m, product, 1e-10);
    test::Report("rmp-" + schedule + "-end-point-identity", test::LargestDifference(end - chain.m, product));
  }
}

TEST(VariancePreserving, TheNaturalGradientLoopIsThePapersInItsOwnVariables)
{
  const FourierProblem problem;
  auto options = VPOptions(problem, 12, "ddpm");
  options.variance = 0.3;
  options.sigmaMaximum = 5.0;
  RmpSettings & settings = options.Of<RmpSettings>();
  settings.propagation = "natural-gradient";
  settings.naturalSteps = 5;
  settings.naturalSamples = 0;
  settings.naturalStepSize = 0.4;
  settings.zeta = 0.0;
  const auto levels = MakeNoiseSchedule("ddpm", 12, options.sigmaMaximum, options.sigmaMinimum);
  const VPChain chain(problem, levels);
  auto x = std::sqrt(chain.ab.front()) * problem.law->Transform(problem.prior->PriorMean().squeeze(0));
  for (std::size_t level = 0; level + 2 < levels.size(); ++level)
  {
    x = chain.NaturalGradientLoop(x, level, settings, options.variance);
  }
  x = chain.ClosedStep(x, levels.size() - 2); // the step to zero noise is the conditional mean
  const auto end = problem.law->Transform(RunEstimator(problem.Problem(), options).mean.squeeze(0));
  EXPECT_GT(test::LargestDifference(end, chain.m), 1e-3); // neither has converged: it is the path that agrees
  EXPECT_TENSOR_NEAR(end, x, 1e-10);                      // as above
}

TEST(VariancePreserving, BothKindsReachTheMean)
{
  const FourierProblem problem;
  const auto reach = [&](const std::string & schedule)
  {
    const auto mean = RunEstimator(problem.Problem(), VPOptions(problem, 40, schedule)).mean;
    const double error = test::LargestError(problem, mean);
    test::Report("fourier-rmp-" + schedule + "-error-in-posterior-sd", error);
    EXPECT_LT(error, 1e-2);
    return mean;
  };
  // The end forgets the levels: c / (s_T^2 + c) of the distance at the start is left, whatever lies between.
  EXPECT_TENSOR_NEAR(reach("ddpm"), reach("geometric"), 1e-10);
}

TEST(NaturalGradient, EachModeConvergesAtItsOwnRate)
{
  // rate 1 - s1 lam / Lam with lam = 1 / (s_{k+1}^2 - s_k^2) + 1 / (s_k^2 + c): a mode that is known better than v
  // says has lam > Lam, and s1 = 1 is stable only for lam < 2 Lam.
  const FourierProblem problem;
  auto options = VPOptions(problem, 2, "geometric");
  options.sigmaMaximum = 0.5;
  options.sigmaMinimum = 0.1;
  options.variance = 2.0;
  RmpSettings & settings = options.Of<RmpSettings>();
  settings.propagation = "natural-gradient";
  settings.naturalSamples = 0;
  settings.naturalStepSize = 1.0;
  settings.zeta = 0.0;
  const auto c = problem.law->Spectrum();
  const auto m = problem.law->Transform(problem.law->Mean());
  const auto start = problem.law->Transform(problem.prior->PriorMean().squeeze(0));
  const NaturalGradientLevel level{0.5, 0.1, 2.0};
  const auto lam = 1.0 / level.Spread() + 1.0 / (0.01 + c);
  const auto rate = 1.0 - lam / level.Precision();
  EXPECT_LT(rate.min().item<double>(), -1.0); // some modes diverge
  EXPECT_LT(rate.max().item<double>(), 1.0);
  const auto fixedPoint = (0.01 + c) / (0.25 + c) * (start - m) + m;
  for (const std::int64_t steps : {1, 3, 6})
  {
    settings.naturalSteps = steps;
    const auto end = problem.law->Transform(RunEstimator(problem.Problem(), options).mean.squeeze(0));
    const auto x = fixedPoint + rate.pow(static_cast<double>(steps)) * (start - fixedPoint);
    const auto expected = m + c / (0.01 + c) * (x - m);
    // Rounding grows with the diverging modes: relative to the largest number.
    EXPECT_TENSOR_NEAR(end, expected, 1e-11 * expected.abs().max().item<double>());
  }
}

TEST(NaturalGradient, TheLearnedPrecisionIsThatOfTheVariance)
{
  for (const double v : {0.01, 1.0, 30.0})
  {
    const NaturalGradientLevel level{2.0, 1.5, v};
    const auto slope = at::full({1}, v / (v + 1.5 * 1.5), at::kDouble); // dD_y/dx of a posterior v I
    auto precision = at::full({1}, 1.0 / level.Spread(), at::kDouble);
    for (int step = 0; step < 100; ++step)
    {
      precision = level.LearnedPrecision(precision, slope, 0.5);
    }
    EXPECT_NEAR(precision.item<double>(), level.Precision(), 1e-12 * level.Precision()); // 0.5^100 is left
  }
}

TEST(NaturalGradient, EveryPrecisionRuleReachesTheMean)
{
  // Without sampling noise (gradient at the mean), so that only stability and convergence are asked.
  const FourierProblem problem;
  for (const std::string rule : {"variance", "high-noise", "learned"})
  {
    SCOPED_TRACE(rule);
    auto options = VPOptions(problem, 20, "geometric");
    options.variance = 0.02; // of the best known modes, as the loop is stable where Lam exceeds half a precision
    RmpSettings & settings = options.Of<RmpSettings>();
    settings.propagation = "natural-gradient";
    settings.naturalSteps = 60;
    settings.naturalSamples = 0;
    settings.naturalStepSize = rule == "learned" ? 0.1 : 0.5;
    settings.zeta = 0.0;
    settings.precision = rule;
    const auto mean = RunEstimator(problem.Problem(), options).mean;
    test::Report("fourier-natural-gradient-" + rule + "-error-in-posterior-sd", test::LargestError(problem, mean));
    EXPECT_LT(test::LargestError(problem, mean), 2e-2); // what 60 steps leave of the slowest mode
  }
}
} // namespace
} // namespace tweedie
