// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseScanFixture.h"

#include <filesystem>
#include <limits>

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
} // namespace
} // namespace tweedie
