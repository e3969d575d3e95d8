// SPDX-License-Identifier: Apache-2.0
// The program on raw data along a trajectory, and BART on the same.
#include "tweedieProgramTest.h"
#include "tweedieRadialRawFile.h"

#include "tweedieMRIModel.h"
#include "tweedieScanFile.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <filesystem>

#ifdef TWEEDIE_TEST_ISMRMRD
namespace tweedie
{
namespace
{
using test::Tweedie;

class RadialRawProgram : public ::testing::Test
{
protected:
  void
  Write(double unit)
  {
    test::RadialRawFile file;
    file.readouts = 41;
    file.unit = unit;
    file.position = {5.0F, -3.0F, 20.0F};
    file.Write(File("raw.h5"));
    WriteImage(File("maps.cfl"), test::TrueMaps(file.size, file.coils));
  }
  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }
  at::Tensor
  Image(const std::string & name) const
  {
    return TensorView(ReadImage(File(name))).squeeze();
  }

private:
  test::TemporaryFolder m_Folder;
};

TEST_F(RadialRawProgram, SenseOfTheRawFileIsThatOfBartOnTheConvertedOne)
{
  if (!std::filesystem::exists("/usr/bin/bart"))
  {
    GTEST_SKIP() << "needs Debian's package bart";
  }
  Write(1.0 / 64.0);
  ASSERT_EQ(Tweedie({"convert", File("raw.h5"), File("scan")}).exitCode, 0);
  const MRIScan scan = ReadScan(File("scan"));
  EXPECT_EQ(MRITrajectory(scan).size(0), 41);
  EXPECT_EQ(scan.imageGrid.size.x, 64);
  EXPECT_NEAR(scan.imageGrid.origin[1], -3.0 - 64.0, 1e-4);
  const auto bart = test::Process({"/usr/bin/bart",
                                   "pics",
                                   "-l2",
                                   "-r",
                                   "0.1",
                                   "-w",
                                   "1",
                                   "-i",
                                   "200",
                                   "-t",
                                   File("scan_trajectory"),
                                   File("scan"),
                                   File("maps"),
                                   File("theirs")})
                        .Run();
  ASSERT_EQ(bart.exitCode, 0) << bart.error;
  const auto result = Tweedie({"reconstruct",
                               "mri",
                               File("raw.h5"),
                               "--sensitivities",
                               File("maps.cfl"),
                               "--method",
                               "sense",
                               "--lambda",
                               "0.1",
                               "--noise",
                               "1",
                               "--output",
                               File("ours"),
                               "--part",
                               "complex",
                               "--tolerance",
                               "1e-6",
                               "--progress",
                               "none"});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  const at::Tensor ours = Image("ours"), theirs = Image("theirs");
  // BART's transform is 0.45 % off at the edge of k-space and 0.13 % in scale.
  EXPECT_LT(((ours - theirs).norm() / theirs.norm()).item<double>(), 3e-3);
}

TEST_F(RadialRawProgram, MapsComeFromTheCentreWhereTheyAreNeeded)
{
  Write(1.0 / 64.0);
  const auto result = Tweedie({"reconstruct",
                               "mri",
                               File("raw.h5"),
                               "--method",
                               "sense",
                               "--lambda",
                               "0.01",
                               "--output",
                               File("sense"),
                               "--part",
                               "complex",
                               "--progress",
                               "none"});
  ASSERT_EQ(result.exitCode, 0) << result.error;
  EXPECT_NE(result.error.find("by espirit"), std::string::npos) << result.error;
  ASSERT_EQ(Tweedie({"coils", File("raw.h5"), "--output", File("found.cfl"), "--progress", "none"}).exitCode, 0);
  const at::Tensor found = Image("found.cfl"), truth = Image("maps.cfl"), image = Image("sense").abs();
  const at::Tensor object = image > 0.3 * image.max();
  EXPECT_GT(object.sum().item<std::int64_t>(), 500);
  const at::Tensor strength = truth.abs().square().sum(0).sqrt();
  const at::Tensor cosine = (truth.conj() * found).sum(0).abs() / strength;
  EXPECT_GT(cosine.masked_select(object).mean().item<double>(), 0.999); // a sine of 0.045
  // Maps have a sum of squares of 1: the image is the object times the true maps' strength.
  const at::Tensor even = (image / strength).narrow(0, 20, 5).narrow(1, 34, 5); // in the part of value 1
  EXPECT_NEAR(even.mean().item<double>(), 1.0, 0.03); // what is left of the rings of the cut spectrum
}

TEST_F(RadialRawProgram, ATrajectoryOfAnUnknownUnitIsOneLineUntilItIsNamed)
{
  Write(0.7 / 64.0); // the readouts end at 0.35 cycles per sample
  const std::vector<std::string> words{"reconstruct",
                                       "mri",
                                       File("raw.h5"),
                                       "--sensitivities",
                                       File("maps.cfl"),
                                       "--method",
                                       "zero-filled",
                                       "--output",
                                       File("image.nii.gz"),
                                       "--progress",
                                       "none"};
  const auto refused = Tweedie(words);
  EXPECT_EQ(refused.exitCode, 2);
  EXPECT_NE(refused.error.find("--trajectory-unit"), std::string::npos) << refused.error;
  std::vector<std::string> named = words;
  named.insert(named.end(), {"--trajectory-unit", "cycles-per-sample"});
  const auto result = Tweedie(named);
  EXPECT_EQ(result.exitCode, 0) << result.error;
  named.insert(named.end(), {"--overwrite", "--partial-fourier", "pocs"});
  EXPECT_EQ(Tweedie(named).exitCode, 1);
}
} // namespace
} // namespace tweedie
#endif
