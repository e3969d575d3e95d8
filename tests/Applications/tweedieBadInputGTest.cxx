// SPDX-License-Identifier: Apache-2.0
#include "tweedieBartFile.h"
#include "tweedieProgramTest.h"

#include <complex>
#include <limits>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
using test::ReadFile;
using test::Tweedie;
using test::WriteFile;

/** What can be wrong with what the user gives: one line, the right code, no file. */
class BadInput : public test::ProgramTest
{
protected:
  /** A copy of the scan under another name. */
  static void
  CopyScan(const std::string & name)
  {
    for (const char * extension : {".cfl", ".hdr", ".json"})
    {
      std::filesystem::copy_file(File(std::string("scan") + extension),
                                 File(name + extension),
                                 std::filesystem::copy_options::overwrite_existing);
    }
  }
};

TEST_F(BadInput, MissingFiles)
{
  ExpectFailure(Reconstruct("none", {"--method", "sense"}), 2, "none");
  ExpectFailure({"simulate", "mri", "--image", File("none.nii.gz"), "--output", File("x")}, 2, "none.nii.gz");
  ExpectFailure(Reconstruct("scan", {"--prior", File("none.safetensors")}), 2, "none.safetensors");
  ExpectFailure(Reconstruct("scan", {"--method", "sense", "--sensitivities", File("none.cfl")}), 2, "none");
  ExpectFailure({"info", File("none.safetensors")}, 2, "none.safetensors");
}

TEST_F(BadInput, TruncatedKSpace)
{
  CopyScan("short");
  std::filesystem::resize_file(File("short.cfl"), std::filesystem::file_size(File("short.cfl")) - 8);
  ExpectFailure(Reconstruct("short", {"--method", "sense"}), 2, "short.cfl");
}

TEST_F(BadInput, MaskOfAnotherShape)
{
  CopyScan("shape");
  // The data lose a line of each slice and coil; the mask in the JSON keeps it.
  BartArray array = ReadBart(File("scan"));
  array.dimensions[1] -= 1;
  array.data.resize(array.data.size() / 40 * 39);
  WriteBart(File("shape"), array);
  ExpectFailure(Reconstruct("shape", {"--method", "sense"}), 2, "shape");
}

TEST_F(BadInput, MapsOfAnotherShape)
{
  WriteImage(File("maps.nii.gz"), Volume(test::PhantomImage().GetGrid(), Volume::Element::Complex, 4));
  ExpectFailure(Reconstruct("scan", {"--method", "sense", "--sensitivities", File("maps.nii.gz")}), 2, "maps");
}

TEST_F(BadInput, NotANumberInKSpace)
{
  CopyScan("nan");
  BartArray array = ReadBart(File("scan"));
  array.data[100] = {std::numeric_limits<float>::quiet_NaN(), 0.0F};
  WriteBart(File("nan"), array);
  ExpectFailure(Reconstruct("nan", {"--method", "sense"}), 2, "finite");
}

TEST_F(BadInput, NothingMeasured)
{
  BartArray array = ReadBart(File("scan"));
  std::fill(array.data.begin(), array.data.end(), std::complex<float>(0.0F, 0.0F));
  WriteBart(File("zero"), array);
  ExpectFailure(Reconstruct("zero", {"--method", "sense"}), 2, "zero");
}

TEST_F(BadInput, NoiseZeroOrNegative)
{
  ExpectFailure(Reconstruct("scan", {"--method", "sense", "--noise", "0"}), 1, "--noise");
  ExpectFailure(Reconstruct("scan", {"--method", "sense", "--noise", "-0.1"}), 1, "--noise");
  ExpectFailure(Simulate("x", {"--seed", "-1"}), 1, "--seed");
}

TEST_F(BadInput, ModelWithOneFlippedByte)
{
  const std::string whole = ReadFile(Model("whole.safetensors", 2));
  for (const double place : {0.2, 0.6, 0.99})
  {
    std::string changed = whole;
    changed[static_cast<std::size_t>(place * static_cast<double>(whole.size()))] ^= 1;
    WriteFile(File("flipped.safetensors"), changed);
    ExpectFailure(Reconstruct("scan", {"--prior", File("flipped.safetensors")}), 2, "flipped.safetensors");
  }
  ExpectFailure({"info", File("flipped.safetensors")}, 2, "flipped.safetensors");
}

TEST_F(BadInput, ModelForAnotherChannelCount)
{
  const auto model = Model("three.safetensors", 3);
  ExpectFailure(Reconstruct("scan", {"--prior", model}), 2, "channel");
}

TEST_F(BadInput, FolderThatCannotBeWritten)
{
  WriteFile(File("file"), "not a folder");
  ExpectFailure(
      {"reconstruct", "mri", File("scan"), "--method", "sense", "--output", File("file") + "/x.nii.gz"}, 1, "x.nii");
  ExpectFailure({"reconstruct", "mri", File("scan"), "--method", "sense", "--output", File("no/x.nii.gz")}, 1, "x.nii");
  // Not even root can make files here.
  ExpectFailure({"reconstruct", "mri", File("scan"), "--method", "sense", "--output", "/proc/x.nii.gz"}, 1, "/proc");
  // Found before the input is read.
  ExpectFailure({"reconstruct", "mri", File("none"), "--method", "sense", "--output", "/proc/x.nii.gz"}, 1, "/proc");
  ExpectFailure({"simulate", "mri", "--image", File("head.nii.gz"), "--output", "/proc/x"}, 1, "/proc");
}

TEST_F(BadInput, UnknownFlagsAndValues)
{
  ExpectFailure(Simulate("x", {"--accelleration", "4"}), 1, "did you mean --acceleration?");
  ExpectWrongUse(Reconstruct("scan", {"--methode", "sense"}), "did you mean --method?");
  ExpectWrongUse(Reconstruct("scan", {"--method", "magic"}),
                 "zero-filled|sense|tv|wavelet|grappa|gaussian-field|rmp|dps|daps");
  ExpectWrongUse(Reconstruct("scan", {"--method", "rmp"}), "--prior: not given");
  ExpectWrongUse(Reconstruct("scan", {"--method", "tv", "--std", File("s.nii.gz")}), "no samples");
  ExpectWrongUse({"reconstruct", "mri", File("scan"), "--method", "tv", "--output", File("x.jpg")}, "x.jpg");
  ExpectWrongUse({"simulate", "mri", "--image", File("head.nii.gz"), "--slices", "4:6", "--output", File("x")}, "0:5");
  ExpectWrongUse({"info", "film", File("head.nii.gz")},
                 "required dicom, projections, patterns, model, raw, scan or image");
}

TEST_F(BadInput, OutputsThatExistOrAreInputs)
{
  WriteFile(File("there.nii.gz"), "precious");
  ExpectFailure(
      {"reconstruct", "mri", File("scan"), "--method", "sense", "--output", File("there.nii.gz")}, 1, "--overwrite");
  EXPECT_EQ(ReadFile(File("there.nii.gz")), "precious");
  ExpectFailure(Simulate("scan"), 1, "--overwrite");
  const auto scan = ReadFile(File("scan.cfl"));
  ExpectFailure(
      {"reconstruct", "mri", File("scan"), "--method", "sense", "--output", File("scan"), "--overwrite"}, 1, "input");
  EXPECT_EQ(ReadFile(File("scan.cfl")), scan);
}

TEST_F(BadInput, DeviceThatIsNotThere)
{
  const auto result = Tweedie({"info", "--device", "cuda", Model("device.safetensors", 2)});
  if (result.exitCode == 0)
  {
    GTEST_SKIP() << "this machine has a CUDA device";
  }
  ExpectFailure({"info", "--device", "cuda", File("device.safetensors")}, 1, "cuda");
  ExpectFailure(Reconstruct("scan", {"--method", "sense", "--device", "cuda"}), 1, "cuda");
}
} // namespace
} // namespace tweedie
