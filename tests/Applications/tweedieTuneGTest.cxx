// SPDX-License-Identifier: Apache-2.0
#include "tweedieExpectTensor.h"
#include "tweedieMetrics.h"
#include "tweediePresets.h"
#include "tweedieProgramTest.h"
#include "tweedieRandom.h"
#include "tweedieRestorationVolume.h"
#include "tweedieTunedSettings.h"
#include "tweedieVolumeTensor.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <csignal>
#include <sstream>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Tweedie;
using test::WriteFile;
using Json = nlohmann::json;

constexpr double mean = 100.0;
constexpr double deviation = 20.0;

class Tune : public test::ProgramTest
{
protected:
  static std::vector<std::string>
  Restoration(const std::string & output, const std::vector<std::string> & more)
  {
    std::vector<std::string> words{
        "tune", "restoration", "--image", File("head.nii.gz"), "--slices", "1,4", "--output", File(output)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static Json
  Preset(const std::string & name)
  {
    return Json::parse(ReadFile(File(name)));
  }
  /** The lines of a log without the column of seconds, which no two runs share. */
  static std::vector<std::string>
  Trials(const std::string & name)
  {
    std::vector<std::string> lines;
    std::istringstream text(ReadFile(File(name)));
    for (std::string line; std::getline(text, line);)
    {
      const std::size_t failure = line.rfind(','); // "...,seconds,failure"
      lines.push_back(line.substr(0, line.rfind(',', failure - 1)) + line.substr(failure));
    }
    return lines;
  }
};

/** White noise around a constant: the best prior variance of tikhonov is that of the noise. */
Volume
WhiteImage()
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({64, 64, 2});
  Volume image(grid, Volume::Element::Real);
  const at::Tensor noise = RandomStreams(11, {0}).Normal({1, 2, 64, 64}, at::kFloat)[0];
  TensorView(image).copy_(noise * deviation + mean);
  return image;
}

TEST_F(Tune, FindsTheKnownOptimumFromABadStart)
{
  WriteImage(File("white.nii.gz"), WhiteImage());
  WriteFile(File("bad.json"), R"({"configuration": {"variance": 1e-4}})");
  const auto result = Tweedie({"tune",
                               "restoration",
                               "--image",
                               File("white.nii.gz"),
                               "--task",
                               "denoise",
                               "--noise",
                               "0.12",
                               "--method",
                               "tikhonov",
                               "--preset",
                               File("bad.json"),
                               "--budget",
                               "60",
                               "--output",
                               File("white.json")});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const Json preset = Preset("white.json");
  const at::Tensor truth = TensorView(WhiteImage())[0].to(at::kDouble);
  const double unit =
      std::get<0>(truth.flatten().sort())[static_cast<std::int64_t>(0.999 * (2 * 64 * 64 - 1))].item<double>();
  const double v = std::pow(deviation / unit, 2);
  const double noise = 0.12 * 0.12;
  // 59 draws over five decades: some 12 a decade, so that one within a factor of 1.3 is missed once in a thousand.
  const double found = preset["configuration"]["variance"];
  EXPECT_LT(found, v * 1.3);
  EXPECT_GT(found, v / 1.3);
  double range = 0.0;
  for (const at::Tensor & slice : {truth[0], truth[1]})
  {
    range += 20.0 * std::log10(slice.max().item<double>() / unit) / 2.0;
  }
  const double exact = range - 10.0 * std::log10(v * noise / (v + noise));
  // The error of 8192 pixels has a relative standard error of 1.6 %, 0.07 dB; four of them.
  EXPECT_NEAR(preset["search"]["best"].get<double>(), exact, 0.28);
  EXPECT_LT(preset["search"]["first"].get<double>(),
            exact - 2.0); // the mean alone has v instead of v noise / (v + noise)
  EXPECT_NE(preset["search"]["best-trial"], 0);
}

TEST_F(Tune, ItsPresetDoesWhatTheTrialDid)
{
  WriteImage(File("noisy-white.nii.gz"), WhiteImage());
  const auto tuned = Tweedie({"tune",
                              "restoration",
                              "--image",
                              File("noisy-white.nii.gz"),
                              "--task",
                              "denoise",
                              "--noise",
                              "0.12",
                              "--method",
                              "tikhonov",
                              "--budget",
                              "4",
                              "--limit-calls",
                              "200",
                              "--seed",
                              "5",
                              "--output",
                              File("four.json")});
  ASSERT_EQ(tuned.exitCode, 0) << tuned.error;
  EXPECT_NE(tuned.error.find("--limit-calls has no effect on method tikhonov"), std::string::npos) << tuned.error;
  EXPECT_TRUE(Preset("four.json")["search"]["limit-calls"].is_null());
  const auto simulated = Tweedie({"simulate",
                                  "restoration",
                                  "--image",
                                  File("noisy-white.nii.gz"),
                                  "--task",
                                  "denoise",
                                  "--noise",
                                  "0.12",
                                  "--seed",
                                  "1005",
                                  "--output",
                                  File("grain.nii.gz")});
  ASSERT_EQ(simulated.exitCode, 0) << simulated.error;
  const auto restored = Tweedie({"reconstruct",
                                 "restoration",
                                 File("grain.nii.gz"),
                                 "--preset",
                                 File("four.json"),
                                 "--output",
                                 File("smooth.nii.gz")});
  ASSERT_EQ(restored.exitCode, 0) << restored.error;
  const at::Tensor truth = TensorView(WhiteImage())[0].to(at::kDouble);
  const at::Tensor image = TensorView(ReadImage(File("smooth.nii.gz")))[0].to(at::kDouble);
  const double psnr = 0.5 * (PeakSignalToNoiseRatio(truth[0], image[0]) + PeakSignalToNoiseRatio(truth[1], image[1]));
  EXPECT_NEAR(psnr, Preset("four.json")["search"]["best"].get<double>(), 1e-3); // single precision in the files
}

TEST_F(Tune, GoesOnWhereItStopped)
{
  const auto prior = Model("machinery.safetensors", 2);
  const auto words = [&](const std::string & output, const std::string & budget)
  {
    return Restoration(output,
                       {"--task",
                        "inpaint-random",
                        "--size",
                        "24,16",
                        "--noise",
                        "0.05",
                        "--prior",
                        prior,
                        "--method",
                        "dds",
                        "--limit-calls",
                        "24",
                        "--progress",
                        "bar",
                        "--overwrite",
                        "--budget",
                        budget});
  };
  ASSERT_EQ(Tweedie(words("whole.json", "5")).exitCode, 0);
  ASSERT_EQ(Trials("whole.csv").size(), 6u);

  // A smaller budget first.
  ASSERT_EQ(Tweedie(words("part.json", "2")).exitCode, 0);
  const std::string log = ReadFile(File("part.csv"));
  ASSERT_EQ(Trials("part.csv").size(), 3u);
  ASSERT_EQ(Tweedie(words("part.json", "5")).exitCode, 0);
  EXPECT_EQ(ReadFile(File("part.csv")).substr(0, log.size()), log); // seconds and all: not run again
  EXPECT_EQ(Trials("part.csv"), Trials("whole.csv"));
  EXPECT_EQ(ReadFile(File("part.json")), ReadFile(File("whole.json")));

  // Interrupted as soon as it shows something.
  const auto stopped = Tweedie(words("stopped.json", "5"), SIGINT);
  EXPECT_EQ(stopped.exitCode, 130) << stopped.error;
  EXPECT_NE(stopped.error.find("the same command goes on"), std::string::npos) << stopped.error;
  EXPECT_FALSE(std::filesystem::exists(File("stopped.json")));
  ASSERT_EQ(Tweedie(words("stopped.json", "5")).exitCode, 0);
  EXPECT_EQ(Trials("stopped.csv"), Trials("whole.csv"));
  EXPECT_EQ(ReadFile(File("stopped.json")), ReadFile(File("whole.json")));
}

TEST_F(Tune, TrialsCostTheSameAndMayFail)
{
  const auto prior = Model("machinery.safetensors", 2);
  const auto result = Tweedie(Restoration("dm.json",
                                          {"--task",
                                           "denoise",
                                           "--size",
                                           "16,16",
                                           "--prior",
                                           prior,
                                           "--method",
                                           "pnp-dm",
                                           "--steps",
                                           "1",
                                           "--samples",
                                           "2",
                                           "--objective",
                                           "crps",
                                           "--budget",
                                           "12"}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const Json preset = Preset("dm.json");
  const std::int64_t failed = preset["search"]["failed"];
  EXPECT_GT(failed, 0); // more inner steps than the 8 of the first trial are drawn with probability 0.27
  EXPECT_LT(failed, 11);
  EXPECT_NE(result.output.find(std::to_string(failed) + " failed"), std::string::npos) << result.output;
  std::int64_t refused = 0;
  for (const std::string & line : Trials("dm.csv"))
  {
    refused += line.find("required at least the") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(refused, failed);
  EXPECT_LE(preset["search"]["network-evaluations"].get<int>(), 16);
  EXPECT_LE(preset["search"]["best"].get<double>(), preset["search"]["first"].get<double>());
  EXPECT_EQ(preset["configuration"]["samples"], 2);
  EXPECT_FALSE(preset["configuration"].contains("prior"));
}

TEST_F(Tune, AGivenFlagIsNotSearched)
{
  const auto prior = Model("machinery.safetensors", 2);
  const std::vector<std::string> flags{
      "--task", "denoise", "--size", "16,16", "--prior", prior, "--limit-calls", "24", "--budget", "2"};
  std::vector<std::string> fixed = flags;
  fixed.insert(fixed.end(), {"--method", "diffpir", "--diffpir-zeta", "0.3"});
  const auto result = Tweedie(Restoration("fixed.json", fixed));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const Json preset = Preset("fixed.json");
  EXPECT_EQ(preset["configuration"]["diffpir-zeta"], 0.3);
  EXPECT_TRUE(preset["search"]["ranges"].contains("diffpir-lambda"));
  EXPECT_FALSE(preset["search"]["ranges"].contains("diffpir-zeta"));
  EXPECT_EQ(preset["configuration"]["steps"], 12); // of two samples
  fixed.insert(fixed.end(), {"--diffpir-lambda", "2"});
  ExpectFailure(Restoration("none.json", fixed), 1, "no setting to search");
}

TEST_F(Tune, TunesMRI)
{
  const std::vector<std::string> words{"tune",           "mri",  "--image",           File("head.nii.gz"),
                                       "--slices",       "1",    "--coils",           "4",
                                       "--acceleration", "2",    "--center-fraction", "0.2",
                                       "--noise",        "0.05", "--method",          "sense",
                                       "--budget",       "8",    "--output",          File("sense.json")};
  const auto result = Tweedie(words);
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const Json preset = Preset("sense.json");
  EXPECT_GT(preset["search"]["best"].get<double>(), preset["search"]["first"].get<double>()); // of lambda 0.01
  const auto used =
      Tweedie({"reconstruct", "mri", File("scan"), "--preset", File("sense.json"), "--output", File("sense.nii.gz")});
  ASSERT_EQ(used.exitCode, 0) << used.error;
  const auto summary = Json::parse(ReadFile(File("sense.summary.json")));
  EXPECT_EQ(summary["options"]["lambda"], preset["configuration"]["lambda"]);
}

TEST_F(Tune, SuitesFindTunedPresets)
{
  RestorationVolumeOptions options;
  EXPECT_EQ(UseTunedSettings("denoise", "tikhonov", 0, options), "tuned-denoise-tikhonov");
  EXPECT_EQ(*options.variance, ReadPreset("tuned-denoise-tikhonov")["variance"].get<double>());
  EXPECT_EQ(options.method, "tikhonov");
  RestorationVolumeOptions untouched;
  EXPECT_EQ(UseTunedSettings("denoise", "tikhonov", 200, untouched), ""); // tuned for another cost
  EXPECT_EQ(UseTunedSettings("none", "tikhonov", 0, untouched), "");
  EXPECT_FALSE(untouched.variance);
}

TEST_F(Tune, RefusesWhatCannotBe)
{
  const auto prior = Model("machinery.safetensors", 2);
  ExpectWrongUse(Restoration("x.json", {"--task", "sr", "--method", "tv", "--budget", "0"}), "--budget: given 0");
  ExpectWrongUse({"tune", "mri", "--image", File("head.nii.gz"), "--budget", "0", "--output", File("x.json")},
                 "--budget: given 0");
  ExpectWrongUse({"tune", "--budget", "0"}, "restoration");
  ExpectWrongUse(Restoration("x.json", {"--task", "sr", "--method", "dds"}), "--prior");
  ExpectWrongUse(Restoration("x.json", {"--task", "sr", "--method", "tikhonov", "--objective", "crps"}), "no samples");
  ExpectWrongUse(Restoration("x.json", {"--task", "hdr", "--method", "tv"}), "non-linear");
  const std::vector<std::string> dds{"--task", "sr", "--method", "dds", "--prior", prior};
  std::vector<std::string> both = dds;
  both.insert(both.end(), {"--limit-calls", "24", "--steps", "2"});
  ExpectWrongUse(Restoration("x.json", both), "required one of the two");
  ExpectWrongUse(Restoration("head.nii.gz", {"--task", "sr", "--method", "tv", "--overwrite"}), "is an input");
  ExpectWrongUse(Restoration("x.json", {"--task", "sr", "--method", "tv", "--log", File("x.json")}), "another output");

  ExpectFailure({"tune",
                 "restoration",
                 "--image",
                 File("scan.cfl"),
                 "--task",
                 "sr",
                 "--method",
                 "tv",
                 "--output",
                 File("x.json")},
                2,
                "several channels");

  const std::vector<std::string> wiener{"--task", "blur-gaussian", "--kernel-size", "9", "--method", "wiener"};
  std::vector<std::string> once = wiener;
  once.insert(once.end(), {"--budget", "1"});
  ASSERT_EQ(Tweedie(Restoration("w.json", once)).exitCode, 0);
  ExpectWrongUse(Restoration("w.json", wiener), "w.json: exists already");
  const std::string log = ReadFile(File("w.csv"));
  std::vector<std::string> other = wiener;
  other.insert(other.end(), {"--seed", "2", "--overwrite"});
  ExpectWrongUse(Restoration("w.json", other), "log of another search");
  WriteFile(File("w.csv"), "search,trial\n" + log.substr(log.find('\n') + 1, 16) + ",x\n");
  other.at(7) = "1";
  ExpectFailure(Restoration("w.json", other), 2, "w.csv, line 2");
  WriteFile(File("w.csv"), "a,b\n1,2\n");
  ExpectFailure(Restoration("w.json", other), 2, "no log of tweedie tune");
}
} // namespace
} // namespace tweedie
