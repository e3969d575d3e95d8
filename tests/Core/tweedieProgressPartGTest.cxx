// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgressPart.h"

#include <gtest/gtest.h>

#include <vector>

namespace tweedie
{
namespace
{
TEST(ProgressPart, RisesOverAllPartsAndStopsWhereAsked)
{
  std::vector<double> shares;
  std::string task;
  const ProgressCallback bar = [&](const ProgressReport & report)
  {
    shares.push_back(static_cast<double>(report.step) / static_cast<double>(report.steps));
    task = report.task;
    return shares.size() < 4;
  };
  ProgressReport report;
  report.task = "samples";
  report.steps = 7; // parts need not have as many steps
  report.step = 7;
  EXPECT_TRUE(ProgressOfPart(bar, 0, 2)(report));
  EXPECT_EQ(task, "samples");
  report.steps = 4;
  report.step = 2;
  EXPECT_TRUE(ProgressOfPart(bar, 1, 2, "held out")(report));
  EXPECT_EQ(task, "held out");
  report.step = 4;
  EXPECT_TRUE(ProgressOfPart(bar, 1, 2)(report));
  EXPECT_FALSE(ProgressOfPart(bar, 1, 2)(report));
  EXPECT_EQ(shares, (std::vector<double>{0.5, 0.75, 1.0, 1.0}));
  report.steps = 0; // not known
  EXPECT_FALSE(ProgressOfPart(bar, 1, 2)(report));
  EXPECT_DOUBLE_EQ(shares.back(), 0.5);
}

TEST(ProgressPart, OfNoneIsNone)
{
  EXPECT_FALSE(ProgressOfPart({}, 0, 3));
}
} // namespace
} // namespace tweedie
