// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPosteriors.h"
#include "tweedieEstimatorProblems.h"
#include "tweedieMeanPropagation.h"
#include "tweedieNoiseSchedule.h"
#include "tweedieRmpEstimator.h"

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t pixels = 8192;

/** The posterior N(0, I), from zero, with the metric that is exact for it. */
EstimatorOptions
Loop(double size, std::int64_t steps, std::int64_t samples)
{
  EstimatorOptions options;
  options.method = "rmp";
  options.steps = 30;
  options.schedule = "geometric";
  options.sigmaMaximum = 50.0;
  options.sigmaMinimum = 0.02;
  RmpSettings & settings = options.Of<RmpSettings>();
  settings.propagation = "natural-gradient";
  settings.naturalStepSize = size;
  settings.naturalSteps = steps;
  settings.naturalSamples = samples;
  return options;
}

/** Variance of a pixel at the end. Each inner step shrinks the distance to the fixed point V1 x by 1 - s1 and adds
 * noise of variance s1^2 / (L Lam). */
double
VarianceAtTheEnd(const EstimatorOptions & options)
{
  const RmpSettings & settings = options.Of<RmpSettings>();
  const auto levels = MakeNoiseSchedule(options.schedule, options.steps, options.sigmaMaximum, options.sigmaMinimum);
  const double stay = 1.0 - settings.naturalStepSize;
  const double left = std::pow(stay, static_cast<double>(settings.naturalSteps));
  const double draws = static_cast<double>(settings.naturalSamples);
  double variance = 0.0;
  for (std::size_t k = 0; k + 2 < levels.size(); ++k)
  {
    const NaturalGradientLevel level{levels[k], levels[k + 1], 1.0};
    const double v1 = (levels[k + 1] * levels[k + 1] + 1.0) / (levels[k] * levels[k] + 1.0);
    const double factor = v1 + left * (1.0 - v1);
    const double noise = settings.naturalStepSize * settings.naturalStepSize / (draws * level.Precision());
    variance = factor * factor * variance + noise * (1.0 - left * left) / (1.0 - stay * stay);
  }
  const double last = 1.0 / (1.0 + options.sigmaMinimum * options.sigmaMinimum); // D at the last level
  return last * last * variance;
}

TEST(NaturalGradientLoop, WithSamplesItIsASamplerAtALowerTemperature)
{
  PosteriorProblem problem;
  problem.prior = std::make_shared<const test::UnitDenoiser>();
  problem.shape = {1, 1, 1, pixels};
  problem.type = at::kDouble;
  struct Case
  {
    double size;
    std::int64_t steps, samples;
  };
  for (const Case & one : {Case{0.2, 40, 1}, Case{0.2, 40, 4}, Case{1.0, 2, 1}, Case{0.1, 5, 1}})
  {
    SCOPED_TRACE(one.size);
    SCOPED_TRACE(one.samples);
    const auto options = Loop(one.size, one.steps, one.samples);
    const auto end = RunEstimator(problem, options).mean;
    const double exact = VarianceAtTheEnd(options);
    const double found = end.square().mean().item<double>();
    const std::string name = "loop-s1-" + std::to_string(one.size).substr(0, 3) + "-inner-" +
                             std::to_string(one.steps) + "-samples-" + std::to_string(one.samples);
    test::Report(name + "-variance-over-the-posteriors", found);
    EXPECT_NEAR(found / exact, 1.0, 4.0 * std::sqrt(2.0 / pixels)); // standard errors of a variance
    const double temperature = one.size / ((2.0 - one.size) * static_cast<double>(one.samples));
    test::Report(name + "-temperature", temperature);
    if (one.size * static_cast<double>(one.steps) >= 2.0)
    {
      // The rest is the share of the start's variance, 1 / 50^2, and that of sigmaMinimum.
      EXPECT_NEAR(exact / temperature, 1.0, 0.01);
    }
    else
    {
      EXPECT_GT(exact / temperature, 1.5); // too few steps: the noise of high levels is not forgotten
    }
  }
}
} // namespace
} // namespace tweedie
