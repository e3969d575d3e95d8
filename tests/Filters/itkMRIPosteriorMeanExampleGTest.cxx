// SPDX-License-Identifier: Apache-2.0
// The example program, run as a user runs it.
#include "itkMRIPosteriorMeanProblem.h"

#include "tweedieImageFile.h"
#include "tweedieModelCard.h"
#include "tweediePriorTable.h"
#include "tweedieTemporaryFolder.h"

#include <cstdlib>

namespace tweedie
{
namespace
{
/** A network with random weights: what comes out means nothing, but all of it is there. */
void
WriteTinyModel(const std::string & path)
{
  ModelCard card;
  card.name = "tiny";
  card.network.widths = {16.0, 16.0};
  card.network.blocks = 1;
  card.network.embedding = 16;
  card.sigmaData = 0.3;
  card.priorVariance = 0.09;
  card.units = "1 = 99.9th percentile of the magnitude";
  SavePrior(path, card, UNet(card.network, 1));
}

class ExampleTest : public test::TemporaryFolderTest
{
protected:
  /** Exit status; what the program says goes to the file "output". */
  int
  Run(const std::string & prior)
  {
    std::string command = TWEEDIE_EXAMPLE;
    for (const std::string & file : {std::string("kspace.nrrd"),
                                     std::string("maps.nrrd"),
                                     prior,
                                     std::string("mean.nrrd"),
                                     std::string("std.nrrd")})
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
  WriteTinyModel(m_Folder.File("tiny.safetensors"));
  ASSERT_EQ(Run("tiny.safetensors"), 0) << test::ReadFile(m_Folder.File("output"));
  const Volume mean = ReadImage(m_Folder.File("mean.nrrd"));
  const Volume deviation = ReadImage(m_Folder.File("std.nrrd"));
  EXPECT_TRUE(mean.GetGrid().IsCongruent(test::ProblemGrid(), 1e-12)); // NRRD keeps every digit
  EXPECT_TRUE(deviation.GetGrid().IsCongruent(test::ProblemGrid(), 1e-12));
  EXPECT_GT(TensorView(mean).max().item<float>(), 0.0f);
  EXPECT_GT(TensorView(deviation).max().item<float>(), 0.0f);
  EXPECT_NE(test::ReadFile(m_Folder.File("output")).find("100 %"), std::string::npos);
  EXPECT_NE(test::ReadFile(m_Folder.File("mean.nrrd")).find("Tweedie_Prior:=tiny"), std::string::npos);

  EXPECT_EQ(Run("missing.safetensors"), 1);
  EXPECT_NE(test::ReadFile(m_Folder.File("output")).find("missing.safetensors"), std::string::npos);
}
} // namespace
} // namespace tweedie
