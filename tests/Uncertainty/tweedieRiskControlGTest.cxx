// SPDX-License-Identifier: Apache-2.0
#include "tweedieRiskControl.h"

#include "tweedieClosedFormProblems.h"
#include "tweedieConformal.h"
#include "tweedieError.h"
#include "tweedieIntervalReport.h"
#include "tweedieJudgedMetrics.h"
#include "tweedieTailProbability.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tweedie
{
namespace
{
TEST(RiskControl, BoundsAndScalesEqualThoseOfMapie)
{
  const auto judged = test::JudgedMetrics("conformal");
  for (const auto & row : judged.at("bounds"))
  {
    EXPECT_NEAR(HoeffdingBentkusBound(row.at(0), row.at(1), row.at(2)), row.at(3), 1e-9) << row; // of the root
  }
  const at::Tensor losses = test::TensorFrom(judged.at("losses"));
  const at::Tensor scales = test::TensorFrom(judged.at("scales"));
  EXPECT_DOUBLE_EQ(ConformalRiskScale(losses, scales, 0.1), judged.at("risk-controlled"));
  const at::Tensor bounds = test::TensorFrom(judged.at("risk-bounds"));
  const double alpha = 0.25;
  const double scale = scales[bounds.gt(alpha).sum().item<std::int64_t>()].item<double>();
  EXPECT_DOUBLE_EQ(RiskControllingScale(losses, scales, alpha, 0.1), scale);
}

/** Scores of cases of two kinds of difficulty, and their exact risk at a scale. */
at::Tensor
Scores(std::uint64_t seed, std::int64_t cases)
{
  const at::Tensor kind = test::Normal(seed, {cases, 1}).gt(0.0).to(at::kDouble) + 1.0;
  return kind * test::Normal(seed + 100000, {cases, 60}).abs();
}

double
RiskAt(double scale)
{
  return 0.5 * (std::erfc(scale / std::sqrt(2.0)) + std::erfc(0.5 * scale / std::sqrt(2.0)));
}

TEST(RiskControl, KeepsTheExpectedRiskAndTheStatedConfidence)
{
  constexpr std::int64_t trials = 400;
  constexpr std::int64_t cases = 30;
  constexpr double alpha = 0.2;
  constexpr double delta = 0.2;
  const at::Tensor scales = at::arange(1, 201, at::kDouble) / 40.0;
  double sum = 0.0;
  double squares = 0.0;
  std::int64_t broken = 0;
  for (std::int64_t i = 0; i < trials; ++i)
  {
    const at::Tensor losses = MissedShares(Scores(i, cases), scales);
    const double risk = RiskAt(ConformalRiskScale(losses, scales, alpha));
    sum += risk / trials;
    squares += risk * risk / trials;
    broken += RiskAt(RiskControllingScale(losses, scales, alpha, delta)) > alpha ? 1 : 0;
  }
  const double error = std::sqrt((squares - sum * sum) / trials);
  EXPECT_LT(sum, alpha + 4.0 * error);
  EXPECT_GT(sum, alpha - 2.0 / (cases + 1.0) - 4.0 * error); // not wider than the theorem's other side
  EXPECT_LE(broken, BinomialBand(0.99, trials, delta).high);
}

TEST(RiskControl, CountsPixelsInsideTheMask)
{
  const at::Tensor scores = at::tensor({0.5, 1.0, 1.5, 9.0}, at::kDouble).reshape({1, 2, 2});
  const at::Tensor scales = at::tensor({0.4, 1.0, 2.0}, at::kDouble);
  const at::Tensor all = MissedShares(scores, scales);
  EXPECT_DOUBLE_EQ(all[0][0].item<double>(), 1.0);
  EXPECT_DOUBLE_EQ(all[0][1].item<double>(), 0.5); // a score of the scale itself is inside
  EXPECT_DOUBLE_EQ(all[0][2].item<double>(), 0.25);
  const at::Tensor mask = at::tensor({1, 1, 1, 0}).reshape({2, 2});
  EXPECT_DOUBLE_EQ(MissedShares(scores, scales, mask)[0][2].item<double>(), 0.0);
  EXPECT_THROW(MissedShares(scores, scales, at::zeros({2, 2})), DataError);
}

TEST(RiskControl, RefusesWhatCannotBePromised)
{
  const at::Tensor scales = at::arange(1, 5, at::kDouble);
  const at::Tensor losses = at::zeros({2, 4}, at::kDouble);
  EXPECT_THROW(ConformalRiskScale(losses, scales, 0.3), UsageError); // below 1/3
  EXPECT_DOUBLE_EQ(ConformalRiskScale(losses, scales, 1.0 / 3.0), 1.0);
  EXPECT_THROW(ConformalRiskScale(scales.expand({2, 4}) / 4.0, scales, 0.5), DataError); // rising
  EXPECT_THROW(ConformalRiskScale(at::ones({2, 4}), scales, 0.5), DataError);            // no scale is enough
  EXPECT_THROW(ConformalRiskScale(losses, scales.flip(0), 0.5), DataError);
  EXPECT_THROW(RiskControllingScale(losses, scales, 0.1, 0.1), DataError); // two cases
  EXPECT_THROW(HoeffdingBentkusBound(1.5, 10, 0.1), UsageError);
  EXPECT_GT(HoeffdingBentkusBound(0.0, 2, 0.1), 0.5);
  EXPECT_DOUBLE_EQ(HoeffdingBentkusBound(1.0, 2, 0.1), 1.0);
}

TEST(IntervalReport, SaysWhereAndForWhomIntervalsMiss)
{
  const at::Tensor deviation = at::tensor({1.0, 2.0, 3.0, 4.0}, at::kDouble).expand({2, 4});
  const at::Tensor truth = at::zeros({2, 4}, at::kDouble);
  at::Tensor estimate = 0.5 * deviation;
  estimate[0][3] = 12.0; // missed at scale 1
  const IntervalReport report = ReportIntervals(truth, estimate, deviation, 1.0);
  EXPECT_DOUBLE_EQ(report.missed, 1.0 / 8.0);
  EXPECT_EQ(report.ofCase, (std::vector<double>{0.25, 0.0}));
  EXPECT_DOUBLE_EQ(report.length, 5.0);
  EXPECT_EQ(report.bySize, (std::vector<double>{0.0, 0.0, 0.0, 0.5}));
  EXPECT_NEAR(report.meanSquareError, (144.0 + 4.0 + 2.0 * (0.25 + 1.0 + 2.25)) / 8.0, 1e-12);
  EXPECT_GT(report.rankCorrelation, 0.9);
  EXPECT_DOUBLE_EQ(report.map[3].item<double>(), 0.5);
  const at::Tensor mask = at::tensor({1, 1, 1, 0});
  EXPECT_DOUBLE_EQ(ReportIntervals(truth, estimate, deviation, 1.0, mask).missed, 0.0);
  EXPECT_TRUE(std::isnan(ReportIntervals(truth, estimate, deviation, 1.0, mask).map[3].item<double>()));
  EXPECT_THROW(ReportIntervals(truth[0], estimate[0], deviation[0], 1.0), DataError);
}
} // namespace
} // namespace tweedie
