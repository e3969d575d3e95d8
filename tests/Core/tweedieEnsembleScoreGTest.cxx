// SPDX-License-Identifier: Apache-2.0
#include "tweedieEnsembleScore.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieRandom.h"

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t elements = 100000;

at::Tensor
Normal(std::uint64_t seed, std::int64_t samples)
{
  return RandomStreams(seed, {0}).Normal({samples, elements}, at::kDouble)[0];
}

/** E|X - Y| - E|X - X'| / 2 for X ~ N(0, s^2), Y ~ N(0, 1). */
double
Expected(double s)
{
  const double pi = std::acos(-1.0);
  return std::sqrt(2.0 * (1.0 + s * s) / pi) - s / std::sqrt(pi);
}

TEST(RankedProbabilityScore, MeetsItsExpectationWhateverTheNumberOfSamples)
{
  const at::Tensor truth = Normal(1, 1)[0];
  for (const std::int64_t samples : {2, 8})
  {
    for (const double s : {0.7, 1.0, 1.4})
    {
      // Five standard errors: the score of one element has a deviation below 1.2 (two samples, s = 1.4).
      const double tolerance = 5.0 * 1.2 / std::sqrt(static_cast<double>(elements));
      EXPECT_NEAR(RankedProbabilityScore(truth, Normal(2, samples) * s), Expected(s), tolerance) << samples << ' ' << s;
    }
  }
}

TEST(RankedProbabilityScore, IsLowestForTheRightSpread)
{
  const at::Tensor truth = Normal(1, 1)[0];
  const at::Tensor samples = Normal(2, 8);
  const double right = RankedProbabilityScore(truth, samples);
  // 0.015 and 0.019 above in expectation, far beyond the common part of the errors.
  EXPECT_LT(right, RankedProbabilityScore(truth, samples * 0.7));
  EXPECT_LT(right, RankedProbabilityScore(truth, samples * 1.4));
  EXPECT_LT(right, RankedProbabilityScore(truth, samples + 0.5));
}

TEST(RankedProbabilityScore, CountsWhatTheMaskKeeps)
{
  const at::Tensor truth = at::tensor({1.0, 5.0, 0.0}, at::kDouble);
  const at::Tensor samples = at::tensor({0.0, 9.0, 0.0, 4.0, 9.0, 0.0}, at::kDouble).view({2, 3});
  const at::Tensor mask = at::tensor({1.0, 0.0, 1.0}, at::kDouble);
  // (|0 - 1| + |4 - 1|) / 2 - |0 - 4| / 2 = 0 for the first, 0 for the last; with the middle one (4 + 4) / 2 more.
  EXPECT_DOUBLE_EQ(RankedProbabilityScore(truth, samples, mask), 0.0);
  EXPECT_DOUBLE_EQ(RankedProbabilityScore(truth, samples), 4.0 / 3.0);
}

TEST(RankedProbabilityScore, RefusesWhatCannotBeScored)
{
  const at::Tensor truth = at::zeros({4}, at::kDouble);
  EXPECT_THROW_MESSAGE(RankedProbabilityScore(truth, at::zeros({1, 4})), DataError, "at least two images");
  EXPECT_THROW_MESSAGE(RankedProbabilityScore(truth, at::zeros({2, 5})), DataError, "at least two images");
  EXPECT_THROW_MESSAGE(
      RankedProbabilityScore(truth, at::zeros({2, 4}), at::zeros({4})), DataError, "the mask keeps nothing");
}
} // namespace
} // namespace tweedie
