// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomProjections.h"

#include "tweedieCTGeometryFile.h"
#include "tweedieCTGeometrySummary.h"
#include "tweedieCTScanFile.h"
#include "tweedieDicomProjectionSeries.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieTemporaryFolder.h"

namespace tweedie
{
namespace
{
using test::DicomSeries;
using test::EllipsoidPhantom;

/** Off centre in every direction, so that no axis can be mistaken for another or be the wrong way round. */
const EllipsoidPhantom phantom{{0.02, {5.0, -8.0, 3.0}, {40.0, 30.0, 25.0}, 0.3},
                               {0.01, {18.0, 6.0, -4.0}, {6.0, 5.0, 9.0}}};

/** A piece of a helix of a small scanner. */
DicomSeries
Helix()
{
  DicomSeries series;
  series.rows = 4;
  series.columns = 11;
  series.transverse = 9.0;
  series.axial = 7.0;
  series.centralColumn = 6.125;
  series.centralRow = 2.5;
  series.Turn(12, 1.5, 20.0, 500.0);
  return series;
}

class DicomProjections : public test::TemporaryFolderTest
{
protected:
  CTScan
  Read(const DicomSeries & series)
  {
    series.Write(m_Folder.Path().string(), phantom);
    return ReadDicomProjections(m_Folder.Path().string());
  }
};

/** Every ray of the scan against the format's definition, and its value against the line integral. */
void
ExpectRays(const CTScan & scan, const DicomSeries & series)
{
  // Numbers of up to 1000 mm and 6.3 radians are kept in 24 bits: 6e-5 mm, and 5e-7 radians times 900 mm.
  constexpr double length = 1e-3;
  // Half a step of the stored words, and what rays that differ by that length differ by.
  const double value = 0.5 * series.slope + 1e-4;
  const CTDetector d = DetectorOf(scan.projections.GetGrid());
  ASSERT_EQ(d.rows, series.rows);
  ASSERT_EQ(d.columns, series.columns);
  ASSERT_EQ(scan.geometry.views.size(), series.views.size());
  const float * stored = scan.projections.Data();
  for (std::size_t k = 0; k < series.views.size(); ++k)
  {
    for (int j = 0; j < series.rows; ++j)
    {
      for (int i = 0; i < series.columns; ++i, ++stored)
      {
        const CTRay found = scan.geometry.Ray(k, d.originU + i * d.pitchU, d.originV + j * d.pitchV);
        const CTRay expected = series.Ray(k, i + 1, series.rows - j); // row 1 is the farthest, the highest v
        ASSERT_LE(Length(AddScaled(found.origin, -1.0, expected.origin)), length) << k << " " << j << " " << i;
        ASSERT_LE(900.0 * Length(AddScaled(found.direction, -1.0, expected.direction)), 2.0 * length)
            << k << " " << j << " " << i;
        ASSERT_NEAR(*stored, test::LineIntegral(phantom, expected), value) << k << " " << j << " " << i;
      }
    }
  }
}

TEST_F(DicomProjections, AHelixOnABentDetector)
{
  const DicomSeries series = Helix();
  const CTScan scan = Read(series);
  EXPECT_EQ(scan.geometry.beam, CTBeam::Cone);
  EXPECT_EQ(scan.geometry.detectorRadius, 900.0);
  EXPECT_FALSE(scan.isCounts);
  EXPECT_EQ(scan.muWater, 0.0192);
  EXPECT_FALSE(scan.photons);
  EXPECT_TRUE(scan.warnings.empty()) << scan.warnings[0];
  ExpectRays(scan, series);
  const CTGeometrySummary summary = SummarizeCTGeometry(scan.geometry);
  EXPECT_EQ(summary.type, "helical");
  ASSERT_TRUE(summary.tableFeed);
  // The gantry turns the other way round; heights are kept in 24 bits.
  EXPECT_NEAR(*summary.tableFeed, -20.0, 1e-4);
  EXPECT_NEAR(summary.low.sid, 500.0, 1e-6);
  EXPECT_NEAR(summary.high.sdd, 900.0, 1e-6);
}

TEST_F(DicomProjections, AFlyingFocalSpotLeavesTheDetectorWhereItIs)
{
  DicomSeries series = Helix();
  series.focalSpotMode = "FFSXYZ";
  for (std::size_t k = 0; k < series.views.size(); ++k)
  {
    const double sign = k % 2 == 0 ? 1.0 : -1.0;
    series.views[k].shiftPhi = 0.004 * sign;
    series.views[k].shiftZ = k % 4 < 2 ? 1.25 : -1.25;
    series.views[k].shiftRho = -2.0 * sign;
  }
  ExpectRays(Read(series), series);
}

TEST_F(DicomProjections, AFlatDetector)
{
  DicomSeries series = Helix();
  series.shape = "FLAT";
  const CTScan scan = Read(series);
  EXPECT_EQ(scan.geometry.detectorRadius, 0.0);
  ExpectRays(scan, series);
}

TEST_F(DicomProjections, TheAxesAreThoseOfTheManual)
{
  // Seen from the table's foot: phi counts from 12 o'clock against the clock; the detector below the axis has its
  // column 1 on the left and its row 1 farthest away, which is towards the head of a patient who lies head first.
  DicomSeries series = Helix();
  series.views = {{0.0, 30.0, 500.0}, {0.5 * 3.14159265358979323846, 30.0, 500.0}};
  series.type = "AXIAL";
  const CTScan scan = Read(series);
  const CTDetector d = DetectorOf(scan.projections.GetGrid());
  const auto expectPatient = [](const Vector3 & scanner, const Vector3 & expected)
  {
    const Vector3 found = PatientFromScanner(scanner);
    EXPECT_LE(Length(AddScaled(found, -1.0, expected)), 1e-3) << found[0] << " " << found[1] << " " << found[2];
  };
  expectPatient(scan.geometry.views[0].source, {0.0, -500.0, 30.0});  // anterior
  expectPatient(scan.geometry.views[0].detector, {0.0, 400.0, 30.0}); // posterior
  expectPatient(scan.geometry.views[1].source, {-500.0, 0.0, 30.0});  // right
  expectPatient(scan.geometry.views[1].detector, {400.0, 0.0, 30.0}); // left
  expectPatient(scan.geometry.views[0].alongU, {1.0, 0.0, 0.0});      // columns to the left hand
  expectPatient(scan.geometry.views[0].alongV, {0.0, 0.0, 1.0});      // head
  EXPECT_NEAR(d.originU, -5.125 * 9.0, 1e-9);
  EXPECT_NEAR(d.originV, -1.5 * 7.0, 1e-9); // of the last row
}

TEST_F(DicomProjections, OneRowAtOneHeightIsAFan)
{
  DicomSeries series = Helix();
  series.rows = 1;
  series.centralRow = 1.0;
  series.views.clear();
  series.Turn(10, 1.0, 0.0, 500.0);
  const CTScan scan = Read(series);
  EXPECT_EQ(scan.geometry.beam, CTBeam::Fan);
  EXPECT_EQ(SummarizeCTGeometry(scan.geometry).type, "fan-equiangular");
  ExpectRays(scan, series);
}

TEST_F(DicomProjections, TypesThatTheFileDoesNotTellAndTheManualsOrder)
{
  DicomSeries series = Helix();
  series.isTransposed = false;
  series.syntax = EXS_LittleEndianImplicit; // private tags come without their types
  ExpectRays(Read(series), series);
  series.isTransposed = true;
  series.syntax = EXS_LittleEndianExplicit;
  series.edit = [](DcmDataset & set, std::size_t)
  {
    // Little-endian bytes of 900 and of (6.125, 2.5), as explicit "unknown".
    const Uint8 distance[] = {0x00, 0x00, 0x61, 0x44};
    const Uint8 central[] = {0x00, 0x00, 0xC4, 0x40, 0x00, 0x00, 0x20, 0x40};
    set.putAndInsertUint8Array(DcmTag(0x7031, 0x1031, EVR_UN), distance, sizeof(distance));
    set.putAndInsertUint8Array(DcmTag(0x7031, 0x1033, EVR_UN), central, sizeof(central));
    set.putAndInsertUint8Array(DcmTag(0x7029, 0x100B, EVR_UN), reinterpret_cast<const Uint8 *>("CYLINDRICAL "), 12);
    set.putAndInsertUint8Array(DcmTag(0x7041, 0x1001, EVR_UN), reinterpret_cast<const Uint8 *>("+0.0192 "), 8);
  };
  const CTScan scan = Read(series);
  ExpectRays(scan, series);
  EXPECT_EQ(scan.muWater, 0.0192);
}

TEST_F(DicomProjections, FilesAreSortedAndOthersLeftOut)
{
  DicomSeries series = Helix();
  series.edit = [&](DcmDataset & set, std::size_t k) // every third view of many, named the other way round
  { DicomSeries::PutText(set, 0x0020, 0x0013, std::to_string(1000 - 3 * k), EVR_IS); };
  test::WriteFile(m_Folder.File("readme.txt"), "736 x 64");
  test::WriteFile(m_Folder.File(".hidden.dcm"), "");
  test::WriteFile(m_Folder.File("DICOMDIR"), "");
  const CTScan scan = Read(series);
  ASSERT_EQ(scan.warnings.size(), 1u);
  EXPECT_NE(scan.warnings[0].find("1 files that are no DICOM"), std::string::npos) << scan.warnings[0];
  std::reverse(series.views.begin(), series.views.end());
  ExpectRays(scan, series);
}

TEST_F(DicomProjections, TurnsAtSeveralHeights)
{
  DicomSeries series = Helix();
  series.type = "AXIAL";
  series.views.clear();
  series.Turn(5, 1.0, 0.0, 500.0);
  for (int k = 0; k < 5; ++k)
  {
    const DicomSeries::View first = series.views[static_cast<std::size_t>(k)];
    series.views.push_back({first.phi + 0.7, first.z + 28.0, first.rho});
  }
  ExpectRays(Read(series), series);
}

TEST_F(DicomProjections, AreAScanLikeAnyOther)
{
  const DicomSeries series = Helix();
  series.Write(m_Folder.Path().string(), phantom);
  const std::string folder = m_Folder.Path().string(), xml = m_Folder.File("g.xml");
  ExpectRays(ReadCTScan(folder, ""), series);
  CTGeometry other{CTBeam::Cone, 0.0, std::vector<CTView>(12, ViewOfGantry({450.0, 850.0}))};
  WriteCTGeometry(xml, other);
  const CTScan scan = ReadCTScan(folder, xml);
  EXPECT_NEAR(scan.geometry.views[3].source[2], 450.0, 1e-9);
  EXPECT_EQ(scan.geometry.detectorRadius, 0.0);
  other.views.pop_back();
  WriteCTGeometry(xml, other);
  EXPECT_THROW_MESSAGE(ReadCTScan(folder, xml), DataError, "12 projections and a geometry of 11 views");
}

TEST_F(DicomProjections, PhotonsWaterAndWarnings)
{
  DicomSeries series = Helix();
  series.photons.assign(11, 1000.0F);
  series.photons[4] = 2100.0F;
  series.muWater = "";
  series.edit = [](DcmDataset & set, std::size_t)
  {
    DicomSeries::PutText(set, 0x0018, 0x0061, "0.0194", EVR_DS); // where the format's first version had it
    DicomSeries::PutText(set, 0x0018, 0x5100, "FFS");
    delete set.remove(DcmTagKey(0x7039, 0x1009));
  };
  CTScan scan = Read(series);
  EXPECT_EQ(scan.muWater, 0.0194);
  ASSERT_TRUE(scan.photons);
  EXPECT_DOUBLE_EQ(*scan.photons, 1100.0);
  ASSERT_EQ(scan.warnings.size(), 3u);
  EXPECT_NE(scan.warnings[0].find("1000 to 2100"), std::string::npos) << scan.warnings[0];
  EXPECT_NE(scan.warnings[1].find("no LogFlag"), std::string::npos) << scan.warnings[1];
  EXPECT_NE(scan.warnings[2].find("patient position FFS"), std::string::npos) << scan.warnings[2];

  series = Helix();
  series.rows = series.columns;
  series.centralRow = 6.0;
  series.isTransposed = false;
  series.muWater = "0.192"; // in 1/cm
  scan = Read(series);
  EXPECT_FALSE(scan.muWater);
  ASSERT_EQ(scan.warnings.size(), 2u);
  EXPECT_NE(scan.warnings[0].find("0.1920 is none in 1/mm"), std::string::npos) << scan.warnings[0];
  EXPECT_NE(scan.warnings[1].find("as many rows as columns"), std::string::npos) << scan.warnings[1];
  ExpectRays(scan, series);
}
} // namespace
} // namespace tweedie
