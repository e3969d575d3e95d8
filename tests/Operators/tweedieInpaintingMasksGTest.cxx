// SPDX-License-Identifier: Apache-2.0
// What inpainting masks keep, where, and how often.
#include "tweedieInpaintingMasks.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieMRIOperators.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace tweedie;
using namespace tweedie::test;

TEST(BoxMask, IsZeroInTheBoxAlone)
{
  const auto mask = BoxMask(5, 6, {2, 3, 1, 2});
  at::Tensor expected = at::ones({5, 6}, at::kFloat);
  for (std::int64_t y = 1; y < 3; ++y)
  {
    for (std::int64_t x = 2; x < 5; ++x)
    {
      expected[y][x] = 0.0f;
    }
  }
  EXPECT_TENSOR_EQUAL(mask, expected.reshape({1, 1, 1, 5, 6}));
  EXPECT_NO_THROW(SamplingMaskOperator({3, 2, 5, 6}, mask));
}

TEST(BoxMask, RefusesBoxesThatDoNotFit)
{
  EXPECT_THROW_MESSAGE(BoxMask(5, 6, {5, 6, 0, 0}), UsageError, "leaves something");
  EXPECT_NO_THROW(BoxMask(5, 6, {5, 5, 0, 0}));
  EXPECT_THROW_MESSAGE(BoxMask(5, 6, {0, 3, 1, 2}), UsageError, "BoxMask: ");
  EXPECT_THROW_MESSAGE(BoxMask(5, 6, {2, 3, 4, 2}), UsageError, "inside it");
  EXPECT_THROW_MESSAGE(BoxMask(5, 6, {2, 3, -1, 2}), UsageError, "inside it");
  EXPECT_THROW_MESSAGE(BoxMask(5, 6, {2, 3, 1, 4}), UsageError, "inside it");
  EXPECT_THROW_MESSAGE(BoxMask(0, 6, {1, 1, 0, 0}), UsageError, "at least one");
}

TEST(RandomBox, VisitsEveryPlaceAlike)
{
  // 3 x 2 places, 600 boxes: 100 each, standard deviation sqrt(600 / 6 * 5 / 6) = 9.1; five of them.
  at::Tensor counts = at::zeros({3, 2}, at::kDouble);
  for (std::uint64_t stream = 0; stream < 600; ++stream)
  {
    const PixelBox box = RandomBox(10, 12, 4, 7, 2, 1, stream);
    ASSERT_EQ(box.rows, 4);
    ASSERT_EQ(box.columns, 7);
    ASSERT_TRUE(box.top >= 2 && box.top <= 4 && box.left >= 2 && box.left <= 3);
    counts[box.top - 2][box.left - 2] += 1.0;
  }
  EXPECT_LT((counts - 100.0).abs().max().item<double>(), 46.0);
  const PixelBox again = RandomBox(10, 12, 4, 7, 2, 1, 599);
  EXPECT_EQ(RandomBox(10, 12, 4, 7, 2, 1, 599).top, again.top);
  EXPECT_EQ(RandomBox(10, 12, 4, 7, 2, 1, 599).left, again.left);
}

TEST(RandomBox, RefusesBoxesThatDoNotFit)
{
  EXPECT_NO_THROW(RandomBox(10, 12, 6, 8, 2, 1));
  EXPECT_THROW_MESSAGE(RandomBox(10, 12, 7, 8, 2, 1), UsageError, "RandomBox: ");
  EXPECT_THROW_MESSAGE(RandomBox(10, 12, 6, 9, 2, 1), UsageError, "one that fits");
  EXPECT_THROW_MESSAGE(RandomBox(10, 12, 0, 8, 2, 1), UsageError, "one that fits");
  EXPECT_THROW_MESSAGE(RandomBox(10, 12, 6, 8, -1, 1), UsageError, "one that fits");
}

TEST(RandomPixelMask, KeepsExactlyTheFraction)
{
  const auto mask = RandomPixelMask(31, 50, 0.08, 1);
  EXPECT_EQ(mask.sizes().vec(), (std::vector<std::int64_t>{1, 1, 1, 31, 50}));
  EXPECT_EQ(mask.sum().item<double>(), 124.0); // 0.08 of 1550
  EXPECT_TRUE(mask.eq(0).logical_or(mask.eq(1)).all().item<bool>());
  EXPECT_TENSOR_EQUAL(RandomPixelMask(31, 50, 0.08, 1), mask);
  EXPECT_FALSE(RandomPixelMask(31, 50, 0.08, 2).equal(mask));
  EXPECT_FALSE(RandomPixelMask(31, 50, 0.08, 1, 1).equal(mask));
  EXPECT_EQ(RandomPixelMask(31, 50, 1.0, 1).min().item<double>(), 1.0);
}

TEST(RandomPixelMask, KeepsEveryPixelAsOften)
{
  const std::int64_t count = 400;
  at::Tensor sum = at::zeros({1, 1, 1, 8, 9});
  for (std::int64_t i = 0; i < count; ++i)
  {
    sum += RandomPixelMask(8, 9, 0.25, 3, static_cast<std::uint64_t>(i));
  }
  // 400 draws at 1/4: mean 100, standard deviation sqrt(400 * 3 / 16) = 8.7; five of them, for 72 pixels.
  EXPECT_LT((sum - 100.0).abs().max().item<double>(), 43.0);
}

TEST(RandomPixelMask, RefusesToKeepNothing)
{
  EXPECT_THROW_MESSAGE(RandomPixelMask(8, 9, 0.0, 1), UsageError, "RandomPixelMask: ");
  EXPECT_THROW_MESSAGE(RandomPixelMask(8, 9, 0.4 / 72.0, 1), UsageError, "at least one pixel");
  EXPECT_EQ(RandomPixelMask(8, 9, 0.6 / 72.0, 1).sum().item<double>(), 1.0);
  EXPECT_THROW_MESSAGE(RandomPixelMask(8, 9, 1.1, 1), UsageError, "0 to 1");
  EXPECT_THROW_MESSAGE(RandomPixelMask(8, 9, -0.1, 1), UsageError, "0 to 1");
  EXPECT_THROW_MESSAGE(RandomPixelMask(8, 9, std::numeric_limits<double>::quiet_NaN(), 1), UsageError, "0 to 1");
  EXPECT_THROW_MESSAGE(RandomPixelMask(8, 0, 0.5, 1), UsageError, "at least one");
}
