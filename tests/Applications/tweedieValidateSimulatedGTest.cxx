// SPDX-License-Identifier: Apache-2.0
// Simulated scans of known slices: the whole way with networks that know nothing, and what is refused.
#include "tweedieCalibrationRecord.h"
#include "tweedieProgramTest.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using nlohmann::json;
using test::ReadFile;
using test::Tweedie;
using test::TweedieHere;

class ValidateSimulated : public test::ProgramTest
{
protected:
  /** A prior that held out slices 1 to 4. */
  static std::string
  Prior(const std::string & name, std::int64_t channels, std::optional<double> hounsfield = {})
  {
    ModelCard card;
    card.name = name;
    card.network.channels = channels;
    card.network.widths = {16.0, 16.0};
    card.network.blocks = 1;
    card.network.embedding = 16;
    card.channels.assign(static_cast<std::size_t>(channels), "part");
    card.size = {40.0, 48.0};
    card.spacing = {2.5, 2.0};
    card.hounsfieldAtOne = hounsfield;
    card.heldOut = "axial slices 1:4 (from 0), gap 0";
    SavePrior(File(name), card, UNet(card.network, 1));
    return File(name);
  }
  static void
  ExpectFacts(const std::string & protocol)
  {
    const std::string facts = "measurement mri; mask equispaced; acceleration 2; coils 2; noise 0.02; pixels 48 x 40; "
                              "spacing 2.23606797749979; method daps; steps 2; samples 3; prior ";
    EXPECT_EQ(protocol.find(facts), 0u) << protocol;
  }
  static std::vector<std::string>
  Validate(const std::string & kind, const std::string & output, const std::vector<std::string> & more)
  {
    std::vector<std::string> words{"validate",
                                   "simulated",
                                   kind,
                                   "--image",
                                   File("head.nii.gz"),
                                   "--prior",
                                   File("prior"),
                                   "--samples",
                                   "3",
                                   "--steps",
                                   "2",
                                   "--threads",
                                   "1",
                                   "--output",
                                   File(output)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
};

TEST_F(ValidateSimulated, MRIFromScansToReportAndCalibrationAndOnWhereItStopped)
{
  Prior("prior", 2);
  const auto words = Validate("mri",
                              "mri",
                              {"--acceleration",
                               "2",
                               "--coils",
                               "2",
                               "--noise",
                               "0.02",
                               "--method",
                               "daps",
                               "--method",
                               "sense",
                               "--method",
                               "gaussian-field",
                               "--replicas",
                               "3",
                               "--calibrate",
                               File("scales.json")});
  const auto result = Tweedie(words);
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const json rows = json::parse(ReadFile(File("mri/table.json")));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0]["cases"], 4.0);
  EXPECT_TRUE(rows[2]["crps"].is_number());
  EXPECT_TRUE(rows[0]["crps"].is_number());
  EXPECT_TRUE(rows[1]["crps"].is_null()); // replicas are no samples of the image
  EXPECT_TRUE(rows[1]["deviation-over-error"].is_number());
  const std::string report = ReadFile(File("mri/report.html"));
  EXPECT_NE(report.find("95 %: 2 calibration cases cannot promise them"), std::string::npos);
  EXPECT_NE(json::parse(ReadFile(File("mri/validation.json"))).dump().find("daps-coverage"), std::string::npos);

  const CalibrationRecord record =
      ReadCalibrationRecord(File("scales-daps-conformal-risk-control.json"), /* any protocol */ "");
  EXPECT_EQ(record.cases, 2); // slices 1 and 3
  ASSERT_EQ(record.scales.size(), 1u);
  EXPECT_EQ(record.scales[0].level, 0.5);
  ExpectFacts(record.protocol);

  // Of a run that was killed everything but the case at hand is there; what was made is not made again.
  const std::string unit = File("mri/units/daps-slice-2-seed-1.json"),
                    kept = File("mri/units/daps-slice-3-seed-1.json");
  const std::string before = ReadFile(unit);
  const auto time = std::filesystem::last_write_time(kept);
  std::filesystem::remove(unit);
  EXPECT_EQ(Tweedie(words).exitCode, 1); // reports are there
  auto again = words;
  again.emplace_back("--overwrite");
  ASSERT_EQ(Tweedie(again).exitCode, 0);
  EXPECT_EQ(std::filesystem::last_write_time(kept), time);
  json first = json::parse(before), second = json::parse(ReadFile(unit));
  first.erase("seconds");
  second.erase("seconds");
  EXPECT_EQ(first, second);
}

TEST_F(ValidateSimulated, CTAndPhaseToo)
{
  Prior("prior", 1, 1500.0);
  Volume labels = test::PhantomImage();
  for (std::int64_t i = 0; i < labels.NumberOfElements(); ++i)
  {
    labels.Data()[i] = labels.Data()[i] > 150.0F ? 2.0F : 0.0F; // the rim
  }
  WriteImage(File("labels.nii.gz"), labels);
  const auto ct = Tweedie(Validate("ct",
                                   "ct",
                                   {"--limit",
                                    "2",
                                    "--views",
                                    "12",
                                    "--photons",
                                    "1e5",
                                    "--pitch",
                                    "2.5",
                                    "--method",
                                    "daps",
                                    "--method",
                                    "fbp",
                                    "--replicas",
                                    "2",
                                    "--roi",
                                    File("labels.nii.gz")}));
  ASSERT_EQ(ct.exitCode, 0) << ct.error;
  const json unit = json::parse(ReadFile(File("ct/units/daps-slice-2-seed-1.json")));
  EXPECT_EQ(unit["regions"].size(), 1u);
  EXPECT_TRUE(unit["regions"].contains("region-2"));

  const auto phase = Tweedie(Validate(
      "phase",
      "phase",
      {"--limit", "2", "--noise", "0.05", "--hounsfield", "--patterns", "2", "--seeds", "2", "--size", "24,24"}));
  ASSERT_EQ(phase.exitCode, 0) << phase.error;
  const json rows = json::parse(ReadFile(File("phase/table.json")));
  EXPECT_EQ(rows[0]["cases"], 4.0);
  EXPECT_EQ(rows[0]["slices"], 2.0);
  EXPECT_EQ(rows[0]["samples"], 3.0); // also where chains were left out
}

TEST_F(ValidateSimulated, RefusesWhatCannotBeJudgedInOneLine)
{
  Prior("prior", 2);
  const auto refused = [&](const std::vector<std::string> & more, const std::string & text)
  { ExpectWrongUse(Validate("mri", "none", more), text); };
  refused({"--noise", "0"}, "--noise: given 0");
  refused({"--slices", "0:3"}, "which the prior may have been trained on");
  refused({"--axis", "coronal", "--slices", "3"}, "given coronal");
  refused({"--method", "magic"}, "magic");
  refused({"--limit", "2", "--level", "0.95", "--calibrate", File("c.json")}, "given 1 calibration cases");
  refused({"--level", "0.95", "--calibrate", File("c.json")}, "required 19 cases");
  refused({"--calibration-slices", "1:4", "--calibrate", File("c.json")}, "to test on");
  auto one = Validate("mri", "none", {});
  std::replace(one.begin(), one.end(), std::string("3"), std::string("1"));
  ExpectWrongUse(one, "--samples: given 1");
  ExpectWrongUse(Validate("ct", "none", {}), "--photons: not given");
  ExpectWrongUse(Validate("phase", "none", {}), "--noise: given 0");
  ExpectWrongUse({"validate", "simulated"}, "simulated mri");
}

TEST_F(ValidateSimulated, AStatedNoiseLevelIsToldToTheReconstructionAndLeavesTheDataAsTheyAre)
{
  Prior("prior", 2);
  const auto fit = [&](const std::string & kind, const std::string & method, std::vector<std::string> more)
  {
    std::filesystem::remove_all(File("stated"));
    more.insert(more.end(), {"--slices", "2:2", "--unseen", "--method", method, "--replicas", "0"});
    const auto result = TweedieHere(Validate(kind, "stated", more));
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return json::parse(ReadFile(File("stated/units/" + method + "-slice-2-seed-1.json"))).at("data-fit").get<double>();
  };
  const auto ratio = [&](const std::string & kind, const std::string & method, std::vector<std::string> more)
  {
    const double right = fit(kind, method, more);
    more.insert(more.end(), {"--stated-noise-factor", "2"});
    return right / fit(kind, method, more);
  };
  // The same estimate of the same data: its residual is held against four times the variance.
  EXPECT_NEAR(ratio("mri", "sense", {"--acceleration", "2", "--coils", "2", "--noise", "0.02"}), 4.0, 1e-3);
  EXPECT_NE(ReadFile(File("stated/report.html")).find("stated as 2 times that"), std::string::npos);
  EXPECT_NEAR(ratio("phase", "er", {"--noise", "2"}), 4.0, 1e-3);
  Prior("prior", 1, 3000.0);
  // So few photons that the allowance for the model is nothing beside them.
  EXPECT_NEAR(ratio("ct", "fbp", {"--views", "20", "--photons", "1e3", "--model-deviation", "1e-4"}), 4.0, 0.1);
}

TEST_F(ValidateSimulated, RefusesRegionsOfAnotherGridAndOfNothing)
{
  Prior("prior", 2);
  WriteImage(File("other.nii.gz"), test::PhantomImage().Slices(0, 3));
  Volume none = test::PhantomImage();
  for (std::int64_t i = 0; i < none.NumberOfElements(); ++i)
  {
    none.Data()[i] = none.Data()[i] > 0.0F ? 0.0F : 1.0F;
  }
  WriteImage(File("background.nii.gz"), none);
  ExpectFailure(Validate("mri", "none", {"--roi", File("other.nii.gz")}), 2, "48 x 40 x 3");
  ExpectFailure(Validate("mri", "none", {"--roi", File("background.nii.gz")}), 2, "only background");
  ExpectFailure(Validate("ct", "none", {"--photons", "1e5"}), 2, "Hounsfield units");
}
} // namespace
} // namespace tweedie
