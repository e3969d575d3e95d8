// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomSeries.h"
#include "tweedieError.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

TEST(DicomCorpus, EveryFileOfPydicomIsReadOrRefusedWithOneLine)
{
  const std::string folder = "/usr/lib/python3/dist-packages/pydicom/data/test_files";
  if (!fs::exists(folder))
  {
    GTEST_SKIP() << "without the package python3-pydicom";
  }
  int read = 0;
  int refused = 0;
  for (const auto & entry : fs::recursive_directory_iterator(folder))
  {
    if (!entry.is_regular_file())
    {
      continue;
    }
    try
    {
      const Volume volume = ReadDicomVolume(SelectDicomSeries(entry.path().string()));
      EXPECT_GT(volume.NumberOfElements(), 0) << entry.path();
      ++read;
    }
    catch (const DataError & error)
    {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << entry.path() << error.what();
      ++refused;
    }
  }
  EXPECT_GE(read, 10) << "CT_small, MR_small and their transfer syntaxes at the least";
  EXPECT_GE(refused, 10) << "colours, reports and what was cut short";
}
} // namespace
} // namespace tweedie
