// SPDX-License-Identifier: Apache-2.0
// HDF5 files of another program, h5py, and ours in its hands.
#include "tweediePhaseScanFixture.h"
#include "tweedieProcess.h"

#include <cmath>
#include <filesystem>

namespace tweedie
{
namespace
{
constexpr int noPackage = 77;

/** A folder that foreign-patterns.py has filled. */
class PhaseHdf5 : public test::TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    const auto result = Script("write", m_Folder.Path().string());
    if (result.exitCode == noPackage || result.exitCode == 127)
    {
      GTEST_SKIP() << "without the package python3-h5py";
    }
    ASSERT_EQ(result.exitCode, 0) << result.error;
  }
  static test::ProcessResult
  Script(const std::string & verb, const std::string & path)
  {
    return test::Process({"/usr/bin/python3", TWEEDIE_FOREIGN_PATTERNS, verb, path}).Run();
  }
  static PhaseReadOptions
  FarField()
  {
    PhaseReadOptions options;
    options.experiment = "fourier";
    options.objectSize = {4, 3};
    options.countsPerUnit = 2.0;
    return options;
  }
  static PhaseReadOptions
  NearField()
  {
    PhaseReadOptions options;
    options.countsPerUnit = 2.0;
    return options;
  }
};

constexpr double exact = 1e-12;          // of numbers that are scaled once or twice in double precision
constexpr double asThePaperSays = 1e-10; // of energies in eV, whose constants have eleven digits here

TEST_F(PhaseHdf5, CxiIsSiWithoutSayingSo)
{
  const PhaseScan scan = ReadPhaseScan(m_Folder.File("good.cxi"), FarField());
  const Grid & grid = scan.patterns.GetGrid();
  EXPECT_EQ(grid.size, Axes<std::int64_t>::FromXyz({8, 6, 1}));
  EXPECT_EQ(scan.patterns.Data()[47], 47.0F);
  EXPECT_TRUE(scan.isCounts);
  EXPECT_NEAR(grid.spacing.x, 0.05, exact);
  EXPECT_NEAR(grid.spacing.y, 0.04, exact);
  EXPECT_EQ(scan.distances, std::vector<double>{1.5});
  EXPECT_NEAR(scan.wavelength / (6.62607015e-34 * 299792458.0 / 1.3e-15), 1.0, exact);
  EXPECT_NEAR(scan.beamCentre[0], 3.25, 1e-9); // pixels
  EXPECT_NEAR(scan.beamCentre[1], 2.5, 1e-9);
  EXPECT_NEAR(scan.object.spacing.x, 1e3 * scan.wavelength * 1.5 / (8 * 50e-6), exact);
}

TEST_F(PhaseHdf5, TheCentreIsTheSameWithoutBasisVectors)
{
  const PhaseScan scan = ReadPhaseScan(m_Folder.File("corner.cxi"), FarField());
  EXPECT_NEAR(scan.beamCentre[0], 3.25, 1e-9);
  EXPECT_NEAR(scan.beamCentre[1], 2.5, 1e-9);
}

/** Bits that say what was found in a pixel do not make it worthless. */
TEST_F(PhaseHdf5, CxiMasksByTheBitsThatSpoilAPixel)
{
  const PhaseScan scan = ReadPhaseScan(m_Folder.File("good.cxi"), FarField());
  ASSERT_EQ(scan.mask.NumberOfElements(), 48);
  for (std::int64_t i = 0; i < 48; ++i)
  {
    EXPECT_EQ(scan.mask.Data()[i], i == 8 + 2 || i == 16 + 3 ? 0.0F : 1.0F) << i;
  }
}

TEST_F(PhaseHdf5, EveryUnitOfLengthIsTheSameLength)
{
  int files = 0;
  for (const auto & entry : std::filesystem::directory_iterator(m_Folder.Path()))
  {
    const std::string name = entry.path().filename().string();
    if (name.rfind("length-", 0) != 0)
    {
      continue;
    }
    SCOPED_TRACE(name);
    ++files;
    const PhaseScan scan = ReadPhaseScan(entry.path().string(), NearField());
    EXPECT_NEAR(scan.distances.front(), 0.25, exact);
    EXPECT_NEAR(scan.patterns.GetGrid().spacing.x, 0.0065, exact);
    EXPECT_NEAR(scan.patterns.GetGrid().spacing.y, 0.0075, exact);
  }
  EXPECT_EQ(files, 8);
}

TEST_F(PhaseHdf5, EveryUnitOfEnergyIsTheSameWavelength)
{
  for (const char * name : {"length-1-1.nxs", "energy-eV.nxs", "energy-J.nxs", "energy-wavelength.nxs"})
  {
    const PhaseScan scan = ReadPhaseScan(m_Folder.File(name), NearField());
    EXPECT_NEAR(scan.wavelength / (12.398419843320026e-10 / 17.0), 1.0, asThePaperSays) << name;
  }
}

/** (I - D) / (F - D): half of the beam and twice of it, in counts of the mean flat field. */
TEST_F(PhaseHdf5, FlatAndDarkFramesMakeTheBeamEven)
{
  const PhaseScan scan = ReadPhaseScan(m_Folder.File("tomography.nxs"));
  EXPECT_EQ(scan.experiment, PhaseExperiment::NearField);
  ASSERT_EQ(scan.patterns.GetGrid().size.z, 2);
  EXPECT_NEAR(scan.countsPerUnit.value_or(0.0), 150.0, 1e-5);
  for (std::int64_t i = 0; i < 96; ++i)
  {
    EXPECT_NEAR(scan.patterns.Data()[i], i < 48 ? 75.0F : 300.0F, 1e-4F); // single precision
  }
  ASSERT_FALSE(scan.warnings.empty());
  EXPECT_NE(scan.warnings.front().find("1 frames that image_key calls invalid"), std::string::npos);
}

/** What a far-field detector's dark frames have in the mean stays in the model. */
TEST_F(PhaseHdf5, DarkFramesOfAFarFieldStayAsTheirMean)
{
  const PhaseScan scan = ReadPhaseScan(m_Folder.File("tomography.nxs"),
                                       [&]
                                       {
                                         PhaseReadOptions options = FarField();
                                         options.beamCentre = {3, 3};
                                         return options;
                                       }());
  EXPECT_NEAR(scan.dark, 13.5, 1e-6); // 10 and the mean of 0 to 7
  EXPECT_NEAR(scan.patterns.Data()[0], 50.0F + 13.5F, 1e-4F);
  EXPECT_NEAR(scan.patterns.Data()[1], 100.0F + 13.5F, 1e-4F);
}

TEST_F(PhaseHdf5, FramesAreSortedByTheirDistances)
{
  const PhaseScan scan = ReadPhaseScan(m_Folder.File("distances.nxs"), NearField());
  EXPECT_EQ(scan.distances.size(), 2U);
  ASSERT_EQ(scan.patterns.Channels(), 2);
  ASSERT_EQ(scan.patterns.GetGrid().size.z, 2);
  const std::array<float, 4> firsts{0.0F, 1000.0F, 48.0F, 96.0F};
  for (std::size_t i = 0; i < firsts.size(); ++i)
  {
    EXPECT_EQ(scan.patterns.Data()[48 * i], firsts[i]) << i;
  }
}

TEST_F(PhaseHdf5, FlagsTakeThePlaceOfTheFile)
{
  PhaseReadOptions options = FarField();
  options.energy = 10.0;
  options.distance = {3.0};
  options.pixelPitch = {1e-4};
  options.beamCentre = {1.0, 2.0};
  options.saturation = 40.0;
  options.objectKind = "complex";
  const PhaseScan scan = ReadPhaseScan(m_Folder.File("good.cxi"), options);
  EXPECT_EQ(scan.wavelength, WavelengthOfEnergy(10.0));
  EXPECT_EQ(scan.distances, std::vector<double>{3.0});
  EXPECT_EQ(scan.patterns.GetGrid().spacing.x, 0.1);
  EXPECT_EQ(scan.beamCentre, (std::array<double, 2>{1.0, 2.0}));
  EXPECT_FALSE(scan.isReal);
  EXPECT_EQ(scan.mask.Data()[39], 1.0F);
  EXPECT_EQ(scan.mask.Data()[40], 0.0F);
  EXPECT_EQ(scan.mask.Data()[10], 0.0F); // of the file
}

TEST_F(PhaseHdf5, ADataSetHasAPath)
{
  PhaseReadOptions options = FarField();
  options.dataset = "entry_1/data_1/data"; // without what describes it
  test::ExpectRefused(m_Folder.File("good.cxi"), "--distance", options);
  options.dataset = "entry_1/instrument_1/detector_1/data";
  EXPECT_NO_THROW(ReadPhaseScan(m_Folder.File("good.cxi"), options));
  options.dataset = "/nowhere/data";
  test::ExpectRefused(m_Folder.File("good.cxi"), "/nowhere/data", options);
}

TEST_F(PhaseHdf5, RefusesWhatItCannotTrust)
{
  const std::pair<const char *, const char *> nears[] = {{"furlongs.nxs", "furlong"},
                                                         {"horsepower.nxs", "hp"},
                                                         {"unitless.nxs", "units"},
                                                         {"no-energy.nxs", "--energy"},
                                                         {"contradiction.nxs", "wavelength"},
                                                         {"two-distances.nxs", "distance"}};
  const std::pair<const char *, const char *> fars[] = {{"shape.cxi", "2 x 2 x 6 x 8"},
                                                        {"complex.cxi", "complex"},
                                                        {"text.cxi", "no numbers"},
                                                        {"zeros.cxi", "zeros"},
                                                        {"negative.cxi", "not below 0"},
                                                        {"not-a-number.cxi", "finite"},
                                                        {"covered.cxi", "mask"},
                                                        {"mask-shape.cxi", "mask"},
                                                        {"no-energy.cxi", "--wavelength"},
                                                        {"huge.cxi", "claims"},
                                                        {"chunks.cxi", "1 of 1000 chunks"},
                                                        {"elsewhere.cxi", "another file"},
                                                        {"raw.cxi", "other files"},
                                                        {"virtual.cxi", "other files"},
                                                        {"plugin.cxi", "filter 32000"},
                                                        {"cut.cxi", "cut short"},
                                                        {"text.h5", "no HDF5"},
                                                        {"missing.h5", "cannot be read"}};
  for (const auto & [name, word] : nears)
  {
    SCOPED_TRACE(name);
    test::ExpectRefused(m_Folder.File(name), word, NearField());
  }
  for (const auto & [name, word] : fars)
  {
    SCOPED_TRACE(name);
    test::ExpectRefused(m_Folder.File(name), word, FarField());
  }
  PhaseReadOptions large = FarField();
  large.objectSize = {5, 3};
  test::ExpectRefused(m_Folder.File("good.cxi"), "support", large);
}

TEST_F(PhaseHdf5, NamesTheFlagOfWhatIsMissing)
{
  const std::pair<const char *, PhaseReadOptions> rows[] = {{"--experiment", {}},
                                                            {"--object-size",
                                                             [&]
                                                             {
                                                               PhaseReadOptions options = FarField();
                                                               options.objectSize.clear();
                                                               return options;
                                                             }()},
                                                            {"--counts-per-unit",
                                                             [&]
                                                             {
                                                               PhaseReadOptions options = FarField();
                                                               options.countsPerUnit.reset();
                                                               return options;
                                                             }()}};
  for (const auto & [flag, options] : rows)
  {
    test::ExpectRefused(m_Folder.File("good.cxi"), flag, options);
  }
  const PhaseInspection inspection = InspectPhaseScan(m_Folder.File("good.cxi"));
  EXPECT_FALSE(inspection.isComplete);
  EXPECT_EQ(inspection.problems.size(), 3U);
  EXPECT_TRUE(inspection.hasPitch);
}

/** Every byte of a file can be wrong; what reads it says so, or takes numbers for what they are. */
TEST_F(PhaseHdf5, DamageIsRefusedOrHarmless)
{
  const std::string bytes = test::ReadFile(m_Folder.File("good.cxi"));
  const std::string path = m_Folder.File("damaged.cxi");
  for (std::size_t i = 0; i < bytes.size(); i += 97)
  {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(~damaged[i]);
    test::WriteFile(path, damaged);
    try
    {
      ReadPhaseScan(path, FarField());
    }
    catch (const DataError & error)
    {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
}

/** What another program sees in ours. */
TEST_F(PhaseHdf5, OthersFindShapesUnitsAndNumbers)
{
  const PhaseScan scan = test::PhaseScanOf(PhaseExperiment::NearField);
  const auto expect = [](const std::string & text, const std::string & line) {
    EXPECT_NE(text.find(line), std::string::npos) << line << " in\n" << text;
  };
  WritePhaseScan(m_Folder.File("ours.cxi"), scan);
  const std::string cxi = Script("show", m_Folder.File("ours.cxi")).output;
  expect(cxi, "cxi_version scalar u - 160");
  expect(cxi, "entry_1/instrument_1/detector_1/data 6x7x9 f - 0.1 ");
  expect(cxi, "entry_1/instrument_1/detector_1/distance 6 f m 0.1 0.3333333333333333");
  expect(cxi, "entry_1/instrument_1/detector_1/y_pixel_size scalar f m 5.5e-05 ");
  expect(cxi, "entry_1/instrument_1/detector_1/mask 6x7x9 u - 0 0");
  expect(cxi, "entry_1/instrument_1/source_1/wavelength scalar f m 1.428571428571428");
  expect(cxi, "entry_1/instrument_1/source_1/energy scalar f J 1.39051");
  expect(cxi, "link (6, 7, 9)");
  WritePhaseScan(m_Folder.File("ours.nxs"), scan);
  const std::string nexus = Script("show", m_Folder.File("ours.nxs")).output;
  expect(nexus, "entry/definition scalar O - NXtomo");
  expect(nexus, "entry/instrument/detector/image_key 6 u - 0 0");
  expect(nexus, "entry/instrument/detector/beam_center_x scalar f pixel 3.333333333333333");
  expect(nexus, "entry/instrument/beam/incident_energy scalar f keV 8.67889");
  expect(nexus, "link (6, 7, 9)");
}

/** Other people read and edit the standard's numbers; ours may not tell another story. */
TEST_F(PhaseHdf5, ADescriptionThatContradictsTheStandardIsRefused)
{
  const std::string path = m_Folder.File("ours.cxi");
  for (const char * name : {"distance", "x_pixel_size", "corner_position", "wavelength"})
  {
    WritePhaseScan(path, test::PhaseScanOf(PhaseExperiment::Fourier));
    EXPECT_NO_THROW(ReadPhaseScan(path));
    const auto result =
        test::Process(
            {"/usr/bin/python3",
             "-c",
             "import h5py, sys\n"
             "with h5py.File(sys.argv[1], 'a') as f:\n"
             "  f.visititems(lambda p, i: i.__setitem__((), i[()] * 1.01) if p.endswith(sys.argv[2]) else None)",
             path,
             name})
            .Run();
    ASSERT_EQ(result.exitCode, 0) << result.error;
    test::ExpectRefused(path, "required");
  }
}
} // namespace
} // namespace tweedie
