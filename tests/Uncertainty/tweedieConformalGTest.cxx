// SPDX-License-Identifier: Apache-2.0
#include "tweedieConformal.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"
#include "tweedieTailProbability.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
TEST(Conformal, ScalesEqualThoseOfCrepes)
{
  const auto judged = test::JudgedMetrics("conformal");
  const at::Tensor scores = ConformalScores(test::TensorFrom(judged.at("truth")),
                                            test::TensorFrom(judged.at("estimate")),
                                            test::TensorFrom(judged.at("deviation")));
  for (const auto & row : judged.at("quantiles"))
  {
    EXPECT_NEAR(ConformalQuantile(scores, row.at(0)), row.at(1), 1e-12) << row; // rounding
  }
}

TEST(Conformal, CoversAFurtherCaseAtItsLevelOfAnyLaw)
{
  constexpr std::int64_t trials = 2000;
  constexpr std::int64_t cases = 19;
  for (const double level : {0.8, 0.95})
  {
    std::int64_t covered = 0;
    for (std::int64_t i = 0; i < trials; ++i)
    {
      const at::Tensor scores = test::Normal(i, {cases + 1}).abs().pow(3.0);
      covered += scores[cases].item<double>() <= ConformalQuantile(scores.narrow(0, 0, cases), level) ? 1 : 0;
    }
    // 16/20 and 19/20: exact for these numbers of cases
    const CountBand band = BinomialBand(0.999, trials, level);
    EXPECT_GE(covered, band.low);
    EXPECT_LE(covered, band.high);
  }
}

TEST(Conformal, RefusesLevelsThatSoManyCasesCannotPromise)
{
  const at::Tensor scores = at::arange(1, 20, at::kDouble); // 19
  EXPECT_DOUBLE_EQ(ConformalQuantile(scores, 0.95), 19.0);
  EXPECT_DOUBLE_EQ(ConformalQuantile(scores, 0.9), 18.0);
  try
  {
    ConformalQuantile(scores.narrow(0, 0, 2), 0.95);
    FAIL();
  }
  catch (const UsageError & error)
  {
    EXPECT_STREQ(error.what(),
                 "conformal prediction: given level 0.95 with 2 calibration cases; required at most "
                 "0.666667, or 19 cases");
  }
  EXPECT_THROW(ConformalQuantile(scores, 0.951), UsageError);
  EXPECT_THROW(ConformalQuantile(scores, 1.0), UsageError);
  EXPECT_THROW(ConformalQuantile(scores, 0.0), UsageError);
  EXPECT_THROW(ConformalQuantile(scores * std::nan(""), 0.5), DataError);
  EXPECT_DOUBLE_EQ(LargestConformalLevel(19), 0.95);
}

TEST(Conformal, ScoreOfNoDeviationIsNothingOrInfinite)
{
  const at::Tensor truth = at::tensor({1.0, 2.0, 5.0}, at::kDouble);
  const at::Tensor scores = ConformalScores(truth, at::tensor({1.0, 1.0, 3.0}), at::tensor({0.0, 0.0, 4.0}));
  EXPECT_DOUBLE_EQ(scores[0].item<double>(), 0.0);
  EXPECT_EQ(scores[1].item<double>(), std::numeric_limits<double>::infinity());
  EXPECT_DOUBLE_EQ(scores[2].item<double>(), 0.5);
  EXPECT_EQ(ConformalQuantile(scores, 0.75), std::numeric_limits<double>::infinity());
  EXPECT_THROW(ConformalScores(truth, truth, -truth), DataError);
  EXPECT_THROW(ConformalScores(truth, truth, truth.narrow(0, 0, 2)), DataError);
}
} // namespace
} // namespace tweedie
