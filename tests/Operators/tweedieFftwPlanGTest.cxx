// SPDX-License-Identifier: Apache-2.0
// Stored wisdom: written whole, read back, and never a reason to fail.
#include "tweedieFftwPlan.h"

#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace tweedie;
using namespace tweedie::test;

namespace
{
FftwLayout
LayoutOf(int rows, int columns)
{
  FftwLayout layout;
  layout.size = {rows, columns, 1};
  return layout;
}

std::string
ReadAll(const std::string & path)
{
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}
} // namespace

TEST(FftwWisdom, IsWrittenWholeAndReadBack)
{
  const TemporaryFolder folder;
  FftwPlan<float>::Get(LayoutOf(11, 6));
  FftwPlan<double>::Get(LayoutOf(11, 6));
  const std::string place = folder.Path().string() + "/new/deep";
  ASSERT_TRUE(SaveWisdom(place, false));
  ASSERT_TRUE(SaveWisdom(place, true));
  EXPECT_NE(ReadAll(place + "/fftw-wisdom-float").find("fftwf_wisdom"), std::string::npos);
  EXPECT_NE(ReadAll(place + "/fftw-wisdom-double").find("fftw_wisdom"), std::string::npos);
  EXPECT_TRUE(LoadWisdom(place, false));
  EXPECT_TRUE(LoadWisdom(place, true));
  std::size_t files = 0;
  for (const auto & entry : std::filesystem::directory_iterator(place))
  {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 2U) << "temporary files are left";
}

TEST(FftwWisdom, FailsSilently)
{
  const TemporaryFolder folder;
  EXPECT_FALSE(LoadWisdom(folder.Path().string(), false));
  EXPECT_FALSE(LoadWisdom("", false));
  EXPECT_FALSE(SaveWisdom("", false));
  EXPECT_FALSE(SaveWisdom("/proc/no-such-folder", false));
  std::ofstream(folder.Path().string() + "/fftw-wisdom-float") << "(not wisdom at all";
  EXPECT_FALSE(LoadWisdom(folder.Path().string(), false));
}

TEST(FftwWisdom, LivesInTheUsersCacheFolder)
{
  const char * const before = std::getenv("XDG_CACHE_HOME");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("XDG_CACHE_HOME", "/some/cache", 1);
  EXPECT_EQ(WisdomFolder(), "/some/cache/tweedie");
  ::unsetenv("XDG_CACHE_HOME");
  const char * const home = std::getenv("HOME");
  EXPECT_EQ(WisdomFolder(), home == nullptr ? std::string() : std::string(home) + "/.cache/tweedie");
  if (before != nullptr)
  {
    ::setenv("XDG_CACHE_HOME", kept.c_str(), 1);
  }
}

TEST(FftwBuffer, SlotsDoNotOverlapAndAreAligned)
{
  const FftwBuffer<float> a(0, 1000);
  const FftwBuffer<float> b(1, 1000);
  const FftwBuffer<double> large(0, std::int64_t{1} << 21);
  EXPECT_TRUE(a.Data() + 1000 <= b.Data() || b.Data() + 1000 <= a.Data());
  EXPECT_TRUE(FftwPlan<float>::IsAligned(a.Data()));
  EXPECT_TRUE(FftwPlan<float>::IsAligned(b.Data()));
  EXPECT_TRUE(FftwPlan<double>::IsAligned(large.Data()));
}
