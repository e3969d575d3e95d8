// SPDX-License-Identifier: Apache-2.0
// DICOM-CT-PD series with something wrong, and files damaged at random.
#include "tweedieDicomProjectionSeries.h"
#include "tweedieDicomProjections.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieTemporaryFolder.h"

#include <limits>
#include <random>

namespace tweedie
{
namespace
{
using test::DicomSeries;

DicomSeries
Circle(int views = 6)
{
  DicomSeries series;
  series.rows = 2;
  series.columns = 5;
  series.transverse = 9.0;
  series.axial = 7.0;
  series.centralColumn = 3.0;
  series.centralRow = 1.5;
  series.Turn(views, 1.0, 0.0, 500.0);
  return series;
}

const test::EllipsoidPhantom phantom{{0.02, {5.0, -8.0, 3.0}, {40.0, 30.0, 25.0}}};

class DicomBadInput : public test::TemporaryFolderTest
{
protected:
  std::string
  Folder() const
  {
    return m_Folder.Path().string();
  }
  std::string
  File(std::size_t view) const
  {
    return m_Folder.File(DicomSeries::FileName(view));
  }
  void
  Write(const DicomSeries & series)
  {
    series.Write(Folder(), phantom);
  }
  /** A series of which each file is edited. */
  void
  ExpectRefusal(const DicomSeries::Edit & edit, const std::string & text)
  {
    DicomSeries series = Circle();
    series.edit = edit;
    Write(series);
    EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, text);
  }
};

void
Remove(DcmDataset & set, unsigned short group, unsigned short element)
{
  delete set.remove(DcmTagKey(group, element));
}

TEST_F(DicomBadInput, ViewsThatAreMissingOrTwice)
{
  Write(Circle());
  EXPECT_NO_THROW(ReadDicomProjections(Folder()));
  std::filesystem::remove(File(2));
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "no view between instance numbers 2 and 4");
  std::filesystem::copy(File(3), File(2));
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "both with instance number 4");

  DicomSeries series = Circle(12);
  series.views.erase(series.views.begin() + 5); // the files are numbered anew
  Write(series);
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "a step of 60.00 degrees from view-0005.dcm");
  series = Circle(12);
  series.views[7] = series.views[6];
  Write(series);
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "view-0007.dcm and view-0008.dcm of the same place");
}

TEST_F(DicomBadInput, SeriesThatAreMixed)
{
  const auto odd = [](std::size_t k) { return k == 3; };
  Write(Circle());
  DicomSeries other = Circle();
  other.columns = 6;
  Write(other);
  std::filesystem::rename(File(3), m_Folder.File("wider"));
  Write(Circle());
  std::filesystem::rename(m_Folder.File("wider"), File(3));
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "view-0001.dcm and view-0004.dcm of different sizes");
  ExpectRefusal([&](DcmDataset & set, std::size_t k) { DicomSeries::Put(set, 0x7031, 0x1031, odd(k) ? 901.0 : 900.0); },
                "of different detectors");
  ExpectRefusal(
      [&](DcmDataset & set, std::size_t k)
      {
        if (odd(k))
        {
          DicomSeries::PutText(set, 0x0020, 0x000E, "1.2.3", EVR_UI);
        }
      },
      "of different series");
  ExpectRefusal([&](DcmDataset & set, std::size_t k) { DicomSeries::PutWord(set, 0x7033, 0x1063, odd(k) ? 2 : 1); },
                "of different spectra");
  ExpectRefusal([&](DcmDataset & set, std::size_t k) { DicomSeries::PutWord(set, 0x7033, 0x105D, odd(k) ? 2 : 1); },
                "of different X-ray tubes");
}

TEST_F(DicomBadInput, ATagThatIsMissingIsNamed)
{
  struct Row
  {
    unsigned short group, element;
    const char * name;
  };
  for (const Row & row : std::vector<Row>{{0x0020, 0x0013, "(0020,0013) InstanceNumber"},
                                          {0x0028, 0x0010, "(0028,0010) Rows"},
                                          {0x0028, 0x1052, "(0028,1052) RescaleIntercept"},
                                          {0x0028, 0x1053, "(0028,1053) RescaleSlope"},
                                          {0x7029, 0x1002, "(7029,1002) DetectorElementTransverseSpacing"},
                                          {0x7029, 0x1006, "(7029,1006) DetectorElementAxialSpacing"},
                                          {0x7029, 0x100B, "(7029,100B) DetectorShape"},
                                          {0x7029, 0x1010, "(7029,1010) NumberofDetectorRows"},
                                          {0x7029, 0x1011, "(7029,1011) NumberofDetectorColumns"},
                                          {0x7031, 0x1001, "(7031,1001) DetectorFocalCenterAngularPosition"},
                                          {0x7031, 0x1002, "(7031,1002) DetectorFocalCenterAxialPosition"},
                                          {0x7031, 0x1003, "(7031,1003) DetectorFocalCenterRadialDistance"},
                                          {0x7031, 0x1031, "(7031,1031) ConstantRadialDistance"},
                                          {0x7031, 0x1033, "(7031,1033) DetectorCentralElement"}})
  {
    SCOPED_TRACE(row.name);
    ExpectRefusal([&](DcmDataset & set, std::size_t) { Remove(set, row.group, row.element); },
                  std::string("given no ") + row.name + "; required it");
  }
  ExpectRefusal(
      [](DcmDataset & set, std::size_t)
      {
        DicomSeries::PutText(set, 0x7033, 0x100E, "FFSZ");
        Remove(set, 0x7033, 0x100C);
      },
      "given no (7033,100C) SourceAxialPositionShift");
  ExpectRefusal([](DcmDataset & set, std::size_t) { Remove(set, 0x7FE0, 0x0010); }, "pixel data of 0 bytes");
}

TEST_F(DicomBadInput, NumbersThatCannotBe)
{
  const auto put = [](unsigned short group, unsigned short element, double value)
  { return [=](DcmDataset & set, std::size_t) { DicomSeries::Put(set, group, element, value); }; };
  const auto putText = [](unsigned short group, unsigned short element, const char * text, DcmEVR type)
  { return [=](DcmDataset & set, std::size_t) { DicomSeries::PutText(set, group, element, text, type); }; };
  const auto putWord = [](unsigned short group, unsigned short element, int value)
  { return [=](DcmDataset & set, std::size_t) { DicomSeries::PutWord(set, group, element, value); }; };
  ExpectRefusal(put(0x7031, 0x1001, std::nan("")), "DetectorFocalCenterAngularPosition that is not finite");
  ExpectRefusal(put(0x7031, 0x1003, std::numeric_limits<double>::infinity()), "that is not finite");
  ExpectRefusal(put(0x7031, 0x1003, 900.0), "more than (7031,1003)");
  ExpectRefusal(put(0x7029, 0x1002, 0.0), "a positive length in mm");
  ExpectRefusal(put(0x7029, 0x1002, 900.0), "half a turn");
  ExpectRefusal(put(0x7033, 0x100D, -500.0), "a focal spot off the axis");
  ExpectRefusal(put(0x7031, 0x1033, 3.0), "2 numbers");
  ExpectRefusal(putText(0x0028, 0x1053, "0", EVR_DS), "RescaleSlope of 0");
  ExpectRefusal(putText(0x0028, 0x1053, "one", EVR_DS), "RescaleSlope that cannot be read");
  ExpectRefusal(putText(0x0028, 0x1053, "1e38", EVR_DS), "beyond the range of floats");
  ExpectRefusal(putText(0x0020, 0x0013, "1.5", EVR_IS), "a whole number");
  ExpectRefusal(putText(0x7029, 0x100B, "SPHERICAL", EVR_CS), "a spherical detector cannot be represented");
  ExpectRefusal(putText(0x7037, 0x100A, "PARALLEL", EVR_CS), "FANBEAM or CONEBEAM");
  ExpectRefusal(putText(0x7039, 0x1009, "NO", EVR_CS), "intensities");
  ExpectRefusal(putText(0x0028, 0x0008, "2", EVR_IS), "one view a file");
  ExpectRefusal(putWord(0x0028, 0x0010, 6), "as the detector has, or the other way round");
  ExpectRefusal(putWord(0x0028, 0x0103, 1), "a whole number from 0 to 0");
  ExpectRefusal(putWord(0x0028, 0x0100, 32), "a whole number from 16 to 16");
}

TEST_F(DicomBadInput, ForeignFilesAndFolders)
{
  EXPECT_THROW_MESSAGE(ReadDicomProjections(m_Folder.File("none")), DataError, "none");
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "a folder without DICOM files");
  ExpectRefusal(
      [](DcmDataset & set, std::size_t)
      {
        for (const unsigned short group : {0x7029, 0x7031, 0x7033, 0x7037, 0x7039, 0x7041})
        {
          for (unsigned int element = 0; element < 0x1100; ++element)
          {
            Remove(set, group, static_cast<unsigned short>(element));
          }
        }
      },
      "such as an ordinary CT image");
  DicomSeries series = Circle();
  series.syntax = EXS_BigEndianExplicit;
  Write(series);
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "little endian without compression");
  Write(Circle());
  test::WriteFile(File(1), "no DICOM at all");
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "view-0002.dcm: given no DICOM file");
}

TEST_F(DicomBadInput, FilesThatAreCutShort)
{
  Write(Circle(3));
  const std::string whole = test::ReadFile(File(1));
  for (std::size_t length = 0; length < whole.size(); length += 1 + whole.size() / 97)
  {
    SCOPED_TRACE(length);
    test::WriteFile(File(1), whole.substr(0, length));
    EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "view-0002.dcm");
  }
  test::WriteFile(File(1), whole.substr(0, whole.size() - 1));
  EXPECT_THROW_MESSAGE(ReadDicomProjections(Folder()), DataError, "view-0002.dcm");
}

TEST_F(DicomBadInput, DamagedFilesAreReadOrRefused)
{
  Write(Circle(3));
  const std::string whole = test::ReadFile(File(1));
  std::mt19937 random(20);
  int refused = 0;
  constexpr int rounds = 400;
  for (int round = 0; round < rounds; ++round)
  {
    std::string bytes = whole;
    // Where the lengths and types are: after the preamble, which holds nothing.
    for (int count = 1 + static_cast<int>(random() % 3); count > 0; --count)
    {
      bytes[128 + random() % (bytes.size() - 128)] = static_cast<char>(random());
    }
    test::WriteFile(File(1), bytes);
    try
    {
      ReadDicomProjections(Folder()).projections.RequireFinite("damaged");
    }
    catch (const DataError & error) // anything else fails the test
    {
      ++refused;
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
  // Most bytes are tags, types, lengths and required numbers; pixels, names and unused tags are the rest.
  EXPECT_GT(refused, rounds / 4);
  EXPECT_LT(refused, rounds);
}
} // namespace
} // namespace tweedie
