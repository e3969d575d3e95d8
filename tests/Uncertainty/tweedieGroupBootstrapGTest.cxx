// SPDX-License-Identifier: Apache-2.0
#include "tweedieGroupBootstrap.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tweedie
{
namespace
{
TEST(GroupBootstrap, CoversWhereCasesOfAGroupAreAlikeAndSingleCasesDoNot)
{
  constexpr std::int64_t trials = 100;
  std::vector<std::int64_t> slice(100);
  std::vector<std::int64_t> own(100);
  for (std::size_t i = 0; i < slice.size(); ++i)
  {
    slice[i] = static_cast<std::int64_t>(i / 5);
    own[i] = static_cast<std::int64_t>(i);
  }
  std::int64_t grouped = 0;
  std::int64_t single = 0;
  for (std::int64_t t = 0; t < trials; ++t)
  {
    const at::Tensor values =
        (test::Normal(t, {20, 1}) + 0.3 * test::Normal(t + 1000, {20, 5})).reshape({-1}).contiguous();
    const std::vector<double> v(values.data_ptr<double>(), values.data_ptr<double>() + 100);
    const BootstrapBand band = GroupBootstrapMean(slice, v, 0.95, 400, t);
    const BootstrapBand narrow = GroupBootstrapMean(own, v, 0.95, 400, t);
    grouped += band.low <= 0.0 && band.high >= 0.0 ? 1 : 0;
    single += narrow.low <= 0.0 && narrow.high >= 0.0 ? 1 : 0;
    EXPECT_EQ(band.groups, 20);
    EXPECT_DOUBLE_EQ(band.value, narrow.value);
  }
  EXPECT_GE(grouped, 86); // percentiles of 20 groups cover about 93 %
  EXPECT_LE(single, 80);
}

TEST(GroupBootstrap, TakesAllCasesOfAGroupOrNone)
{
  const auto count = [](const std::vector<std::int64_t> & cases) { return static_cast<double>(cases.size()); };
  const BootstrapBand band = GroupBootstrap({7, 9, 9, 9}, count, 0.9, 200, 1);
  EXPECT_DOUBLE_EQ(band.low, 2.0); // the single case twice: a quarter of all draws
  EXPECT_DOUBLE_EQ(band.high, 6.0);
  EXPECT_DOUBLE_EQ(band.value, 4.0);
}

TEST(GroupBootstrap, IsTheSameForTheSameSeedAndRefusesOneGroup)
{
  const std::vector<double> values = {1.0, 2.0, 4.0, 8.0};
  const BootstrapBand one = GroupBootstrapMean({1, 1, 2, 3}, values, 0.9, 50, 4);
  const BootstrapBand two = GroupBootstrapMean({1, 1, 2, 3}, values, 0.9, 50, 4);
  EXPECT_DOUBLE_EQ(one.low, two.low);
  EXPECT_DOUBLE_EQ(one.high, two.high);
  EXPECT_DOUBLE_EQ(one.value, 3.75);
  EXPECT_THROW(GroupBootstrapMean({1, 1, 1, 1}, values), DataError);
  EXPECT_THROW(GroupBootstrapMean({1, 2}, values), DataError);
  EXPECT_THROW(GroupBootstrap({1, 2}, [](const auto &) { return std::nan(""); }), DataError);
}
} // namespace
} // namespace tweedie
