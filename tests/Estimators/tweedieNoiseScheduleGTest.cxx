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

TEST(NoiseSchedule, DiscreteVPHitsThePublishedLevels)
{
  // sigma of DDPM's index 0, 9, 99, 249, 499, 749, 899, 999, from a product of 1 - beta in the test itself.
  std::vector<double> exact;
  double ab = 1.0;
  for (int i = 0; i < 1000; ++i)
  {
    ab *= 1.0 - (1e-4 + i * (2e-2 - 1e-4) / 999.0);
    exact.push_back(std::sqrt((1.0 - ab) / ab));
  }
  EXPECT_NEAR(exact[0], 0.0100, 5e-5); // four digits of Ho et al.'s ends
  EXPECT_NEAR(exact[999], 157.4, 0.05);
  const auto levels = DiscreteVPSchedule(1000, exact[999] * (1.0 - 1e-12), exact[0] * (1.0 + 1e-12));
  ASSERT_EQ(levels.size(), 1001u);
  for (std::size_t i = 0; i < 1000; ++i)
  {
    // The index moves by less than 1e-9 by the ends; 1 - ab loses digits at index 0: 1e-16 / 1e-4.
    EXPECT_NEAR(levels[i], exact[999 - i], 1e-8 * exact[999 - i]);
  }
  EXPECT_THROW(DiscreteVPSchedule(10, 200.0, 0.1), UsageError);
  EXPECT_THROW(DiscreteVPSchedule(10, 2.0, 0.001), UsageError);
}

TEST(NoiseSchedule, ContinuousVPHasEqualStepsOfTime)
{
  const auto levels = ContinuousVPSchedule(11, 100.0, 0.01);
  const auto time = [](double sigma) { return (std::sqrt(0.01 + 39.8 * std::log(1.0 + sigma * sigma)) - 0.1) / 19.9; };
  const double step = (time(100.0) - time(0.01)) / 10.0;
  for (std::size_t i = 0; i < 10; ++i)
  {
    // log(1 + sigma^2) at sigma = 0.01 has 12 digits left.
    EXPECT_NEAR(time(levels[i]) - (i + 1 < 10 ? time(levels[i + 1]) : time(0.01)), step, 1e-9);
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
    const auto levels = MakeNoiseSchedule(row.name, 200, 50.0, 0.02);
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
