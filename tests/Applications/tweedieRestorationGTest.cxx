// SPDX-License-Identifier: Apache-2.0
#include "tweedieExpectTensor.h"
#include "tweedieMetrics.h"
#include "tweediePresets.h"
#include "tweedieRestorationTest.h"
#include "tweedieVolumeTensor.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Restoration;
using test::Tweedie;
using test::TweedieHere;
using test::WriteFile;

TEST_F(Restoration, EveryTaskGoesFromAFileToMeanAndDeviation)
{
  const auto prior = Model("machinery.safetensors", 2);
  for (const char * task : {"sr", "inpaint-random", "blur-motion", "hdr"})
  {
    SCOPED_TRACE(task);
    const std::string input = std::string(task) + ".nii.gz";
    const auto simulated = Tweedie(Degrade(task, input, {"--reference", File("slices.nii.gz"), "--overwrite"}));
    ASSERT_EQ(simulated.exitCode, 0) << simulated.error;
    const auto result = Tweedie(Restore(
        input, {"--prior", prior, "--method", "daps", "--steps", "3", "--samples", "2", "--std", File("std.nii.gz")}));
    ASSERT_EQ(result.exitCode, 0) << result.error;
    const Volume mean = ReadImage(File("out.nii.gz"));
    const Volume truth = ReadImage(File("slices.nii.gz"));
    EXPECT_TRUE(mean.GetGrid().IsCongruent(truth.GetGrid())); // the place of the image, not of the data
    EXPECT_FALSE(mean.IsComplex());
    EXPECT_GT(TensorView(ReadImage(File("std.nii.gz"))).max().item<double>(), 0.0);
    const auto summary = nlohmann::json::parse(ReadFile(File("out.summary.json")));
    EXPECT_EQ(summary["method"], "daps");
  }
}

TEST_F(Restoration, AnImageOfSomebodyElseWithItsMask)
{
  const auto prior = Model("machinery.safetensors", 2);
  ASSERT_EQ(Tweedie(Degrade("inpaint-box", "box.nii.gz")).exitCode, 0);
  const auto described = Tweedie(Restore("box.nii.gz", {"--prior", prior, "--steps", "3", "--noise", "2"}));
  ASSERT_EQ(described.exitCode, 0) << described.error;
  const Volume first = ReadImage(File("out.nii.gz"));
  std::filesystem::rename(File("box.nii.gz"), File("plain.nii.gz"));
  const std::vector<std::string> flags{
      "--task", "inpaint-box", "--mask", File("box_mask.nii.gz"), "--noise", "2", "--prior", prior, "--steps", "3"};
  const auto plain = Tweedie(Restore("plain.nii.gz", flags));
  ASSERT_EQ(plain.exitCode, 0) << plain.error;
  EXPECT_NE(plain.error.find("99.9th percentile"), std::string::npos); // what was assumed is said
  // The same measurement but for the scale, which is that of the degraded image: a box of the head is missing there.
  EXPECT_TENSOR_CLOSE(TensorView(ReadImage(File("out.nii.gz"))), TensorView(first), 0.2);
}

TEST_F(Restoration, RefusesWhatCannotBe)
{
  const auto prior = Model("machinery.safetensors", 2);
  ExpectWrongUse(Degrade("sr", "x.nii.gz", {"--factor", "7"}), "factor");
  ExpectWrongUse(Degrade("blur-gaussian", "x.nii.gz", {"--size", "8,8"}), "kernel");
  ExpectWrongUse(Degrade("inpaint-random", "x.nii.gz", {"--keep", "0"}), "at least one pixel");
  ExpectWrongUse(Degrade("paint", "x.nii.gz"), "--task");
  ExpectWrongUse(Degrade("sr", "x.nii.gz", {"--size", "8"}), "--size");
  ExpectFailure(Degrade("sr", "x.nii.gz", {"--image", File("none.nii.gz")}), 1, "--image: given twice");
  ExpectWrongUse(Restore("head.nii.gz", {"--prior", prior}), "--task");
  ASSERT_EQ(Tweedie(Degrade("denoise", "noisy.nii.gz")).exitCode, 0);
  ExpectWrongUse(Restore("noisy.nii.gz", {"--prior", prior, "--task", "sr"}), "description");
  ExpectWrongUse(Restore("noisy.nii.gz"), "--prior");
  ExpectWrongUse(Restore("noisy.nii.gz", {"--prior", prior, "--noise", "0"}), "--noise");
  std::string text = ReadFile(File("noisy.json"));
  WriteFile(File("noisy.json"), text.substr(0, text.size() / 2));
  ExpectFailure(Restore("noisy.nii.gz", {"--prior", prior}), 2, "noisy.json");
  // Non-linear: no exact decomposition, so that methods which need one say which would run.
  ASSERT_EQ(Tweedie(Degrade("hdr", "bright.nii.gz")).exitCode, 0);
  ExpectFailure(Restore("bright.nii.gz", {"--prior", prior, "--method", "ddrm"}), 1, "methods that run here: rmp");
  ExpectFailure({"simulate",
                 "restoration",
                 "--image",
                 File("scan.cfl"),
                 "--task",
                 "denoise",
                 "--noise-model",
                 "poisson",
                 "--output",
                 File("x.nii.gz")},
                2,
                "complex");
}

TEST_F(Restoration, EveryPresetIsValid)
{
  const auto prior = Model("machinery.safetensors", 2);
  ASSERT_EQ(Tweedie(Degrade("denoise", "grain.nii.gz")).exitCode, 0);
  ASSERT_FALSE(Presets().empty());
  for (const Preset & preset : Presets())
  {
    SCOPED_TRACE(preset.name);
    // Read, and stopped before the work by an output that exists.
    const bool isOfMRI = preset.name.rfind("tuned-mri", 0) == 0;
    const auto result = TweedieHere({"reconstruct",
                                     isOfMRI ? "mri" : "restoration",
                                     isOfMRI ? File("scan") : File("grain.nii.gz"),
                                     "--preset",
                                     preset.name,
                                     "--prior",
                                     prior,
                                     "--output",
                                     File("head.nii.gz")});
    EXPECT_EQ(result.exitCode, 1);
    EXPECT_NE(result.error.find("head.nii.gz"), std::string::npos) << result.error;
    EXPECT_NE(ReadPreset(preset.name)["method"], nullptr);
  }
  ExpectWrongUse(Restore("grain.nii.gz", {"--prior", prior, "--preset", "none-such"}), "rmp-ve-600");
  WriteFile(File("own.json"), R"({"configuration": {"method": "rmp", "steps": 4}})");
  const auto own = Tweedie(Restore("grain.nii.gz", {"--prior", prior, "--preset", File("own.json"), "--steps", "2"}));
  ASSERT_EQ(own.exitCode, 0) << own.error;
  EXPECT_NE(own.output.find("2 steps"), std::string::npos) << own.output; // a flag wins over a preset
}
} // namespace
} // namespace tweedie
