// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgramTest.h"

#include "tweedieScanFile.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <filesystem>

namespace tweedie
{
namespace
{
using test::Tweedie;
using test::TweedieHere;

constexpr char generator[] = "/usr/bin/ismrmrd_generate_cartesian_shepp_logan";

/** A raw file of Debian's generator: 64 pixels, 8 coils, noise readouts. */
class RawProgram : public ::testing::Test
{
protected:
  void
  SetUp() override
  {
    if (!std::filesystem::exists(generator))
    {
      GTEST_SKIP() << "needs Debian's package ismrmrd-tools";
    }
    ASSERT_EQ(
        test::Process({generator, "-m", "64", "-c", "8", "-n", "0.005", "-C", "-o", File("raw.h5")}).Run().exitCode, 0);
  }
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }

private:
  test::TemporaryFolder m_Folder;
};

TEST_F(RawProgram, ReconstructsAFileWithMapsOfItsOwn)
{
  const auto result = Tweedie({"reconstruct",
                               "mri",
                               File("raw.h5"),
                               "--method",
                               "sense",
                               "--lambda",
                               "0.001",
                               "--output",
                               File("sense.nii.gz"),
                               "--progress",
                               "none"});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_NE(result.error.find("by espirit"), std::string::npos) << result.error;
  ASSERT_EQ(Tweedie({"reconstruct",
                     "mri",
                     File("raw.h5"),
                     "--method",
                     "zero-filled",
                     "--combine",
                     "rss",
                     "--output",
                     File("rss.nii.gz"),
                     "--progress",
                     "none"})
                .exitCode,
            0);
  // Of fully sampled, whitened data both are the image, within the noise: SENSE has less of it where there is no
  // signal.
  const at::Tensor sense = TensorView(ReadImage(File("sense.nii.gz")));
  const at::Tensor rss = TensorView(ReadImage(File("rss.nii.gz")));
  const at::Tensor object = rss > 0.3 * rss.max();
  EXPECT_GT(object.sum().item<std::int64_t>(), 100);
  const at::Tensor ratio = (sense / rss).masked_select(object);
  EXPECT_NEAR(ratio.mean().item<double>(), 1.0, 0.02);
  EXPECT_LT(ratio.std(true).item<double>(), 0.03);
}

TEST_F(RawProgram, ConvertMakesAScanAndInfoSaysWhatIsThere)
{
  ASSERT_EQ(Tweedie({"convert", File("raw.h5"), File("scan")}).exitCode, 0);
  const MRIScan scan = ReadScan(File("scan"));
  EXPECT_EQ(scan.kspace.Channels(), 8);
  EXPECT_EQ(scan.noise, 1.0);
  const auto info = Tweedie({"info", File("raw.h5")});
  EXPECT_EQ(info.exitCode, 0) << info.error;
  EXPECT_NE(info.output.find("64 imaging, 1 noise"), std::string::npos) << info.output;
  EXPECT_NE(info.output.find("128 x 64 x 1 over 600 x 300 x 6 mm"), std::string::npos) << info.output;
}

TEST_F(RawProgram, HalfTheCoilsByGeometricCompressionShowTheSameImage)
{
  ASSERT_EQ(Tweedie({"convert", File("raw.h5"), File("whole")}).exitCode, 0);
  ASSERT_EQ(
      Tweedie({"convert", File("raw.h5"), File("half"), "--virtual-coils", "4", "--coil-compression", "geometric"})
          .exitCode,
      0);
  const MRIScan whole = ReadScan(File("whole")), half = ReadScan(File("half"));
  EXPECT_EQ(half.kspace.Channels(), 4);
  EXPECT_EQ(half.noise, 1.0);
  const auto energyOf = [](const MRIScan & scan)
  { return TensorView(scan.kspace).to(at::kComplexDouble).abs().square().sum().item<double>(); };
  // Smooth maps of few degrees of freedom, and half of the noise.
  EXPECT_NEAR(energyOf(half) / energyOf(whole), 1.0, 0.01);
}

TEST_F(RawProgram, CoilsWritesMapsOfUnitPower)
{
  ASSERT_EQ(Tweedie({"coils",
                     File("raw.h5"),
                     "--output",
                     File("maps.cfl"),
                     "--eigenvalues",
                     File("values.nii.gz"),
                     "--progress",
                     "none"})
                .exitCode,
            0);
  const at::Tensor power = TensorView(ReadImage(File("maps.cfl"))).abs().square().sum(0);
  const at::Tensor isInside = TensorView(ReadImage(File("values.nii.gz")))[0] >= 0.8;
  EXPECT_LT((power - isInside.to(at::kFloat)).abs().max().item<double>(), 1e-5);
}

TEST_F(RawProgram, BadInputIsOneLineAndADataError)
{
  const std::string whole = test::ReadFile(File("raw.h5"));
  test::WriteFile(File("cut.h5"), whole.substr(0, whole.size() / 2));
  for (const std::vector<std::string> & arguments :
       {std::vector<std::string>{File("cut.h5")}, {File("raw.h5"), "--dataset", "other"}, {"-"}})
  {
    std::vector<std::string> words{"reconstruct", "mri", "--method", "sense", "--output", File("image.nii.gz")};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const auto result = Tweedie(words);
    EXPECT_EQ(result.exitCode, 2) << arguments[0];
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_FALSE(std::filesystem::exists(File("image.nii.gz")));
  }
  EXPECT_EQ(TweedieHere({"convert", File("raw.h5"), File("scan"), "--repetition", "4"}).exitCode, 1);
}

TEST_F(RawProgram, AnObliqueSliceKeepsItsPlaceFromTheScanToTheImage)
{
  // The generator's file has no directions: the scan's description gives an oblique off-centre one here.
  ASSERT_EQ(Tweedie({"convert", File("raw.h5"), File("scan")}).exitCode, 0);
  MRIScan scan = ReadScan(File("scan"));
  Grid grid = scan.kspace.GetGrid();
  const double c = std::cos(0.4), s = std::sin(0.4);
  grid.direction = {c, 0.0, -s, s, 0.0, c, 0.0, -1.0, 0.0};
  grid.origin = {31.25, -17.5, 420.125};
  scan.kspace.SetGrid(grid);
  WriteScan(File("oblique"), scan);
  ASSERT_EQ(Tweedie({"reconstruct",
                     "mri",
                     File("oblique"),
                     "--method",
                     "zero-filled",
                     "--combine",
                     "rss",
                     "--output",
                     File("rss.nii.gz")})
                .exitCode,
            0);
  const Grid image = ReadImage(File("rss.nii.gz")).GetGrid();
  for (std::size_t i = 0; i < 3; ++i)
  {
    EXPECT_NEAR(image.origin[i], grid.origin[i], 1e-3);
  }
  for (std::size_t i = 0; i < 9; ++i)
  {
    EXPECT_NEAR(image.direction[i], grid.direction[i], 1e-5); // quaternions of float
  }
}
} // namespace
} // namespace tweedie
