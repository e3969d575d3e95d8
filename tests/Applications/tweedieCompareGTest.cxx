// SPDX-License-Identifier: Apache-2.0
#include "tweedieAccessibility.h"
#include "tweedieProgramTest.h"

#include "tweedieAtomicFile.h"
#include "tweedieProgram.h"
#include "tweedieSummary.h"

#include <nlohmann/json.hpp>
#include <torch/csrc/jit/api/module.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace test
{
namespace
{
/** A folder with a truth, two reconstructions of it and a standard deviation. */
class CompareTest : public ProgramTest
{
protected:
  static void
  SetUpTestSuite()
  {
    ProgramTest::SetUpTestSuite();
    WriteDistorted("blurred.nii.gz", 0.9F, 0.0F);
    WriteDistorted("sampled.nii.gz", 1.0F, 0.01F);
    WriteDistorted("std.nii.gz", 0.0F, 0.01F);
    Summary summary;
    summary.method = "daps";
    summary.deviationOf = "daps";
    summary.deviationKind = DeviationKind::Posterior;
    summary.samples = 8;
    summary.networkEvaluations = 160;
    WriteTextAtomically(File("sampled.summary.json"), summary.ToJson());
  }

  /** factor * truth + offset * (1 or 1.5, alternating), as an image. */
  static void
  WriteDistorted(const std::string & name, float factor, float offset)
  {
    Volume image = ReadImage(File("truth.nii.gz")).Clone();
    for (std::int64_t i = 0; i < image.NumberOfElements(); ++i)
    {
      image.Data()[i] = factor * image.Data()[i] + offset * (i % 2 == 0 ? 1.0F : 1.5F);
    }
    WriteImage(File(name), image);
  }

  static std::vector<std::string>
  Compare(const std::vector<std::string> & images,
          const std::string & folder,
          const std::vector<std::string> & more = {})
  {
    std::vector<std::string> words{"compare", "--reference", File("truth.nii.gz"), "--output", File(folder)};
    for (const std::string & image : images)
    {
      words.push_back(File(image));
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  /** Runs the program inside this process: loading LibTorch anew for every case would take most of the time. */
  static ProcessResult
  Inside(const std::vector<std::string> & arguments)
  {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = RunProgram(arguments);
    std::string error = ::testing::internal::GetCapturedStderr();
    return {code, ::testing::internal::GetCapturedStdout(), std::move(error)};
  }
  /** The run failed with that code and one line that contains text, and left no file that was not there before. */
  static void
  ExpectRefusal(const std::vector<std::string> & arguments, int exitCode, const std::string & text)
  {
    const auto before = Files();
    const ProcessResult result = Inside(arguments);
    EXPECT_EQ(result.exitCode, exitCode) << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(Files(), before);
  }
  static nlohmann::json
  Table(const std::string & folder)
  {
    return nlohmann::json::parse(ReadFile(File(folder + "/table.json")));
  }
};

TEST_F(CompareTest, MakesTableFiguresAndReport)
{
  const auto result = Tweedie(Compare({"blurred.nii.gz", "sampled.nii.gz"},
                                      "new/report",
                                      {"--std",
                                       File("std.nii.gz"),
                                       "--slice-numbers",
                                       "84:87:3",
                                       "--slice",
                                       "87",
                                       "--description",
                                       "A phantom of ellipsoids."}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_NE(result.output.find("| blurred"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("new/report/report.html"), std::string::npos);
  const auto methods = Table("new/report")["methods"];
  ASSERT_EQ(methods.size(), 2U);
  // 0.9 of the truth: the error is a tenth of it everywhere, to the precision of float.
  EXPECT_NEAR(methods[0]["nrmse"].get<double>(), 0.1, 1e-6);
  EXPECT_TRUE(methods[0]["coverage-90"].is_null());
  // The standard deviation went to the image whose summary has one; error and s are equal, so only the factor of the
  // mean of 8 samples is left, and everything is inside. Float images of values up to 1: 1e-5.
  EXPECT_NEAR(methods[1]["deviation-over-error"].get<double>(), std::sqrt(1.125), 1e-5);
  EXPECT_EQ(methods[1]["coverage-90"], 1.0);
  EXPECT_EQ(methods[1]["network-evaluations"], 160.0);
  EXPECT_EQ(methods[1]["slices"][1]["slice"], 87);
  const std::string html = ReadFile(File("new/report/report.html"));
  EXPECT_NE(html.find("slice 87"), std::string::npos);
  test::ExpectAccessible(html, "compare");
  EXPECT_NE(html.find("A phantom of ellipsoids."), std::string::npos);
  EXPECT_NE(html.find("tweedie compare --reference"), std::string::npos);
}

TEST_F(CompareTest, EqualImagesAreEqual)
{
  const auto result = Inside(Compare({"truth.nii.gz"}, "equal", {"--names", "the same, again"}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const auto method = Table("equal")["methods"][0];
  EXPECT_EQ(method["name"], "the same, again"); // one image, one name
  EXPECT_EQ(method["nrmse"], 0.0);
  EXPECT_EQ(method["ssim"], 1.0);
  EXPECT_TRUE(method["psnr"].is_null()); // infinite: JSON has no number for it
  EXPECT_NE(result.output.find("∞"), std::string::npos) << result.output;
}

TEST_F(CompareTest, MaskIsUsed)
{
  const auto result = Inside(Compare({"blurred.nii.gz"}, "masked", {"--mask", File("truth.nii.gz")}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_EQ(Table("masked")["region"], "inside the given mask");
}

/** [x, 1 - x] of an image, and its mean. */
std::string
SaveNetwork(const std::string & path)
{
  torch::jit::Module module("Network");
  module.define("def forward(self, x):\n    return [torch.cat([x, 1 - x], 1), x.mean([2, 3])]\n");
  module.save(path);
  return path;
}

TEST_F(CompareTest, FeatureNetworkMakesLpipsAndFid)
{
  const std::string network = SaveNetwork(File("network.pt"));
  const auto result = Inside(
      Compare({"blurred.nii.gz", "truth.nii.gz"}, "features", {"--feature-network", network, "--names", "dark,same"}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const auto methods = Table("features")["methods"];
  const Volume truth = ReadImage(File("truth.nii.gz"));
  const std::int64_t pixels = truth.GetGrid().size.y * truth.GetGrid().size.x;
  const float range = *std::max_element(truth.Data(), truth.Data() + truth.NumberOfElements());
  double means[2] = {0.0, 0.0};
  double lpips = 0.0;
  for (std::int64_t i = 0; i < truth.NumberOfElements(); ++i)
  {
    const double x = truth.Data()[i] / range;
    const double y = 0.9 * x;
    const double cosine = (x * y + (1.0 - x) * (1.0 - y)) / std::hypot(x, 1.0 - x) / std::hypot(y, 1.0 - y);
    lpips += (2.0 - 2.0 * cosine) / static_cast<double>(truth.NumberOfElements());
    means[i / pixels] += x / static_cast<double>(pixels);
  }
  // Two slices of means a and b have s^2 = (a - b)^2 / 2; both are scaled by 0.9.
  const double mean = 0.5 * (means[0] + means[1]);
  const double square = 0.5 * (means[0] - means[1]) * (means[0] - means[1]);
  constexpr double rounding = 1e-6; // float images
  EXPECT_NEAR(methods[0]["lpips"].get<double>(), lpips, rounding);
  EXPECT_NEAR(methods[0]["fid"].get<double>(), 0.01 * (mean * mean + square), rounding);
  EXPECT_EQ(methods[1]["lpips"], 0.0);
  EXPECT_EQ(methods[1]["fid"], 0.0);
  EXPECT_NE(result.output.find("LPIPS"), std::string::npos);
  EXPECT_NE(ReadFile(File("features/report.html")).find("Values of two networks cannot be compared"),
            std::string::npos);
}

TEST_F(CompareTest, WithoutANetworkThereIsNoLpips)
{
  const auto result = Inside(Compare({"blurred.nii.gz"}, "plain"));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_TRUE(Table("plain")["methods"][0]["lpips"].is_null());
  EXPECT_TRUE(Table("plain")["methods"][0]["fid"].is_null());
  EXPECT_EQ(result.output.find("LPIPS"), std::string::npos);
  // Two slices are not enough to extrapolate: no number, and a line that says so.
  const std::string network = SaveNetwork(File("network.pt"));
  const auto few = Inside(Compare({"blurred.nii.gz"}, "few", {"--feature-network", network, "--fid-unbiased"}));
  ASSERT_EQ(few.exitCode, 0) << few.error;
  EXPECT_TRUE(Table("few")["methods"][0]["fid"].is_null());
  EXPECT_NE(few.error.find("required more samples than features"), std::string::npos) << few.error;
  ExpectRefusal(Compare({"blurred.nii.gz"}, "x", {"--fid-unbiased"}), 1, "required --feature-network");
  ExpectRefusal(Compare({"blurred.nii.gz"}, "x", {"--feature-network", File("truth.nii.gz")}), 2, "TorchScript");
}

TEST_F(CompareTest, RefusesWhatCannotBe)
{
  ExpectRefusal(Compare({"blurred.nii.gz"}, "x", {"--names", "a", "--names", "b"}), 1, "--names: given 2");
  ExpectRefusal(Compare({"blurred.nii.gz"}, "x", {"--std", File("std.nii.gz"), "--std", File("std.nii.gz")}),
                1,
                "at most one per image");
  ExpectRefusal(Compare({"missing.nii.gz"}, "x"), 2, "missing.nii.gz");
  ExpectRefusal(Compare({"head.nii.gz"}, "x"), 2, "required: the reference's");
  ExpectRefusal(Compare({}, "x"), 1, "at least one image");
  ExpectRefusal(Compare({"blurred.nii.gz"}, "truth.nii.gz"), 1, "is a file");
  ExpectRefusal(Compare({"blurred.nii.gz"}, "x", {"--slice", "2"}), 1, "--slice: given 2");
  ExpectRefusal(Compare({"blurred.nii.gz"}, "x", {"--slice-numbers", "84:90"}), 1, "--slice-numbers: given 84:90");
  ExpectRefusal(Compare({"blurred.nii.gz"}, "x", {"--seeds", "1"}), 1, "belongs to --suite");
  ExpectRefusal({"compare", "--suite", "mri-knee", "--output", File("x")}, 1, "required one of mri-brain");
}

TEST_F(CompareTest, KeepsAnOldReportUnlessToldOtherwise)
{
  ASSERT_EQ(Inside(Compare({"blurred.nii.gz"}, "kept")).exitCode, 0);
  ExpectRefusal(Compare({"sampled.nii.gz"}, "kept"), 1, "--overwrite");
  EXPECT_EQ(Table("kept")["methods"][0]["name"], "blurred");
  ASSERT_EQ(Inside(Compare({"sampled.nii.gz"}, "kept", {"--overwrite"})).exitCode, 0);
  EXPECT_EQ(Table("kept")["methods"][0]["name"], "sampled");
}
} // namespace
} // namespace test
} // namespace tweedie
