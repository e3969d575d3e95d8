// SPDX-License-Identifier: Apache-2.0
// The way of a user of diffraction patterns: an image, its patterns, and back.
#include "tweediePhaseScanFile.h"
#include "tweedieProgramTest.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
double
RelativeDistance(const Volume & a, const Volume & b)
{
  const at::Tensor difference = TensorView(a) - TensorView(b);
  return (difference.norm() / TensorView(b).norm()).item<double>();
}

class PhaseProgram : public test::ProgramTest
{
protected:
  static std::vector<std::string>
  Patterns(const std::string & output, const std::vector<std::string> & more)
  {
    std::vector<std::string> words{
        "simulate", "phase", "--image", File("head.nii.gz"), "--slices", "1:4:3", "--output", File(output)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::vector<std::string>
  Retrieve(const std::string & input, const std::vector<std::string> & more)
  {
    std::vector<std::string> words{
        "reconstruct", "phase", File(input), "--output", File("object.nii.gz"), "--overwrite"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void
  ExpectFailureHere(const std::vector<std::string> & arguments, int exitCode, const std::string & text)
  {
    ExpectFailureOf([](const auto & words) { return test::TweedieHere(words); }, arguments, exitCode, text);
  }
};

TEST_F(PhaseProgram, CodedPatternsThereAndBack)
{
  for (const std::string name : {"image.mha", "coded.cxi", "other.nxs"})
  {
    const auto made = test::TweedieHere(Patterns(
        name,
        {"--experiment", "coded", "--patterns", "6", "--energy", "8", "--reference", File("truth" + name + ".mha")}));
    ASSERT_EQ(made.exitCode, 0) << made.error;
    EXPECT_NE(made.output.find("6 pattern(s) of 48 x 40 amplitudes for each of 2 object(s)"), std::string::npos)
        << made.output;
    const auto found = test::TweedieHere(Retrieve(name, {"--method", "hio", "--iterations", "300", "--starts", "3"}));
    ASSERT_EQ(found.exitCode, 0) << found.error;
    EXPECT_NE(found.output.find("Fresnel number"), std::string::npos) << found.output;
    const Volume object = ReadImage(File("object.nii.gz"));
    const Volume truth = ReadImage(File("truth" + name + ".mha"));
    EXPECT_LT(RelativeDistance(object, truth), 1e-4); // single precision, without noise
    EXPECT_TRUE(object.GetGrid().IsCongruent(truth.GetGrid()));
    // lambda z / (N pitch) of 8 keV (1.5498e-10 m), 1 m and 48 pixels of 55 um, in mm.
    EXPECT_NEAR(object.GetGrid().spacing.x, 1.5498e-10 / (48 * 55e-6) * 1e3, 1e-9);
  }
}

TEST_F(PhaseProgram, CountsBehindABeamStop)
{
  const auto made = test::TweedieHere(Patterns("far.cxi",
                                               {"--oversampling",
                                                "2",
                                                "--noise-model",
                                                "poisson",
                                                "--photons",
                                                "1e8",
                                                "--dark",
                                                "0.1",
                                                "--beam-stop",
                                                "1.5",
                                                "--support",
                                                "tight"}));
  ASSERT_EQ(made.exitCode, 0) << made.error;
  const PhaseScan scan = ReadPhaseScan(File("far.cxi"));
  EXPECT_TRUE(scan.isCounts);
  EXPECT_EQ(scan.patterns.GetGrid().size.x, 96);
  EXPECT_EQ(TensorView(scan.mask).eq(0).sum().item<std::int64_t>(), 9); // pixels within 1.5 of the centre
  const auto found = test::TweedieHere(
      Retrieve("far.cxi", {"--method", "raar", "--iterations", "60", "--starts", "2", "--total-variation"}));
  ASSERT_EQ(found.exitCode, 0) << found.error;
}

TEST_F(PhaseProgram, APosteriorHasItsFilesAndSaysWhatIsLeftOpen)
{
  ASSERT_EQ(test::TweedieHere(Patterns("small.mha", {"--size", "16,16", "--noise", "5"})).exitCode, 0);
  const auto found = test::TweedieHere(Retrieve("small.mha", {"--prior",        Model("real", 1),
                                                              "--steps",        "4",
                                                              "--sample-steps", "4",
                                                              "--samples",      "3",
                                                              "--restarts",     "2",
                                                              "--start",        "hio",
                                                              "--start-sigma",  "0.3",
                                                              "--iterations",   "50",
                                                              "--std",          File("std.nii.gz"),
                                                              "--report",       File("report.html")}));
  ASSERT_EQ(found.exitCode, 0) << found.error;
  EXPECT_EQ(ReadImage(File("std.nii.gz")).GetGrid().size, ReadImage(File("object.nii.gz")).GetGrid().size);
  const std::string summary = test::ReadFile(File("object.summary.json"));
  for (const std::string figure : {"mode-share-flipped", "chains-kept", "samples-kept"})
  {
    EXPECT_NE(summary.find(figure), std::string::npos) << figure;
  }
  EXPECT_NE(test::ReadFile(File("report.html")).find("flipped"), std::string::npos);
}

TEST_F(PhaseProgram, AThicknessFromOneIntensity)
{
  ASSERT_EQ(
      test::TweedieHere(
          Patterns(
              "near.mha",
              {"--experiment", "near-field", "--distance", "0.001", "--pixel-pitch", "1e-6", "--wavelength", "5e-11"}))
          .exitCode,
      0);
  ExpectFailureHere(Retrieve("near.mha", {"--method", "paganin"}), 1, "--material-delta");
  EXPECT_EQ(
      test::TweedieHere(Retrieve("near.mha", {"--method", "hio", "--iterations", "20", "--starts", "2"})).exitCode, 0);
}

TEST_F(PhaseProgram, BadInputIsOneLineAndLeavesNothing)
{
  const auto far = [&](const std::vector<std::string> & more) { return Patterns("bad.mha", more); };
  ExpectFailureHere(far({"--wavelength", "0"}), 1, "--wavelength");
  ExpectFailureHere(far({"--oversampling", "1.5"}), 2, "at most half of it");
  ExpectFailureHere(far({"--beam-stop", "1000"}), 1, "--beam-stop");
  ExpectFailureHere(far({"--experiment", "near-field", "--distance", "1000"}), 1, "m");
  ExpectFailureHere(far({"--experiment", "far"}), 1, "--experiment");
  Volume image = test::PhantomImage().Clone();
  image.Data()[1000] = std::numeric_limits<float>::quiet_NaN();
  WriteImage(File("nan.mha"), image);
  auto words = far({});
  words[3] = File("nan.mha");
  m_Before = Files();
  ExpectFailureHere(words, 2, "finite");
  ASSERT_EQ(test::TweedieHere(Patterns("good.mha", {"--noise", "1"})).exitCode, 0);
  m_Before = Files();
  const auto object = [&](const std::vector<std::string> & more)
  {
    auto retrieve = Retrieve("good.mha", more);
    retrieve[4] = File("never.nii.gz");
    return retrieve;
  };
  ExpectFailureHere(object({"--method", "rmp"}), 1, "--prior");
  ExpectFailureHere(object({"--method", "hio", "--beta", "3"}), 1, "--beta");
  ExpectFailureHere(object({"--method", "hio", "--beam-centre", "500,2"}), 2, "beam centre");
  ExpectFailureHere(object({"--method", "ctf"}), 1, "near field");
  ExpectFailureHere(object({"--method", "hio", "--std", File("s.nii.gz")}), 1, "--std");
  ExpectFailureHere(object({"--prior", Model("complex-wanted", 1), "--likelihood", "poisson"}), 1, "counts");
  ExpectFailureHere(object({"--prior", Model("start", 1), "--start", File("no-such.nii.gz")}), 2, "no-such");
}
} // namespace
} // namespace tweedie
