// SPDX-License-Identifier: Apache-2.0
// The example programs, run as a user runs them.
#include "itkCTPosteriorMeanProblem.h"
#include "itkMRIPosteriorMeanProblem.h"
#include "itkPhaseRetrievalPosteriorMeanProblem.h"
#include "itkRestorationPosteriorMeanProblem.h"

#include "tweedieImageFile.h"
#include "tweedieTemporaryFolder.h"

#include <cstdlib>

namespace tweedie
{
namespace
{
class ExampleTest : public test::TemporaryFolderTest
{
protected:
  /** Exit status; what the program says goes to the file "output". */
  int
  Run(const std::string & program, const std::vector<std::string> & files)
  {
    std::string command = program;
    for (const std::string & file : files)
    {
      command += ' ' + m_Folder.File(file);
    }
    const int status = std::system((command + " > " + m_Folder.File("output") + " 2>&1").c_str());
    return WEXITSTATUS(status);
  }
};

TEST_F(ExampleTest, WritesMeanAndStandardDeviation)
{
  const MRIScan scan = test::ProblemScan();
  WriteImage(m_Folder.File("kspace.nrrd"), scan.kspace);
  WriteImage(m_Folder.File("maps.nrrd"), scan.sensitivities);
  test::WriteTinyModel(m_Folder.File("tiny.safetensors"));
  ASSERT_EQ(Run(TWEEDIE_MRI_EXAMPLE, {"kspace.nrrd", "maps.nrrd", "tiny.safetensors", "mean.nrrd", "std.nrrd"}), 0)
      << test::ReadFile(m_Folder.File("output"));
  const Volume mean = ReadImage(m_Folder.File("mean.nrrd"));
  const Volume deviation = ReadImage(m_Folder.File("std.nrrd"));
  EXPECT_TRUE(mean.GetGrid().IsCongruent(test::ProblemGrid(), 1e-12)); // NRRD keeps every digit
  EXPECT_TRUE(deviation.GetGrid().IsCongruent(test::ProblemGrid(), 1e-12));
  EXPECT_GT(TensorView(mean).max().item<float>(), 0.0f);
  EXPECT_GT(TensorView(deviation).max().item<float>(), 0.0f);
  EXPECT_NE(test::ReadFile(m_Folder.File("output")).find("100 %"), std::string::npos);
  EXPECT_NE(test::ReadFile(m_Folder.File("mean.nrrd")).find("Tweedie_Prior:=tiny"), std::string::npos);

  EXPECT_EQ(Run(TWEEDIE_MRI_EXAMPLE, {"kspace.nrrd", "maps.nrrd", "missing.safetensors", "mean.nrrd", "std.nrrd"}), 1);
  EXPECT_NE(test::ReadFile(m_Folder.File("output")).find("missing.safetensors"), std::string::npos);
}

TEST_F(ExampleTest, FillsAShadow)
{
  const test::Shadow shadow;
  WriteImage(m_Folder.File("image.nrrd"), shadow.image);
  WriteImage(m_Folder.File("mask.nrrd"), shadow.mask);
  test::WriteTinyModel(m_Folder.File("tiny.safetensors"));
  const std::vector<std::string> files{"image.nrrd", "mask.nrrd", "tiny.safetensors", "mean.nrrd", "std.nrrd"};
  ASSERT_EQ(Run(TWEEDIE_RESTORATION_EXAMPLE, files), 0) << test::ReadFile(m_Folder.File("output"));
  const Volume mean = ReadImage(m_Folder.File("mean.nrrd"));
  const Volume deviation = ReadImage(m_Folder.File("std.nrrd"));
  EXPECT_TRUE(mean.GetGrid().IsCongruent(shadow.image.GetGrid(), 1e-12)); // NRRD keeps every digit
  EXPECT_TRUE(deviation.GetGrid().IsCongruent(shadow.image.GetGrid(), 1e-12));
  // Even a prior that knows nothing is surer of what was measured.
  const at::Tensor measured = TensorView(shadow.mask).ne(0);
  EXPECT_GT(TensorView(deviation).masked_select(~measured).mean().item<float>(),
            TensorView(deviation).masked_select(measured).mean().item<float>());
  EXPECT_NE(test::ReadFile(m_Folder.File("mean.nrrd")).find("Tweedie_Prior:=tiny"), std::string::npos);

  EXPECT_EQ(Run(TWEEDIE_RESTORATION_EXAMPLE, {"image.nrrd"}), 1);
  EXPECT_NE(test::ReadFile(m_Folder.File("output")).find("usage"), std::string::npos);
}

TEST_F(ExampleTest, ReconstructsAScan)
{
  const test::CTProblem problem = test::CTProblems()[1];
  WriteImage(m_Folder.File("projections.nrrd"), test::CTScanOf(problem).projections);
  WriteImage(m_Folder.File("grid.nrrd"), Volume(problem.image, Volume::Element::Real));
  test::WriteTinyModel(m_Folder.File("tiny.safetensors"), 1, 1000.0);
  const std::vector<std::string> files{"projections.nrrd", "grid.nrrd", "tiny.safetensors", "mean.nrrd", "std.nrrd"};
  ASSERT_EQ(Run(TWEEDIE_CT_EXAMPLE, files), 0) << test::ReadFile(m_Folder.File("output"));
  const Volume mean = ReadImage(m_Folder.File("mean.nrrd"));
  const Volume deviation = ReadImage(m_Folder.File("std.nrrd"));
  EXPECT_TRUE(mean.GetGrid().IsCongruent(problem.image, 1e-12)); // NRRD keeps every digit
  EXPECT_TRUE(deviation.GetGrid().IsCongruent(problem.image, 1e-12));
  EXPECT_GT(TensorView(deviation).min().item<float>(), 0.0f);
  EXPECT_NE(test::ReadFile(m_Folder.File("mean.nrrd")).find("Tweedie_Prior:=tiny"), std::string::npos);

  EXPECT_EQ(Run(TWEEDIE_CT_EXAMPLE, {"projections.nrrd", "grid.nrrd", "missing.safetensors", "mean.nrrd", "std.nrrd"}),
            1);
  EXPECT_NE(test::ReadFile(m_Folder.File("output")).find("missing.safetensors"), std::string::npos);
}

TEST_F(ExampleTest, RetrievesPhases)
{
  PhaseSimulationOptions simulation;
  simulation.energy = 8.0;
  simulation.distance = {2.5};
  simulation.noise = 0.05;
  const PhaseScan scan = SimulatePhase(test::PhaseObjects(1), simulation);
  WriteImage(m_Folder.File("far.nrrd"), scan.patterns);
  test::WriteTinyModel(m_Folder.File("tiny.safetensors"), 1);
  const std::string program = std::string(TWEEDIE_PHASERETRIEVAL_EXAMPLE) + ' ' + m_Folder.File("far.nrrd");
  ASSERT_EQ(Run(program + " 8 2.5 0.05", {"tiny.safetensors", "mean.nrrd", "std.nrrd"}), 0)
      << test::ReadFile(m_Folder.File("output"));
  const Volume mean = ReadImage(m_Folder.File("mean.nrrd"));
  EXPECT_TRUE(mean.GetGrid().IsCongruent(scan.object, 1e-12)); // NRRD keeps every digit
  EXPECT_TRUE(ReadImage(m_Folder.File("std.nrrd")).GetGrid().IsCongruent(scan.object, 1e-12));
  EXPECT_GT(TensorView(mean).max().item<float>(), 0.0f);
  EXPECT_NE(test::ReadFile(m_Folder.File("output")).find("flipped ends: "), std::string::npos);
  EXPECT_NE(test::ReadFile(m_Folder.File("mean.nrrd")).find("Tweedie_Prior:=tiny"), std::string::npos);

  EXPECT_EQ(Run(program + " 0 2.5 0.05", {"tiny.safetensors", "mean.nrrd", "std.nrrd"}), 1);
  EXPECT_NE(test::ReadFile(m_Folder.File("output")).find("energy: given 0"), std::string::npos);
}
} // namespace
} // namespace tweedie
