// SPDX-License-Identifier: Apache-2.0
// Many simulated cases of a posterior that is known: what is said of exact samples, and of wrong ones.
#include "tweedieCaseCalibration.h"
#include "tweedieCaseScore.h"
#include "tweedieCaseSummary.h"
#include "tweedieError.h"
#include "tweedieGaussianSampler.h"
#include "tweedieTarp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace tweedie
{
namespace
{
using test::Sampling;

constexpr std::int64_t side = 6;
constexpr std::int64_t count = 15;

/** Cases of an image of side x side pixels; a group each. */
std::vector<GroupedCase>
Cases(Sampling kind, std::int64_t cases, std::uint64_t seed)
{
  static const test::GaussianSampler sampler(side * side);
  const auto drawn = sampler.Draw(seed, cases, count, kind);
  std::vector<GroupedCase> found;
  for (std::int64_t i = 0; i < cases; ++i)
  {
    CaseImages images;
    images.truth = drawn.truth[i].reshape({side, side});
    images.samples = drawn.samples[i].reshape({count, side, side});
    images.mean = images.samples.mean(0);
    images.deviation = images.samples.std(at::IntArrayRef{0}, true);
    images.mask = at::ones({side, side}, at::kBool);
    images.regions = {{"half", at::arange(side).lt(3).unsqueeze(1).expand({side, side})}};
    const at::Tensor all = at::cat({drawn.truth[i].unsqueeze(0), drawn.samples[i]});
    const at::Tensor near = TarpReference(3.0 * sampler.Adjoint(drawn.data[i]), 0.5, seed, i);
    images.quantities = {{"log-likelihood", sampler.LogLikelihood(all, drawn.data[i])},
                         {TarpQuantity, (all - near).norm(2, {1})}};
    found.push_back({i, ScoreCase(images, seed * 1000 + static_cast<std::uint64_t>(i))});
  }
  return found;
}

Verdict
Find(const std::vector<Verdict> & verdicts, const std::string & key)
{
  for (const Verdict & verdict : verdicts)
  {
    if (verdict.key == "x-" + key)
    {
      return verdict;
    }
  }
  ADD_FAILURE() << key;
  return {};
}

std::vector<Verdict>
Judge(Sampling kind, std::uint64_t seed)
{
  return JudgeCases(SummarizeCases(Cases(kind, 60, seed)), "x", "X");
}

TEST(CaseScore, ExactSamplesRaiseNoLight)
{
  int raised = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
  {
    for (const Verdict & verdict : Judge(Sampling::Exact, seed))
    {
      raised += verdict.state == VerdictState::Failed ? 1 : 0;
    }
  }
  // SBC and TARP raise one in a hundred each, the others less: more than 2 of 6 reports has a probability below
  // 1e-3
  EXPECT_LE(raised, 2);
}

TEST(CaseScore, SamplesTooCloseTogetherAreTooSure)
{
  const auto verdicts = Judge(Sampling::HalfSpread, 1);
  EXPECT_EQ(Find(verdicts, "coverage").state, VerdictState::Failed);
  const Verdict ratio = Find(verdicts, "deviation-over-error");
  EXPECT_EQ(ratio.state, VerdictState::Failed);
  // predicted: half the spread and sqrt(1 + 1/15); found: whole variance and 1/15 of a quarter of it: 0.512. Of 60
  // images of 36 pixels within 5 %.
  EXPECT_NEAR(ratio.value, 0.512, 0.026);
  EXPECT_EQ(Find(verdicts, "posterior-gain").state, VerdictState::Failed);
}

TEST(CaseScore, ASamplerThatIgnoresTheDataIsSeenByTheDataAlone)
{
  const auto verdicts = Judge(Sampling::IgnoresData, 1);
  EXPECT_EQ(Find(verdicts, "coverage").state, VerdictState::Passed); // the prior is calibrated too
  const Verdict ranks = Find(verdicts, "simulation-based-calibration");
  EXPECT_EQ(ranks.state, VerdictState::Failed);
  EXPECT_NE(ranks.statement.find("log-likelihood"), std::string::npos) << ranks.statement;
  EXPECT_EQ(Find(verdicts, "tarp").state, VerdictState::Failed);
}

TEST(CaseScore, CasesOfOneSliceCountOnceInTests)
{
  std::vector<GroupedCase> cases = Cases(Sampling::Exact, 20, 3), doubled = cases;
  doubled.insert(doubled.end(), cases.begin(), cases.end());
  const CaseSummary once = SummarizeCases(cases), twice = SummarizeCases(doubled);
  EXPECT_EQ(twice.groups, 20);
  EXPECT_EQ(twice.cases, 40);
  ASSERT_EQ(once.quantities.size(), twice.quantities.size());
  for (std::size_t i = 0; i < once.quantities.size(); ++i)
  {
    EXPECT_DOUBLE_EQ(once.quantities[i].pValue, twice.quantities[i].pValue);
    EXPECT_EQ(once.quantities[i].curve.low, twice.quantities[i].curve.low);
  }
  EXPECT_DOUBLE_EQ(once.gain->error, twice.gain->error);
  EXPECT_DOUBLE_EQ(once.byRanks.back().low, twice.byRanks.back().low);
}

TEST(CaseScore, WhatSoFewSlicesCannotTellIsNotTested)
{
  const CaseSummary summary = SummarizeCases(Cases(Sampling::IgnoresData, 2, 1));
  const auto verdicts = JudgeCases(summary, "x", "X");
  EXPECT_EQ(Find(verdicts, "simulation-based-calibration").state, VerdictState::NotTested);
  EXPECT_EQ(Find(verdicts, "posterior-gain").state, VerdictState::NotTested);
  EXPECT_FALSE(CoverageAt(summary.byRanks, 0.97)); // 15 samples end at 14/16
  EXPECT_NEAR(StatedCoverage(summary, 0.9)->level, 0.875, 1e-12);
}

TEST(CaseScore, FewerSamplesThanAskedAreRankedAlike)
{
  static const test::GaussianSampler sampler(side * side);
  constexpr std::int64_t fewer = 11;
  const auto drawn = sampler.Draw(5, 200, fewer);
  std::vector<double> shares(count + 1, 0.0);
  for (std::int64_t i = 0; i < 200; ++i)
  {
    CaseImages images;
    images.truth = drawn.truth[i].reshape({side, side});
    images.samples = drawn.samples[i].reshape({fewer, side, side});
    images.mean = images.samples.mean(0);
    images.mask = at::ones({side, side}, at::kBool);
    images.ranksOf = count;
    const CaseScore score = ScoreCase(images, static_cast<std::uint64_t>(i));
    EXPECT_EQ(score.samples, count);
    for (std::size_t k = 0; k < shares.size(); ++k)
    {
      shares[k] += score.rankShares[k] / 200.0;
    }
  }
  EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0), 1.0, 1e-12); // sums of 3200 roundings
  for (const double share : shares)
  {
    EXPECT_NEAR(share, 1.0 / 16.0, 0.2 / 16.0); // 7200 pixels that depend on each other: 4 deviations
  }
}

TEST(CaseCalibration, ScalesWhatIsTooNarrowOnOtherSlices)
{
  const auto fit = Cases(Sampling::HalfSpread, 40, 1), test = Cases(Sampling::HalfSpread, 40, 2);
  const CaseCalibration calibration = CalibrateCases(fit, test, {0.5, 0.8, 0.9});
  bool hasPixels = false, hasRegion = false;
  for (const FittedScale & one : calibration.scales)
  {
    SCOPED_TRACE(one.quantity + ' ' + std::to_string(one.level));
    ASSERT_TRUE(std::isfinite(one.scale));
    EXPECT_LT(one.raw.covered, one.level - 0.1);
    if (one.method == CalibrationMethod::ConformalRiskControl)
    {
      hasPixels = true;
      // pixels of a case depend on each other: shares spread by 0.2, two means of 40 differ by 0.045
      EXPECT_NEAR(one.calibrated.covered, one.level, 0.135);
    }
    if (one.quantity == "half")
    {
      hasRegion = true;
      EXPECT_NEAR(one.calibrated.covered, one.level, 0.25); // 40 cases twice: 2.3 deviations at 50 %
    }
    if (one.method == CalibrationMethod::RiskControlling)
    {
      EXPECT_GT(one.calibrated.covered, one.level); // with confidence 90 %: more than on average
    }
  }
  EXPECT_TRUE(hasPixels && hasRegion);
}

TEST(CaseCalibration, PromisesOnlyWhatItsCasesCan)
{
  EXPECT_EQ(FeasibleLevels({0.5, 0.8, 0.9, 0.95}, 19, false).size(), 4u);
  EXPECT_EQ(FeasibleLevels({0.5, 0.8, 0.9, 0.95}, 18, false).size(), 3u);
  EXPECT_THROW(FeasibleLevels({0.95}, 18, true), UsageError);
  EXPECT_THROW(FeasibleLevels({0.5}, 1, false), UsageError);
}

TEST(CaseCalibration, RecordsHoldForTheirProtocol)
{
  const auto cases = Cases(Sampling::Exact, 8, 1);
  const CaseCalibration calibration = CalibrateCases(cases, cases, {0.5, 0.8});
  const auto record = RecordOf(calibration, CalibrationMethod::SplitConformal, "mri; daps", "0");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->cases, 8);
  EXPECT_EQ(record->groups, 8);
  EXPECT_EQ(record->scales.size(), 2u);
  EXPECT_FALSE(RecordOf({}, CalibrationMethod::SplitConformal, "mri; daps", "0"));
}

TEST(CaseScore, RefusesWhatCannotBeJudged)
{
  CaseImages images;
  images.truth = images.mean = at::rand({side, side}, at::kDouble);
  images.mask = at::ones({side, side}, at::kBool);
  images.samples = images.truth.unsqueeze(0);
  EXPECT_THROW(ScoreCase(images), DataError); // one sample
  images.samples = at::rand({3, side, side}, at::kDouble);
  images.regions = {{"nowhere", at::zeros({side, side}, at::kBool)}};
  EXPECT_THROW(ScoreCase(images), DataError);
  images.regions.clear();
  images.truth = at::rand({side, side + 1}, at::kDouble);
  EXPECT_THROW(ScoreCase(images), DataError); // another grid
  images.truth = images.mean;
  images.mask = at::zeros({side, side}, at::kBool);
  EXPECT_THROW(ScoreCase(images), DataError);
  EXPECT_THROW(SummarizeCases({}), DataError);
}
} // namespace
} // namespace tweedie
