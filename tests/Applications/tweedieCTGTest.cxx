// SPDX-License-Identifier: Apache-2.0
// The way of a CT user: a geometry, a scan of a head in Hounsfield units, and back.
#include "tweedieProgramTest.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
using test::TweedieHere;

/** The phantom's 0 to 200 as air (-1000 HU) to bone (1000 HU), slices centred on the isocentre. */
Volume
Head()
{
  Volume image = test::PhantomImage().Clone();
  Grid grid = image.GetGrid();
  grid.origin = {-47.0, -48.75, -10.0};
  image.SetGrid(grid);
  for (std::int64_t i = 0; i < image.NumberOfElements(); ++i)
  {
    image.Data()[i] = image.Data()[i] * 10.0F - 1000.0F;
  }
  return image;
}

double
Psnr(const Volume & a, const Volume & b)
{
  double sum = 0.0;
  for (std::int64_t i = 0; i < a.NumberOfElements(); ++i)
  {
    sum += std::pow(static_cast<double>(a.Data()[i]) - static_cast<double>(b.Data()[i]), 2.0);
  }
  return 10.0 * std::log10(4e6 * static_cast<double>(a.NumberOfElements()) / sum);
}

class CTProgram : public test::TemporaryFolderTest
{
protected:
  std::vector<std::string>
  Reconstruct(const std::vector<std::string> & more) const
  {
    std::vector<std::string> words{
        "reconstruct", "ct", File("p.mha"), "--geometry", File("g.xml"), "--output", File("out.nii.gz")};
    words.insert(words.end(), more.begin(), more.end());
    if (std::find(more.begin(), more.end(), "--method") == more.end())
    {
      words.insert(words.end(), {"--method", "fbp"});
    }
    return words;
  }
  void
  ExpectFailure(const std::vector<std::string> & words, int code, const std::string & text) const
  {
    const auto result = TweedieHere(words);
    EXPECT_EQ(result.exitCode, code) << result.error;
    EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_EQ(m_Folder.Count(), m_Before) << text;
  }

  int m_Before = 0;

  std::string
  File(const std::string & name) const
  {
    return m_Folder.File(name);
  }
  void
  Scan(std::vector<std::string> more = {}) const
  {
    WriteImage(File("head.nii.gz"), Head());
    auto result = TweedieHere({"geometry",
                               "ct",
                               "--type",
                               "fan",
                               "--views",
                               "90",
                               "--sid",
                               "500",
                               "--sdd",
                               "800",
                               "--output",
                               File("g.xml")});
    ASSERT_EQ(result.exitCode, 0) << result.error;
    std::vector<std::string> words{"simulate",
                                   "ct",
                                   "--image",
                                   File("head.nii.gz"),
                                   "--slices",
                                   "1:3",
                                   "--geometry",
                                   File("g.xml"),
                                   "--pitch",
                                   "2",
                                   "--output",
                                   File("p.mha"),
                                   "--reference",
                                   File("truth.nii.gz")};
    words.insert(words.end(), more.begin(), more.end());
    result = TweedieHere(words);
    ASSERT_EQ(result.exitCode, 0) << result.error;
    EXPECT_NE(result.output.find("90 views of "), std::string::npos) << result.output;
  }
};

TEST_F(CTProgram, ThereAndBackInHounsfieldUnits)
{
  Scan({"--photons", "1e5", "--electronic", "5", "--seed", "3"});
  const Volume truth = ReadImage(File("truth.nii.gz"));
  EXPECT_EQ(truth.GetGrid().size.z, 3);
  for (const std::string method : {"fbp", "cgls"})
  {
    const auto result = TweedieHere({"reconstruct",
                                     "ct",
                                     File("p.mha"),
                                     "--geometry",
                                     File("g.xml"),
                                     "--method",
                                     method,
                                     "--output",
                                     File(method + ".nii.gz")});
    ASSERT_EQ(result.exitCode, 0) << result.error;
    const Volume found = ReadImage(File(method + ".nii.gz"));
    EXPECT_TRUE(found.GetGrid().IsCongruent(truth.GetGrid())); // as simulate recorded it
    EXPECT_GT(Psnr(found, truth), 20.0);                       // edges of 1000 HU on pixels of 2 mm
    EXPECT_LT(found.Data()[0], -900.0F);                       // air keeps its sign
  }
  const auto mu = TweedieHere({"reconstruct",
                               "ct",
                               File("p.mha"),
                               "--geometry",
                               File("g.xml"),
                               "--method",
                               "fbp",
                               "--units",
                               "mu",
                               "--size",
                               "48,40",
                               "--spacing",
                               "2,2.5",
                               "--output",
                               File("mu.nii.gz")});
  ASSERT_EQ(mu.exitCode, 0) << mu.error;
  const Volume fbp = ReadImage(File("fbp.nii.gz")), attenuation = ReadImage(File("mu.nii.gz"));
  const std::int64_t middle = 40 * 48 / 2 + 24;
  EXPECT_NEAR(attenuation.Data()[middle], 0.02 * (1.0 + fbp.Data()[middle] / 1000.0), 1e-6);
}

TEST_F(CTProgram, BadInputIsOneLineAndLeavesNothing)
{
  Scan();
  m_Before = m_Folder.Count();
  ExpectFailure(Reconstruct({"--method", "ml-tr"}), 1, "required counts");
  ExpectFailure(Reconstruct({"--method", "tv"}), 1, "--lambda");
  ExpectFailure(Reconstruct({"--size", "10,10"}), 1, "--spacing");
  ExpectFailure(Reconstruct({"--size", "10,10", "--spacing", "0,1"}), 1, "two positive numbers");
  ExpectFailure(Reconstruct({"--window", "box"}), 1, "--window");
  std::vector<std::string> simulate{
      "simulate", "ct", "--image", File("head.nii.gz"), "--geometry", File("g.xml"), "--output", File("q.mha")};
  simulate.insert(simulate.end(), {"--units", "mu"});
  ExpectFailure(simulate, 2, "--units hu");
  simulate.insert(simulate.end(), {"--photons", "0"});
  ExpectFailure(simulate, 1, "--photons");
}

TEST_F(CTProgram, FilesThatDoNotBelongTogetherAreRefused)
{
  Scan();
  m_Before = m_Folder.Count();
  const auto other = TweedieHere({"geometry",
                                  "ct",
                                  "--type",
                                  "fan",
                                  "--views",
                                  "91",
                                  "--sid",
                                  "500",
                                  "--sdd",
                                  "800",
                                  "--output",
                                  File("g.xml"),
                                  "--overwrite"});
  ASSERT_EQ(other.exitCode, 0);
  ExpectFailure(Reconstruct({}), 2, "90 projections and a geometry of 91 views");
  test::WriteFile(File("g.xml"), "<RTKThreeDCircularGeometry version=\"3\"><Projection>");
  ExpectFailure(Reconstruct({}), 2, "g.xml");
}
} // namespace
} // namespace tweedie
