// SPDX-License-Identifier: Apache-2.0
// Scales are applied where their protocol is that of the run, and nowhere else.
#include "tweedieCalibrationProtocol.h"
#include "tweedieDeviationCheck.h"
#include "tweedieError.h"
#include "tweedieRegionEstimate.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace tweedie
{
namespace
{
CalibrationRecord
Record(const ProtocolFacts & facts, std::int64_t cases = 9)
{
  CalibrationRecord record;
  record.method = CalibrationMethod::ConformalRiskControl;
  record.protocol = ProtocolText(facts);
  record.cases = cases;
  record.groups = cases;
  record.scales = {{"pixel", 0.5, 1.25}, {"pixel", 0.9, 2.5}};
  return record;
}

template <typename TError>
std::string
MessageOf(const std::function<void()> & work)
{
  try
  {
    work();
  }
  catch (const TError & error)
  {
    return error.what();
  }
  return "";
}

const ProtocolFacts recorded{{"measurement", "mri"}, {"acceleration", "4"}, {"pixels", "48 x 40"}, {"noise", "0.02"}};

TEST(CalibrationProtocol, TextIsReadBack)
{
  const ProtocolFacts facts = FactsOfProtocol(ProtocolText(recorded));
  ASSERT_EQ(facts.size(), recorded.size());
  for (std::size_t i = 0; i < facts.size(); ++i)
  {
    EXPECT_EQ(facts[i].name, recorded[i].name);
    EXPECT_EQ(facts[i].value, recorded[i].value);
  }
  EXPECT_TRUE(FactsOfProtocol("mri").empty());
}

TEST(CalibrationProtocol, NumbersOfAScanMayDifferByWhatTheyTolerate)
{
  ProtocolFacts run = recorded;
  run[1] = {"acceleration", "4.02", 0.03};
  EXPECT_NO_THROW(RequireProtocol(Record(recorded), run, "scales.json"));
  run[1].value = "4.2";
  EXPECT_THROW(RequireProtocol(Record(recorded), run, "scales.json"), DataError);
  run[1] = {"acceleration", "4.02", 0.0};
  EXPECT_THROW(RequireProtocol(Record(recorded), run, "scales.json"), DataError);
}

TEST(CalibrationProtocol, EveryDifferenceIsNamedInOneLine)
{
  ProtocolFacts run = recorded;
  run[1].value = "6";
  run.pop_back();
  run.push_back({"coils", "8"});
  const std::string message = MessageOf<DataError>([&] { RequireProtocol(Record(recorded), run, "scales.json"); });
  EXPECT_EQ(message,
            "scales.json: given scales of another protocol (acceleration 4, noise 0.02, no coils); required those of "
            "this run (acceleration 6, no noise, coils 8)");
}

TEST(CalibrationProtocol, AProtocolThatStatesNothingFitsNoRun)
{
  CalibrationRecord record = Record(recorded);
  record.protocol = "mri";
  EXPECT_THROW(RequireProtocol(record, recorded, "scales.json"), DataError);
}

TEST(CalibrationProtocol, LevelsAreThoseOfTheRecordAndNoMoreThanItsCasesPromise)
{
  EXPECT_EQ(CalibratedScale(Record(recorded), "pixel", 0.9), 2.5);
  EXPECT_TRUE(std::isnan(CalibratedScale(Record(recorded), "region-1", 0.9)));
  const auto ask = [](double level)
  { return MessageOf<UsageError>([&] { CalibratedScale(Record(recorded), "pixel", level); }); };
  EXPECT_NE(ask(0.95).find("with 9 calibration cases; required 0.9 at most"), std::string::npos) << ask(0.95);
  EXPECT_NE(ask(0.8).find("required one that was calibrated: 0.5, 0.9"), std::string::npos) << ask(0.8);
}

TEST(RegionEstimate, IsTheMeanOfMagnitudesAndTheirDeviationOverSamples)
{
  at::Tensor labels = at::zeros({2, 2, 3});
  labels[0][0][1] = 2;
  labels[0][1][2] = 2;
  labels[1][0][0] = 1;
  labels[1][1][1] = 2;
  const at::Tensor real = at::arange(12, at::kDouble).reshape({2, 2, 3});
  const at::Tensor image = at::complex(real * 0.6, real * -0.8); // of magnitude `real`
  const at::Tensor samples = at::stack({image, image * 2.0, image * 6.0});
  const auto regions = EstimateRegions(labels, image, samples);
  ASSERT_EQ(regions.size(), 3U); // label 1 in slice 1, label 2 in both
  EXPECT_EQ(regions[0].name, "region-1");
  EXPECT_EQ(regions[0].slice, 1);
  EXPECT_EQ(regions[1].name, "region-2");
  EXPECT_EQ(regions[1].pixels, 2);
  EXPECT_NEAR(regions[1].mean, 3.0, 1e-12);                       // of 1 and 5
  EXPECT_NEAR(regions[1].deviation, 3.0 * std::sqrt(7.0), 1e-12); // of 1, 2 and 6: variance 7
  const auto [low, high] = StudentInterval(regions[1], 0.9);
  const double half = StudentQuantile(0.95, 2.0) * std::sqrt(4.0 / 3.0) * 3.0 * std::sqrt(7.0);
  EXPECT_NEAR(low, 3.0 - half, 1e-9);
  EXPECT_NEAR(high, 3.0 + half, 1e-9);
}

TEST(RegionEstimate, RefusesBackgroundOtherGridsAndOneSample)
{
  const at::Tensor image = at::ones({1, 2, 3}, at::kDouble), samples = at::stack({image, image});
  EXPECT_THROW(EstimateRegions(at::zeros({1, 2, 3}), image, samples), DataError);
  EXPECT_THROW(EstimateRegions(at::ones({1, 3, 2}), image, samples), DataError);
  EXPECT_THROW(EstimateRegions(at::ones({1, 2, 3}), image, samples.narrow(0, 0, 1)), DataError);
}
} // namespace
} // namespace tweedie
