// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageFile.h"
#include "tweediePhaseScanFixture.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <limits>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tweedie
{
namespace
{
constexpr std::array<PhaseExperiment, 3> experiments{
    PhaseExperiment::Fourier, PhaseExperiment::Coded, PhaseExperiment::NearField};

class PhaseScanFile : public test::TemporaryFolderTest
{
protected:
  std::string
  Path() const
  {
    return m_Folder.File("scan.mha");
  }
  void
  Replace(const std::string & piece, const std::string & other) const
  {
    const std::string file = m_Folder.File("scan.json");
    std::string text = test::ReadFile(file);
    const auto place = text.find(piece);
    ASSERT_NE(place, std::string::npos) << piece << " in " << text;
    test::WriteFile(file, text.replace(place, piece.size(), other));
  }
};

TEST_F(PhaseScanFile, ComesBackAsItWasToTheBit)
{
  for (const char * extension : {".mha", ".nrrd", ".nii", ".nii.gz", ".cxi", ".h5", ".hdf5", ".nxs"})
  {
    for (const PhaseExperiment experiment : experiments)
    {
      SCOPED_TRACE(std::string(extension) + " " + ToString(experiment));
      const std::string path = m_Folder.File(std::string(ToString(experiment)) + extension);
      const PhaseScan written = test::PhaseScanOf(experiment);
      WritePhaseScan(path, written);
      EXPECT_EQ(HasPhaseDescription(path), !IsHdf5Path(path));
      test::ExpectSameScan(ReadPhaseScan(path), written);
    }
  }
}

TEST_F(PhaseScanFile, NamesTheFilesThatItMayMake)
{
  for (const PhaseExperiment experiment : experiments)
  {
    WritePhaseScan(Path(), test::PhaseScanOf(experiment));
  }
  const auto files = PhaseScanFiles(Path());
  EXPECT_EQ(m_Folder.Count(), static_cast<std::ptrdiff_t>(files.size()));
  for (const std::string & file : files)
  {
    EXPECT_TRUE(std::filesystem::exists(file)) << file;
  }
  EXPECT_THROW(RequireWritablePhaseScan(Path(), false), UsageError);
  EXPECT_NO_THROW(RequireWritablePhaseScan(Path(), true));
  EXPECT_THROW(RequireWritablePhaseScan(m_Folder.File("scan.png"), true), UsageError);
}

TEST_F(PhaseScanFile, UnitsOfADescriptionAreHonoured)
{
  WritePhaseScan(Path(), test::PhaseScanOf(PhaseExperiment::Coded));
  std::string text = test::ReadFile(m_Folder.File("scan.json"));
  const auto set = [&](const std::string & key, const std::string & value)
  {
    const auto first = text.find("\"" + key + "\": {");
    ASSERT_NE(first, std::string::npos) << key;
    text.replace(first, text.find('}', first) + 1 - first, value);
  };
  set("wavelength", R"("energy": {"value": 8000, "unit": "eV"})");
  set("distances", R"("distances": {"value": [1500], "unit": "mm"})");
  set("pixel-pitch", R"("pixel-pitch": {"value": [33.333333333333336, 55], "unit": "um"})");
  test::WriteFile(m_Folder.File("scan.json"), text);
  const PhaseScan scan = ReadPhaseScan(Path());
  EXPECT_EQ(scan.wavelength, WavelengthOfEnergy(8.0));
  EXPECT_EQ(scan.distances, std::vector<double>{1.5});
  EXPECT_NEAR(scan.patterns.GetGrid().spacing.y, 0.055, 1e-15); // rounded twice
}

/** A description by hand: what it leaves out are the flags', or what is usual. */
TEST_F(PhaseScanFile, AShortDescriptionWillDo)
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({8, 8, 1});
  WriteImage(Path(), test::Awkward(grid, Volume::Element::Real, 1));
  test::WriteFile(m_Folder.File("scan.json"), R"({"format": "tweedie-phase", "version": 1, "experiment": "fourier",
    "values": "amplitudes", "wavelength": {"value": 1, "unit": "angstrom"}, "distances": {"value": [2], "unit": "m"},
    "pixel-pitch": {"value": [75, 75], "unit": "um"}, "beam-centre": [4, 4]})");
  test::ExpectRefused(Path(), "--object-size");
  PhaseReadOptions options;
  options.objectSize = {4, 4};
  const PhaseScan scan = ReadPhaseScan(Path(), options);
  EXPECT_NEAR(scan.object.spacing.x, 1e3 * 1e-10 * 2.0 / (8 * 75e-6), 1e-15); // rounded a few times
  EXPECT_EQ(scan.scale, 1.0);
  EXPECT_EQ(scan.dark, 0.0);
}

TEST_F(PhaseScanFile, RefusesADamagedDescription)
{
  const std::pair<const char *, const char *> edits[] = {{"tweedie-phase", "something-else"},
                                                         {"\"version\": 1", "\"version\": 2"},
                                                         {"\"coded\"", "\"plain\""},
                                                         {"\"counts\"", "\"intensities\""},
                                                         {"\"unit\": \"m\"", "\"unit\": \"furlong\""},
                                                         {"\"unit\": \"mm\"", "\"unit\": \"um\""},
                                                         {"\"wavelength\": {", "\"wave\": {"},
                                                         {"\"wavelength\": {", "\"energy\": {"},
                                                         {"\"scale\": 0.7", "\"scale\": 0"},
                                                         {"\"scale\": 0.7", "\"scale\": \"0.7\""},
                                                         {"\"dark\": 0", "\"dark\": -0"},
                                                         {"scan_codes.mha", "missing.mha"},
                                                         {"scan_codes.mha", "./scan_codes.mha"},
                                                         {"scan_codes.mha", "scan_mask.mha"},
                                                         {"\"size\": [", "\"size\": [1,"},
                                                         {"{", "["}};
  for (const auto & [piece, other] : edits)
  {
    SCOPED_TRACE(std::string(piece) + " " + other);
    WritePhaseScan(Path(), test::PhaseScanOf(PhaseExperiment::Coded));
    Replace(piece, other);
    test::ExpectRefused(Path(), "required");
  }
}

TEST_F(PhaseScanFile, AWavelengthMayNotContradictItsEnergy)
{
  WritePhaseScan(Path(), test::PhaseScanOf(PhaseExperiment::Coded));
  Replace("\"wavelength\"", R"("energy": {"value": 8.6789, "unit": "keV"}, "wavelength")");
  EXPECT_NO_THROW(ReadPhaseScan(Path())); // rounded
  Replace("8.6789", "8.7");
  test::ExpectRefused(Path(), "energy");
  PhaseReadOptions options;
  options.energy = 8.0;
  options.wavelength = 1e-10;
  WritePhaseScan(Path(), test::PhaseScanOf(PhaseExperiment::Coded));
  test::ExpectRefused(Path(), "--energy", options);
}

TEST_F(PhaseScanFile, RefusesWhatNoDetectorSees)
{
  using Change = void (*)(PhaseScan &);
  const std::pair<const char *, Change> changes[] = {
      {"zeros", [](PhaseScan & scan) { scan.patterns = Volume(scan.patterns.GetGrid(), Volume::Element::Real); }},
      {"not below 0", [](PhaseScan & scan) { scan.patterns.Data()[3] = -1.0F; }},
      {"finite", [](PhaseScan & scan) { scan.patterns.Data()[3] = std::numeric_limits<float>::quiet_NaN(); }},
      {"mask", [](PhaseScan & scan) { std::fill_n(scan.mask.Data(), scan.mask.NumberOfElements(), 0.0F); }},
      {"half", [](PhaseScan & scan) { scan.object.size.x = 5, scan.support = Volume(); }},
      {"wavelength", [](PhaseScan & scan) { scan.wavelength = 0.0; }},
      {"centre", [](PhaseScan & scan) { scan.beamCentre[0] = 9.0; }},
      {"distance", [](PhaseScan & scan) { scan.distances.clear(); }}};
  for (const char * name : {"scan.mha", "scan.cxi", "scan.nxs"})
  {
    for (const auto & [word, change] : changes)
    {
      SCOPED_TRACE(std::string(name) + " " + word);
      PhaseScan scan = test::PhaseScanOf(PhaseExperiment::Fourier);
      scan.patterns = scan.patterns.Clone();
      change(scan);
      EXPECT_THROW(WritePhaseScan(m_Folder.File(name), scan), DataError);
      EXPECT_EQ(m_Folder.Count(), 0);
    }
  }
}

/** What a mask excludes may be what a dead pixel gives. */
TEST_F(PhaseScanFile, ExcludedPixelsMayHoldAnything)
{
  PhaseScan scan = test::PhaseScanOf(PhaseExperiment::Fourier);
  WritePhaseScan(Path(), scan);
  scan.patterns.Data()[10] = -1.0F; // where the mask is 0
  WriteImage(Path(), scan.patterns);
  EXPECT_EQ(ReadPhaseScan(Path()).patterns.Data()[10], 0.0F);
}

TEST_F(PhaseScanFile, AFolderThatCannotBeWrittenGetsNothing)
{
  for (const char * name : {"none/scan.cxi", "none/scan.mha"})
  {
    EXPECT_THROW(WritePhaseScan(m_Folder.File(name), test::PhaseScanOf(PhaseExperiment::Coded)), UsageError);
  }
  WritePhaseScan(m_Folder.File("scan.cxi"), test::PhaseScanOf(PhaseExperiment::Coded));
  EXPECT_THROW(RequireWritablePhaseScan(m_Folder.File("scan.cxi"), false), UsageError);
  EXPECT_EQ(m_Folder.Count(), 1);
}

/** In a process whose files end at so many bytes: 0 when that is a DataError. */
int
WriteWithLimit(rlim_t bytes, const std::string & path, const PhaseScan & scan)
{
  const pid_t child = fork();
  if (child == 0)
  {
    const rlimit limit{bytes, bytes};
    std::signal(SIGXFSZ, SIG_IGN);
    int code = setrlimit(RLIMIT_FSIZE, &limit) == 0 ? 1 : 2;
    try
    {
      WritePhaseScan(path, scan);
    }
    catch (const DataError &)
    {
      code = 0;
    }
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

TEST_F(PhaseScanFile, AFullDiskLeavesNothing)
{
  for (const char * name : {"scan.cxi", "scan.nxs", "scan.mha", "scan.nii.gz"})
  {
    for (const rlim_t bytes : {0, 300, 800})
    {
      EXPECT_EQ(WriteWithLimit(bytes, m_Folder.File(name), test::PhaseScanOf(PhaseExperiment::NearField)), 0)
          << name << " " << bytes;
      EXPECT_EQ(m_Folder.Count(), 0) << name << " " << bytes;
    }
  }
}

TEST_F(PhaseScanFile, TheSameScanIsTheSameBytesInAnotherSecond)
{
  const auto write = [&](const std::string & name)
  {
    for (const char * extension : {".cxi", ".nxs"})
    {
      WritePhaseScan(m_Folder.File(name + extension), test::PhaseScanOf(PhaseExperiment::Coded));
    }
  };
  write("one");
  std::this_thread::sleep_for(std::chrono::milliseconds(1050)); // HDF5's dates are seconds
  write("two");
  for (const char * extension : {".cxi", ".nxs"})
  {
    EXPECT_EQ(test::ReadFile(m_Folder.File(std::string("one") + extension)),
              test::ReadFile(m_Folder.File(std::string("two") + extension)));
  }
}
} // namespace
} // namespace tweedie
