// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"

#include "tweedieError.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

fs::path
FolderOf(const fs::path & path)
{
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/** A name in the same folder, so that renaming is atomic, with its extensions (.nii.gz), which choose the format. */
fs::path
TemporaryName(const fs::path & path)
{
  static std::atomic<unsigned> counter{0};
  const std::string unique = std::to_string(getpid()) + "-" + std::to_string(counter++);
  return FolderOf(path) / (".part-" + unique + "-" + path.filename().string());
}

/** A file that disappears again unless Keep is called. */
class Temporary
{
public:
  explicit Temporary(fs::path path) : m_Path(std::move(path)) {}
  Temporary(const Temporary &) = delete;
  Temporary & operator=(const Temporary &) = delete;
  ~Temporary()
  {
    std::error_code ignored;
    if (!m_Kept)
    {
      fs::remove(m_Path, ignored);
    }
  }
  const fs::path &
  Path() const
  {
    return m_Path;
  }
  void
  Keep()
  {
    m_Kept = true;
  }

private:
  fs::path m_Path;
  bool m_Kept = false;
};

/** Waits until the file, or the entries of a folder, are on the disk; false with errno set. */
bool
Flush(const fs::path & path)
{
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
  {
    return false;
  }
  // Some file systems cannot flush a folder; the renamed file is complete all the same.
  const bool flushed = fsync(file) == 0 || errno == EINVAL || errno == EROFS;
  const int error = errno;
  close(file);
  errno = error;
  return flushed;
}

void
RequireFolder(const fs::path & path)
{
  std::error_code error;
  const fs::path folder = FolderOf(path);
  if (path.empty() || !path.has_filename())
  {
    throw UsageError("output '" + path.string() + "': no file name; required the path of a file");
  }
  if (!fs::is_directory(folder, error))
  {
    throw UsageError("output " + path.string() + ": folder " + folder.string() + " does not exist; create it first");
  }
  if (fs::is_directory(path, error))
  {
    throw UsageError("output " + path.string() + ": is a folder; required the path of a file");
  }
}
} // namespace

void
WriteAtomically(const std::string & path, const std::function<void(const std::string & temporaryPath)> & write)
{
  RequireFolder(path);
  if (access(FolderOf(path).c_str(), W_OK) != 0)
  {
    throw UsageError("output " + path + ": folder cannot be written: " + std::strerror(errno));
  }
  Temporary temporary(TemporaryName(path));
  write(temporary.Path().string());
  if (!Flush(temporary.Path()) || std::rename(temporary.Path().c_str(), path.c_str()) != 0)
  {
    throw DataError("output " + path + ": not written: " + std::strerror(errno));
  }
  temporary.Keep();
  Flush(FolderOf(path));
}

void
WriteTextAtomically(const std::string & path, const std::string & text)
{
  WriteAtomically(path,
                  [&](const std::string & temporaryPath)
                  {
                    std::ofstream stream(temporaryPath, std::ios::binary);
                    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
                    stream.close();
                    if (!stream)
                    {
                      throw DataError("output " + path + ": not written: " + std::strerror(errno));
                    }
                  });
}

void
RequireWritable(const std::string & path, bool overwrite)
{
  RequireFolder(path);
  std::error_code error;
  if (!overwrite && fs::exists(fs::symlink_status(path, error)))
  {
    throw UsageError("output " + path + ": exists already; give --overwrite to replace it");
  }
  // Only an attempt tells: permissions alone say nothing about root, full disks and read-only mounts.
  const Temporary probe(TemporaryName(path));
  const int file = open(probe.Path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
  {
    throw UsageError("output " + path + ": folder cannot be written: " + std::strerror(errno));
  }
  close(file);
}
} // namespace tweedie
