// SPDX-License-Identifier: Apache-2.0
#include "tweedieDataValidation.h"

#include "tweedieError.h"
#include "tweedieExactStudy.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tweedie
{
namespace
{
using test::ExactBelief;
using test::ExactStudy;

const std::vector<std::int64_t> lines{0, 1, 2, 3, 5, 6, 8, 9, 11, 13, 14, 15};
constexpr double noise = 0.3;
constexpr int cases = 20;

DataValidationOptions
Options()
{
  DataValidationOptions options;
  options.samples = 32;
  options.folds = 4;
  options.foldSamples = 8;
  return options;
}

ExactStudy
StudyOf(std::uint64_t seed, const ExactBelief & belief)
{
  const at::Tensor data = ExactStudy::Measure(ExactStudy::DrawTruth(seed), lines, noise, seed + 500);
  return ExactStudy(lines, data, belief);
}

std::vector<std::string>
Flags(const DataValidation & result)
{
  std::vector<std::string> flags;
  for (const Verdict & verdict : result.verdicts)
  {
    if (verdict.state == VerdictState::Failed)
    {
      flags.push_back(verdict.key);
    }
  }
  return flags;
}

/** Cases of that many in which some check fails. */
int
Flagged(const ExactBelief & belief)
{
  int flagged = 0;
  for (int seed = 1; seed <= cases; ++seed)
  {
    const auto flags = Flags(ValidateData(StudyOf(static_cast<std::uint64_t>(seed), belief), Options()));
    flagged += flags.empty() ? 0 : 1;
    if (!flags.empty())
    {
      std::string text;
      for (const std::string & flag : flags)
      {
        text += " " + flag;
      }
      ::testing::Test::RecordProperty("seed-" + std::to_string(seed), text);
    }
  }
  return flagged;
}

TEST(DataValidation, WhatIsRightRaisesNoFlag)
{
  EXPECT_LE(Flagged(ExactBelief{noise}), 2); // 9 of 10
}

TEST(DataValidation, AWrongNoiseLevelIsSeen)
{
  EXPECT_GE(Flagged(ExactBelief{noise * 1.5}), 18);
  EXPECT_GE(Flagged(ExactBelief{noise / 1.5}), 18);
}

TEST(DataValidation, AnAllowanceForTheModelNeedNotBeUsedUp)
{
  ExactBelief belief{noise * 1.5};
  belief.noiseShare = 1.0 / 2.25; // all of what is too much was put down to the model
  int tooLittle = 0;
  for (std::uint64_t seed = 1; seed <= cases; ++seed)
  {
    for (const std::string & flag : Flags(ValidateData(StudyOf(seed, belief), Options())))
    {
      tooLittle += flag == "residual-of-samples" || flag == "residual-of-mean" ? 1 : 0;
    }
  }
  EXPECT_LE(tooLittle, 2);
  belief.noise = noise / 1.5; // too much is never allowed
  EXPECT_GE(Flagged(belief), 18);
}

TEST(DataValidation, AWrongCoilMapIsSeen)
{
  ExactBelief belief{noise};
  belief.coilError = 2.0;
  EXPECT_GE(Flagged(belief), 18);
}

TEST(DataValidation, APriorThatIsTooSureIsSeen)
{
  ExactBelief belief{noise};
  belief.priorFactor = 0.25;
  EXPECT_GE(Flagged(belief), 18);
}

TEST(ResidualAudit, ALesionThatTheSamplesLackIsSeen)
{
  int seen = 0, falsely = 0;
  for (int seed = 1; seed <= cases; ++seed)
  {
    const auto number = static_cast<std::uint64_t>(seed);
    at::Tensor lesion = at::zeros({1, 1, 1, ExactStudy::side, ExactStudy::side}, at::kDouble);
    lesion.narrow(3, 6, 3).narrow(4, 8, 3).fill_(5.0 * noise); // contrast to noise 5, 3 x 3 pixels
    const at::Tensor truth = ExactStudy::DrawTruth(number) + lesion;
    const ExactStudy study(lines, ExactStudy::Measure(truth, lines, noise, number + 500), ExactBelief{noise});
    const at::Tensor images = study.Images(study.Run({32, 1.0, 1}, {}).samples);
    seen += AuditResiduals(study, images - lesion).pOfStructure < 0.01 ? 1 : 0;
    falsely += AuditResiduals(study, images).pOfStructure < 0.01 ? 1 : 0;
  }
  EXPECT_GE(seen, 18);
  EXPECT_LE(falsely, 2);
}

TEST(ResidualAudit, TheMeansResidualHasItsLaw)
{
  // E |r(xbar)|^2 = m - (1 - 1/n) tr(A C A^T) / s^2, averaged over cases; its estimate from samples likewise.
  double found = 0.0, expected = 0.0, ofSamples = 0.0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
  {
    const ExactStudy study = StudyOf(seed, ExactBelief{noise});
    const ResidualAudit audit = AuditResiduals(study, study.Images(study.Run({16, 1.0, 1}, {}).samples));
    const auto m = static_cast<double>(audit.check.numbers);
    found += audit.check.ofMean / m / 40.0;
    expected += audit.check.expected / m / 40.0;
    ofSamples += audit.check.meanPerNumber / 40.0;
  }
  const double spread = std::sqrt(2.0 / (2.0 * 12.0 * 16.0 * 40.0)); // of a mean of 40 chi^2 of 384 numbers
  EXPECT_NEAR(found, expected, 4.0 * spread);
  EXPECT_NEAR(ofSamples, 1.0, 4.0 * spread);
  EXPECT_LT(expected, 0.8); // the trace matters here
}

TEST(HeldOutAudit, TheExactPosteriorCoversWhatItDidNotSee)
{
  double coverage = 0.0, predicted = 0.0, found = 0.0;
  std::vector<std::int64_t> ranks(9, 0);
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
  {
    const HeldOutAudit audit = AuditHeldOut(PredictHeldOut(StudyOf(seed, ExactBelief{noise}), 4, {8, 1.0, 3}), 4);
    coverage += audit.coverage90 / 20.0;
    predicted += audit.predictedRms * audit.predictedRms;
    found += audit.foundRms * audit.foundRms;
    for (std::size_t i = 0; i < ranks.size(); ++i)
    {
      ranks[i] += audit.rankCounts[i];
    }
  }
  EXPECT_NEAR(coverage, 0.9, 0.02); // 7680 numbers of 240 lines; as lines: (0.09 / 240)^(1/2) = 0.019 at the most
  EXPECT_NEAR(predicted / found, 1.0, 0.15); // 240 lines, a few low frequencies of which hold most of the error
  const auto [least, most] = std::minmax_element(ranks.begin(), ranks.end());
  EXPECT_GT(static_cast<double>(*least), 0.8 * 7680.0 / 9.0); // even, up to what lines share
  EXPECT_LT(static_cast<double>(*most), 1.2 * 7680.0 / 9.0);
}

TEST(HeldOutAudit, TheNoiseIsPartOfThePrediction)
{
  constexpr std::int64_t n = 8, m = 4000;
  HeldOutPrediction prediction;
  prediction.values = test::Normal(11, {m}); // noise about a truth of zero that all samples know
  prediction.predicted = at::zeros({n, m}, at::kDouble);
  prediction.line = at::arange(m, at::kLong).div(10, "floor");
  prediction.group = at::zeros({m}, at::kLong);
  const HeldOutAudit audit = AuditHeldOut(prediction, 4);
  EXPECT_DOUBLE_EQ(audit.predictedRms, 1.0);
  EXPECT_NEAR(audit.deviationRatio, 1.0, 4.0 / std::sqrt(2.0 * m)); // of an rms of m normal numbers
  EXPECT_NEAR(audit.coverage90, 0.9, 4.0 * std::sqrt(0.09 / m));
  EXPECT_DOUBLE_EQ(audit.beyondNoise, 0.0);
  EXPECT_LT(audit.coverageError, 0.01);
}

TEST(StabilityAudit, TellsChanceFromChange)
{
  const ExactStudy study = StudyOf(1, ExactBelief{noise});
  const at::Tensor a = study.Images(study.Run({32, 1.0, 1}, {}).samples);
  const at::Tensor b = study.Images(study.Run({16, 1.0, 2}, {}).samples);
  const StabilityAudit same = AuditStability(a, b);
  EXPECT_NEAR(same.change, 1.0, 0.35); // three standard deviations of some 30 effective directions
  EXPECT_LT(same.shift, 0.25);
  EXPECT_NEAR(same.deviationRatio, 1.0, 4.0 * same.deviationError);
  const at::Tensor moved = b + a.std(0);
  EXPECT_NEAR(AuditStability(a, moved).shift, 1.0, 0.25);
  EXPECT_NEAR(AuditStability(a, 2.0 * b).deviationRatio, 2.0, 0.4);
  EXPECT_THROW(AuditStability(a, b.narrow(0, 0, 1)), DataError);
}

TEST(NullSpaceAudit, KnowsWhatIsNotMeasured)
{
  const at::Tensor truth = ExactStudy::DrawTruth(4);
  const std::vector<std::int64_t> all{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const ExactStudy whole(all, ExactStudy::Measure(truth, all, noise, 9), ExactBelief{noise});
  EXPECT_LT(AuditNullSpace(whole, whole.Images(whole.Run({8, 1.0, 1}, {}).samples)).varianceShareOfAll, 1e-3);
  const std::vector<std::int64_t> few{0, 1, 2, 3};
  const ExactStudy part(few, ExactStudy::Measure(truth, few, noise, 9), ExactBelief{noise});
  const NullSpaceAudit audit = AuditNullSpace(part, part.Images(part.Run({8, 1.0, 1}, {}).samples));
  EXPECT_GT(audit.varianceShareOfAll, 0.5); // 12 of 16 lines are missing, two coils
  EXPECT_GT(audit.energyShare, 0.0);
  EXPECT_LT(audit.energyShare, 0.5);
}

TEST(DataValidation, RefusesWhatCannotBeJudged)
{
  const ExactStudy study = StudyOf(1, ExactBelief{noise});
  const at::Tensor images = study.Images(study.Run({2, 1.0, 1}, {}).samples);
  EXPECT_THROW(AuditResiduals(study, images.narrow(0, 0, 1)), DataError);
  EXPECT_THROW(AuditNullSpace(study, images.narrow(0, 0, 1)), DataError);
  DataValidationOptions options = Options();
  options.folds = 13;
  EXPECT_THROW(ValidateData(study, options), UsageError); // 12 lines
  options.folds = 0;
  options.doubleSamples = 0;
  const DataValidation result = ValidateData(study, options);
  EXPECT_FALSE(result.heldOut);
  EXPECT_FALSE(result.doubling);
  EXPECT_GE(result.notTested.size(), 3U);
}
} // namespace
} // namespace tweedie
