// SPDX-License-Identifier: Apache-2.0
#include "tweedieReportFolder.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"

#include <filesystem>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

/** The folder itself, or the nearest one above that exists. */
fs::path
NearestFolder(const std::string & path)
{
  std::error_code error;
  fs::path folder = fs::absolute(path, error);
  while (!fs::exists(folder, error) && folder.has_relative_path())
  {
    folder = folder.parent_path();
  }
  return folder;
}
} // namespace

ReportFolder::ReportFolder(std::string path, bool overwrite) : m_Path(std::move(path)), m_Overwrite(overwrite)
{
  std::error_code error;
  const fs::path folder = NearestFolder(m_Path);
  if (!fs::is_directory(folder, error))
  {
    throw UsageError("--output: given " + m_Path + "; required a folder, but " + folder.string() + " is a file");
  }
  m_Existed = fs::exists(m_Path, error);
  RequireWritable((folder / "report.html").string(), m_Overwrite || !m_Existed);
}

void
ReportFolder::RequireFree(const std::vector<std::string> & files) const
{
  std::error_code error;
  for (const std::string & file : files)
  {
    if (!m_Overwrite && fs::exists(fs::symlink_status(file, error)))
    {
      throw UsageError("--output: " + file + " exists already; give --overwrite to replace it");
    }
  }
}

void
ReportFolder::Write(const std::function<void()> & work) const
{
  try
  {
    work();
  }
  catch (...)
  {
    std::error_code error;
    if (!m_Existed)
    {
      fs::remove_all(m_Path, error);
    }
    throw;
  }
}
} // namespace tweedie
