// SPDX-License-Identifier: Apache-2.0
// Volumes of CT: runs that are killed and go on, and memory that does not grow with the slices.
#include "tweedieExpectTensor.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::Tweedie;
using test::TweedieHere;

constexpr double megabyte = 1e6;

/** A skull of 900 HU around a brain of 40 HU in air, wider from slice to slice. */
Volume
Head(std::int64_t slices, std::int64_t side)
{
  const double spacing = 200.0 / static_cast<double>(side);
  const auto first = [](std::int64_t n, double pitch) { return -0.5 * pitch * static_cast<double>(n - 1); };
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({side, side, slices});
  grid.spacing = Axes<double>::FromXyz({spacing, spacing, 2.0});
  grid.origin = {first(side, spacing), first(side, spacing), first(slices, 2.0)};
  const at::Tensor place = (at::arange(side, at::kDouble) - 0.5 * static_cast<double>(side - 1)) * spacing;
  const at::Tensor radius = (place.square().unsqueeze(1) + place.square() * 1.3).sqrt();
  const at::Tensor wide = at::arange(slices, at::kDouble).reshape({-1, 1, 1}) * (10.0 / static_cast<double>(slices));
  const at::Tensor image =
      -1000.0 + 1900.0 * radius.lt(70.0 + wide).to(at::kDouble) - 860.0 * radius.lt(60.0 + wide).to(at::kDouble);
  return VolumeFromTensor(image.unsqueeze(0).to(at::kFloat), grid);
}

class CTProgramVolumes : public test::TemporaryFolderTest
{
protected:
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }
  /** A scan of that many slices, and a network of random weights: only the machinery can be tested. */
  void
  Scan(const std::string & name,
       std::int64_t slices,
       std::int64_t side,
       double width,
       const std::string & type = "parallel") const
  {
    const std::string image = File(name + "-head.nii.gz"), geometry = File(name + ".xml");
    WriteImage(image, Head(slices, side));
    ASSERT_EQ(TweedieHere({"geometry", "ct", "--type", type, "--views", "12", "--output", geometry}).exitCode, 0);
    std::vector<std::string> words{"simulate", "ct", "--image", image, "--geometry", geometry, "--photons", "1e5"};
    words.insert(words.end(), {"--pitch", "4", "--output", File(name + ".mha")});
    if (type == "cone")
    {
      words.insert(words.end(), {"--rows", "8"});
    }
    const auto result = TweedieHere(words);
    ASSERT_EQ(result.exitCode, 0) << result.error;
    ModelCard card;
    card.name = "ct";
    card.network.channels = 1;
    card.network.widths = {width, width};
    card.network.blocks = 1;
    card.network.embedding = 16;
    card.channels = {"attenuation"};
    card.size = {static_cast<double>(side), static_cast<double>(side)};
    card.spacing = {200.0 / static_cast<double>(side), 200.0 / static_cast<double>(side)};
    card.hounsfieldAtOne = 1500.0;
    SavePrior(File("ct.safetensors"), card, UNet(card.network, 1));
  }
  std::vector<std::string>
  Reconstruct(const std::string & scan, const std::string & output, const std::vector<std::string> & more) const
  {
    std::vector<std::string> words{"reconstruct", "ct", File(scan + ".mha"), "--geometry", File(scan + ".xml")};
    words.insert(words.end(), {"--prior", File("ct.safetensors"), "--threads", "1", "--output", File(output)});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  /** Megabytes, as the last line and the summary say. */
  double
  Peak(const std::string & scan, const std::vector<std::string> & more) const
  {
    const auto result = Tweedie(Reconstruct(scan, scan + "-mean.nii.gz", more));
    EXPECT_EQ(result.exitCode, 0) << result.error;
    const auto summary = nlohmann::json::parse(test::ReadFile(File(scan + "-mean.summary.json")));
    const double bytes = summary["peak-memory-bytes"];
    const auto printed = result.output.find("peak memory ");
    EXPECT_NE(printed, std::string::npos) << result.output;
    // The line comes after the summary, and may know a little more.
    EXPECT_NEAR(std::stod(result.output.substr(printed + 12)), bytes / megabyte, 5.0) << result.output;
    return bytes / megabyte;
  }
};

TEST_F(CTProgramVolumes, AKilledRunGoesOnToTheSameBits)
{
  Scan("slices", 5, 24, 16.0);
  Scan("volume", 5, 24, 16.0, "cone");
  const std::vector<std::string> chains{
      "--steps", "8", "--sample-steps", "8", "--samples", "2", "--batch", "2", "--rmp-draws", "2"};
  for (const auto & [scan, more] : {std::pair{"slices", std::vector<std::string>{}},
                                    std::pair{"volume", std::vector<std::string>{"--coupling", "30"}}})
  {
    SCOPED_TRACE(scan + std::string(more.empty() ? "" : ", coupled"));
    auto words = chains;
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--std", File("whole-std.mha"), "--overwrite"});
    const auto whole = Tweedie(Reconstruct(scan, "whole.mha", words));
    ASSERT_EQ(whole.exitCode, 0) << whole.error;
    words = chains;
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--std", File("cut-std.mha"), "--overwrite"});
    words.insert(words.end(), {"--checkpoint", File("run.checkpoint"), "--checkpoint-seconds", "0"});
    words.insert(words.end(), {"--progress", "bar"});
    // Signals come with the first signs of progress.
    for (const int signal : {SIGKILL, SIGTERM})
    {
      const auto cut = Tweedie(Reconstruct(scan, "cut.mha", words), signal);
      ASSERT_EQ(cut.exitCode, signal == SIGKILL ? 128 + SIGKILL : 130) << cut.error;
      EXPECT_TRUE(std::filesystem::exists(File("run.checkpoint")));
      EXPECT_FALSE(std::filesystem::exists(File("cut.mha")));
    }
    const auto resumed = Tweedie(Reconstruct(scan, "cut.mha", words));
    ASSERT_EQ(resumed.exitCode, 0) << resumed.error;
    EXPECT_FALSE(std::filesystem::exists(File("run.checkpoint")));
    // Not a tolerance: the saved state is exact and every draw is a function of its counter.
    EXPECT_TENSOR_EQUAL(TensorView(ReadImage(File("cut.mha"))), TensorView(ReadImage(File("whole.mha"))));
    EXPECT_TENSOR_EQUAL(TensorView(ReadImage(File("cut-std.mha"))), TensorView(ReadImage(File("whole-std.mha"))));
    std::filesystem::remove(File("cut.mha"));
  }
}

TEST_F(CTProgramVolumes, MemoryIsThatOfTheVolumeAndOfABatchOfSlices)
{
  constexpr std::int64_t side = 128;
  constexpr double width = 32.0;
  Scan("few", 8, side, width);
  Scan("many", 32, side, width);
  const std::vector<std::string> words{"--steps", "2", "--rmp-draws", "1"};
  const auto with = [&](std::vector<std::string> more)
  {
    more.insert(more.end(), words.begin(), words.end());
    return more;
  };
  const double few = Peak("few", with({"--batch", "8"}));
  const double many = Peak("many", with({"--batch", "8"}));
  const double atOnce = Peak("many", with({"--batch", "32", "--overwrite"}));
  const double coupled = Peak("many", with({"--batch", "8", "--coupling", "30", "--overwrite"}));
  const double limited = Peak("many", with({"--batch", "32", "--maximum-memory", "40", "--overwrite"}));
  const double volume = 24.0 * side * side * 4.0 / megabyte;          // what the 24 further slices hold
  const double feature = 24.0 * width * side * side * 4.0 / megabyte; // a layer of the network for them
  RecordProperty("megabytes",
                 std::to_string(few) + ", " + std::to_string(many) + ", " + std::to_string(atOnce) + ", " +
                     std::to_string(coupled));
  // Result, its copies in other units and in the file, data and their weights; beside what an allocator leaves.
  EXPECT_LT(many - few, 20.0 * volume);
  // As one image it has the copies of conjugate gradients too: 28 to 46 volumes from run to run, as the allocator has
  // it; all slices in the network at once would take above 60.
  EXPECT_LT(coupled - few, 52.0 * volume);
  // 8 slices take 17 MB by the estimate, of which 40 hold two and a half times as many; some 4 layers live at once.
  EXPECT_LT(limited - many, 40.0);
  EXPECT_GT(atOnce - limited, 0.3 * feature);
  const auto refused = Tweedie(Reconstruct("many", "none.nii.gz", with({"--maximum-memory", "1"})));
  EXPECT_EQ(refused.exitCode, 1);
  EXPECT_NE(refused.error.find("--maximum-memory: given 1 MB; required at least"), std::string::npos) << refused.error;
  EXPECT_GT(atOnce - many, feature); // what it would take if all slices went through the network together
}
} // namespace

TEST_F(CTProgramVolumes, DapsGoesToLowLevelsAndConesWithoutCouplingAreWarnedOf)
{
  Scan("cone", 3, 24, 16.0, "cone");
  const auto run = [&](const std::vector<std::string> & more)
  {
    auto words = Reconstruct("cone", "mean.mha", {"--method", "daps", "--samples", "2", "--steps", "2", "--overwrite"});
    words.insert(words.end(), more.begin(), more.end());
    const auto result = Tweedie(words);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return std::pair{result.error, nlohmann::json::parse(test::ReadFile(File("mean.summary.json")))["options"]};
  };
  const auto [warned, options] = run({});
  EXPECT_NE(warned.find("--coupling ties them"), std::string::npos) << warned;
  const double level = options["sigma-minimum"];
  EXPECT_NEAR(level, 0.026 * std::sqrt(ModelCard().priorVariance), 1e-6); // as documented, to the digits of the text
  EXPECT_EQ(options["daps-spread"], 1.0);
  const auto [silent, given] = run({"--coupling", "30", "--sigma-minimum", "0.05", "--daps-spread", "0.5"});
  EXPECT_EQ(silent.find("--coupling"), std::string::npos) << silent;
  EXPECT_EQ(given["sigma-minimum"], 0.05);
  EXPECT_EQ(given["daps-spread"], 0.5);
}
} // namespace tweedie
