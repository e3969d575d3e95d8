// SPDX-License-Identifier: Apache-2.0
#include "tweedieRankCalibration.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieError.h"
#include "tweedieJudgedMetrics.h"
#include "tweedieUniformity.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double rounding = 1e-9; // of some hundred operations in double

TEST(RankCalibration, EqualsThatOfScipyAndArviz)
{
  const auto judged = test::JudgedMetrics("ranks");
  const at::Tensor samples = test::TensorFrom(judged.at("samples"));
  const at::Tensor ranks = RanksOf(test::TensorFrom(judged.at("truth")), samples);
  EXPECT_TRUE(at::equal(ranks, test::TensorFrom(judged.at("ranks")).to(at::kLong)));
  const std::int64_t n = samples.size(1);
  const RankHistogram histogram = HistogramOfRanks(ranks, n, judged.at("bins"));
  EXPECT_NEAR(histogram.chiSquare, judged.at("chi-square"), rounding);
  EXPECT_NEAR(histogram.pValue, judged.at("chi-square-p"), rounding);
  const RankCurve curve = CurveOfRanks(ranks, n, 0.9);
  const at::Tensor low = test::TensorFrom(judged.at("curve-low"));
  const at::Tensor high = test::TensorFrom(judged.at("curve-high"));
  ASSERT_EQ(static_cast<std::int64_t>(curve.low.size()), low.numel());
  const double oneCase = 1.0 / static_cast<double>(ranks.numel());
  for (std::int64_t i = 0; i < low.numel(); ++i)
  {
    // both bands are simulated: a count may be in or out
    EXPECT_NEAR(curve.low[static_cast<std::size_t>(i)], low[i].item<double>(), oneCase + rounding);
    EXPECT_NEAR(curve.high[static_cast<std::size_t>(i)], high[i].item<double>(), oneCase + rounding);
  }
  const Uniformity uniform = CheckUniformity(test::TensorFrom(judged.at("uniform")));
  EXPECT_NEAR(uniform.distance, judged.at("uniform-distance"), rounding);
  EXPECT_NEAR(uniform.pValue, judged.at("uniform-p"), 1e-7); // KolmogorovTail's
}

TEST(RankCalibration, IntervalsOfExactSamplesCoverAtTheirExactLevel)
{
  const at::Tensor truth = test::Normal(1, {3000}).exp();
  const at::Tensor samples = test::Normal(2, {3000, 10}).exp();
  const std::vector<RankCoverage> curve = CoverageOfRanks(RanksOf(truth, samples), 10);
  ASSERT_EQ(curve.size(), 5u);
  EXPECT_NEAR(curve.front().level, 1.0 / 11.0, rounding);
  EXPECT_NEAR(curve.back().level, 9.0 / 11.0, rounding);
  for (const RankCoverage & point : curve)
  {
    EXPECT_TRUE(point.isInside) << point.level << ' ' << point.covered;
  }
  for (const RankCoverage & point : CoverageOfRanks(RanksOf(truth, samples.sqrt()), 10, {0.5, 0.8}))
  {
    EXPECT_FALSE(point.isInside) << point.level << ' ' << point.covered;
  }
  EXPECT_NEAR(CoverageOfRanks(RanksOf(truth, samples), 10, {0.5}).front().level, 5.0 / 11.0, rounding);
  EXPECT_EQ(CoverageOfRanks(at::zeros({40}, at::kLong), 999).size(), 50u);
}

TEST(RankCalibration, TiesAreSpreadOverTheirRanks)
{
  const at::Tensor ranks = RanksOf(at::zeros({4000}), at::zeros({4000, 7}), 3);
  EXPECT_GT(HistogramOfRanks(ranks, 7, 8).pValue, 0.01);
}

TEST(RankCalibration, CurveLeavesItsBandWhereItsProbabilityIsSmall)
{
  std::int64_t outside = 0;
  constexpr std::int64_t trials = 300;
  for (std::int64_t i = 0; i < trials; ++i)
  {
    const at::Tensor ranks = (RandomStreams(i, {7}).Uniform({60}, at::kDouble).squeeze(0) * 20.0).to(at::kLong);
    const RankCurve curve = CurveOfRanks(ranks, 19);
    bool isOutside = false;
    for (std::size_t k = 0; k < curve.found.size(); ++k)
    {
      isOutside = isOutside || curve.found[k] < curve.low[k] || curve.found[k] > curve.high[k];
    }
    EXPECT_EQ(isOutside, curve.pValue <= 0.05) << curve.pValue;
    outside += isOutside ? 1 : 0;
  }
  EXPECT_LE(outside, BinomialBand(0.99, trials, 0.05).high);
  EXPECT_GE(outside, BinomialBand(0.99, trials, 0.04).low); // counts are whole: the band is a little wide
}

TEST(RankCalibration, RefusesWhatDoesNotFit)
{
  const at::Tensor ranks = at::arange(60, at::kLong).remainder(20);
  EXPECT_THROW(HistogramOfRanks(ranks, 19, 7), UsageError);  // does not divide 20
  EXPECT_THROW(HistogramOfRanks(ranks, 19, 20), UsageError); // 3 per bin
  EXPECT_THROW(HistogramOfRanks(ranks, 18, 19), DataError);  // a rank of 19
  EXPECT_THROW(CoverageOfRanks(ranks, 19, {0.95}), UsageError);
  EXPECT_THROW(CurveOfRanks(ranks, 19, 1.0), UsageError);
  EXPECT_THROW(RanksOf(at::zeros({3}), at::zeros({4, 5})), DataError);
  EXPECT_THROW(CheckUniformity(at::tensor({0.5, 1.5})), DataError);
}
} // namespace
} // namespace tweedie
