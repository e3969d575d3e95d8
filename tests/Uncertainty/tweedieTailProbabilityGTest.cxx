// SPDX-License-Identifier: Apache-2.0
#include "tweedieTailProbability.h"

#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
TEST(TailProbability, EqualsThatOfScipy)
{
  const auto judged = test::JudgedMetrics("tails");
  for (const auto & row : judged.at("chi-square"))
  {
    const double x = row.at(0);
    const double k = row.at(1);
    // relative: also far out in the tail; 1e-9 of the logarithms' rounding
    EXPECT_NEAR(ChiSquareTail(x, k) / row.at(2).get<double>(), 1.0, 1e-9) << x << ' ' << k;
    EXPECT_NEAR(ChiSquareTwoSided(x, k), row.at(3), 1e-9) << x << ' ' << k;
  }
  for (const auto & row : judged.at("binomial"))
  {
    const std::int64_t k = row.at(0);
    const std::int64_t n = row.at(1);
    EXPECT_NEAR(BinomialBelow(k, n, row.at(2)), row.at(3), 1e-9);
    const CountBand band = BinomialBand(0.99, n, row.at(2));
    EXPECT_EQ(band.low, row.at(4).get<std::int64_t>());
    EXPECT_EQ(band.high, row.at(5).get<std::int64_t>());
    const ProbabilityInterval interval = BinomialInterval(0.95, k, n);
    EXPECT_NEAR(interval.low, row.at(6), 1e-9);
    EXPECT_NEAR(interval.high, row.at(7), 1e-9);
  }
  for (const auto & row : judged.at("kolmogorov"))
  {
    const std::int64_t n = row.at(1);
    // above 1000 numbers the series of the limit stands in
    EXPECT_NEAR(KolmogorovTail(row.at(0), n), row.at(2), n <= 1000 ? 1e-7 : 1e-3) << row;
  }
}

TEST(TailProbability, OfBothSidesIsOneAndOfNothingIsRefused)
{
  for (const double a : {0.5, 3.0, 250.0, 2e6})
  {
    const double x = a + 2.0 * std::sqrt(a);
    EXPECT_DOUBLE_EQ(IncompleteGamma(a, x).below + IncompleteGamma(a, x).above, 1.0);
  }
  EXPECT_DOUBLE_EQ(ChiSquareTail(0.0, 3.0), 1.0);
  EXPECT_NEAR(NormalTwoSided(1.959963984540054), 0.05, 1e-14);
  EXPECT_THROW(IncompleteGamma(0.0, 1.0), UsageError);
  EXPECT_THROW(BinomialBelow(1, 0, 0.5), UsageError);
  EXPECT_THROW(BinomialBand(1.0, 5, 0.5), UsageError);
  EXPECT_THROW(KolmogorovTail(0.1, 0), UsageError);
}
} // namespace
} // namespace tweedie
