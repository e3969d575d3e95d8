// SPDX-License-Identifier: Apache-2.0
#include "tweedieDeviationCheck.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieRandom.h"

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(StudentQuantile, EqualsTheClosedForms)
{
  for (const double p : {0.6, 0.75, 0.9, 0.95, 0.975, 0.995, 0.99999})
  {
    // One, two and four degrees of freedom have closed forms. 1e-11 relative: the fraction is summed to 1e-15, and the
    // quantile in the far tail loses four digits to the difference 1 - p.
    EXPECT_NEAR(StudentQuantile(p, 1.0) / std::tan(pi * (p - 0.5)), 1.0, 1e-11) << p;
    EXPECT_NEAR(StudentQuantile(p, 2.0) / ((2.0 * p - 1.0) / std::sqrt(2.0 * p * (1.0 - p))), 1.0, 1e-11) << p;
    const double a = 4.0 * p * (1.0 - p);
    const double q = std::cos(std::acos(std::sqrt(a)) / 3.0) / std::sqrt(a);
    EXPECT_NEAR(StudentQuantile(p, 4.0) / (2.0 * std::sqrt(q - 1.0)), 1.0, 1e-11) << p;
    EXPECT_EQ(StudentQuantile(1.0 - p, 3.0), -StudentQuantile(1.0 - (1.0 - p), 3.0));
  }
  // Printed tables: Student, 7 and 30 degrees; normal. The tolerance is half of their last digit.
  EXPECT_NEAR(StudentQuantile(0.95, 7.0), 1.8946, 5e-5);
  EXPECT_NEAR(StudentQuantile(0.975, 30.0), 2.0423, 5e-5);
  EXPECT_NEAR(StudentQuantile(0.975, infinity), 1.959963984540, 5e-13);
  EXPECT_NEAR(StudentQuantile(0.975, 1e7), 1.959963984540, 1e-6);
  EXPECT_EQ(StudentQuantile(0.5, 5.0), 0.0);
  EXPECT_THROW(StudentQuantile(1.0, 5.0), UsageError);
  EXPECT_THROW(StudentQuantile(0.5, 0.0), UsageError);
}

/** Truth and n samples from one distribution whose width varies from pixel to pixel by a factor of 5. */
struct Experiment
{
  at::Tensor error;
  at::Tensor deviation;
};

Experiment
DrawExperiment(std::int64_t samples, std::int64_t pixels)
{
  RandomStreams random(7, {0});
  const at::Tensor width = 1.0 + 4.0 * random.Uniform({pixels}, at::kDouble)[0];
  const at::Tensor draws = random.Normal({samples + 1, pixels}, at::kDouble)[0] * width;
  const at::Tensor drawn = draws.narrow(0, 1, samples);
  return {drawn.mean(0) - draws[0], at::std(drawn, 0, true)};
}

TEST(DeviationCheck, AnExactSamplerIsFoundCalibrated)
{
  constexpr std::int64_t samples = 8;
  constexpr std::int64_t pixels = 40000;
  const Experiment experiment = DrawExperiment(samples, pixels);
  const DeviationCheck check =
      CheckDeviation(experiment.error, experiment.deviation, samples, std::sqrt(1.0 + 1.0 / samples));
  // Standard errors: rms ratio about 0.6 % (kurtosis of the mixture), coverage sqrt(p (1 - p) / 40000) <= 0.25 %; four
  // of them each.
  EXPECT_NEAR(check.ratio, 1.0, 0.025);
  EXPECT_NEAR(check.coverage, 0.90, 0.006);
  ASSERT_EQ(check.curve.size(), 20u);
  for (const CoveragePoint & point : check.curve)
  {
    EXPECT_NEAR(point.covered, point.level, 0.010) << point.level;
  }
  // Normal quantiles and no factor are wrong by 6 % here: the check can tell.
  const DeviationCheck naive = CheckDeviation(experiment.error, experiment.deviation, 0, 1.0);
  EXPECT_LT(naive.coverage, 0.86);
}

TEST(DeviationCheck, BinsCorrelationAndCeiling)
{
  RandomStreams random(11, {0});
  constexpr std::int64_t pixels = 60000;
  const at::Tensor width = 0.5 + random.Uniform({pixels}, at::kDouble)[0];
  const at::Tensor error = width * random.Normal({pixels}, at::kDouble)[0];
  const DeviationCheck check = CheckDeviation(error, width, 0, 1.0);
  ASSERT_EQ(check.bins.size(), 12u);
  std::int64_t count = 0;
  for (std::size_t i = 0; i < check.bins.size(); ++i)
  {
    const DeviationBin & bin = check.bins[i];
    count += bin.count;
    EXPECT_TRUE(i == 0 || bin.predicted > check.bins[i - 1].predicted);
    // 5000 normal errors a bin: their rms has a relative error of 1/sqrt(10000) = 1 %; four of them.
    EXPECT_NEAR(bin.found / bin.predicted, 1.0, 0.04);
  }
  EXPECT_EQ(count, pixels);
  // Mean of twelve |errors| of 1 % each is 0.8 %.
  EXPECT_LT(check.calibrationError, 0.02);
  // Correlations of 60000 pairs have a standard error of 0.004; four of them.
  EXPECT_NEAR(check.correlation, check.correlationCeiling, 0.016);
  EXPECT_GT(check.rankCorrelation, 0.2);

  const DeviationCheck half = CheckDeviation(error, 0.5 * width, 0, 1.0);
  EXPECT_NEAR(half.ratio, 0.5 * check.ratio, 1e-12); // the same sums, scaled by a power of two
  EXPECT_NEAR(half.calibrationError, 1.0, 0.04);     // |s/2 - s| / (s/2)
  const DeviationCheck flat = CheckDeviation(error, at::ones_like(error), 0, 1.0);
  EXPECT_TRUE(std::isnan(flat.correlation));
  EXPECT_EQ(flat.correlationCeiling, 0.0);
}

TEST(DeviationCheck, MaskChoosesThePixels)
{
  const at::Tensor error = at::tensor({1.0, -1.0, 50.0, 0.0}, at::kDouble);
  const at::Tensor deviation = at::tensor({1.0, 1.0, 1.0, 0.0}, at::kDouble);
  const at::Tensor mask = at::tensor({1, 1, 0, 1});
  const DeviationCheck check = CheckDeviation(error, deviation, 0, 1.0, mask);
  EXPECT_DOUBLE_EQ(check.ratio, 1.0);
  // |error| = s is inside 90 % (1.645 s), and an error of zero is inside the interval of width zero.
  EXPECT_EQ(check.coverage, 1.0);
  EXPECT_THROW_MESSAGE(CheckDeviation(error, deviation, 0, 1.0, at::zeros({4})), DataError, "fewer than two");
  EXPECT_THROW_MESSAGE(CheckDeviation(error, -deviation, 0, 1.0), DataError, "negative");
  EXPECT_THROW_MESSAGE(CheckDeviation(error, deviation.narrow(0, 0, 3), 0, 1.0), DataError, "equal shapes");
}
} // namespace
} // namespace tweedie
