// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomStore.h"

#include "tweedieDicomHeader.h"
#include "tweedieDicomItems.h"
#include "tweedieDicomUid.h"
#include "tweedieError.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcuid.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

constexpr const char * incoming = "/.incoming/";
constexpr const char * undone = "/.undone/";

bool
WriteAll(int file, const char * data, std::size_t size)
{
  while (size > 0)
  {
    const ssize_t written = write(file, data, size);
    if (written < 0 && errno != EINTR)
    {
      return false;
    }
    const std::size_t step = written > 0 ? static_cast<std::size_t>(written) : 0;
    data += step;
    size -= step;
  }
  return true;
}

bool
Flush(const std::string & path)
{
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  // Some file systems cannot flush a folder.
  const bool isFlushed = file >= 0 && (fsync(file) == 0 || errno == EINVAL || errno == EROFS);
  if (file >= 0)
  {
    close(file);
  }
  return isFlushed;
}

bool
IsSame(const std::string & one, const std::string & other)
{
  std::error_code error;
  std::ifstream first(one, std::ios::binary);
  std::ifstream second(other, std::ios::binary);
  using Bytes = std::istreambuf_iterator<char>;
  return fs::file_size(one, error) == fs::file_size(other, error) && first && second &&
         std::equal(Bytes(first), Bytes(), Bytes(second), Bytes());
}

void
Put(std::string & bytes, std::size_t number, std::size_t count)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    bytes += static_cast<char>(number >> 8 * i & 0xFFU);
  }
}

/** An element of group 2 with a short length, padded with a zero. */
void
PutMeta(std::string & bytes, std::size_t element, const std::string & type, std::string value)
{
  value.resize(value.size() + value.size() % 2);
  Put(bytes, 2, 2);
  Put(bytes, element, 2);
  bytes += type;
  Put(bytes, value.size(), 2);
  bytes += value;
}

/** Preamble, prefix and group 2 (PS3.10 7.1), the same for the same instance. */
std::string
MetaBytes(const DicomAnnouncement & announcement)
{
  std::string rest("\x02\0\x01\0OB\0\0\x02\0\0\0\0\x01", 14); // version 1
  PutMeta(rest, 0x0002, "UI", announcement.classUid);
  PutMeta(rest, 0x0003, "UI", announcement.instanceUid);
  PutMeta(rest, 0x0010, "UI", announcement.syntax);
  PutMeta(rest, 0x0012, "UI", OFFIS_IMPLEMENTATION_CLASS_UID);
  std::string length;
  Put(length, rest.size(), 4);
  std::string bytes(128, '\0');
  bytes += "DICM";
  PutMeta(bytes, 0x0000, "UL", length);
  return bytes + rest;
}
} // namespace

struct DicomStore::Shared
{
  std::atomic<std::int64_t> files{0};
  std::atomic<std::int64_t> bytes{0};
};

DicomStore::DicomStore(const DicomReceiveOptions & options) : m_Options(options)
{
  const std::string & folder = options.output;
  std::error_code error;
  if (fs::create_directories(folder, error))
  {
    fs::permissions(folder, fs::perms::owner_all, error); // patients are not everybody's business
  }
  fs::create_directories(folder + incoming, error);
  fs::create_directories(folder + undone, error);
  m_Lock = open((folder + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (m_Lock < 0 || access((folder + incoming).c_str(), W_OK) != 0 || flock(m_Lock, LOCK_EX | LOCK_NB) != 0)
  {
    const bool isBusy = m_Lock >= 0 && errno == EWOULDBLOCK;
    close(m_Lock);
    throw UsageError("--output: given " + folder + "; required a folder that " +
                     (isBusy ? "no other receiver uses" : "can be written"));
  }
  for (const auto & entry : fs::directory_iterator(folder + incoming, error))
  {
    fs::remove(entry.path(), error);
  }
  void * memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
  {
    close(m_Lock);
    throw DataError("DICOM receive: no memory to share between associations; required a page of it");
  }
  m_Shared = new (memory) Shared;
  for (const auto & entry :
       fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error))
  {
    if (entry.is_regular_file(error) && entry.path().extension() == ".dcm")
    {
      Reserve(static_cast<std::int64_t>(entry.file_size(error)));
    }
  }
}

DicomStore::~DicomStore()
{
  close(m_Lock);
  munmap(m_Shared, sizeof(Shared));
}

bool
DicomStore::Reserve(std::int64_t bytes) const
{
  const std::int64_t all = m_Shared->bytes += bytes;
  const std::int64_t count = m_Shared->files += bytes < 0 ? -1 : 1;
  constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
  return count <= m_Options.maxFiles && static_cast<double>(all) <= m_Options.maxTotalSize * gibibyte;
}

std::string
DicomStore::PartName(int process) const
{
  return m_Options.output + incoming + std::to_string(process) + ".part";
}

std::string
DicomStore::MarkName(const std::string & study, const std::string & series) const
{
  return m_Options.output + undone + study + "_" + series;
}

std::string
DicomStore::Folder(const std::string & study, const std::string & series) const
{
  return m_Options.output + "/" + study + "/" + series;
}

void
DicomStore::Discard(int process) const
{
  unlink(PartName(process).c_str());
}

std::vector<std::pair<std::string, std::string>>
DicomStore::Undone() const
{
  std::vector<std::pair<std::string, std::string>> found;
  std::error_code error;
  for (const auto & entry : fs::directory_iterator(m_Options.output + undone, error))
  {
    const std::string name = entry.path().filename().string();
    const std::size_t bar = name.find('_');
    const std::string study = name.substr(0, bar);
    const std::string series = bar == std::string::npos ? "" : name.substr(bar + 1);
    if (IsUid(study) && IsUid(series))
    {
      found.emplace_back(study, series);
    }
  }
  return found;
}

bool
DicomStore::Mark(const DicomReceivedSeries & series) const
{
  const std::string name = MarkName(series.studyUid, series.seriesUid);
  const int file = open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  return file >= 0 && close(file) == 0;
}

void
DicomStore::Done(const std::string & study, const std::string & series) const
{
  unlink(MarkName(study, series).c_str());
}

IncomingInstance::IncomingInstance(const DicomStore & store, const DicomAnnouncement & announcement)
    : m_Store(store), m_Announcement(announcement), m_Part(store.PartName(getpid()))
{
  if (!IsUid(announcement.instanceUid) || !IsUid(announcement.classUid))
  {
    m_Status = DicomStatus::notUnderstood;
    return;
  }
  m_File = open(m_Part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  const std::string head = MetaBytes(announcement);
  m_Status = m_File >= 0 && WriteAll(m_File, head.data(), head.size()) ? DicomStatus::success : DicomStatus::noRoom;
}

IncomingInstance::~IncomingInstance()
{
  if (m_File >= 0)
  {
    close(m_File);
    unlink(m_Part.c_str());
  }
}

void
IncomingInstance::Write(const void * data, std::size_t size)
{
  m_Bytes += size;
  if (m_Status != DicomStatus::success)
  {
    return;
  }
  if (static_cast<double>(m_Bytes) > m_Store.m_Options.maxFileSize * 1024.0 * 1024.0)
  {
    m_Status = DicomStatus::tooLarge;
    static_cast<void>(ftruncate(m_File, 0));
  }
  else if (!WriteAll(m_File, static_cast<const char *>(data), size))
  {
    m_Status = DicomStatus::noRoom;
    static_cast<void>(ftruncate(m_File, 0));
  }
}

std::uint16_t
IncomingInstance::Inspect(DicomReceivedSeries & series) const
{
  DcmFileFormat format;
  try
  {
    LoadDicom(m_Part, format);
  }
  catch (const DataError &)
  {
    return DicomStatus::notUnderstood;
  }
  catch (const std::bad_alloc &)
  {
    return DicomStatus::notUnderstood;
  }
  DcmDataset * set = format.getDataset();
  series.studyUid = DicomItems::Text(set, DCM_StudyInstanceUID);
  series.seriesUid = DicomItems::Text(set, DCM_SeriesInstanceUID);
  series.isOurs = DicomItems::Text(set, DCM_Manufacturer) == "Tweedie";
  if (DicomItems::Text(set, DCM_SOPInstanceUID) != m_Announcement.instanceUid ||
      DicomItems::Text(set, DCM_SOPClassUID) != m_Announcement.classUid)
  {
    return DicomStatus::mismatch;
  }
  return IsUid(series.studyUid) && IsUid(series.seriesUid) ? DicomStatus::success : DicomStatus::notUnderstood;
}

std::uint16_t
IncomingInstance::Publish(const DicomReceivedSeries & series)
{
  const std::string folder = m_Store.Folder(series.studyUid, series.seriesUid);
  const std::string path = folder + "/" + m_Announcement.instanceUid + ".dcm";
  std::error_code error;
  const bool isNew = fs::create_directories(folder, error);
  if (error || fsync(m_File) != 0)
  {
    return DicomStatus::noRoom;
  }
  // A name that is there already is not taken, even where another association gives it at the same time.
  bool isMoved = renameat2(AT_FDCWD, m_Part.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0;
  const bool isThere = !isMoved && (errno == EEXIST || fs::exists(fs::symlink_status(path, error)));
  const bool isSame = isThere && IsSame(m_Part, path);
  if (isThere && !isSame && !m_Store.m_Options.overwrite)
  {
    return DicomStatus::isAnother;
  }
  if (isThere)
  {
    m_Store.Reserve(-static_cast<std::int64_t>(fs::file_size(path, error)));
  }
  isMoved = isMoved || isSame || rename(m_Part.c_str(), path.c_str()) == 0;
  const std::string & output = m_Store.m_Options.output;
  const bool isFlushed =
      isMoved && Flush(folder) && (!isNew || (Flush(output + "/" + series.studyUid) && Flush(output)));
  return isFlushed && m_Store.Mark(series) ? DicomStatus::success : DicomStatus::noRoom;
}

std::uint16_t
IncomingInstance::Store(DicomReceivedSeries & series)
{
  m_Status = m_Status == DicomStatus::success ? Inspect(series) : m_Status;
  if (m_Status == DicomStatus::success)
  {
    const auto bytes = static_cast<std::int64_t>(m_Bytes);
    m_Status = m_Store.Reserve(bytes) ? Publish(series) : DicomStatus::noRoom;
    if (m_Status != DicomStatus::success)
    {
      m_Store.Reserve(-bytes);
    }
  }
  return m_Status;
}
} // namespace tweedie
