// SPDX-License-Identifier: Apache-2.0
#include "tweedieFolderOutput.h"

#include "tweedieAtomicFile.h"
#include "tweedieError.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

/** A folder beside path that disappears again, with what is in it. */
class TemporaryFolder
{
public:
  explicit TemporaryFolder(const fs::path & path)
  {
    static std::atomic<unsigned> counter{0};
    const std::string unique = std::to_string(getpid()) + "-" + std::to_string(counter++);
    m_Path = path.parent_path() / (".part-" + unique + "-" + path.filename().string());
    if (!fs::create_directory(m_Path))
    {
      throw UsageError("output " + path.string() + ": a temporary folder beside it is there already; remove it");
    }
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder & operator=(const TemporaryFolder &) = delete;
  ~TemporaryFolder()
  {
    std::error_code ignored;
    fs::remove_all(m_Path, ignored);
  }
  const fs::path &
  Path() const
  {
    return m_Path;
  }

private:
  fs::path m_Path;
};

/** Without a slash at the end. */
fs::path
PlainPath(const std::string & path)
{
  const fs::path plain = fs::absolute(path).lexically_normal();
  return plain.has_filename() ? plain : plain.parent_path();
}

std::string
Joined(const std::vector<std::string> & extensions)
{
  std::string text;
  for (const std::string & extension : extensions)
  {
    text += (text.empty() ? "" : ", ") + extension;
  }
  return text;
}

/** Whatever else is in a folder is not ours to remove. */
void
RequireReplaceable(const fs::path & path, const std::vector<std::string> & extensions, bool overwrite)
{
  std::error_code error;
  if (!fs::exists(fs::symlink_status(path, error)))
  {
    return;
  }
  if (!overwrite)
  {
    throw UsageError("output " + path.string() + ": exists already; give --overwrite to replace it");
  }
  if (!fs::is_directory(fs::symlink_status(path, error)))
  {
    throw UsageError("output " + path.string() + ": is no folder; required a new one or one that was written so");
  }
  for (const auto & entry : fs::recursive_directory_iterator(path))
  {
    const bool isOurs = std::find(extensions.begin(), extensions.end(), entry.path().extension()) != extensions.end();
    if (!fs::is_directory(entry.symlink_status()) && !(fs::is_regular_file(entry.symlink_status()) && isOurs))
    {
      throw UsageError("output " + path.string() + ": holds other things than " + Joined(extensions) +
                       " files; required a new folder or one without them");
    }
  }
}

void
Flush(const fs::path & path, const fs::path & output)
{
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  // Some file systems cannot flush a folder.
  const bool flushed = file >= 0 && (fsync(file) == 0 || errno == EINVAL || errno == EROFS);
  const int error = errno;
  if (file >= 0)
  {
    close(file);
  }
  if (!flushed)
  {
    throw DataError("output " + output.string() + ": not written: " + std::strerror(error));
  }
}

void
Move(const fs::path & from, const fs::path & to)
{
  if (std::rename(from.c_str(), to.c_str()) != 0)
  {
    throw DataError("output " + to.string() + ": not written: " + std::strerror(errno));
  }
}

/** Whatever was at path is at the temporary path afterwards. */
void
Exchange(const TemporaryFolder & temporary, const fs::path & path)
{
  if (renameat2(AT_FDCWD, temporary.Path().c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) == 0)
  {
    return;
  }
  const TemporaryFolder old(path);
  Move(path, old.Path() / "old");
  try
  {
    Move(temporary.Path(), path);
  }
  catch (...)
  {
    Move(old.Path() / "old", path);
    throw;
  }
}
} // namespace

void
RequireWritableFolder(const std::string & path, const std::vector<std::string> & extensions, bool overwrite)
{
  const fs::path plain = PlainPath(path);
  RequireReplaceable(plain, extensions, overwrite);
  RequireWritable((plain.parent_path() / (".probe-" + plain.filename().string())).string(), true);
}

void
RequireOutside(const std::string & file, const std::string & folder)
{
  std::error_code error;
  const fs::path outer = fs::weakly_canonical(PlainPath(folder), error);
  const fs::path inner = fs::weakly_canonical(file, error);
  const auto [end, ignored] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  if (end == outer.end())
  {
    throw UsageError("output " + folder + ": holds " + file + ", which is an input; required another folder");
  }
}

void
WriteFolderAtomically(const std::string & path,
                      const std::vector<std::string> & extensions,
                      bool overwrite,
                      const std::function<void(const std::string & temporaryPath)> & write)
{
  const fs::path plain = PlainPath(path);
  RequireWritableFolder(path, extensions, overwrite);
  const TemporaryFolder temporary(plain);
  write(temporary.Path().string());
  for (const auto & entry : fs::recursive_directory_iterator(temporary.Path()))
  {
    Flush(entry.path(), plain);
  }
  Flush(temporary.Path(), plain);
  if (fs::exists(plain))
  {
    Exchange(temporary, plain);
  }
  else
  {
    Move(temporary.Path(), plain);
  }
  Flush(plain.parent_path(), plain);
}
} // namespace tweedie
