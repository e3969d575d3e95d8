// SPDX-License-Identifier: Apache-2.0
#include "tweedieExpectTensor.h"
#include "tweedieMetrics.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <map>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::Tweedie;

/** Simulate, reconstruct with every classical method, compare. */
class EndToEnd : public test::ProgramTest
{
protected:
  static double
  Psnr(const std::string & name)
  {
    return PeakSignalToNoiseRatio(TensorView(ReadImage(File("truth.nii.gz"))), TensorView(ReadImage(File(name))));
  }
};

TEST_F(EndToEnd, MethodsRankAsTheyShould)
{
  std::map<std::string, double> psnr;
  for (const char * method : {"zero-filled", "sense", "tv"})
  {
    const std::string name = std::string(method) + ".nii.gz";
    const auto result = Tweedie({"reconstruct", "mri", File("scan"), "--method", method, "--output", File(name)});
    ASSERT_EQ(result.exitCode, 0) << result.error;
    EXPECT_EQ(result.output.rfind(File(name) + ": " + method, 0), 0U) << result.output;
    psnr[method] = Psnr(name);
  }
  RecordProperty("psnr",
                 "zero-filled " + std::to_string(psnr["zero-filled"]) + ", sense " + std::to_string(psnr["sense"]) +
                     ", tv " + std::to_string(psnr["tv"]));
  // Four coils at acceleration 2 determine the image: SENSE removes the aliasing that zero-filling leaves.
  EXPECT_GT(psnr["sense"], psnr["zero-filled"] + 3.0);
  // The phantom is piecewise constant, which is what TV assumes.
  EXPECT_GT(psnr["tv"], psnr["sense"]);
}

TEST_F(EndToEnd, TheReportShowsTheCoils)
{
  const auto texts = [](const std::string & method)
  {
    const std::string name = "coils-" + method;
    const auto result = Tweedie({"reconstruct",
                                 "mri",
                                 File("scan"),
                                 "--method",
                                 method,
                                 "--output",
                                 File(name + ".nii.gz"),
                                 "--report",
                                 File(name + ".html")});
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return test::ReadFile(File(name + ".html"));
  };
  const auto has = [](const std::string & text, const std::string & word)
  { return text.find(word) != std::string::npos; };
  const std::string tv = texts("tv"), sense = texts("sense");
  for (const std::string & page : {tv, sense})
  {
    EXPECT_TRUE(has(page, "coil 4, slice 1") && !has(page, "coil 5, slice 1"));
    EXPECT_TRUE(has(page, "Images of 4 of 4 coils"));
    EXPECT_TRUE(has(page, "root of sum of squares, slice 1"));
  }
  EXPECT_TRUE(has(tv, "SENSE of the same data"));
  EXPECT_FALSE(has(sense, "SENSE of the same data")); // which is the result
}

/** The arguments of a posterior reconstruction with a network of random weights: only the machinery can be tested. */
std::vector<std::string>
Posterior(const std::string & scan, const std::string & prior, const std::vector<std::string> & more)
{
  std::vector<std::string> words{"reconstruct", "mri", scan, "--prior", prior};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST_F(EndToEnd, PosteriorWritesMeanDeviationSamplesAndSummary)
{
  const auto prior = Model("machinery.safetensors", 2);
  const auto result = Tweedie(Posterior(File("scan"),
                                        prior,
                                        {"--method",
                                         "rmp",
                                         "--steps",
                                         "3",
                                         "--samples",
                                         "3",
                                         "--sample-steps",
                                         "3",
                                         "--output",
                                         File("mean.nii.gz"),
                                         "--std",
                                         File("std.nii.gz"),
                                         "--samples-output",
                                         File("samples.nii.gz")}));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const Volume deviation = ReadImage(File("std.nii.gz"));
  EXPECT_TRUE(deviation.GetGrid().IsCongruent(ReadImage(File("mean.nii.gz")).GetGrid()));
  EXPECT_GT(TensorView(deviation).min().item<double>(), 0.0);
  EXPECT_EQ(ReadImage(File("samples.nii.gz")).Channels(), 3);
  const auto summary = nlohmann::json::parse(test::ReadFile(File("mean.summary.json")));
  EXPECT_EQ(summary["deviation-kind"], "posterior");
  EXPECT_EQ(summary["deviation-of"], "daps");
  EXPECT_EQ(summary["samples"], 3);
  EXPECT_NE(summary["options"]["precision"], "auto"); // what it became
}

TEST_F(EndToEnd, AnInterruptedOrKilledChainGoesOnFromItsCheckpoint)
{
  const auto prior = Model("chain.safetensors", 2);
  // Enough steps that the interrupt, sent at the first sign of progress, comes before the last one.
  const auto run = [&](const std::string & name, const std::vector<std::string> & more)
  {
    auto words = Posterior(
        File("scan"), prior, {"--method", "rmp", "--steps", "400", "--part", "complex", "--output", File(name)});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const std::vector<std::string> checkpoint{"--checkpoint", File("chain.checkpoint"), "--progress", "bar"};
  const auto interrupted = Tweedie(run("resumed.mha", checkpoint), SIGINT);
  ASSERT_EQ(interrupted.exitCode, 130) << interrupted.error;
  EXPECT_NE(interrupted.error.find("goes on from"), std::string::npos) << interrupted.error;
  EXPECT_FALSE(std::filesystem::exists(File("resumed.mha")));
  const auto resumed = Tweedie(run("resumed.mha", checkpoint));
  ASSERT_EQ(resumed.exitCode, 0) << resumed.error;
  auto often = checkpoint;
  often.insert(often.end(), {"--checkpoint-seconds", "0"});
  const auto killed = Tweedie(run("killed.mha", often), SIGKILL);
  ASSERT_EQ(killed.exitCode, 128 + SIGKILL) << killed.error;
  EXPECT_FALSE(std::filesystem::exists(File("killed.mha")));
  const auto revived = Tweedie(run("killed.mha", checkpoint));
  ASSERT_EQ(revived.exitCode, 0) << revived.error;
  const auto whole = Tweedie(run("whole.mha", {}));
  ASSERT_EQ(whole.exitCode, 0) << whole.error;
  // The state is stored as it is, and the arithmetic of a step does not depend on where the chain was cut.
  EXPECT_TENSOR_EQUAL(TensorView(ReadImage(File("resumed.mha"))), TensorView(ReadImage(File("whole.mha"))));
  EXPECT_TENSOR_EQUAL(TensorView(ReadImage(File("killed.mha"))), TensorView(ReadImage(File("whole.mha"))));
}
} // namespace
} // namespace tweedie
