// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgramTest.h"

#include <filesystem>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;
using test::TweedieHere;

/** Files of the package python3-pydicom: images of patients whose names are in the files. */
class DicomInfo : public test::TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    const fs::path files = "/usr/lib/python3/dist-packages/pydicom/data/test_files";
    if (!fs::exists(files))
    {
      GTEST_SKIP() << "without the package python3-pydicom";
    }
    for (const char * name : {"CT_small.dcm", "MR_small.dcm"})
    {
      fs::copy_file(files / name, m_Folder.File(name));
    }
  }
};

TEST_F(DicomInfo, AFolderIsListedBySeriesWithoutItsPatients)
{
  const auto result = TweedieHere({"info", m_Folder.Path().string()});
  EXPECT_EQ(result.exitCode, 0) << result.error;
  for (const char * part : {"CT 128 x 128 x 1 voxels of 0.66147 x 0.66147 x 5.0000 mm",
                            "MR 64 x 64 x 1 voxels",
                            "1.3.6.1.4.1.5962.1.3.1.1.20040119072730.12322",
                            "-158.1358 -179.0358 -75.7000 mm (LPS)"})
  {
    EXPECT_NE(result.output.find(part), std::string::npos) << part << " in " << result.output;
  }
  EXPECT_EQ(result.output.find("CompressedSamples"), std::string::npos) << "the patients' name in these files";
}

TEST_F(DicomInfo, SeveralSeriesAreAnErrorWhereOneIsNeeded)
{
  const auto result = TweedieHere({"info", "image", m_Folder.Path().string()});
  EXPECT_EQ(result.exitCode, 2);
  EXPECT_NE(result.error.find("2 series (1: CT 128 x 128 x 1, 2: MR 64 x 64 x 1)"), std::string::npos) << result.error;
}

TEST_F(DicomInfo, ASeriesIsChosenByItsNumberOrTheEndOfItsUid)
{
  for (const char * series : {"2", "20040826185059.5457"})
  {
    const auto result = TweedieHere({"info", "image", m_Folder.Path().string(), "--series", series});
    EXPECT_EQ(result.exitCode, 0) << result.error;
    EXPECT_NE(result.output.find("64 x 64 x 1 (x, y, z)"), std::string::npos) << result.output;
    EXPECT_NE(result.error.find("spacing along z is its thickness"), std::string::npos) << result.error;
  }
  EXPECT_EQ(TweedieHere({"info", "image", m_Folder.Path().string(), "--series", "3"}).exitCode, 1);
}

TEST_F(DicomInfo, AFileIsAnImageOfOneSlice)
{
  const auto result = TweedieHere({"info", "image", m_Folder.File("CT_small.dcm")});
  EXPECT_EQ(result.exitCode, 0) << result.error;
  EXPECT_NE(result.output.find("128 x 128 x 1 (x, y, z)"), std::string::npos) << result.output;
  // dcmdump and slope 1, intercept -1024 of the file: stored values from 128 to 2191.
  EXPECT_NE(result.output.find("-896 to 1167"), std::string::npos) << result.output;
}
} // namespace
} // namespace tweedie
