// SPDX-License-Identifier: Apache-2.0
#include "tweedieHighestDensity.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
at::Tensor
LogDensity(const at::Tensor & x)
{
  return -0.5 * x.square().sum(-1);
}

TEST(HighestDensity, ExactSamplesCoverAtTheirLevelAndWrongOnesDoNot)
{
  const at::Tensor truth = LogDensity(test::Normal(1, {2000, 5}));
  const at::Tensor samples = test::Normal(2, {2000, 39, 5});
  const HighestDensityCoverage exact = CheckHighestDensity(truth, LogDensity(samples), 0.9);
  EXPECT_DOUBLE_EQ(exact.level, 0.9); // 1 - 4/40
  EXPECT_TRUE(exact.isInside) << exact.covered;
  EXPECT_FALSE(CheckHighestDensity(truth, LogDensity(0.5 * samples), 0.9).isInside);
  EXPECT_FALSE(CheckHighestDensity(truth, LogDensity(samples + 0.5), 0.9).isInside);
}

TEST(HighestDensity, LevelIsTheNextThatSoManySamplesHave)
{
  const at::Tensor samples = at::tensor({1.0, 2.0, 3.0, 4.0, 5.0}, at::kDouble).unsqueeze(0);
  const auto covered = [&](double truth, double level)
  { return CheckHighestDensity(at::tensor({truth}, at::kDouble), samples, level).covered; };
  EXPECT_DOUBLE_EQ(CheckHighestDensity(samples[0].narrow(0, 0, 1), samples, 0.7).level, 5.0 / 6.0);
  EXPECT_DOUBLE_EQ(covered(1.5, 0.7), 1.0);
  EXPECT_DOUBLE_EQ(covered(0.5, 0.7), 0.0);
  EXPECT_DOUBLE_EQ(covered(3.5, 0.5), 1.0); // 3 of 6 may lie below
  EXPECT_DOUBLE_EQ(covered(2.5, 0.5), 0.0);
  EXPECT_DOUBLE_EQ(covered(-std::numeric_limits<double>::infinity(), 0.7), 0.0);
  EXPECT_THROW(covered(1.0, 0.9), UsageError); // above 5/6
  EXPECT_THROW(covered(std::nan(""), 0.7), DataError);
}
} // namespace
} // namespace tweedie
