// SPDX-License-Identifier: Apache-2.0
#include "tweedieSampleDistance.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"
#include "tweedieTailProbability.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
TEST(SampleDistance, EqualsThoseOfScipyAndScoringrules)
{
  const auto judged = test::JudgedMetrics("distances");
  const at::Tensor x = test::TensorFrom(judged.at("x"));
  const at::Tensor z = test::TensorFrom(judged.at("z"));
  const at::Tensor directions = test::TensorFrom(judged.at("directions"));
  // 1e-9: rounding of some thousand operations in double
  EXPECT_NEAR(SlicedWasserstein(x, z, directions, 1.0), judged.at("wasserstein-1"), 1e-9);
  EXPECT_NEAR(SlicedWasserstein(x, z, directions, 2.0), judged.at("wasserstein-2"), 1e-9);
  const Discrepancy gauss = MaximumMeanDiscrepancy(x, z, DiscrepancyKernel::Gaussian, 0);
  EXPECT_NEAR(gauss.squared, judged.at("discrepancy-gaussian"), 1e-9);
  EXPECT_NEAR(gauss.bandwidth, judged.at("bandwidth"), 1e-9);
  const Discrepancy imq = MaximumMeanDiscrepancy(x, z, DiscrepancyKernel::InverseMultiquadric, 0);
  EXPECT_NEAR(imq.squared, judged.at("discrepancy-inverse-multiquadric"), 1e-9);
  EXPECT_NEAR(EnergyScore(test::TensorFrom(judged.at("truth")), x), judged.at("energy-score"), 1e-9);
}

TEST(SampleDistance, OfAShiftIsItsMeanLengthAlongTheDirections)
{
  const at::Tensor x = test::Normal(1, {50, 4});
  const at::Tensor shift = at::tensor({1.0, -2.0, 0.5, 0.0}, at::kDouble);
  const at::Tensor directions = UnitDirections(20, 4, 3);
  const double exact = at::matmul(directions, shift).abs().mean().item<double>();
  for (const double order : {1.0, 2.0, 3.5})
  {
    EXPECT_NEAR(SlicedWasserstein(x, x + shift, directions, order), exact, 1e-12);
  }
  EXPECT_DOUBLE_EQ(SlicedWasserstein(x, x + shift, 20, 1.0, 3), SlicedWasserstein(x, x + shift, directions, 1.0));
  EXPECT_NEAR(SlicedWasserstein(x, at::cat({x, x}), directions, 2.0), 0.0, 1e-12);
}

TEST(SampleDistance, PermutationsFindAShiftAndRejectEqualLawsAtTheirLevel)
{
  std::int64_t rejected = 0;
  constexpr std::int64_t trials = 200;
  for (std::int64_t i = 0; i < trials; ++i)
  {
    const at::Tensor sets = test::Normal(100 + i, {50, 3});
    const Discrepancy found = MaximumMeanDiscrepancy(
        sets.narrow(0, 0, 20), sets.narrow(0, 20, 30), DiscrepancyKernel::InverseMultiquadric, 99, i);
    rejected += found.pValue <= 0.05 ? 1 : 0;
  }
  // 99 permutations: p <= 0.05 has probability 0.05 exactly
  const CountBand band = BinomialBand(0.99, trials, 0.05);
  EXPECT_GE(rejected, band.low);
  EXPECT_LE(rejected, band.high);
  const at::Tensor x = test::Normal(1, {40, 3});
  for (const auto kernel : {DiscrepancyKernel::Gaussian, DiscrepancyKernel::InverseMultiquadric})
  {
    EXPECT_LE(MaximumMeanDiscrepancy(x, test::Normal(2, {60, 3}) + 1.0, kernel, 199).pValue, 0.01);
    EXPECT_LE(MaximumMeanDiscrepancy(x, 0.4 * test::Normal(2, {60, 3}), kernel, 199).pValue, 0.01);
  }
}

TEST(SampleDistance, EnergyScoreIsLeastForTheLawOfTheTruth)
{
  const at::Tensor truths = test::Normal(5, {300, 6});
  double right = 0.0;
  double narrow = 0.0;
  double shifted = 0.0;
  for (std::int64_t i = 0; i < truths.size(0); ++i)
  {
    const at::Tensor samples = test::Normal(1000 + i, {16, 6});
    right += EnergyScore(truths[i], samples);
    narrow += EnergyScore(truths[i], 0.5 * samples);
    shifted += EnergyScore(truths[i], samples + 0.4);
  }
  EXPECT_LT(right, narrow);
  EXPECT_LT(right, shifted);
}

TEST(SampleDistance, RefusesWhatDoesNotFit)
{
  const at::Tensor x = test::Normal(1, {10, 3});
  const auto kernel = DiscrepancyKernel::Gaussian;
  EXPECT_THROW(SlicedWasserstein(x, test::Normal(2, {10, 4}), 5, 1.0, 0), DataError);
  EXPECT_THROW(SlicedWasserstein(x, x, 5, 0.5, 0), DataError);
  EXPECT_THROW(SlicedWasserstein(x, x * std::nan(""), 5, 1.0, 0), DataError);
  EXPECT_THROW(MaximumMeanDiscrepancy(x, x.narrow(0, 0, 1), kernel), DataError);
  EXPECT_THROW(MaximumMeanDiscrepancy(at::zeros({5, 2}), at::zeros({5, 2}), kernel), DataError);
  EXPECT_THROW(EnergyScore(x[0], x.narrow(0, 0, 1)), DataError);
}
} // namespace
} // namespace tweedie
