// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieNoiseSchedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
TEST(NoiseSchedule, EdmHasEqualStepsOfTheSeventhRoot)
{
  const auto levels = EdmSchedule(18, 80.0, 0.002);
  ASSERT_EQ(levels.size(), 19u);
  EXPECT_EQ(levels.front(), 80.0);
  EXPECT_EQ(levels[17], 0.002);
  EXPECT_EQ(levels[18], 0.0);
  const double step = std::pow(levels[1], 1.0 / 7.0) - std::pow(levels[0], 1.0 / 7.0);
  for (std::size_t i = 1; i < 18; ++i)
  {
    // A root of 1.8 at most, in double: some 1e-15.
    EXPECT_NEAR(std::pow(levels[i], 1.0 / 7.0) - std::pow(levels[i - 1], 1.0 / 7.0), step, 1e-13);
  }
  // The second level of the published default (18 steps), (80^(1/7) + (0.002^(1/7) - 80^(1/7)) / 17)^7.
  EXPECT_NEAR(levels[1], 57.586, 1e-3);
}

TEST(NoiseSchedule, GeometricHasEqualRatios)
{
  const auto levels = GeometricSchedule(5, 100.0, 0.01);
  const double expected[] = {100.0, 10.0, 1.0, 0.1, 0.01, 0.0};
  ASSERT_EQ(levels.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i)
  {
    EXPECT_NEAR(levels[i], expected[i], 1e-13 * expected[i]); // rounding of exp and log
  }
}

TEST(NoiseSchedule, OneStepGoesStraightToZero)
{
  for (const auto & row : NoiseScheduleTable())
  {
    EXPECT_EQ(MakeNoiseSchedule(row.name, 1, 3.0, 0.1), (std::vector<double>{3.0, 0.0})) << row.name;
  }
}

TEST(NoiseSchedule, EveryRowFallsStrictly)
{
  for (const auto & row : NoiseScheduleTable())
  {
    const auto levels = MakeNoiseSchedule(row.name, 200, 50.0, 1e-3);
    for (std::size_t i = 1; i < levels.size(); ++i)
    {
      EXPECT_LT(levels[i], levels[i - 1]) << row.name << " " << i;
    }
  }
}

TEST(NoiseSchedule, RefusesWhatIsNoSchedule)
{
  EXPECT_THROW(EdmSchedule(0, 1.0, 0.1), UsageError);
  EXPECT_THROW(EdmSchedule(10, 0.1, 1.0), UsageError);
  EXPECT_THROW(EdmSchedule(10, 1.0, 0.0), UsageError);
  EXPECT_THROW(EdmSchedule(10, 1.0, 0.1, 0.0), UsageError);
  EXPECT_THROW(GeometricSchedule(10, std::nan(""), 0.1), UsageError);
  EXPECT_THROW(MakeNoiseSchedule("linear", 10, 1.0, 0.1), UsageError);
}
} // namespace
} // namespace tweedie
