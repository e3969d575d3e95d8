// SPDX-License-Identifier: Apache-2.0
// Off-resonance along a spiral: simulated as the object turns, and corrected for by the map.
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class FieldMapProgram : public test::ProgramTest
{
protected:
  using ProgramTest::Simulate;

  /** A spiral of 12 arms, 20 ms each, and a field that turns the object's halves by up to 0.8 turns against each other.
   */
  static void
  SetUpTestSuite()
  {
    ProgramTest::SetUpTestSuite();
    const Grid grid = test::PhantomImage().GetGrid().Slices(1, 1);
    const at::Tensor x = at::linspace(-20.0, 20.0, grid.size.x, at::kFloat);
    WriteImage(File("field.nii.gz"), VolumeFromTensor(x.expand({1, 1, grid.size.y, grid.size.x}).contiguous(), grid));
    ASSERT_EQ(test::Tweedie({"trajectory",
                             "--kind",
                             "spiral",
                             "--size",
                             "40",
                             "--readouts",
                             "12",
                             "--readout-samples",
                             "200",
                             "--output",
                             File("k.cfl")})
                  .exitCode,
              0);
    const auto made = test::Tweedie({"simulate",     "mri",
                                     "--image",      File("head.nii.gz"),
                                     "--slices",     "1:1",
                                     "--coils",      "1",
                                     "--noise",      "0.001",
                                     "--trajectory", File("k.cfl"),
                                     "--field-map",  File("field.nii.gz"),
                                     "--dwell-time", "100",
                                     "--output",     File("spiral"),
                                     "--reference",  File("spiral.nii.gz")});
    ASSERT_EQ(made.exitCode, 0) << made.error;
  }

  static std::vector<std::string>
  Sense(const std::string & scan, const std::vector<std::string> & more)
  {
    std::vector<std::string> words{"--method", "sense", "--lambda", "1e-4", "--overwrite", "--progress", "none"};
    words.insert(words.end(), more.begin(), more.end());
    return Reconstruct(scan, words);
  }

  /** Relative error of the reconstruction. */
  static double
  Error(const std::string & scan, const std::vector<std::string> & more)
  {
    const auto result = test::Tweedie(Sense(scan, more));
    EXPECT_EQ(result.exitCode, 0) << result.error;
    const Volume found = ReadImage(File("out.nii.gz")), truth = ReadImage(File("spiral.nii.gz"));
    return ((TensorView(found) - TensorView(truth)).norm() / TensorView(truth).norm()).item<double>();
  }
};

TEST_F(FieldMapProgram, TheScanKeepsItsMapAndABareArrayTakesOne)
{
  const double corrected = Error("spiral", {});
  for (const char * end : {".cfl", ".hdr"})
  {
    std::filesystem::copy_file(File(std::string("spiral") + end), File(std::string("bare") + end));
  }
  const std::vector<std::string> along{"--trajectory", File("spiral_trajectory.cfl"), "--noise", "0.001"};
  const auto with = [&](const std::vector<std::string> & more)
  {
    std::vector<std::string> words = along;
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  // A bare array has no description: its image is as large as the trajectory reaches, 40 x 40 pixels.
  const auto other =
      test::TweedieHere(Sense("bare", with({"--field-map", File("field.nii.gz"), "--dwell-time", "100"})));
  EXPECT_EQ(other.exitCode, 2);
  EXPECT_NE(other.error.find("field map of 48 x 40"), std::string::npos) << other.error;
  const double given = Error("spiral", with({"--field-map", File("field.nii.gz"), "--dwell-time", "100"}));
  const double blurred = Error("spiral", with({"--field-map", File("field.nii.gz"), "--dwell-time", "0.001"}));
  EXPECT_NEAR(given, corrected, 1e-6); // the same numbers by another way
  // What the cut spectrum leaves out of sharp edges, 0.12, is in both.
  EXPECT_GT(blurred, 1.3 * corrected);
  const auto untimed =
      test::TweedieHere(Sense("bare", with({"--field-map", File("field.nii.gz"), "--image-size", "48"})));
  EXPECT_EQ(untimed.exitCode, 2);
}

TEST_F(FieldMapProgram, IsRefusedOnAGrid)
{
  const auto result = test::TweedieHere(Sense("scan", {"--field-map", File("field.nii.gz"), "--dwell-time", "100"}));
  EXPECT_EQ(result.exitCode, 2);
  EXPECT_NE(result.error.find("for a Cartesian scan"), std::string::npos) << result.error;
  EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
}
} // namespace
} // namespace tweedie
