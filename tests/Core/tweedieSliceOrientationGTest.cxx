// SPDX-License-Identifier: Apache-2.0
#include "tweedieSliceOrientation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
TEST(SliceOrientation, NamesTheNearestAxesOfThePatient)
{
  Grid grid;
  EXPECT_EQ(SliceOrientation(grid), "LP");
  grid.direction = {0.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0, -1.0, 0.0}; // x to the front, y to the feet
  EXPECT_EQ(SliceOrientation(grid), "AI");
  const double c = std::cos(0.5), s = std::sin(0.5);
  grid.direction = {-c, s, 0.0, -s, -c, 0.0, 0.0, 0.0, 1.0}; // turned by more than half, and 29 degrees
  EXPECT_EQ(SliceOrientation(grid), "RA");
}

TEST(SliceOrientation, OfAMirroredSliceHasItsFirstLetterTheOtherWay)
{
  EXPECT_EQ(MirroredOrientation("LP"), "RP");
  EXPECT_EQ(MirroredOrientation("AI"), "PI");
  EXPECT_EQ(MirroredOrientation(MirroredOrientation("SP")), "SP");
}
} // namespace
} // namespace tweedie
