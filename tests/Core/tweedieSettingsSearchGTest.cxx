// SPDX-License-Identifier: Apache-2.0
#include "tweedieSettingsSearch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace tweedie
{
namespace
{
constexpr std::uint64_t seed = 3;
constexpr int trials = 4000;

struct SampleOptions
{
  std::string mode = "a";
  std::int64_t steps = 5;
  double rate = 0.1;
  double share = 0.5;
  double other = 1.0;
  std::optional<double> weight;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("mode", "mode").Choices({"a", "b"}), mode);
    v.Visit(Field("steps", "steps").Range(1, 100).Search(1, 8), steps);
    v.Visit(Field("rate", "rate").Above(0).Search(1e-4, 1.0), rate);
    v.Visit(Field("share", "share").Range(0, 1).Search(0, 1, mode == "a"), share);
    v.Visit(Field("other", "other").Range(0), other);
    v.Visit(Field("weight", "weight").Range(0).Search(0.5, 2.0), weight);
  }
};

std::vector<double>
Drawn(const SearchedSetting & setting)
{
  std::vector<double> values;
  for (int trial = 1; trial <= trials; ++trial)
  {
    values.push_back(DrawSettings({setting}, seed, static_cast<std::uint64_t>(trial))[0]);
  }
  return values;
}

/** sqrt(n) times the largest distance between the empirical distribution of u and that of [0, 1] (Kolmogorov 1933). */
double
KolmogorovStatistic(std::vector<double> u)
{
  std::sort(u.begin(), u.end());
  const auto n = static_cast<double>(u.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < u.size(); ++i)
  {
    distance = std::max({distance, static_cast<double>(i + 1) / n - u[i], u[i] - static_cast<double>(i) / n});
  }
  return std::sqrt(n) * distance;
}

// Exceeded by chance in one case of a thousand; rounding to four digits adds 4000^(1/2) 5e-4 / log(1e4) = 0.003 to it.
constexpr double kolmogorovLimit = 1.95;

TEST(SettingsSearch, CollectsWhatIsSearchedAsTheOptionsStand)
{
  SampleOptions options;
  const auto all = SearchedSettings(options);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].name, "steps");
  EXPECT_TRUE(all[0].isInteger);
  EXPECT_EQ(all[1].name, "rate");
  EXPECT_EQ(all[1].low, 1e-4);
  EXPECT_EQ(all[1].high, 1.0);
  EXPECT_FALSE(all[1].isInteger);
  EXPECT_EQ(all[2].name, "share");
  EXPECT_EQ(all[3].name, "weight");
  options.mode = "b";
  const auto fewer = SearchedSettings(options);
  ASSERT_EQ(fewer.size(), 3u);
  EXPECT_EQ(fewer[2].name, "weight");
}

TEST(SettingsSearch, PositiveRangesAreDrawnLogUniformly)
{
  const SearchedSetting setting{"rate", 1e-4, 1.0, false};
  std::vector<double> logarithmic;
  std::vector<double> linear;
  for (const double value : Drawn(setting))
  {
    ASSERT_GE(value, setting.low);
    ASSERT_LE(value, setting.high);
    logarithmic.push_back(std::log(value / setting.low) / std::log(setting.high / setting.low));
    linear.push_back((value - setting.low) / (setting.high - setting.low));
  }
  EXPECT_LT(KolmogorovStatistic(logarithmic), kolmogorovLimit);
  EXPECT_GT(KolmogorovStatistic(linear), 10.0 * kolmogorovLimit); // the test tells the two apart
}

TEST(SettingsSearch, RangesFromZeroAreDrawnUniformly)
{
  std::vector<double> u;
  for (const double value : Drawn({"share", 0.0, 0.5, false}))
  {
    ASSERT_GE(value, 0.0);
    ASSERT_LE(value, 0.5);
    u.push_back(value / 0.5);
  }
  EXPECT_LT(KolmogorovStatistic(u), kolmogorovLimit);
}

TEST(SettingsSearch, IntegersHaveSharesOfEqualRatios)
{
  std::map<double, int> counts;
  for (const double value : Drawn({"steps", 1.0, 8.0, true}))
  {
    ASSERT_EQ(value, std::floor(value));
    ++counts[value];
  }
  double chiSquared = 0.0;
  for (int n = 1; n <= 8; ++n)
  {
    const double expected = trials * std::log((n + 1.0) / n) / std::log(9.0);
    chiSquared += (counts[n] - expected) * (counts[n] - expected) / expected;
  }
  EXPECT_EQ(counts.size(), 8u); // nothing outside
  EXPECT_LT(chiSquared, 24.3);  // seven degrees of freedom: exceeded by chance in one case of a thousand
}

TEST(SettingsSearch, ATrialDependsOnSeedAndNumberAlone)
{
  const auto all = SearchedSettings(SampleOptions());
  const std::vector<SearchedSetting> two(all.begin(), all.begin() + 2);
  const std::vector<double> before = DrawSettings(all, seed, 7);
  for (std::uint64_t other = 0; other < 20; ++other)
  {
    DrawSettings(all, seed, other);
  }
  EXPECT_EQ(DrawSettings(all, seed, 7), before);
  EXPECT_NE(DrawSettings(all, seed, 8), before);
  EXPECT_NE(DrawSettings(all, seed + 1, 7), before);
  EXPECT_EQ(DrawSettings(two, seed, 7), std::vector<double>(before.begin(), before.begin() + 2));
  EXPECT_TRUE(DrawSettings({}, seed, 7).empty());
}

TEST(SettingsSearch, ValuesHaveFourDigits)
{
  for (const double value : Drawn({"rate", 1e-3, 1e5, false}))
  {
    const double digits = value / std::pow(10.0, std::floor(std::log10(value)) - 3.0);
    ASSERT_NEAR(digits, std::round(digits), 1e-9 * digits); // rounding of the quotient
  }
}

TEST(SettingsSearch, RefusesARangeThatIsNone)
{
  EXPECT_THROW(DrawSettings({{"x", 1.0, 1.0, false}}, seed, 1), std::logic_error);
  EXPECT_THROW(DrawSettings({{"x", -1.0, 1.0, false}}, seed, 1), std::logic_error);
}
} // namespace
} // namespace tweedie
