// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationFile.h"

#include "tweedieError.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

namespace tweedie
{
namespace
{
class RestorationFile : public test::TemporaryFolderTest
{
protected:
  std::string
  Path() const
  {
    return m_Folder.File("low.nii.gz");
  }
  RestorationMeasurement
  Measurement() const
  {
    RestorationMeasurement measurement;
    Grid grid;
    grid.size = {2, 3, 4};
    grid.spacing = {3.0, 2.0, 1.0};
    grid.origin = {1.0, 2.0, 3.0};
    measurement.data = Volume(grid, Volume::Element::Real);
    for (std::int64_t i = 0; i < 24; ++i)
    {
      measurement.data.Data()[i] = static_cast<float>(i) * 0.25f;
    }
    measurement.image = grid;
    measurement.image.size = {2, 6, 8};
    measurement.image.spacing = {3.0, 1.0, 0.5};
    measurement.options = R"({"task":"blur-gaussian","factor":2})";
    grid.size = {1, 5, 5};
    measurement.kernel = Volume(grid, Volume::Element::Real);
    measurement.kernel.Data()[12] = 1.0f;
    measurement.scale = 7.5;
    measurement.noise = 0.125;
    measurement.warnings = {"assumed"};
    return measurement;
  }
  void
  Replace(const std::string & piece, const std::string & other)
  {
    const std::string file = m_Folder.File("low.json");
    std::string text = test::ReadFile(file);
    const auto place = text.find(piece);
    ASSERT_NE(place, std::string::npos) << text;
    test::WriteFile(file, text.replace(place, piece.size(), other));
  }
  void
  ExpectRefused(const std::string & word)
  {
    try
    {
      ReadRestoration(Path());
      FAIL() << "no exception; expected one with '" << word << "'";
    }
    catch (const DataError & error)
    {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
};

/** Thick slices: more in the image than in the data. */
TEST_F(RestorationFile, KnowsHowManySlicesASliceStandsFor)
{
  RestorationMeasurement measurement = Measurement();
  measurement.options = R"({"task":"sr","axis-factor":[2,2,3]})";
  measurement.image.size.z = 6;
  WriteRestoration(Path(), measurement);
  EXPECT_EQ(ReadRestoration(Path()).image.size, measurement.image.size);
  Replace("3\n", "2\n");
  ExpectRefused("slices");
}

TEST_F(RestorationFile, ComesBackAsItWas)
{
  const RestorationMeasurement written = Measurement();
  EXPECT_FALSE(HasRestorationDescription(Path()));
  WriteRestoration(Path(), written);
  EXPECT_TRUE(HasRestorationDescription(Path()));
  EXPECT_EQ(m_Folder.Count(), 3); // image, description, kernel
  const RestorationMeasurement read = ReadRestoration(Path());
  EXPECT_TRUE(std::equal(read.data.Data(), read.data.Data() + 24, written.data.Data()));
  EXPECT_TRUE(read.image.IsCongruent(written.image, 1e-12));
  EXPECT_NE(read.options.find("blur-gaussian"), std::string::npos);
  EXPECT_TRUE(read.mask.IsEmpty());
  ASSERT_EQ(read.kernel.NumberOfElements(), 25);
  EXPECT_EQ(read.kernel.Data()[12], 1.0f);
  EXPECT_EQ(read.scale, 7.5);
  EXPECT_EQ(read.noise, written.noise);
  EXPECT_FALSE(read.countsPerUnit.has_value());
  EXPECT_EQ(read.warnings, written.warnings);
}

TEST_F(RestorationFile, RefusesADamagedDescription)
{
  const std::pair<const char *, const char *> edits[] = {
      {"tweedie-restoration", "something-else"},
      {"\"scale\": 7.5", "\"scale\": -1"},
      {"\"noise\": 0.125", "\"noise\": 0"},
      {"\"size\": [", "\"size\": [1,"},
      {"\"scale\"", "\"sale\""},
      {"low_kernel.nii.gz", "missing.nii.gz"},
      {"{", "["},
  };
  for (const auto & [piece, other] : edits)
  {
    SCOPED_TRACE(piece);
    WriteRestoration(Path(), Measurement());
    Replace(piece, other);
    ExpectRefused(std::string(piece) == "low_kernel.nii.gz" ? "missing.nii.gz" : "low.json");
  }
}

TEST_F(RestorationFile, RefusesAMissingOrCutPart)
{
  ExpectRefused("low.nii.gz");
  WriteRestoration(Path(), Measurement());
  const std::string kernel = m_Folder.File("low_kernel.nii.gz");
  const std::string bytes = test::ReadFile(kernel);
  test::WriteFile(kernel, bytes.substr(0, bytes.size() / 2));
  ExpectRefused("low_kernel.nii.gz");
}
} // namespace
} // namespace tweedie
