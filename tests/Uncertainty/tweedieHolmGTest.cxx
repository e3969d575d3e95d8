// SPDX-License-Identifier: Apache-2.0
#include "tweedieHolm.h"

#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
TEST(Holm, AdjustedEqualsThatOfStatsmodels)
{
  const auto judged = test::JudgedMetrics("conformal");
  const std::vector<double> adjusted = HolmAdjusted(judged.at("holm-p").get<std::vector<double>>());
  const auto expected = judged.at("holm-adjusted").get<std::vector<double>>();
  ASSERT_EQ(adjusted.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    EXPECT_NEAR(adjusted[i], expected[i], 1e-12); // rounding
  }
}

TEST(Holm, JudgesOnlyVerdictsWithAProbability)
{
  std::vector<Verdict> verdicts(4);
  verdicts[0].pValue = 0.002; // the least of three: below 0.01/3
  verdicts[1].pValue = 0.006; // above 0.01/2
  verdicts[2].state = VerdictState::Warned;
  verdicts[3].pValue = std::nan("");
  verdicts.push_back(verdicts[1]);
  const std::vector<Verdict> judged = JudgeByHolm(verdicts);
  EXPECT_EQ(judged[0].state, VerdictState::Failed);
  EXPECT_EQ(judged[1].state, VerdictState::Passed);
  EXPECT_EQ(judged[2].state, VerdictState::Warned);
  EXPECT_EQ(judged[3].state, VerdictState::NotTested);
  EXPECT_EQ(judged[4].state, VerdictState::Passed);
  EXPECT_TRUE(HolmAdjusted({}).empty());
  EXPECT_THROW(HolmAdjusted({0.5, 1.5}), DataError);
}
} // namespace
} // namespace tweedie
