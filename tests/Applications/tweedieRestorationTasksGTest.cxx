// SPDX-License-Identifier: Apache-2.0
#include "tweedieExpectTensor.h"
#include "tweedieRestorationTest.h"
#include "tweedieScriptNetwork.h"
#include "tweedieVolumeTensor.h"

#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Restoration;
using test::Tweedie;
using test::WriteFile;

/** Slice 2 of the head in three colours of 0 to 200. */
Volume
ColourImage()
{
  const Volume head = test::PhantomImage();
  const at::Tensor slice = TensorView(head).narrow(1, 2, 1);
  Grid grid = head.GetGrid();
  grid.size.z = 1;
  return VolumeFromTensor(at::cat({slice, slice.flip(3), at::full_like(slice, 40.0)}), grid);
}

TEST_F(Restoration, ColourPicturesGoThroughWithAThreeChannelModel)
{
  const auto prior = Model("colours.safetensors", 3);
  WriteImage(File("photo.png"), ColourImage());
  const std::vector<std::string> simulate{"simulate", "restoration", "--image", File("photo.png"), "--output"};
  const auto degraded = [&](const std::string & output, std::vector<std::string> flags)
  {
    flags.insert(flags.begin(), simulate.begin(), simulate.end());
    flags.insert(flags.begin() + static_cast<std::ptrdiff_t>(simulate.size()), File(output));
    const auto result = Tweedie(flags);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_NE(result.error.find("PNG"), std::string::npos); // what rounding does is said
    EXPECT_EQ(ReadImage(File(output)).Channels(), 3);
  };
  degraded("small.png", {"--task", "sr", "--factor", "2", "--reference", File("whole.png")});
  degraded("soft.png", {"--task", "blur-gaussian", "--kernel-size", "5", "--kernel-deviation", "0.8"});
  EXPECT_GT(TensorView(ReadImage(File("soft_kernel.nrrd"))).max().item<double>(), 0.1); // no picture: it sums to 1
  EXPECT_TENSOR_EQUAL(TensorView(ReadImage(File("whole.png"))), TensorView(ReadImage(File("photo.png"))));
  EXPECT_EQ(nlohmann::json::parse(ReadFile(File("small.json")))["warnings"].size(), 1U);
  const auto restored = [&](const std::string & input, const std::string & output, std::vector<std::string> flags)
  {
    flags.insert(flags.begin(), {"reconstruct", "restoration", File(input), "--output", File(output)});
    const auto result = Tweedie(flags);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    const Volume image = ReadImage(File(output));
    EXPECT_EQ(image.Channels(), 3);
    EXPECT_EQ(image.GetGrid().size, (Axes<std::int64_t>{1, 40, 48}));
    return TensorView(image).clone();
  };
  const std::vector<std::string> daps{
      "--prior", prior, "--method", "daps", "--steps", "3", "--samples", "2", "--std", File("std.nrrd")};
  restored("small.png", "mean.png", daps);
  EXPECT_EQ(ReadImage(File("std.nrrd")).Channels(), 3);
  const at::Tensor truth = TensorView(ColourImage());
  for (const auto & [method, input] :
       {std::pair{"tikhonov", "small.png"}, std::pair{"tv", "small.png"}, std::pair{"wiener", "soft.png"}})
  {
    SCOPED_TRACE(method);
    const at::Tensor found = restored(input, std::string(method) + ".png", {"--method", method});
    // The flat colour is flat again: 40, noise of 4 over 1920 pixels, rounding, and the pull of the priors towards 0.
    EXPECT_NEAR(found[2].mean().item<double>(), 40.0, 2.0);
    for (const int channel : {0, 1})
    {
      // The edges that pairs of pixels lose, 0.26 for the worst; nearer to its own colour than to the other.
      const double error = test::RelativeError(found[channel], truth[channel]);
      EXPECT_LT(error, 0.3);
      EXPECT_LT(error, test::RelativeError(found[channel], truth[1 - channel]));
    }
  }
}

TEST_F(Restoration, PicturesAndColoursThatDoNotFit)
{
  WriteImage(File("photo.png"), ColourImage());
  ASSERT_EQ(
      Tweedie(
          {"simulate", "restoration", "--image", File("photo.png"), "--task", "denoise", "--output", File("n.nrrd")})
          .exitCode,
      0);
  const auto two = Model("two.safetensors", 2);
  ExpectFailureHere(
      {"reconstruct", "restoration", File("n.nrrd"), "--prior", two, "--output", File("x.nrrd")}, 2, "channel");
  ExpectFailureHere(Degrade("sr", "x.png", {"--factor", "2"}), 2, "one slice");
  ExpectFailureHere({"reconstruct", "mri", File("scan"), "--method", "sense", "--output", File("x.png")}, 1, "picture");
}

/** Vector pixels with a place in space, and a mask that is a picture of 0 and 255. */
TEST_F(Restoration, ColoursOfAVolumeKeepTheirPlace)
{
  const auto prior = Model("colours.safetensors", 3);
  const Volume image = ColourImage();
  WriteImage(File("colour.nrrd"), image);
  Grid grid = image.GetGrid();
  Volume mask(grid, Volume::Element::Real);
  TensorView(mask).fill_(255.0).narrow(2, 10, 8).fill_(0.0);
  WriteImage(File("mask.png"), mask);
  const auto result = Tweedie({"reconstruct",
                               "restoration",
                               File("colour.nrrd"),
                               "--task",
                               "inpaint-box",
                               "--mask",
                               File("mask.png"),
                               "--noise",
                               "4",
                               "--prior",
                               prior,
                               "--steps",
                               "3",
                               "--output",
                               File("filled.nrrd")});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const Volume filled = ReadImage(File("filled.nrrd"));
  EXPECT_EQ(filled.Channels(), 3);
  EXPECT_TRUE(filled.GetGrid().IsCongruent(grid));
}

TEST_F(Restoration, ThickSlicesBecomeThinOnes)
{
  const auto prior = Model("machinery.safetensors", 2);
  const auto simulated = Tweedie({"simulate",
                                  "restoration",
                                  "--image",
                                  File("head.nii.gz"),
                                  "--task",
                                  "sr",
                                  "--axis-factor",
                                  "2,1,3",
                                  "--output",
                                  File("thick.nii.gz")});
  ASSERT_EQ(simulated.exitCode, 0) << simulated.error;
  const Volume head = ReadImage(File("head.nii.gz"));
  EXPECT_EQ(ReadImage(File("thick.nii.gz")).GetGrid().size, (Axes<std::int64_t>{2, 40, 24}));
  const std::vector<std::vector<std::string>> methods{
      {"--prior", prior, "--method", "dps", "--steps", "2", "--samples", "2", "--std", File("std.nii.gz")},
      {"--prior", prior, "--steps", "3", "--start", File("head.nii.gz"), "--start-sigma", "1"},
      {"--method", "tikhonov"},
      {"--method", "tv"}};
  for (const auto & flags : methods)
  {
    const auto result = Tweedie(Restore("thick.nii.gz", flags));
    ASSERT_EQ(result.exitCode, 0) << result.error;
    EXPECT_TRUE(ReadImage(File("out.nii.gz")).GetGrid().IsCongruent(head.GetGrid()));
    const bool isLearned = flags[0] == "--prior";
    EXPECT_EQ(result.error.find("three axes") != std::string::npos, isLearned) << result.error; // says so
    EXPECT_EQ(ReadFile(File("out.summary.json")).find("three axes") != std::string::npos, isLearned);
  }
  EXPECT_EQ(ReadImage(File("std.nii.gz")).GetGrid().size, head.GetGrid().size);
  ExpectFailureHere(Degrade("sr", "x.nii.gz", {"--axis-factor", "1,1,3"}), 1, "divides the extent"); // of two slices
  ExpectFailureHere(Degrade("sr", "x.nii.gz", {"--axis-factor", "4"}), 1, "X,Y,Z");
  ExpectFailureHere(Degrade("blur-gaussian", "x.nii.gz", {"--dimensions", "3"}), 1, "kernel"); // 9 in two slices
}

TEST_F(Restoration, ANetworkOfTheUserIsTheOperator)
{
  const auto prior = Model("machinery.safetensors", 2);
  test::WriteScriptModule(File("camera.pt"), test::ScriptedBlur, 1, 1);
  const std::vector<std::string> network{"--operator-network", File("camera.pt")};
  const auto simulated = Tweedie(Degrade("blur-nonlinear", "learned.nii.gz", network));
  ASSERT_EQ(simulated.exitCode, 0) << simulated.error;
  EXPECT_FALSE(std::filesystem::exists(File("learned_kernel.nii.gz")));
  EXPECT_EQ(ReadFile(File("learned.json")).find("camera.pt"), std::string::npos); // no description names a program
  std::vector<std::string> flags{"--prior", prior, "--method", "dps", "--steps", "3", "--samples", "2"};
  ExpectFailureHere(Restore("learned.nii.gz", flags), 1, "weights needed");
  flags.insert(flags.end(), network.begin(), network.end());
  const auto result = Tweedie(Restore("learned.nii.gz", flags));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_TRUE(ReadImage(File("out.nii.gz")).GetGrid().IsCongruent(ReadImage(File("learned.nii.gz")).GetGrid()));
  // The same from the image alone.
  std::filesystem::rename(File("learned.json"), File("learned.txt"));
  flags.insert(flags.end(), {"--task", "blur-nonlinear", "--noise", "4"});
  const auto plain = Tweedie(Restore("learned.nii.gz", flags));
  ASSERT_EQ(plain.exitCode, 0) << plain.error;
  std::filesystem::rename(File("learned.txt"), File("learned.json"));
  // What is not there, is another, or belongs to no such task.
  flags.resize(8);
  const auto with = [&](const std::string & path)
  {
    auto words = flags;
    words.insert(words.end(), {"--operator-network", path});
    return Restore("learned.nii.gz", words);
  };
  ExpectFailureHere(with(File("none.pt")), 2, "weights needed");
  test::WriteScriptModule(File("other.pt"), test::ScriptedBlur + std::string("\n"), 1, 1);
  WriteFile(File("other.pt"), ReadFile(File("other.pt")) + ' ');
  ExpectFailureHere(with(File("other.pt")), 2, "another than the one");
  ExpectFailureHere(
      Degrade("blur-nonlinear", "x.nii.gz", {"--operator-network", File("none.pt")}), 2, "weights needed");
  ExpectFailureHere(Degrade("denoise", "x.nii.gz", network), 1, "blur-nonlinear");
  WriteFile(File("code.json"), nlohmann::json({{"operator-network", File("camera.pt")}}).dump());
  ExpectFailureHere(Degrade("blur-nonlinear", "x.nii.gz", {"--config", File("code.json")}), 1, "on the command line");
  flags.insert(flags.end(), {"--config", File("code.json")});
  ExpectFailureHere(Restore("learned.nii.gz", flags), 1, "on the command line");
  const auto help = test::TweedieHere({"simulate", "restoration", "--help"});
  EXPECT_NE(help.output.find("naming it runs it"), std::string::npos) << help.output;
}
} // namespace
} // namespace tweedie
