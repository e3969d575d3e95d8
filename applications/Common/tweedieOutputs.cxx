// SPDX-License-Identifier: Apache-2.0
#include "tweedieOutputs.h"

#include "tweedieAtomicFile.h"
#include "tweedieBartFile.h"
#include "tweedieDicomResult.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieScanFile.h"

#include <algorithm>
#include <filesystem>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

/** One spelling for one file, whether it exists or not. */
std::string
Canonical(const std::string & path)
{
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  const fs::path canonical = fs::weakly_canonical(absolute, error);
  return (error ? absolute : canonical).string();
}

bool
Contains(const std::vector<std::string> & list, const std::string & item)
{
  return std::find(list.begin(), list.end(), item) != list.end();
}
} // namespace

std::vector<std::string>
ImageFiles(const std::string & path)
{
  const std::string extension = fs::path(path).extension().string();
  if (extension.empty() || extension == ".cfl" || extension == ".hdr")
  {
    return {BartBase(path) + ".cfl", BartBase(path) + ".hdr"};
  }
  return {path};
}

std::string
OutputStem(const std::string & path)
{
  fs::path stem = path;
  stem = stem.extension() == ".gz" ? stem.replace_extension() : stem;
  return stem.replace_extension().string();
}

void
Outputs::AddInput(const std::string & path)
{
  if (path.empty())
  {
    return;
  }
  std::vector<std::string> files = ImageFiles(path);
  files.push_back(path); // a folder
  for (const auto & file : files)
  {
    m_Inputs.push_back(Canonical(file));
  }
}

void
Outputs::Add(const std::string & flag, const std::vector<std::string> & files)
{
  for (const auto & file : files)
  {
    const std::string canonical = Canonical(file);
    if (Contains(m_Inputs, canonical))
    {
      throw UsageError(flag + ": given " + file + ", which is an input; required another name");
    }
    if (Contains(m_Files, canonical))
    {
      throw UsageError(flag + ": given " + file + ", which is another output of this run; required another name");
    }
    m_Files.push_back(canonical);
  }
}

void
Outputs::AddFile(const std::string & flag, const std::string & path)
{
  if (!path.empty())
  {
    Add(flag, {path});
    RequireWritable(path, m_Overwrite);
  }
}

void
Outputs::AddImage(const std::string & flag, const std::string & path, bool pictures)
{
  if (!path.empty())
  {
    Add(flag, ImageFiles(path));
    RequireWritableImage(path, m_Overwrite, pictures);
  }
}

void
Outputs::AddDicomResult(const std::string & flag, const std::string & folder)
{
  Add(flag, {folder});
  RequireDicomResultFolder(folder, m_Overwrite);
}

void
Outputs::AddScan(const std::string & flag, const std::string & path, const ScanParts & parts)
{
  Add(flag, ScanFiles(path, parts));
  RequireWritableScan(path, parts, m_Overwrite);
}

void
Outputs::Write(const std::function<void()> & work) const
{
  std::vector<std::string> created;
  std::error_code error;
  std::copy_if(m_Files.begin(),
               m_Files.end(),
               std::back_inserter(created),
               [&](const std::string & file) { return !fs::exists(file, error); });
  try
  {
    work();
  }
  catch (...)
  {
    for (const auto & file : created)
    {
      fs::remove_all(file, error);
    }
    throw;
  }
}
} // namespace tweedie
