// SPDX-License-Identifier: Apache-2.0
#include "tweedieBartFile.h"

#include "tweedieError.h"
#include "tweedieImageBytes.h"
#include "tweedieScanFixture.h"
#include "tweedieTemporaryFolder.h"

namespace tweedie
{
namespace
{
class BartFileTest : public test::TemporaryFolderTest
{
protected:
  /** Writes a.hdr with these dimensions and a.cfl with that many numbered elements. */
  std::string
  Write(const std::string & dimensions, int elements)
  {
    std::vector<std::complex<float>> data;
    for (int i = 0; i < elements; ++i)
    {
      data.emplace_back(static_cast<float>(i), static_cast<float>(-i));
    }
    test::WriteFile(m_Folder.File("a.hdr"), "# Dimensions\n" + dimensions + "\n# Command\nbart\n");
    test::WriteFile(m_Folder.File("a.cfl"), test::RawBytes(data));
    return m_Folder.File("a");
  }
};

TEST_F(BartFileTest, FirstDimensionIsFastest)
{
  // 2 x, 3 y, 2 coils, 2 slices: element number = x + 2 y + 6 coil + 12 slice.
  const std::string path = Write("2 3 1 2 1 1 1 1 1 1 1 1 1 2 1 1", 24);
  const Volume volume = VolumeFromBart(ReadBart(path), path);
  ASSERT_EQ(volume.GetGrid().size, (Axes<std::int64_t>{2, 3, 2}));
  ASSERT_EQ(volume.Channels(), 2);
  const auto at = [&](int coil, int z, int y, int x) { return volume.ComplexData()[((coil * 2 + z) * 3 + y) * 2 + x]; };
  EXPECT_EQ(at(0, 0, 0, 1), (std::complex<float>{1.0f, -1.0f}));
  EXPECT_EQ(at(0, 0, 2, 0), (std::complex<float>{4.0f, -4.0f}));
  EXPECT_EQ(at(1, 0, 0, 0), (std::complex<float>{6.0f, -6.0f}));
  EXPECT_EQ(at(0, 1, 0, 0), (std::complex<float>{12.0f, -12.0f}));
  EXPECT_EQ(at(1, 1, 2, 1), (std::complex<float>{23.0f, -23.0f}));
}

TEST_F(BartFileTest, DimensionTwoMayHoldTheSlices)
{
  // Element number = x + 2 y + 4 z + 12 coil.
  const std::string path = Write("2 2 3 2", 24);
  const Volume volume = VolumeFromBart(ReadBart(path), path);
  ASSERT_EQ(volume.GetGrid().size, (Axes<std::int64_t>{3, 2, 2}));
  EXPECT_EQ(volume.ComplexData()[(1 * 3 + 2) * 4 + 1], (std::complex<float>{21.0f, -21.0f}));
}

TEST_F(BartFileTest, WritesWhatItReads)
{
  const Volume volume = test::NumberedVolume(test::ObliqueGrid(4, 3, 2), Volume::Element::Complex, 3);
  const std::string path = m_Folder.File("b");
  WriteBart(path + ".cfl", BartFromVolume(volume));
  for (const char * end : {"", ".cfl", ".hdr"})
  {
    test::ExpectSameValues(volume, VolumeFromBart(ReadBart(path + end), path));
  }
  EXPECT_EQ(test::ReadFile(path + ".hdr"), "# Dimensions\n4 3 1 3 1 1 1 1 1 1 1 1 1 2 1 1 \n");
  EXPECT_EQ(m_Folder.Count(), 2);
}

TEST_F(BartFileTest, ARealVolumeGetsImaginaryPartZero)
{
  const Volume volume = test::NumberedVolume(test::ObliqueGrid(2, 2, 1), Volume::Element::Real);
  EXPECT_EQ(BartFromVolume(volume).data[3], (std::complex<float>{3.5f, 0.0f}));
}

TEST_F(BartFileTest, RefusesOtherLengths)
{
  EXPECT_THROW(ReadBart(Write("2 3 1 1", 5)), DataError); // truncated
  EXPECT_THROW(ReadBart(Write("2 3 1 1", 7)), DataError); // longer
  const std::string path = Write("2 3 1 1", 6);
  test::WriteFile(m_Folder.File("a.cfl"), test::ReadFile(path + ".cfl").substr(0, 47)); // inside the last number
  EXPECT_THROW(ReadBart(path), DataError);
}

TEST_F(BartFileTest, RefusesAbsurdHeaders)
{
  for (const char * dimensions : {"",
                                  "two three",
                                  "2 0 3",
                                  "2 -3",
                                  "2 3.5",
                                  "99999999999999999999",
                                  "4294967296 4294967296 4294967296 4294967296", // product 2^128: 0 when it wraps
                                  "4611686018427387904 4 1 1",                   // product 2^64
                                  "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2"})
  {
    EXPECT_THROW(ReadBart(Write(dimensions, 6)), DataError) << dimensions;
  }
  const std::string path = Write("2 3", 6);
  test::WriteFile(path + ".hdr", "an Analyze header, say");
  EXPECT_THROW(ReadBart(path), DataError);
}

TEST_F(BartFileTest, RefusesHalfAPair)
{
  const std::string path = Write("2 3", 6);
  std::filesystem::remove(path + ".hdr");
  EXPECT_THROW(ReadBart(path), DataError);
  Write("2 3", 6);
  std::filesystem::remove(path + ".cfl");
  EXPECT_THROW(ReadBart(path), DataError);
}

TEST_F(BartFileTest, RefusesDimensionsWithoutMeaningHere)
{
  EXPECT_EQ(VolumeFromBart(ReadBart(Write("2 1 1 1 3", 6)), "a").Channels(), 3);                       // maps
  EXPECT_THROW(VolumeFromBart(ReadBart(Write("2 1 1 1 1 3", 6)), "a"), DataError);                     // echoes
  EXPECT_THROW(VolumeFromBart(ReadBart(Write("1 1 2 1 1 1 1 1 1 1 1 1 1 3", 6)), "a"), DataError);     // both slices
  EXPECT_THROW(VolumeFromBart(ReadBart(Write("2 1 1 1 1 1 1 1 1 1 3 1 1 1 1 1", 6)), "a"), DataError); // time
}

/** A pair of which one file cannot be put in its place is not there at all. */
TEST_F(BartFileTest, BothFilesOrNone)
{
  std::filesystem::create_directory(m_Folder.File("b.cfl"));
  const Volume volume = test::NumberedVolume(test::ObliqueGrid(2, 2, 1), Volume::Element::Complex);
  EXPECT_THROW(WriteBart(m_Folder.File("b"), BartFromVolume(volume)), UsageError);
  EXPECT_EQ(m_Folder.Count(), 1); // the folder
  EXPECT_THROW(WriteBart(m_Folder.File("c.h5"), BartFromVolume(volume)), UsageError);
  EXPECT_EQ(m_Folder.Count(), 1);
}
} // namespace
} // namespace tweedie
