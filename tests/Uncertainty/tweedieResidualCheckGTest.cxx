// SPDX-License-Identifier: Apache-2.0
#include "tweedieResidualCheck.h"

#include "tweedieError.h"
#include "tweedieGaussianSampler.h"
#include "tweedieUniformity.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t samples = 16;

/** Of independent cases of one problem of 40 measurements. */
std::vector<ResidualCheck>
Checks(std::int64_t cases, test::Sampling kind, double noiseFactor = 1.0, std::uint64_t seed = 5)
{
  static const test::GaussianSampler sampler(80);
  const auto drawn = sampler.Draw(seed, cases, samples, kind, noiseFactor);
  std::vector<ResidualCheck> checks;
  for (std::int64_t i = 0; i < cases; ++i)
  {
    checks.push_back(CheckResiduals(sampler.WhitenedResidual(drawn.samples[i], drawn.data[i])));
  }
  return checks;
}

TEST(ResidualCheck, LawsOfSampleAndMeanAreThoseOfTheClosedForm)
{
  constexpr std::int64_t cases = 600;
  static const test::GaussianSampler sampler(80);
  const at::Tensor kernel = at::matmul(at::matmul(sampler.Operator(), sampler.Covariance()), sampler.Operator().t()) /
                            (sampler.Noise() * sampler.Noise());
  const double trace = kernel.trace().item<double>();
  const double squareTrace = kernel.square().sum().item<double>();
  const double less = 1.0 - 1.0 / samples;
  const double variance = 80.0 - less * (4.0 * trace - 2.0 * squareTrace); // 2 m = 80
  double spread = 0.0;
  double difference = 0.0;
  double square = 0.0;
  double estimated = 0.0;
  double ofMean = 0.0;
  std::vector<double> sampleP;
  std::vector<double> meanP;
  for (const ResidualCheck & check : Checks(cases, test::Sampling::Exact))
  {
    const double d = check.ofMean - check.expected;
    EXPECT_NEAR(d, (check.meanPerNumber - 1.0) * 40.0, 1e-9); // the identity, to rounding
    spread += check.spread / cases;
    ofMean += check.ofMean / cases;
    difference += d / cases;
    square += d * d / cases;
    estimated += check.deviation * check.deviation / cases;
    sampleP.push_back(check.pValues.front());
    meanP.push_back(check.pOfMean);
  }
  const double meanError = std::sqrt(variance / cases);
  EXPECT_NEAR(difference, 0.0, 4.0 * meanError);
  EXPECT_NEAR(ofMean, 40.0 - less * trace, 4.0 * meanError + 0.01 * trace);
  EXPECT_NEAR(spread, trace, 4.0 * std::sqrt(2.0 * squareTrace / (15.0 * cases)));
  EXPECT_NEAR(square, variance, 4.0 * variance * std::sqrt(2.0 / cases) * 1.3); // 1.3: D is a little skewed
  EXPECT_NEAR(estimated, variance, 0.03 * variance);                            // a mean of `cases` estimates
  EXPECT_TRUE(CountSmallProbabilities(sampleP).isInside) << CountSmallProbabilities(sampleP).count;
  EXPECT_TRUE(CountSmallProbabilities(meanP).isInside) << CountSmallProbabilities(meanP).count;
}

TEST(ResidualCheck, NoiseWrongByHalfFailsInNineOfTenCasesAndTheRightOnePasses)
{
  // most of what is measured is noise, as in the outer lines of a k-space
  const test::GaussianSampler sampler(400, 3.0);
  const auto failed = [&](double noiseFactor)
  {
    constexpr std::int64_t cases = 50;
    const auto drawn = sampler.Draw(7, cases, samples, test::Sampling::Exact, noiseFactor);
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < cases; ++i)
    {
      const ResidualCheck check = CheckResiduals(sampler.WhitenedResidual(drawn.samples[i], drawn.data[i]));
      count += MeanResidualVerdict(check).state == VerdictState::Failed ? 1 : 0;
    }
    return count;
  };
  EXPECT_LE(failed(1.0), 5);
  EXPECT_GE(failed(1.5), 45);
  EXPECT_GE(failed(1.0 / 1.5), 45);
}

TEST(ResidualCheck, VerdictsSayValueBandAndProbability)
{
  const ResidualCheck good = Checks(1, test::Sampling::Exact).front();
  const Verdict verdict = SampleResidualVerdict(good, 0.5);
  EXPECT_EQ(verdict.state, VerdictState::Passed);
  EXPECT_DOUBLE_EQ(verdict.value, good.meanPerNumber);
  EXPECT_FALSE(verdict.pValue.has_value()); // judged by the band
  EXPECT_NE(verdict.statement.find("p = "), std::string::npos);
  EXPECT_EQ(SampleResidualVerdict(Checks(1, test::Sampling::IgnoresData).front()).state, VerdictState::Failed);
  // samples as far apart as the noise, about data that they fit: nothing is left to test
  const at::Tensor close = test::Normal(3, {16, 200});
  EXPECT_EQ(MeanResidualVerdict(CheckResiduals(close)).state, VerdictState::NotTested);
}

TEST(ResidualCheck, ComplexResidualsGiveTwoNumbersOfUnitVariance)
{
  const at::Tensor noise = 0.2 * test::Normal(1, {2, 4000}, at::kComplexDouble) / std::sqrt(2.0); // E|n|^2 = 0.04
  const at::Tensor numbers = WhitenedNumbers(noise, at::scalar_tensor(0.2, at::kDouble));
  ASSERT_EQ(numbers.size(1), 8000);
  EXPECT_NEAR(numbers.square().mean().item<double>(), 1.0, 4.0 * std::sqrt(2.0 / 16000.0));
  EXPECT_THROW(CheckResiduals(numbers.narrow(0, 0, 1)), DataError);
  EXPECT_THROW(CheckResiduals(numbers * std::nan("")), DataError);
}
} // namespace
} // namespace tweedie
