// SPDX-License-Identifier: Apache-2.0
#include "tweedieWhiteness.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"
#include "tweedieUniformity.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
TEST(Whiteness, EqualsThatOfStatsmodelsAndScipy)
{
  const auto judged = test::JudgedMetrics("predictive");
  const Whiteness series = CheckWhiteness(test::TensorFrom(judged.at("series")));
  EXPECT_NEAR(series.statistic, judged.at("series-statistic"), 1e-9); // rounding
  EXPECT_NEAR(series.pValue, judged.at("series-p"), 1e-9);
  const Whiteness image = CheckWhiteness(test::TensorFrom(judged.at("image")), 2);
  EXPECT_EQ(image.lags.size(), 12u);
  EXPECT_NEAR(image.statistic, judged.at("image-statistic"), 1e-9);
  EXPECT_NEAR(image.pValue, judged.at("image-p"), 1e-9);
}

TEST(Whiteness, WhiteNoisePassesAtTheNominalRateAlsoMaskedAndComplex)
{
  const at::Tensor mask = test::Normal(1, {24, 1}).gt(-0.3);
  std::vector<double> real;
  std::vector<double> complex;
  for (std::uint64_t seed = 0; seed < 300; ++seed)
  {
    real.push_back(CheckWhiteness(test::Normal(seed, {24, 20})).pValue);
    complex.push_back(CheckWhiteness(test::Normal(seed, {2, 24, 20}, at::kComplexDouble), 3, mask).pValue);
  }
  EXPECT_TRUE(CountSmallProbabilities(real).isInside) << CountSmallProbabilities(real).count;
  EXPECT_TRUE(CountSmallProbabilities(complex).isInside) << CountSmallProbabilities(complex).count;
}

TEST(Whiteness, StructureAlongEitherDiagonalIsFound)
{
  const at::Tensor white = test::Normal(1, {40, 41});
  for (const std::int64_t step : {-1, 1})
  {
    const at::Tensor smooth = white + 0.3 * at::roll(white, {1, step}, {0, 1});
    const Whiteness found = CheckWhiteness(smooth);
    EXPECT_LT(found.pValue, 1e-6);
    EXPECT_GT(found.strongest, 6.0);
    for (const LagCorrelation & lag : found.lags)
    {
      const bool isThatLag = lag.rows == 1 && lag.columns == step;
      EXPECT_EQ(std::abs(lag.value) > 1.6 * lag.band, isThatLag) << lag.rows << ' ' << lag.columns;
    }
  }
}

TEST(Whiteness, RefusesResidualsThatSayNothing)
{
  EXPECT_THROW(CheckWhiteness(at::zeros({8, 8})), DataError);
  EXPECT_THROW(CheckWhiteness(at::full({8, 8}, std::nan(""))), DataError);
  EXPECT_THROW(CheckWhiteness(at::ones({8, 3})), DataError);
}
} // namespace
} // namespace tweedie
