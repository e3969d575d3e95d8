// SPDX-License-Identifier: Apache-2.0
// Scales that validate simulated wrote, applied by reconstruct and validate data to a scan of the same protocol.
#include "tweedieAccessibility.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace tweedie
{
namespace
{
using nlohmann::json;
using test::TweedieHere;

class Calibration : public test::ProgramTest
{
protected:
  static void
  SetUpTestSuite()
  {
    ProgramTest::SetUpTestSuite();
    Model("prior.safetensors", 2);
    Labels("labels.nii.gz", 6);
    Labels("label.nii.gz", 1);
    s_Made = TweedieHere(Words({"validate",
                                "simulated",
                                "mri",
                                "--image",
                                File("head.nii.gz"),
                                "--slices",
                                "1:4",
                                "--unseen",
                                "--roi",
                                File("labels.nii.gz"),
                                "--calibrate",
                                File("scales"),
                                "--output",
                                File("study")},
                               {"--acceleration", "2", "--coils", "4", "--noise", "0.01"}));
    s_Scan = TweedieHere({"simulate",
                          "mri",
                          "--image",
                          File("head.nii.gz"),
                          "--slices",
                          "2:2",
                          "--coils",
                          "4",
                          "--acceleration",
                          "2",
                          "--noise",
                          "0.01",
                          "--seed",
                          "77",
                          "--output",
                          File("one")});
  }
  void
  SetUp() override
  {
    ProgramTest::SetUp();
    ASSERT_EQ(s_Made.exitCode, 0) << s_Made.error;
    ASSERT_EQ(s_Scan.exitCode, 0) << s_Scan.error;
  }

  /** Few steps of an untrained network: what comes out is not judged here. */
  static std::vector<std::string>
  Words(std::vector<std::string> words, const std::vector<std::string> & more = {})
  {
    words.insert(words.end(), {"--prior", File("prior.safetensors"), "--steps", "2", "--samples", "3"});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::vector<std::string>
  Reconstruct(const std::vector<std::string> & more)
  {
    return Words({"reconstruct", "mri", File("one"), "--method", "daps", "--overwrite", "--output", File("out.nii.gz")},
                 more);
  }
  static void
  Labels(const std::string & name, std::int64_t slices)
  {
    Volume labels = test::PhantomImage().Slices(0, slices);
    TensorView(labels).zero_();
    TensorView(labels).narrow(2, 10, 10).narrow(3, 15, 10).fill_(1.0);
    WriteImage(File(name), labels);
  }
  /** The program on words between blanks; "@name" is the file of that name. */
  static test::ProcessResult
  Run(const std::string & text)
  {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
    {
      words.push_back(word.front() == '@' ? File(word.substr(1)) : word);
    }
    return TweedieHere(words);
  }
  static std::string
  Text(const std::string & name)
  {
    std::ifstream file(File(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::string
  Scales(const std::string & kind)
  {
    return File("scales-daps-" + kind + ".json");
  }

  inline static test::ProcessResult s_Made, s_Scan;
};

TEST_F(Calibration, IsAppliedToPixelsAndRegionsOfAReconstruction)
{
  const auto result = TweedieHere(Reconstruct({"--calibration",
                                               Scales("conformal-risk-control"),
                                               "--calibration",
                                               Scales("split-conformal"),
                                               "--interval-level",
                                               "0.5",
                                               "--lower",
                                               File("lower.nii.gz"),
                                               "--upper",
                                               File("upper.nii.gz"),
                                               "--std",
                                               File("std.nii.gz"),
                                               "--roi",
                                               File("label.nii.gz"),
                                               "--report",
                                               File("report.html")}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const json intervals = json::parse(Text("out.summary.json")).at("intervals");
  const json record = json::parse(Text("scales-daps-conformal-risk-control.json"));
  const double scale = record.at("scales").at(0).at("scale").get<double>();
  EXPECT_EQ(intervals.at("calibrations").at(0).at("pixel-scale"), scale);
  EXPECT_EQ(intervals.at("calibrations").at(0).at("guarantee"), record.at("guarantee"));
  const at::Tensor mean = TensorView(ReadImage(File("out.nii.gz"))), std = TensorView(ReadImage(File("std.nii.gz")));
  const at::Tensor lower = TensorView(ReadImage(File("lower.nii.gz")));
  const at::Tensor upper = TensorView(ReadImage(File("upper.nii.gz")));
  const double last = 1e-5 * mean.abs().max().item<double>(); // digits of floats
  EXPECT_LT((upper - lower - 2.0 * scale * std).abs().max().item<double>(), last);
  EXPECT_LT((upper + lower - 2.0 * mean).abs().max().item<double>(), last);

  const json split = json::parse(Text("scales-daps-split-conformal.json"));
  ASSERT_EQ(split.at("scales").at(0).at("quantity"), "region-1");
  const json region = intervals.at("regions").at(0);
  EXPECT_EQ(region.at("pixels"), 100.0);
  const double half = 0.5 * (region.at("posterior-high").get<double>() - region.at("posterior-low").get<double>());
  const double student = 0.816496580927726 * std::sqrt(4.0 / 3.0); // t of 2 degrees at 0.75, times (1 + 1/3)^(1/2)
  EXPECT_NEAR(region.at("calibrated-high").get<double>() - region.at("mean").get<double>(),
              split.at("scales").at(0).at("scale").get<double>() * half / student,
              1e-6 * std::abs(half) + 1e-9);
  const std::string page = Text("report.html");
  EXPECT_NE(page.find("no promise for each patient"), std::string::npos);
  test::ExpectAccessible(page, "reconstruct with intervals");
}

TEST_F(Calibration, IsShownByValidateDataWithAClassicalInterval)
{
  const auto result = TweedieHere(Words({"validate",
                                         "data",
                                         File("one"),
                                         "--folds",
                                         "0",
                                         "--double-samples",
                                         "0",
                                         "--calibration",
                                         Scales("conformal-risk-control"),
                                         "--calibration",
                                         Scales("split-conformal"),
                                         "--interval-level",
                                         "0.5",
                                         "--roi",
                                         File("label.nii.gz"),
                                         "--output",
                                         File("checked")}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const std::string page = Text("checked/report.html");
  for (const char * words : {"region-1",
                             "sense 50 % from",
                             "calibrated 50 % from",
                             "no promise for each patient",
                             "does not state where x and y"})
  {
    EXPECT_NE(page.find(words), std::string::npos) << words;
  }
  EXPECT_TRUE(std::filesystem::exists(File("checked/lower.nii.gz")));
  test::ExpectAccessible(page, "validate data with intervals");
  std::filesystem::remove_all(File("checked"));
}

TEST_F(Calibration, OfProjectionsIsAppliedToAScanOfSoManyViews)
{
  Volume head = test::PhantomImage();
  TensorView(head).mul_(10.0).sub_(1000.0); // air to bone
  WriteImage(File("ct.nii.gz"), head);
  ModelCard card = LoadPrior(Model("ct.safetensors", 1), c10::Device(c10::DeviceType::CPU))->Card();
  card.hounsfieldAtOne = 3000.0;
  SavePrior(File("ct.safetensors"), card, UNet(card.network, 1));
  const std::string method = " --prior @ct.safetensors --steps 2 --samples 3 --overwrite";
  const auto study = Run("validate simulated ct --image @ct.nii.gz --slices 1:4 --unseen --views 20 --photons 1e5 "
                         "--calibrate @ct --output @cts" +
                         method);
  ASSERT_EQ(study.exitCode, 0) << study.error;
  const auto reconstruct = [&](const std::string & views)
  {
    EXPECT_EQ(Run("geometry ct --type parallel --output @g.xml --overwrite --views " + views).exitCode, 0);
    const auto made = Run("simulate ct --image @ct.nii.gz --slices 2:2 --geometry @g.xml --photons 1e5 --output @p.mha "
                          "--overwrite");
    EXPECT_EQ(made.exitCode, 0) << made.error;
    return Run("reconstruct ct @p.mha --geometry @g.xml --method daps --output @hu.nii.gz --interval-level 0.5 "
               "--calibration @ct-daps-conformal-risk-control.json --upper @upper.nii.gz" +
               method);
  };
  const auto result = reconstruct("20");
  EXPECT_EQ(result.exitCode, 0) << result.error;
  const at::Tensor over = TensorView(ReadImage(File("upper.nii.gz"))) - TensorView(ReadImage(File("hu.nii.gz")));
  EXPECT_GE(over.min().item<double>(), 0.0); // ends in Hounsfield units lie about a mean in them
  const auto refused = reconstruct("30");
  EXPECT_EQ(refused.exitCode, 2);
  EXPECT_NE(refused.error.find("(views 20); required those of this run (views 30)"), std::string::npos)
      << refused.error;
}

TEST_F(Calibration, OfPatternsIsAppliedToAScanOfTheSameExperiment)
{
  Model("real.safetensors", 1);
  const std::string method = " --prior @real.safetensors --steps 12 --samples 4 --method daps --overwrite";
  const auto study = Run("validate simulated phase --image @head.nii.gz --slices 1:4 --unseen --noise 2 --patterns 2 "
                         "--calibrate @phase --output @phases" +
                         method);
  ASSERT_EQ(study.exitCode, 0) << study.error;
  const auto reconstruct = [&](const std::string & noise)
  {
    const auto made = Run("simulate phase --image @head.nii.gz --slices 2:2 --experiment coded --patterns 2 --output "
                          "@coded.mha --overwrite --noise " +
                          noise);
    EXPECT_EQ(made.exitCode, 0) << made.error;
    return Run("reconstruct phase @coded.mha --output @object.nii.gz --interval-level 0.5 --calibration "
               "@phase-daps-conformal-risk-control.json" +
               method);
  };
  const auto result = reconstruct("2");
  EXPECT_EQ(result.exitCode, 0) << result.error;
  const auto refused = reconstruct("3");
  EXPECT_EQ(refused.exitCode, 2);
  EXPECT_NE(refused.error.find("(noise 2); required those of this run (noise 3.00)"), std::string::npos)
      << refused.error;
}

TEST_F(Calibration, OfAnotherProtocolIsRefusedInOneLine)
{
  const std::string pixels = Scales("conformal-risk-control");
  const auto refused = [&](const std::vector<std::string> & words, int code, const std::string & text)
  { ExpectFailureOf([](const auto & all) { return TweedieHere(all); }, words, code, text); };
  const std::vector<std::string> half{"--interval-level", "0.5"};
  const auto with =
      [&](std::vector<std::string> more, const std::string & flag = "--steps", const std::string & value = "2")
  {
    more.insert(more.end(), half.begin(), half.end());
    std::vector<std::string> words = Reconstruct(more);
    *std::next(std::find(words.begin(), words.end(), flag)) = value;
    return words;
  };
  refused(with({"--calibration", pixels}, "--steps", "3"), 2, "steps 2");
  refused(with({"--calibration", pixels}, "--samples", "4"), 2, "samples 3");
  refused(with({"--calibration", pixels, "--noise", "0.1"}), 2, "noise 0.01");
  refused(with({"--calibration", pixels, "--covariance", "scalar"}), 2, "settings ");
  auto other = with({"--calibration", pixels});
  *std::find(other.begin(), other.end(), File("one")) = File("scan"); // a wider centre, of the same acceleration
  *std::find(other.begin(), other.end(), std::string("daps")) = "dps";
  refused(other, 2, "method daps");
  refused(Reconstruct({"--calibration", pixels, "--interval-level", "0.9"}), 1, "2 calibration cases; required 0.667");
  refused(with({"--calibration", Scales("split-conformal")}), 1, "--roi: not given");
  refused(with({"--calibration", File("head.nii.gz")}), 2, "damaged");
  refused(Reconstruct({"--lower", File("lower.nii.gz")}), 1, "without --calibration");
  Volume nothing = test::PhantomImage().Slices(0, 1);
  TensorView(nothing).zero_();
  WriteImage(File("nothing.nii.gz"), nothing);
  m_Before = Files();
  refused(Reconstruct({"--roi", File("nothing.nii.gz")}), 2, "only background");
  refused(Reconstruct({"--roi", File("labels.nii.gz")}), 2, "48 x 40 x 6");
}
} // namespace
} // namespace tweedie
