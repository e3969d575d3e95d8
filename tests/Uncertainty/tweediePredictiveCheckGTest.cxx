// SPDX-License-Identifier: Apache-2.0
#include "tweediePredictiveCheck.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
TEST(PredictiveCheck, ScoreEqualsThatOfScoringrules)
{
  const auto judged = test::JudgedMetrics("predictive");
  const PredictiveCheck check =
      CheckPrediction(test::TensorFrom(judged.at("observed")), test::TensorFrom(judged.at("draws")), {0.5});
  EXPECT_NEAR(check.score, judged.at("score"), 1e-9); // rounding
  EXPECT_EQ(check.numbers, 30);
  EXPECT_EQ(check.draws, 9);
}

TEST(PredictiveCheck, RightDrawsPassAtTheNominalRateAndWrongOnesFail)
{
  std::vector<double> pValues;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
  {
    const at::Tensor numbers = test::Normal(seed, {12, 60});
    pValues.push_back(CheckPrediction(numbers[0], numbers.narrow(0, 1, 11)).uniformity.pValue);
  }
  const SmallProbabilities small = CountSmallProbabilities(pValues);
  EXPECT_TRUE(small.isInside) << small.count;
  const at::Tensor numbers = test::Normal(1, {12, 600});
  for (const at::Tensor & wrong : {0.7 * numbers.narrow(0, 1, 11), 1.5 * numbers.narrow(0, 1, 11)})
  {
    const PredictiveCheck check = CheckPrediction(numbers[0], wrong, {2.0 / 3.0});
    EXPECT_LT(check.uniformity.pValue, 1e-3);
    EXPECT_FALSE(check.coverage.front().isInside);
  }
  EXPECT_LT(CheckPrediction(numbers[0], numbers.narrow(0, 1, 11) + 0.3).uniformity.pValue, 1e-3);
}

TEST(PredictiveCheck, TiesAreSpreadEvenly)
{
  const PredictiveCheck check = CheckPrediction(at::zeros({2000}), at::zeros({5, 2000}));
  EXPECT_GT(check.uniformity.pValue, 0.01);
  EXPECT_THROW(CheckPrediction(at::zeros({20}), at::zeros({1, 20})), DataError);
  EXPECT_THROW(CheckPrediction(at::zeros({20}), at::zeros({5, 21})), DataError);
}
} // namespace
} // namespace tweedie
