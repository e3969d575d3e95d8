// SPDX-License-Identifier: Apache-2.0
#include "tweediePosteriorGain.h"

#include "tweedieError.h"
#include "tweedieGaussianSampler.h"
#include "tweedieUniformity.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
PosteriorGain
GainOf(test::Sampling kind, std::uint64_t seed, std::int64_t cases = 60, std::int64_t samples = 8)
{
  static const test::GaussianSampler sampler;
  const auto drawn = sampler.Draw(seed, cases, samples, kind);
  std::vector<SampleErrors> errors;
  for (std::int64_t i = 0; i < cases; ++i)
  {
    errors.push_back(MeasureSampleErrors(drawn.truth[i], drawn.samples[i]));
  }
  return CheckPosteriorGain(errors, samples);
}

TEST(PosteriorGain, OfExactSamplesIsThatOfTheFormulaAndItsTestKeepsItsLevel)
{
  std::vector<double> pValues;
  double gain = 0.0;
  constexpr std::int64_t trials = 150;
  for (std::int64_t i = 0; i < trials; ++i)
  {
    const PosteriorGain found = GainOf(test::Sampling::Exact, 100 + i);
    pValues.push_back(found.pValue);
    gain += found.gain / trials;
  }
  const PosteriorGain one = GainOf(test::Sampling::Exact, 1);
  EXPECT_DOUBLE_EQ(one.expected, 10.0 * std::log10(2.0 / 1.125));
  EXPECT_NEAR(gain, one.expected, 4.0 * one.error / std::sqrt(trials));
  EXPECT_TRUE(CountSmallProbabilities(pValues).isInside) << CountSmallProbabilities(pValues).count;
  EXPECT_EQ(PosteriorGainVerdict(one).state, VerdictState::Passed);
}

TEST(PosteriorGain, SaysWhatIsWrongWithSamplesThatAreNotExact)
{
  const Verdict narrow = PosteriorGainVerdict(GainOf(test::Sampling::HalfSpread, 1));
  EXPECT_EQ(narrow.state, VerdictState::Failed);
  EXPECT_LT(narrow.value, narrow.low);
  EXPECT_NE(narrow.statement.find("too close"), std::string::npos);
  EXPECT_EQ(PosteriorGainVerdict(GainOf(test::Sampling::Exact, 1, 2)).state, VerdictState::NotTested);
}

TEST(PosteriorGain, IsMeasuredInTheMaskAndRefusesWhatDoesNotFit)
{
  at::Tensor samples = at::zeros({2, 2, 2});
  samples[0].fill_(1.0);
  samples[1].fill_(-1.0);
  at::Tensor mask = at::ones({2, 2});
  samples[0][0][0] = 100.0;
  mask[0][0] = 0.0;
  const SampleErrors errors = MeasureSampleErrors(at::zeros({2, 2}), samples, mask);
  EXPECT_DOUBLE_EQ(errors.single, 1.0);
  EXPECT_DOUBLE_EQ(errors.mean, 0.0);
  EXPECT_THROW(CheckPosteriorGain({errors}, 2), DataError); // a mean without error
  EXPECT_THROW(CheckPosteriorGain({}, 2), DataError);
  EXPECT_THROW(MeasureSampleErrors(at::zeros({2, 2}), samples, at::zeros({2, 2})), DataError);
  EXPECT_THROW(MeasureSampleErrors(at::zeros({2}), samples), DataError);
}
} // namespace
} // namespace tweedie
