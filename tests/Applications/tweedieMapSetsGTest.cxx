// SPDX-License-Identifier: Apache-2.0
// Several sets of coil maps through the program: made, written, read again, reconstructed with.
#include "tweedieBartFile.h"
#include "tweedieCutScan.h"
#include "tweedieProgramTest.h"
#include "tweedieScanFile.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class MapSetsProgram : public test::ProgramTest
{
protected:
  static void
  SetUpTestSuite()
  {
    ProgramTest::SetUpTestSuite();
    WriteScan(File("cut"), test::CutScan().scan);
    ASSERT_EQ(test::Tweedie({"coils",
                             File("cut"),
                             "--map-sets",
                             "2",
                             "--output",
                             File("maps.cfl"),
                             "--eigenvalues",
                             File("values.cfl")})
                  .exitCode,
              0);
    ASSERT_EQ(test::Tweedie({"coils", File("cut"), "--map-sets", "2", "--output", File("channels.nrrd")}).exitCode, 0);
  }

  static std::vector<std::string>
  Sense(const std::vector<std::string> & more)
  {
    std::vector<std::string> words{"--method", "sense", "--lambda", "1e-3", "--overwrite", "--progress", "none"};
    words.insert(words.end(), more.begin(), more.end());
    return Reconstruct("cut", words);
  }

  static double
  Error(const std::vector<std::string> & more)
  {
    const auto result = test::Tweedie(Sense(more));
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return test::CutScan().Error(TensorView(ReadImage(File("out.nii.gz")))[0][0]);
  }
};

TEST_F(MapSetsProgram, FilesHaveTheSetsWhereBartKeepsThem)
{
  const auto maps = ReadBartDimensions(File("maps.cfl")), values = ReadBartDimensions(File("values.cfl"));
  EXPECT_EQ(maps[BartArray::coil], test::CutScan::coils);
  EXPECT_EQ(maps[BartArray::maps], 2);
  EXPECT_EQ(values[BartArray::coil], 1);
  EXPECT_EQ(values[BartArray::maps], 2);
}

TEST_F(MapSetsProgram, MapsOfTheRunAndOfFilesGiveTheSameImage)
{
  const double own = Error({"--map-sets", "2", "--set-images", File("sets.cfl")});
  EXPECT_LT(own, 0.03);                           // as the test of the library has it
  EXPECT_GT(Error({"--map-sets", "1"}), 3 * own); // the ghost
  EXPECT_EQ(Error({"--sensitivities", File("maps.cfl")}), own);
  const auto sets = ReadBartDimensions(File("sets.cfl"));
  EXPECT_EQ(sets[BartArray::coil], 1);
  EXPECT_EQ(sets[BartArray::maps], 2);
  const at::Tensor stack = TensorView(ReadImage(File("sets.cfl")));
  EXPECT_LT(
      (stack.abs().square().sum(0).sqrt() - TensorView(ReadImage(File("out.nii.gz")))[0]).abs().max().item<double>(),
      1e-6 * stack.abs().max().item<double>());
  EXPECT_EQ(Error({"--sensitivities", File("channels.nrrd"), "--map-sets", "2"}), own);
}

TEST_F(MapSetsProgram, OtherMethodsTakeThem)
{
  for (const char * method : {"zero-filled", "tv", "wavelet", "grappa"})
  {
    const auto result = test::Tweedie(Reconstruct("cut",
                                                  {"--method",
                                                   method,
                                                   "--sensitivities",
                                                   File("maps.cfl"),
                                                   "--overwrite",
                                                   "--progress",
                                                   "none",
                                                   "--iterations",
                                                   "20"}));
    EXPECT_EQ(result.exitCode, 0) << method << result.error;
    EXPECT_EQ(ReadImage(File("out.nii.gz")).Channels(), 1) << method;
  }
  const auto posterior = test::Tweedie(Reconstruct("cut",
                                                   {"--prior",
                                                    Model("slices.safetensors", 2),
                                                    "--sensitivities",
                                                    File("maps.cfl"),
                                                    "--steps",
                                                    "2",
                                                    "--samples",
                                                    "2",
                                                    "--std",
                                                    File("std.nii.gz"),
                                                    "--set-images",
                                                    File("sets.nrrd"),
                                                    "--overwrite",
                                                    "--progress",
                                                    "none"}));
  EXPECT_EQ(posterior.exitCode, 0) << posterior.error;
  EXPECT_EQ(ReadImage(File("std.nii.gz")).Channels(), 1);
  EXPECT_EQ(ReadImage(File("sets.nrrd")).Channels(), 2);
}

TEST_F(MapSetsProgram, ReplicasBelongToTheCombination)
{
  const auto result = test::Tweedie(Sense({"--sensitivities",
                                           File("maps.cfl"),
                                           "--deviation",
                                           "replica",
                                           "--replica-around",
                                           "estimate",
                                           "--replicas",
                                           "4",
                                           "--std",
                                           File("std.nii.gz")}));
  EXPECT_EQ(result.exitCode, 0) << result.error;
  EXPECT_EQ(ReadImage(File("std.nii.gz")).Channels(), 1);
}

TEST_F(MapSetsProgram, WhatDoesNotFitIsRefused)
{
  const std::string maps = File("maps.cfl");
  ExpectWrongUse(Sense({"--map-sets", "0"}), "map-sets");
  ExpectFailure(Sense({"--map-sets", "7"}), 2, "given 6 coils; required at least 7");
  ExpectFailure(Sense({"--map-sets", "1", "--sensitivities", maps}), 2, "holds 2 set(s) of coil maps");
  ExpectFailure(Sense({"--sensitivities", File("channels.nrrd")}), 2, "12 channels in 1 set(s)");
  ExpectFailure(Sense({"--sensitivities", File("channels.nrrd"), "--map-sets", "5"}), 2, "12 channels for 5 sets");
  ExpectFailure(Sense({"--sensitivities", File("channels.nrrd"), "--map-sets", "3"}), 2, "in 3 set(s)");
  ExpectFailure(Sense({"--set-images", File("x.cfl")}), 1, "--set-images: given for one set");
  ExpectFailure(
      Sense({"--sensitivities", maps, "--deviation", "analytic", "--std", File("x.nii.gz")}), 1, "required one set");
  ExpectFailure(
      Sense({"--sensitivities", maps, "--deviation", "bootstrap", "--std", File("x.nii.gz")}), 1, "required one set");
  ExpectFailure(Sense({"--sensitivities", maps, "--g-factor", File("x.nii.gz")}), 1, "required one set");
  ExpectFailure(
      Reconstruct(
          "cut",
          {"--prior", Model("slices.safetensors", 2), "--method", "ilvr", "--sensitivities", maps, "--overwrite"}),
      1,
      "SenseOperator has none");
  ExpectFailure(Reconstruct("scan", {"--method", "sense", "--map-sets", "2", "--overwrite"}),
                1,
                "given 2 for a scan whose maps have 1");
  ExpectWrongUse({"coils", File("cut"), "--map-sets", "2", "--coil-method", "walsh", "--output", File("x.cfl")},
                 "given 2 for walsh");
}
} // namespace
} // namespace tweedie
