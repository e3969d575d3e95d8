// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieProgramTest_h
#define tweedieProgramTest_h

#include "tweedieImageFile.h"
#include "tweedieModelCard.h"
#include "tweediePriorTable.h"
#include "tweedieProcess.h"
#include "tweedieProgram.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace tweedie
{
namespace test
{
/** Runs the program tweedie. */
inline ProcessResult
Tweedie(std::vector<std::string> arguments, int signal = 0)
{
  arguments.insert(arguments.begin(), TWEEDIE_PROGRAM);
  return Process(arguments, signal).Run();
}

/** The same without a process of its own, for what fails before any work: loading the libraries takes half a second. */
inline ProcessResult
TweedieHere(const std::vector<std::string> & arguments)
{
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  ProcessResult result;
  result.exitCode = RunProgram(arguments);
  result.output = ::testing::internal::GetCapturedStdout();
  result.error = ::testing::internal::GetCapturedStderr();
  return result;
}

/** A head of ellipsoids, 48 x 40 x 6 voxels of 2 x 2.5 x 4 mm, values 0 to 200. */
inline Volume
PhantomImage()
{
  Grid grid;
  grid.size = Axes<std::int64_t>::FromXyz({48, 40, 6});
  grid.spacing = Axes<double>::FromXyz({2.0, 2.5, 4.0});
  grid.origin = {-48.0, -50.0, 10.0};
  Volume volume(grid, Volume::Element::Real);
  float * voxel = volume.Data();
  const auto inside = [](double x, double y, double a, double b) { return x * x / (a * a) + y * y / (b * b) < 1.0; };
  for (std::int64_t z = 0; z < 6; ++z)
  {
    for (std::int64_t y = 0; y < 40; ++y)
    {
      for (std::int64_t x = 0; x < 48; ++x, ++voxel)
      {
        const double u = static_cast<double>(x) - 23.5;
        const double v = static_cast<double>(y) - 19.5;
        *voxel += inside(u, v, 20.0, 16.0) ? 200.0F : 0.0F;
        *voxel -= inside(u, v, 18.0, 14.0) ? 100.0F : 0.0F;
        *voxel += inside(u - 6.0, v - 3.0, 5.0, 4.0) ? 60.0F : 0.0F;
        *voxel -= inside(u + 7.0, v + 2.0, 4.0, 5.0 + static_cast<double>(z)) ? 50.0F : 0.0F;
      }
    }
  }
  return volume;
}

/** A folder with head.nii.gz (PhantomImage) and its scan by the program: 4 coils, half of k-space, 2 slices. */
class ProgramTest : public ::testing::Test
{
protected:
  static void
  SetUpTestSuite()
  {
    s_Folder = new TemporaryFolder();
    WriteImage(File("head.nii.gz"), PhantomImage());
    s_Simulation = Tweedie(Simulate("scan", {"--reference", File("truth.nii.gz")}));
  }
  static void
  TearDownTestSuite()
  {
    delete s_Folder;
    s_Folder = nullptr;
  }
  void
  SetUp() override
  {
    ASSERT_EQ(s_Simulation.exitCode, 0) << s_Simulation.error;
    m_Before = Files();
  }

  static std::string
  File(const std::string & name)
  {
    return s_Folder->File(name);
  }
  static std::vector<std::string>
  Simulate(const std::string & scan, const std::vector<std::string> & more = {})
  {
    std::vector<std::string> words{"simulate",
                                   "mri",
                                   "--image",
                                   File("head.nii.gz"),
                                   "--slices",
                                   "1:4:3",
                                   "--coils",
                                   "4",
                                   "--acceleration",
                                   "2",
                                   "--center-fraction",
                                   "0.2",
                                   "--noise",
                                   "0.01",
                                   "--output",
                                   File(scan)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::vector<std::string>
  Reconstruct(const std::string & scan, const std::vector<std::string> & more = {})
  {
    std::vector<std::string> words{"reconstruct", "mri", File(scan), "--output", File("out.nii.gz")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  /** A small network with random weights. */
  static std::string
  Model(const std::string & name, std::int64_t channels)
  {
    ModelCard card;
    card.name = name;
    card.network.channels = channels;
    card.network.widths = {16.0, 16.0};
    card.network.blocks = 1;
    card.network.embedding = 16;
    card.channels.assign(static_cast<std::size_t>(channels), "part");
    card.size = {40.0, 48.0};
    card.spacing = {2.5, 2.0};
    SavePrior(File(name), card, UNet(card.network, 1));
    return File(name);
  }
  static std::set<std::string>
  Files()
  {
    std::set<std::string> names;
    for (const auto & entry : std::filesystem::recursive_directory_iterator(s_Folder->Path()))
    {
      names.insert(entry.path().string());
    }
    return names;
  }

  /** The run failed with that code and one line that contains text, and left no file that was not there before. */
  void
  ExpectFailure(const std::vector<std::string> & arguments, int exitCode, const std::string & text)
  {
    ExpectFailureOf([](const auto & words) { return Tweedie(words); }, arguments, exitCode, text);
  }
  /** The same for wrong use, which needs no process. */
  void
  ExpectWrongUse(const std::vector<std::string> & arguments, const std::string & text)
  {
    ExpectFailureOf([](const auto & words) { return TweedieHere(words); }, arguments, 1, text);
  }

  template <typename TRun>
  void
  ExpectFailureOf(const TRun & run, const std::vector<std::string> & arguments, int exitCode, const std::string & text)
  {
    m_Before = Files();
    const auto result = run(arguments);
    EXPECT_EQ(result.exitCode, exitCode) << result.error;
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_EQ(result.error.rfind("tweedie", 0), 0U) << result.error;
    EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(Files(), m_Before);
  }

  static inline TemporaryFolder * s_Folder = nullptr;
  static inline ProcessResult s_Simulation;
  std::set<std::string> m_Before;
};
} // namespace test
} // namespace tweedie

#endif
