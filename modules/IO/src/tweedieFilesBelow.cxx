// SPDX-License-Identifier: Apache-2.0
#include "tweedieFilesBelow.h"

#include "tweedieError.h"

#include <algorithm>
#include <filesystem>

namespace tweedie
{
std::vector<std::string>
FilesBelow(const std::string & folder)
{
  namespace fs = std::filesystem;
  constexpr std::size_t mostFiles = 1000000;
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
  {
    std::error_code ignored;
    const bool isHidden = entry->path().filename().string()[0] == '.';
    if (!isHidden && entry->is_regular_file(ignored) && files.size() < mostFiles)
    {
      files.push_back(entry->path().string());
    }
  }
  if (error)
  {
    throw DataError(folder + ": given no folder that can be read; required one that can");
  }
  std::sort(files.begin(), files.end());
  return files;
}
} // namespace tweedie
