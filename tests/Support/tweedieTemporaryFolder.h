// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTemporaryFolder_h
#define tweedieTemporaryFolder_h

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace tweedie
{
namespace test
{
/** A new folder, removed with its contents at the end of life. */
class TemporaryFolder
{
public:
  TemporaryFolder()
  {
    std::string name = (std::filesystem::temp_directory_path() / "tweedie-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
    {
      throw std::runtime_error("TemporaryFolder: cannot create " + name);
    }
    m_Path = name;
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder & operator=(const TemporaryFolder &) = delete;
  ~TemporaryFolder()
  {
    std::error_code ignored;
    std::filesystem::permissions(m_Path, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(m_Path, ignored);
  }

  const std::filesystem::path &
  Path() const
  {
    return m_Path;
  }
  /** The path of a file in the folder. */
  std::string
  File(const std::string & name) const
  {
    return (m_Path / name).string();
  }
  /** Number of entries; 0 proves that a failure left nothing behind. */
  int
  Count() const
  {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator(m_Path), {}));
  }

private:
  std::filesystem::path m_Path;
};

/** Fixture with a temporary folder m_Folder. */
class TemporaryFolderTest : public ::testing::Test
{
protected:
  TemporaryFolder m_Folder;
};

inline std::string
ReadFile(const std::string & path)
{
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

inline void
WriteFile(const std::string & path, const std::string & bytes)
{
  std::ofstream(path, std::ios::binary) << bytes;
}
} // namespace test
} // namespace tweedie

#endif
