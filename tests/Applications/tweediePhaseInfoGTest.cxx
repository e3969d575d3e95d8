// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseScanFile.h"
#include "tweedieProgramTest.h"

#include <cmath>

namespace tweedie
{
namespace
{
using test::TweedieHere;

/** 32 x 32 amplitudes of a 16 x 8 object at 1 keV. */
class PhaseInfo : public test::TemporaryFolderTest
{
protected:
  static PhaseScan
  Scan()
  {
    PhaseScan scan;
    Grid grid;
    grid.size = Axes<std::int64_t>::FromXyz({32, 32, 1});
    grid.spacing = Axes<double>::FromXyz({0.05, 0.025, 1.0});
    scan.patterns = Volume(grid, Volume::Element::Real);
    scan.mask = Volume(grid, Volume::Element::Real);
    for (std::int64_t i = 0; i < 1024; ++i)
    {
      scan.patterns.Data()[i] = static_cast<float>(i % 7);
      scan.mask.Data()[i] = i % 4 == 0 ? 0.0F : 1.0F;
    }
    scan.object.size = Axes<std::int64_t>::FromXyz({16, 8, 1});
    scan.wavelength = WavelengthOfEnergy(1.0);
    scan.distances = {0.5};
    scan.beamCentre = {16.0, 15.5};
    scan.noise = 0.125;
    return scan;
  }
  void
  ExpectLines(const std::vector<std::string> & command, const std::vector<const char *> & lines) const
  {
    const auto result = TweedieHere(command);
    EXPECT_EQ(result.exitCode, 0) << result.error;
    for (const char * line : lines)
    {
      EXPECT_NE(result.output.find(line), std::string::npos) << line << " in\n" << result.output;
    }
  }
};

TEST_F(PhaseInfo, AFarFieldIsDescribedInEveryFormat)
{
  for (const char * name : {"far.cxi", "far.nxs", "far.mha"})
  {
    SCOPED_TRACE(name);
    WritePhaseScan(m_Folder.File(name), Scan());
    // 1.2398 nm * 0.5 m / (32 * 50 um) = 387.4 nm; half of 16 of them, squared, over lambda z: 0.0155
    ExpectLines({"info", m_Folder.File(name)},
                {"fourier, 1 pattern(s) of each of 1 object(s)",
                 "amplitudes, largest 6",
                 "32 x 32 pixels of 50 x 25 um",
                 "16, 15.5 pixels",
                 "75 % of the pixels count",
                 "1.24 nm (1 keV)",
                 "0.5 m",
                 "16 x 8 pixels of 0.3875 x 0.7749 um, real and not negative",
                 "2 x 4\n",
                 "0.0155",
                 "0.125 (standard deviation of an amplitude)"});
  }
}

TEST_F(PhaseInfo, ANearFieldTellsHowFarItIsSampled)
{
  PhaseScan scan = Scan();
  scan.experiment = PhaseExperiment::NearField;
  scan.object.size = scan.patterns.GetGrid().size;
  // 64 * (25 um)^2 / 1.2398 nm = 32.26 m
  WritePhaseScan(m_Folder.File("near.h5"), scan);
  ExpectLines({"info", m_Folder.File("near.h5")}, {"near-field", "32.26 m, not reached"});
  scan.distances = {40.0};
  WritePhaseScan(m_Folder.File("near.h5"), scan);
  ExpectLines({"info", m_Folder.File("near.h5")}, {"32.26 m, exceeded by 1 distance(s)"});
}

/** A file that is not enough by itself says what is missing, and which flag gives it. */
TEST_F(PhaseInfo, WhatIsMissingIsAProblemWithItsFlag)
{
  WritePhaseScan(m_Folder.File("far.mha"), Scan());
  std::filesystem::remove(m_Folder.File("far.json"));
  const std::string path = m_Folder.File("far.mha");
  ExpectLines({"info", "patterns", path},
              {"not known, 1 pattern(s)", "--experiment", "--wavelength or --energy", "--distance", "--beam-centre"});
  ExpectLines({"info",
               "patterns",
               path,
               "--experiment",
               "fourier",
               "--energy",
               "1",
               "--distance",
               "0.5",
               "--pixel-pitch",
               "5e-5,2.5e-5",
               "--beam-centre",
               "16,15.5",
               "--values",
               "amplitudes",
               "--object-size",
               "16,8"},
              {"16 x 8 pixels of 0.3875 x 0.7749 um", "none: every pixel counts", "--object-kind complex"});
}

TEST_F(PhaseInfo, WhatIsNoSuchFileIsOneLine)
{
  test::WriteFile(m_Folder.File("text.cxi"), "no patterns\n");
  WritePhaseScan(m_Folder.File("cut.h5"), Scan());
  const std::string bytes = test::ReadFile(m_Folder.File("cut.h5"));
  test::WriteFile(m_Folder.File("cut.h5"), bytes.substr(0, bytes.size() / 2));
  for (const char * name : {"text.cxi", "cut.h5", "missing.nxs"})
  {
    const auto result = TweedieHere({"info", m_Folder.File(name)});
    EXPECT_EQ(result.exitCode, 2) << name;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_NE(result.error.find(name), std::string::npos) << result.error;
  }
}
} // namespace
} // namespace tweedie
