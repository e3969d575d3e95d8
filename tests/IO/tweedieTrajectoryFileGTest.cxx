// SPDX-License-Identifier: Apache-2.0
// Trajectories and scans along them: BART's layout, and back.
#include "tweedieTrajectoryFile.h"

#include "tweedieBartFile.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieImageBytes.h"
#include "tweedieScanFile.h"
#include "tweedieScanFixture.h"
#include "tweedieTemporaryFolder.h"

namespace tweedie
{
namespace
{
using test::ExpectSameValues;
using test::NumberedVolume;

Grid
ReadoutGrid(std::int64_t slices)
{
  Grid grid;
  grid.size = {slices, 3, 5};
  return grid;
}

/** Two coils, two slices, three readouts of five samples, of an oblique image. */
MRIScan
RadialScan()
{
  MRIScan scan;
  scan.kspace = NumberedVolume(ReadoutGrid(2), Volume::Element::Complex, 2);
  scan.trajectory = NumberedVolume(ReadoutGrid(1), Volume::Element::Real, 2);
  scan.imageGrid = test::ObliqueGrid(6, 4, 2);
  scan.sensitivities = NumberedVolume(scan.imageGrid.Slices(0, 1), Volume::Element::Complex, 2);
  scan.noise = 0.25;
  return scan;
}

class TrajectoryFileTest : public test::TemporaryFolderTest
{
};

TEST_F(TrajectoryFileTest, HasBartsLayout)
{
  // 3 numbers, 2 samples, 2 readouts: element number = number + 3 sample + 6 readout.
  std::vector<std::complex<float>> data;
  for (int i = 0; i < 12; ++i)
  {
    data.emplace_back(i % 3 == 2 ? 0.0f : static_cast<float>(i), 0.0f);
  }
  test::WriteFile(m_Folder.File("k.hdr"), "# Dimensions\n3 2 2 1\n");
  test::WriteFile(m_Folder.File("k.cfl"), test::RawBytes(data));
  const Volume k = ReadTrajectory(m_Folder.File("k"));
  ASSERT_EQ(k.Channels(), 2); // k_z is zero
  ASSERT_EQ(k.GetGrid().size, (Axes<std::int64_t>{1, 2, 2}));
  EXPECT_EQ(k.Data()[0 * 4 + 1 * 2 + 0], 6.0f);  // k_x of readout 1, sample 0
  EXPECT_EQ(k.Data()[1 * 4 + 1 * 2 + 1], 10.0f); // k_y of readout 1, sample 1
}

TEST_F(TrajectoryFileTest, ReturnsWhatWasWritten)
{
  for (const std::int64_t channels : {2, 3})
  {
    const Volume k = NumberedVolume(ReadoutGrid(1), Volume::Element::Real, channels);
    WriteTrajectory(m_Folder.File("k") + ".cfl", k);
    ExpectSameValues(ReadTrajectory(m_Folder.File("k")), k);
    EXPECT_EQ(test::ReadFile(m_Folder.File("k.hdr")), "# Dimensions\n3 5 3 1 1 1 1 1 1 1 1 1 1 1 1 1 \n");
  }
}

TEST_F(TrajectoryFileTest, RefusesOtherArrays)
{
  const auto write = [&](const std::string & dimensions, std::complex<float> value, std::size_t count)
  {
    test::WriteFile(m_Folder.File("k.hdr"), "# Dimensions\n" + dimensions + "\n");
    test::WriteFile(m_Folder.File("k.cfl"), test::RawBytes(std::vector<std::complex<float>>(count, value)));
    return m_Folder.File("k");
  };
  EXPECT_NO_THROW(ReadTrajectory(write("3 2 2", {1.0f, 0.0f}, 12)));
  EXPECT_THROW(ReadTrajectory(write("4 3 1", {1.0f, 0.0f}, 12)), DataError);
  EXPECT_THROW(ReadTrajectory(write("3 2 1 2", {1.0f, 0.0f}, 12)), DataError); // a trajectory per coil
  EXPECT_THROW(ReadTrajectory(write("3 2 2", {1.0f, 0.5f}, 12)), DataError);   // imaginary
  EXPECT_THROW(ReadTrajectory(write("3 2 2", {NAN, 0.0f}, 12)), DataError);
}

TEST_F(TrajectoryFileTest, AScanAlongOneReturns)
{
  const MRIScan scan = RadialScan();
  WriteScan(m_Folder.File("scan"), scan);
  EXPECT_EQ(m_Folder.Count(), static_cast<int>(ScanFiles(m_Folder.File("scan"), {true, true}).size()));
  const MRIScan read = ReadScan(m_Folder.File("scan"));
  ExpectSameValues(scan.kspace, read.kspace);
  ExpectSameValues(scan.trajectory, read.trajectory);
  ExpectSameValues(scan.sensitivities, read.sensitivities);
  EXPECT_TRUE(read.imageGrid.IsCongruent(scan.imageGrid, 1e-15)); // JSON keeps every digit
  EXPECT_EQ(read.noise, scan.noise);
  EXPECT_TRUE(read.mask.IsEmpty());
  EXPECT_EQ(test::ReadFile(m_Folder.File("scan.hdr")), "# Dimensions\n1 5 3 2 1 1 1 1 1 1 1 1 1 2 1 1 \n");
}

TEST_F(TrajectoryFileTest, AFieldMapReturns)
{
  MRIScan scan = RadialScan();
  scan.field.frequency = NumberedVolume(scan.imageGrid, Volume::Element::Real, 1);
  scan.field.dwellTime = 4e-6;
  WriteScan(m_Folder.File("scan"), scan);
  EXPECT_EQ(m_Folder.Count(), static_cast<int>(ScanFiles(m_Folder.File("scan"), {true, true, true}).size()));
  const MRIScan read = ReadScan(m_Folder.File("scan"));
  ExpectSameValues(scan.field.frequency, read.field.frequency);
  EXPECT_EQ(read.field.dwellTime, 4e-6);
  const std::string text = test::ReadFile(m_Folder.File("scan.json"));
  const auto without = [&](const std::string & from, const std::string & to)
  {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    test::WriteFile(m_Folder.File("scan.json"), other);
  };
  without("\"dwellTime\":4e-06", "\"dwellTime\":0.0");
  EXPECT_THROW_MESSAGE(ReadScan(m_Folder.File("scan")), DataError, "dwell time");
  without("\"dwellTime\"", "\"dwell\"");
  EXPECT_THROW_MESSAGE(ReadScan(m_Folder.File("scan")), DataError, "dwellTime");
  scan.field.frequency = NumberedVolume(test::ObliqueGrid(5, 4, 2), Volume::Element::Real, 1);
  EXPECT_THROW_MESSAGE(WriteScan(m_Folder.File("other"), scan), DataError, "field map");
}

TEST_F(TrajectoryFileTest, ABareArrayTakesAnotherFilesTrajectory)
{
  MRIScan scan = RadialScan();
  WriteScan(m_Folder.File("scan"), scan);
  std::filesystem::remove(m_Folder.File("scan.json"));
  const std::string trajectory = m_Folder.File("scan_trajectory");
  const MRIScan read = ReadScan(m_Folder.File("scan"), {trajectory, 0});
  ExpectSameValues(scan.kspace, read.kspace);
  EXPECT_EQ(read.imageGrid.size, (Axes<std::int64_t>{2, 60, 60})); // 29.5 cycles are the largest number
  EXPECT_EQ(ReadScan(m_Folder.File("scan"), {trajectory, 48}).imageGrid.size, (Axes<std::int64_t>{2, 48, 48}));
  EXPECT_FALSE(read.warnings.empty());
}

TEST_F(TrajectoryFileTest, RefusesScansThatDoNotFit)
{
  WriteScan(m_Folder.File("scan"), RadialScan());
  WriteTrajectory(m_Folder.File("other"), NumberedVolume(test::ObliqueGrid(4, 3, 1), Volume::Element::Real, 2));
  EXPECT_THROW(ReadScan(m_Folder.File("scan"), {m_Folder.File("other"), 0}), DataError);
  const std::string text = test::ReadFile(m_Folder.File("scan.json"));
  const auto edited = [&](const std::string & piece, const std::string & other)
  {
    std::string changed = text;
    const auto place = changed.find(piece);
    EXPECT_NE(place, std::string::npos) << changed;
    test::WriteFile(m_Folder.File("scan.json"), changed.replace(place, piece.size(), other));
  };
  edited("\"image\":[6,4,2]", "\"image\":[6,0,2]");
  EXPECT_THROW(ReadScan(m_Folder.File("scan")), DataError);
  edited("\"image\":[6,4,2]", "\"image\":[6,99999999999,2]");
  EXPECT_THROW(ReadScan(m_Folder.File("scan")), DataError);
  edited("_trajectory.cfl", "_elsewhere.cfl");
  EXPECT_THROW(ReadScan(m_Folder.File("scan")), DataError);
}
} // namespace
} // namespace tweedie
