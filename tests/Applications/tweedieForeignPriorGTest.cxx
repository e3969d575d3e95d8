// SPDX-License-Identifier: Apache-2.0
// Networks of other packages (tests/Priors/families, random weights) through the program.
#include "tweedieRestorationTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Tweedie;
using test::TweedieHere;

class ForeignPrior : public test::Restoration
{
protected:
  static std::string
  Family(const std::string & name)
  {
    return std::string(TWEEDIE_SOURCE) + "/tests/Priors/families/" + name + ".safetensors";
  }
  static void
  ExpectFinite(const std::string & image, const std::string & like)
  {
    const Volume volume = ReadImage(File(image));
    EXPECT_TRUE(volume.GetGrid().IsCongruent(ReadImage(File(like)).GetGrid()));
    const at::Tensor values = TensorView(volume);
    EXPECT_TRUE(values.isfinite().all().item<bool>());
    EXPECT_GT(values.abs().max().item<double>(), 0.0);
  }
};

TEST_F(ForeignPrior, InfoRunsTheGoldenPairs)
{
  for (const char * name : {"diffusers", "guided-diffusion", "monai", "edm"})
  {
    const auto result = Tweedie({"info", Family(name)});
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_NE(result.output.find("right"), std::string::npos) << result.output;
  }
}

TEST_F(ForeignPrior, OfTwoChannelsReconstructsMRI)
{
  for (const char * name : {"guided-diffusion", "edm"})
  {
    SCOPED_TRACE(name);
    for (const char * method : {"rmp", "dps"}) // one of them differentiates the network
    {
      const auto result = TweedieHere(Reconstruct("scan",
                                                  {"--prior",
                                                   Family(name),
                                                   "--method",
                                                   method,
                                                   "--steps",
                                                   "3",
                                                   "--samples",
                                                   "2",
                                                   "--std",
                                                   File("std.nii.gz"),
                                                   "--overwrite"}));
      ASSERT_EQ(result.exitCode, 0) << result.error;
      ExpectFinite("out.nii.gz", "truth.nii.gz");
      ExpectFinite("std.nii.gz", "truth.nii.gz");
    }
  }
}

TEST_F(ForeignPrior, OfOneChannelRestoresImages)
{
  ASSERT_EQ(Tweedie(Degrade("inpaint-random", "few.nii.gz", {"--reference", File("slices.nii.gz")})).exitCode, 0);
  for (const char * name : {"diffusers", "monai"})
  {
    SCOPED_TRACE(name);
    const auto result = TweedieHere(
        Restore("few.nii.gz", {"--prior", Family(name), "--method", "daps", "--steps", "3", "--samples", "2"}));
    ASSERT_EQ(result.exitCode, 0) << result.error;
    ExpectFinite("out.nii.gz", "slices.nii.gz");
  }
}

TEST_F(ForeignPrior, SamplesOfItself)
{
  const auto result = TweedieHere({"sample",
                                   "--prior",
                                   Family("diffusers"),
                                   "--samples",
                                   "2",
                                   "--steps",
                                   "3",
                                   "--output",
                                   File("samples.nii.gz"),
                                   "--overwrite"});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const at::Tensor values = TensorView(ReadImage(File("samples.nii.gz")));
  EXPECT_EQ(values.size(-1), 16);
  EXPECT_TRUE(values.isfinite().all().item<bool>());
}

TEST_F(ForeignPrior, OfTheWrongChannelsIsRefused)
{
  ExpectFailureHere(Reconstruct("scan", {"--prior", Family("diffusers"), "--overwrite"}), 2, "channel");
  ExpectFailureHere(Reconstruct("scan", {"--prior", Model("rgb.safetensors", 3), "--overwrite"}), 2, "channel");
  ExpectFailureHere(
      {"train", "--images", File("head.nii.gz"), "--start", Family("monai"), "--output", File("more.safetensors")},
      2,
      "monai-diffusion-unet");
}
} // namespace
} // namespace tweedie
