// SPDX-License-Identifier: Apache-2.0
#include "tweediePictureShapes.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr Color white{255, 255, 255};
constexpr Color black{0, 0, 0};

/** Pixels covered, partly covered ones in part. */
double
Covered(const Picture & picture)
{
  double sum = 0.0;
  for (const std::uint8_t byte : picture.Bytes())
  {
    sum += (255.0 - byte) / 255.0 / 3.0;
  }
  return sum;
}

TEST(PictureShapes, CoverTheirArea)
{
  constexpr double pi = 3.14159265358979323846;
  Picture disc(60, 60, white);
  DrawDisc(disc, {30.3, 29.6}, 20.0, black);
  // An edge is a ramp of one pixel: exact but for its bend and 8 bits, 0.1 % of 1257.
  EXPECT_NEAR(Covered(disc), pi * 400.0, 2.0);
  EXPECT_EQ(disc.At(30, 29), black);
  EXPECT_EQ(disc.At(5, 5), white);
  Picture ring(60, 60, white);
  DrawRing(ring, {30.0, 30.0}, 20.0, 4.0, black);
  EXPECT_NEAR(Covered(ring), 2.0 * pi * 20.0 * 4.0, 2.0);
  EXPECT_EQ(ring.At(30, 30), white);
  Picture line(60, 60, white);
  DrawPolyline(line, {{10.0, 12.0}, {50.0, 42.0}}, 4.0, black);
  EXPECT_NEAR(Covered(line), 50.0 * 4.0 + pi * 4.0, 2.0); // round ends
}

TEST(PictureShapes, OverlapsCountOnceAndOpacityMixes)
{
  Picture once(40, 40, white);
  DrawPolyline(once, {{5.0, 20.0}, {35.0, 20.0}}, 6.0, black, 0.5);
  Picture twice(40, 40, white);
  DrawPolyline(twice, {{5.0, 20.0}, {35.0, 20.0}, {5.0, 20.0}}, 6.0, black, 0.5);
  EXPECT_EQ(once.Bytes(), twice.Bytes());
  EXPECT_NEAR(once.At(20, 20).red, 127.5, 0.6); // half, rounded
  EXPECT_EQ(MixColors(white, black, 0.0), white);
  EXPECT_EQ(MixColors(white, black, 2.0), black);
}

TEST(PictureShapes, AreClippedAndLeaveOutWhatIsNotFinite)
{
  Picture picture(20, 20, white);
  DrawPolyline(picture, {{-1e9, 10.0}, {1e9, 10.0}}, 2.0, black);
  EXPECT_NEAR(Covered(picture), 40.0, 0.5); // the whole width
  const auto before = picture.Bytes();
  DrawPolyline(picture, {{0.0, 0.0}, {std::nan(""), 5.0}, {3.0, INFINITY}}, 2.0, black);
  DrawDisc(picture, {std::nan(""), 3.0}, 5.0, black);
  DrawDisc(picture, {500.0, -500.0}, 5.0, black);
  DrawRing(picture, {3.0, std::nan("")}, 5.0, 2.0, black);
  EXPECT_EQ(picture.Bytes(), before);
}
} // namespace
} // namespace tweedie
