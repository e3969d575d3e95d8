// SPDX-License-Identifier: Apache-2.0
#include "tweedieFileGroup.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"

#include <filesystem>
#include <fstream>

namespace tweedie
{
namespace
{
/** The files from index on: the last one is renamed first, the first one last. */
void
WriteFrom(const std::vector<GroupFile> & files, std::size_t index)
{
  if (index == files.size())
  {
    return;
  }
  bool othersAreInPlace = false;
  try
  {
    WriteAtomically(files[index].path,
                    [&](const std::string & temporaryPath)
                    {
                      files[index].write(temporaryPath);
                      WriteFrom(files, index + 1);
                      othersAreInPlace = true;
                    });
  }
  catch (...)
  {
    for (std::size_t other = index + 1; othersAreInPlace && other < files.size(); ++other)
    {
      std::error_code ignored;
      std::filesystem::remove(files[other].path, ignored);
    }
    throw;
  }
}
} // namespace

void
WriteGroupAtomically(const std::vector<GroupFile> & files)
{
  WriteFrom(files, 0);
}

void
WriteBytes(const std::string & path, const void * bytes, std::size_t size)
{
  std::ofstream stream(path, std::ios::binary);
  stream.write(static_cast<const char *>(bytes), static_cast<std::streamsize>(size));
  stream.close();
  if (!stream)
  {
    throw DataError("output " + path + ": not written; required " + std::to_string(size) + " bytes of free disk");
  }
}
} // namespace tweedie
