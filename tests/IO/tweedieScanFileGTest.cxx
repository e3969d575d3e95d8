// SPDX-License-Identifier: Apache-2.0
#include "tweedieScanFile.h"

#include "tweedieBartFile.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieScanFixture.h"
#include "tweedieTemporaryFolder.h"

#include <limits>

namespace tweedie
{
namespace
{
using test::ExpectSameValues;
using test::LineScan;

class ScanFileTest : public test::TemporaryFolderTest
{
protected:
  std::string
  Base() const
  {
    return m_Folder.File("scan");
  }
  /** Replaces a piece of scan.json, which must be in it. */
  void
  Edit(const std::string & piece, const std::string & other)
  {
    std::string text = test::ReadFile(Base() + ".json");
    const auto place = text.find(piece);
    ASSERT_NE(place, std::string::npos) << text;
    test::WriteFile(Base() + ".json", text.replace(place, piece.size(), other));
  }
  void
  ExpectRefused(const std::string & word)
  {
    try
    {
      ReadScan(Base());
      FAIL() << "no exception; expected one with '" << word << "'";
    }
    catch (const DataError & error)
    {
      const std::string what = error.what();
      EXPECT_NE(what.find(word), std::string::npos) << what;
      EXPECT_EQ(what.find('\n'), std::string::npos) << what;
    }
  }
};

TEST_F(ScanFileTest, ReturnsWhatWasWritten)
{
  const MRIScan scan = LineScan();
  WriteScan(Base(), scan);
  EXPECT_EQ(m_Folder.Count(), 5);
  for (const char * end : {"", ".cfl", ".hdr", ".json"})
  {
    const MRIScan read = ReadScan(Base() + end);
    ExpectSameValues(scan.kspace, read.kspace);
    ExpectSameValues(scan.mask, read.mask);
    ExpectSameValues(scan.sensitivities, read.sensitivities);
    EXPECT_TRUE(read.kspace.GetGrid().IsCongruent(scan.kspace.GetGrid(), 1e-15)); // JSON keeps every digit
    EXPECT_EQ(read.noise, scan.noise);
    EXPECT_EQ(read.scale, scan.scale);
    EXPECT_TRUE(read.warnings.empty());
  }
}

TEST_F(ScanFileTest, MasksOfAnyKind)
{
  MRIScan scan = LineScan();
  scan.kspace = Volume(scan.kspace.GetGrid(), Volume::Element::Complex, 2);
  scan.mask = Volume(scan.kspace.GetGrid(), Volume::Element::Real); // one per slice, no lines
  for (std::int64_t i = 0; i < scan.mask.NumberOfElements(); ++i)
  {
    scan.mask.Data()[i] = i % 7 < 3 || i % 11 == 0 ? 1.0f : 0.0f;
  }
  WriteScan(Base(), scan);
  EXPECT_NE(test::ReadFile(Base() + ".json").find("\"runs\""), std::string::npos);
  ExpectSameValues(scan.mask, ReadScan(Base()).mask);
  scan.mask = Volume(scan.kspace.GetGrid(), Volume::Element::Real); // lines that differ from slice to slice
  for (std::int64_t line = 0; line < 3 * 6; ++line)
  {
    std::fill_n(scan.mask.Data() + 5 * line, 5, line % 4 == 0 ? 1.0f : 0.0f);
  }
  WriteScan(Base(), scan);
  EXPECT_NE(test::ReadFile(Base() + ".json").find("\"lines\":[[0,4],[2],[0,4]]"), std::string::npos);
  ExpectSameValues(scan.mask, ReadScan(Base()).mask);
}

TEST_F(ScanFileTest, WithoutMapsAndNoise)
{
  MRIScan scan = LineScan();
  scan.sensitivities = Volume();
  scan.noise.reset();
  scan.warnings = {"made by hand"};
  WriteScan(Base() + ".cfl", scan);
  EXPECT_EQ(m_Folder.Count(), 3);
  const MRIScan read = ReadScan(Base());
  EXPECT_TRUE(read.sensitivities.IsEmpty());
  EXPECT_FALSE(read.noise.has_value());
  EXPECT_EQ(read.warnings, scan.warnings);
}

TEST_F(ScanFileTest, BareBartFile)
{
  WriteBart(Base(), BartFromVolume(LineScan().kspace));
  const MRIScan read = ReadScan(Base());
  ExpectSameValues(read.kspace, LineScan().kspace);
  ExpectSameValues(read.mask, LineScan().mask); // the same in all slices: one
  EXPECT_EQ(read.kspace.GetGrid().spacing, (Axes<double>{1.0, 1.0, 1.0}));
  EXPECT_FALSE(read.noise.has_value());
  EXPECT_TRUE(read.sensitivities.IsEmpty());
  ASSERT_EQ(read.warnings.size(), 1u);
  EXPECT_EQ(read.warnings[0],
            "no scan.json: the mask is the lines that are not zero, spacing is 1 mm, noise is not known");
}

TEST_F(ScanFileTest, BareBartFileOfOtherPatterns)
{
  Volume kspace = LineScan().kspace;
  kspace.ComplexData()[5 * 1] = 0.0f;              // coil 0, slice 0, line 1; coil 1 has a value there: nothing changes
  kspace.ComplexData()[3 * 30 + 5 * 1 + 1] = 0.0f; // coil 1, the sample beside: coil 0 has a value
  std::fill_n(kspace.ComplexData() + 30 + 5 * 3, 5, 0.0f); // line 3 of slice 1, both coils
  std::fill_n(kspace.ComplexData() + 4 * 30 + 5 * 3, 5, 0.0f);
  WriteBart(Base(), BartFromVolume(kspace));
  MRIScan read = ReadScan(Base());
  EXPECT_EQ(read.warnings.size(), 1u);
  ASSERT_EQ(read.mask.GetGrid().size.z, 3);
  EXPECT_EQ(read.mask.Data()[5 * 3], 1.0f);
  EXPECT_EQ(read.mask.Data()[30 + 5 * 3], 0.0f);
  kspace.ComplexData()[3 * 30 + 5 * 1] = 0.0f; // now zero in both coils, on a sampled line
  WriteBart(Base(), BartFromVolume(kspace));
  read = ReadScan(Base());
  ASSERT_EQ(read.warnings.size(), 2u);
  EXPECT_EQ(read.warnings[1].rfind("1 samples on sampled lines are exactly zero", 0), 0u);
}

TEST_F(ScanFileTest, SamplesOutsideTheMaskAreRemoved)
{
  MRIScan scan = LineScan();
  scan.kspace.ComplexData()[0] = 7.0f; // line 0 is not in the mask
  WriteScan(Base(), scan);
  const MRIScan read = ReadScan(Base());
  ExpectSameValues(read.kspace, LineScan().kspace);
  EXPECT_EQ(read.warnings, std::vector<std::string>{"1 samples outside the mask were set to zero"});
}

TEST_F(ScanFileTest, RefusedDescriptions)
{
  const std::vector<std::array<std::string, 3>> edits = {
      {"\"size\":[5,6,3,2]", "\"size\":[5,6,4,2]", "required that of the data, [5,6,3,2]"},
      {"\"size\":[5,6,3,2]", "\"size\":[5,6,3e30,2]", "required a whole number"},
      {"\"lines\":[[1,3,5]]", "\"lines\":[[1,3,6]]", "required inside 0..5"},
      {"\"lines\":[[1,3,5]]", "\"lines\":[[1,-3,5]]", "required inside 0..5"},
      {"\"lines\":[[1,3,5]]", "\"lines\":[[1],[3]]", "required 1 or 3"},
      {"\"lines\":[[1,3,5]]", "\"lines\":[[]]", "keeps no sample"},
      {"\"lines\":[[1,3,5]]", "\"runs\":[[1,3,5]]", "odd number"},
      {"\"lines\":[[1,3,5]]", "\"runs\":[[29,2]]", "required inside 0..29"},
      {"\"lines\":[[1,3,5]]", "\"lines\":\"all\"", "mask"},
      {"\"mask\"", "\"task\"", "mask"},
      {"\"version\":1", "\"version\":2", "version: 2; required 1"},
      {"tweedie-mri-scan", "other", "required \"tweedie-mri-scan\""},
      {"\"scale\":1234.5", "\"scale\":0", "required positive"},
      {"\"noise\":0.01", "\"noise\":-0.01", "required positive"},
      {"\"spacing\":[0.75", "\"spacing\":[0.0", "required a regular grid"},
      {"scan_sensitivities", "other", "other.hdr: no such file"},
      {"{", "", "is no JSON text"}};
  for (const auto & [piece, other, word] : edits)
  {
    WriteScan(Base(), LineScan());
    Edit(piece, other);
    ExpectRefused(word == "mask" ? "scan.json: " : word);
  }
}

TEST_F(ScanFileTest, RefusedData)
{
  MRIScan scan = LineScan();
  WriteScan(Base(), scan);
  const std::string data = test::ReadFile(Base() + ".cfl");
  test::WriteFile(Base() + ".cfl", data.substr(0, data.size() - 8));
  ExpectRefused("truncated");
  std::string spoilt = data;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  spoilt.replace(40, 4, reinterpret_cast<const char *>(&nan), 4);
  test::WriteFile(Base() + ".cfl", spoilt);
  ExpectRefused("not finite");
  std::filesystem::remove(Base() + ".cfl");
  ExpectRefused("no such file");
  test::WriteFile(Base() + ".hdr", "# Dimensions\n2 3 4 1\n");
  test::WriteFile(Base() + ".cfl", std::string(24 * 8, '\0'));
  ExpectRefused("second phase direction");
}

TEST_F(ScanFileTest, ABareFileOfZerosHasNoMask)
{
  test::WriteFile(Base() + ".hdr", "# Dimensions\n2 3 1 1\n");
  test::WriteFile(Base() + ".cfl", std::string(6 * 8, '\0'));
  ExpectRefused("the mask keeps no sample");
}

TEST_F(ScanFileTest, InconsistentScansAreNotWritten)
{
  MRIScan scan = LineScan();
  scan.mask = Volume(test::ObliqueGrid(5, 7, 1), Volume::Element::Real);
  EXPECT_THROW(WriteScan(Base(), scan), DataError);
  scan = LineScan();
  scan.mask.Data()[0] = 0.5f;
  EXPECT_THROW(WriteScan(Base(), scan), DataError);
  scan = LineScan();
  scan.sensitivities = test::NumberedVolume(test::ObliqueGrid(5, 6, 1), Volume::Element::Complex, 3);
  EXPECT_THROW(WriteScan(Base(), scan), DataError);
  scan = LineScan();
  scan.kspace.Data()[7] = std::numeric_limits<float>::infinity();
  EXPECT_THROW(WriteScan(Base(), scan), DataError);
  EXPECT_THROW(WriteScan(Base() + ".h5", LineScan()), UsageError);
  EXPECT_THROW(WriteScan(m_Folder.File("none/scan"), LineScan()), UsageError);
  EXPECT_EQ(m_Folder.Count(), 0);
}

TEST_F(ScanFileTest, WritableUnlessAFileIsThere)
{
  RequireWritableScan(Base(), {true}, false);
  test::WriteFile(Base() + "_sensitivities.hdr", "x");
  EXPECT_THROW(RequireWritableScan(Base(), {true}, false), UsageError);
  RequireWritableScan(Base(), {}, false);
  RequireWritableScan(Base(), {true}, true);
  EXPECT_THROW(RequireWritableScan(Base() + ".nii", {true}, true), UsageError);
  EXPECT_EQ(m_Folder.Count(), 1);
}

TEST_F(ScanFileTest, SetsOfMapsAreKept)
{
  MRIScan scan = LineScan();
  scan.sensitivities = test::NumberedVolume(scan.sensitivities.GetGrid(), Volume::Element::Complex, 4);
  scan.mapSets = 2;
  WriteScan(Base(), scan);
  EXPECT_EQ(ReadBartDimensions(Base() + "_sensitivities")[BartArray::coil], 2);
  EXPECT_EQ(ReadBartDimensions(Base() + "_sensitivities")[BartArray::maps], 2);
  const MRIScan read = ReadScan(Base());
  EXPECT_EQ(read.mapSets, 2);
  ExpectSameValues(read.sensitivities, scan.sensitivities);
  // Other files do not say it: the description does.
  WriteImage(m_Folder.File("maps.nrrd"), scan.sensitivities);
  Edit("scan_sensitivities.cfl", "maps.nrrd");
  EXPECT_EQ(ReadScan(Base()).mapSets, 2);
  ExpectSameValues(ReadScan(Base()).sensitivities, scan.sensitivities);
  Edit("\"mapSets\":2", "\"mapSets\":3");
  ExpectRefused("4 channels for 3 sets");
  Edit("\"mapSets\":3", "\"mapSets\":4");
  ExpectRefused("no more sets than coils");
  Edit("\"mapSets\":4", "\"mapSets\":0");
  ExpectRefused("0 sets");
}

TEST_F(ScanFileTest, MapsFromAnyImage)
{
  MRIScan scan = LineScan();
  const Volume maps = scan.sensitivities;
  WriteImage(m_Folder.File("maps.nii.gz"), maps);
  scan.sensitivities = Volume();
  SetSensitivitiesFromFile(scan, m_Folder.File("maps.nii.gz"));
  ExpectSameValues(scan.sensitivities, maps);
  WriteImage(m_Folder.File("three.nrrd"), test::NumberedVolume(test::ObliqueGrid(5, 6, 3), Volume::Element::Real, 3));
  EXPECT_THROW(SetSensitivitiesFromFile(scan, m_Folder.File("three.nrrd")), DataError);
}
} // namespace
} // namespace tweedie
