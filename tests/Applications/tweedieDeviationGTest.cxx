// SPDX-License-Identifier: Apache-2.0
// Standard deviations of classical methods: replicas, formulas and the bootstrap agree, as files.
#include "tweedieMetrics.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::TweedieHere;

class Deviation : public test::ProgramTest
{
protected:
  /** --std of a run on the scan, [channel, z, y, x]. */
  static at::Tensor
  Std(const std::string & name, std::vector<std::string> more)
  {
    std::vector<std::string> words{"reconstruct", "mri", File("scan"), "--output", File(name + ".nii.gz")};
    words.insert(words.end(), {"--std", File(name + "-std.nii.gz")});
    words.insert(words.end(), more.begin(), more.end());
    const auto result = TweedieHere(words);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return TensorView(ReadImage(File(name + "-std.nii.gz"))).to(at::kDouble);
  }
  static nlohmann::json
  SummaryOf(const std::string & name)
  {
    std::ifstream file(File(name + ".summary.json"));
    return nlohmann::json::parse(file);
  }
  static void
  ExpectUsage(const std::vector<std::string> & more, const std::string & text)
  {
    std::vector<std::string> words{"reconstruct", "mri", File("scan"), "--output", File("no.nii.gz")};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = TweedieHere(words);
    EXPECT_EQ(result.exitCode, 1) << result.error;
    EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
  }
};

TEST_F(Deviation, OfSenseByReplicasIsThatOfTheFormula)
{
  const at::Tensor formula =
      Std("formula", {"--method", "sense", "--deviation", "analytic", "--g-factor", File("g.nii.gz")});
  const at::Tensor replicas =
      Std("replicas", {"--method", "sense", "--tolerance", "1e-5", "--deviation", "replica", "--replicas", "60"});
  // Within the head the magnitude's deviation is known to 1 / sqrt(2 * 59) a pixel, and its mean far better.
  const at::Tensor head = ForegroundMask(TensorView(ReadImage(File("formula.nii.gz"))));
  const at::Tensor ratio = (replicas / formula).masked_select(head);
  EXPECT_NEAR(ratio.mean().item<double>(), 1.0, 0.02);
  EXPECT_NEAR(ratio.std(true).item<double>(), 0.092, 0.02);
  EXPECT_GE(TensorView(ReadImage(File("g.nii.gz"))).min().item<double>(), 1.0 - 1e-6); // float
  const nlohmann::json one = SummaryOf("formula"), many = SummaryOf("replicas");
  EXPECT_EQ(one["deviation-kind"], "replica");
  EXPECT_EQ(one["deviation-of"], "analytic");
  EXPECT_EQ(many["deviation-of"], "replicas");
  EXPECT_EQ(many["samples"], 60);
  EXPECT_NEAR(many["figures"]["deviation-relative-error"].get<double>(), 0.092, 0.001);
}

TEST_F(Deviation, OfTotalVariationAndByTheBootstrap)
{
  const at::Tensor tv = Std("tv",
                            {"--method",
                             "tv",
                             "--lambda",
                             "0.02",
                             "--deviation",
                             "replica",
                             "--replica-around",
                             "estimate",
                             "--replicas",
                             "5"});
  EXPECT_GT(tv.mean().item<double>(), 0.0);
  const at::Tensor moved = Std(
      "bootstrap", {"--method", "sense", "--deviation", "bootstrap", "--replicas", "5", "--bootstrap-shift", "0.02"});
  EXPECT_GT(moved.mean().item<double>(), 0.0);
  EXPECT_EQ(SummaryOf("bootstrap")["deviation-of"], "equivariant bootstrap");
}

TEST_F(Deviation, OfAGaussianFieldByItsOwnSamples)
{
  const at::Tensor field =
      Std("field",
          {"--method", "gaussian-field", "--samples", "12", "--samples-output", File("draws.nii.gz"), "--seed", "3"});
  EXPECT_GT(field.min().item<double>(), 0.0);
  EXPECT_EQ(TensorView(ReadImage(File("draws.nii.gz"))).size(0), 12);
  const nlohmann::json summary = SummaryOf("field");
  EXPECT_EQ(summary["deviation-kind"], "gaussian-posterior");
  EXPECT_EQ(summary["samples"], 12);
  EXPECT_GT(summary["figures"]["field-precision"].get<double>(), 0.0);
  // Less than what the data alone leave: the field smooths.
  const at::Tensor sense = Std("plain", {"--method", "sense", "--lambda", "0", "--deviation", "analytic"});
  EXPECT_LT(field.mean().item<double>(), sense.mean().item<double>());
  ExpectUsage({"--method", "gaussian-field", "--std", File("s.nii.gz")}, "--samples of at least 2");
}

TEST_F(Deviation, OfFilteredBackProjectionByFormulaAndReplicas)
{
  const auto run = [](const std::vector<std::string> & words)
  {
    const auto result = TweedieHere(words);
    EXPECT_EQ(result.exitCode, 0) << result.error;
  };
  run({"geometry", "ct", "--type", "parallel", "--views", "60", "--output", File("g.xml")});
  run({"simulate",
       "ct",
       "--image",
       File("head.nii.gz"),
       "--slices",
       "1:2",
       "--geometry",
       File("g.xml"),
       "--pitch",
       "2",
       "--photons",
       "1e4",
       "--electronic",
       "20",
       "--output",
       File("p.mha")});
  const auto std = [&](const std::string & name, std::vector<std::string> more)
  {
    std::vector<std::string> words{
        "reconstruct", "ct", File("p.mha"), "--geometry", File("g.xml"), "--method", "fbp", "--output"};
    words.insert(words.end(), {File(name + ".nii.gz"), "--std", File(name + "-std.nii.gz")});
    words.insert(words.end(), more.begin(), more.end());
    run(words);
    return TensorView(ReadImage(File(name + "-std.nii.gz"))).to(at::kDouble);
  };
  const at::Tensor formula = std("fbp", {"--deviation", "analytic"});
  const at::Tensor replicas = std("fbp-r", {"--deviation", "replica", "--replicas", "40"});
  EXPECT_NEAR((replicas / formula).mean().item<double>(), 1.0, 0.02); // each known to 11 %, of some thousand pixels
}

TEST_F(Deviation, OfPhaseRetrievalByReplicas)
{
  const auto made = TweedieHere({"simulate",
                                 "phase",
                                 "--image",
                                 File("head.nii.gz"),
                                 "--slices",
                                 "1:2",
                                 "--experiment",
                                 "coded",
                                 "--noise",
                                 "1",
                                 "--output",
                                 File("coded.cxi")});
  ASSERT_EQ(made.exitCode, 0) << made.error;
  const auto found = TweedieHere({"reconstruct",
                                  "phase",
                                  File("coded.cxi"),
                                  "--method",
                                  "er",
                                  "--iterations",
                                  "60",
                                  "--starts",
                                  "1",
                                  "--deviation",
                                  "replica",
                                  "--replicas",
                                  "4",
                                  "--output",
                                  File("er.nii.gz"),
                                  "--std",
                                  File("er-std.nii.gz")});
  ASSERT_EQ(found.exitCode, 0) << found.error;
  // Four patterns of amplitudes for each object: near the noise of one of them, 1, and no more than a few.
  const double mean = TensorView(ReadImage(File("er-std.nii.gz"))).mean().item<double>();
  EXPECT_GT(mean, 0.1);
  EXPECT_LT(mean, 10.0);
}

TEST_F(Deviation, RefusesWhatDoesNotGoTogether)
{
  ExpectUsage({"--method", "tv", "--deviation", "analytic", "--std", File("s.nii.gz")}, "--deviation: given analytic");
  ExpectUsage({"--method", "sense", "--std", File("s.nii.gz")}, "or --deviation");
  ExpectUsage({"--method", "sense", "--deviation", "replica", "--samples-output", File("s.nii.gz")},
              "makes no samples");
  ExpectUsage({"--method", "sense", "--deviation", "replica", "--replicas", "1"}, "--replicas");
  ExpectUsage({"--method", "sense", "--deviation", "none"}, "--deviation");
  const auto warned = TweedieHere(
      {"reconstruct", "mri", File("scan"), "--method", "sense", "--replicas", "9", "--output", File("warned.nii.gz")});
  EXPECT_NE(warned.error.find("--replicas has no effect"), std::string::npos) << warned.error;
}
} // namespace
} // namespace tweedie
