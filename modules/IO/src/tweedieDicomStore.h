// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomStore_h
#define tweedieDicomStore_h

#include "tweedieDicomReceive.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** Statuses of C-STORE (PS3.4 B.2.3) that are answered here. */
namespace DicomStatus
{
constexpr std::uint16_t success = 0x0000;
constexpr std::uint16_t noRoom = 0xA700;
constexpr std::uint16_t mismatch = 0xA900;
constexpr std::uint16_t notUnderstood = 0xC000;
constexpr std::uint16_t isAnother = 0xC001; ///< with the same UID is here
constexpr std::uint16_t tooLarge = 0xC002;
} // namespace DicomStatus

/** What the request says of an instance, and the transfer syntax it comes in. */
struct DicomAnnouncement
{
  std::string classUid;
  std::string instanceUid;
  std::string syntax;
};

/** A folder that instances are put into, by several processes that one has forked. */
class DicomStore
{
public:
  /** Makes the folder, keeps others from it, and removes what a process that was killed has left. Throws UsageError. */
  explicit DicomStore(const DicomReceiveOptions & options);
  DicomStore(const DicomStore &) = delete;
  DicomStore & operator=(const DicomStore &) = delete;
  ~DicomStore();

  /** Removes what a process that has ended left unfinished. */
  void Discard(int process) const;

  /** Study and series that were not marked as done. */
  std::vector<std::pair<std::string, std::string>> Undone() const;
  void Done(const std::string & study, const std::string & series) const;

  std::string Folder(const std::string & study, const std::string & series) const;

private:
  friend class IncomingInstance;
  struct Shared;

  std::string PartName(int process) const;
  std::string MarkName(const std::string & study, const std::string & series) const;
  /** The series is undone from now on. */
  bool Mark(const DicomReceivedSeries & series) const;
  /** One more file of that size is about to be; false: no room. A negative one has gone. */
  bool Reserve(std::int64_t bytes) const;

  const DicomReceiveOptions & m_Options;
  int m_Lock = -1;
  Shared * m_Shared = nullptr; ///< with the processes
};

/** One instance on its way into a store; at most one a process at a time. */
class IncomingInstance
{
public:
  IncomingInstance(const DicomStore & store, const DicomAnnouncement & announcement);
  IncomingInstance(const IncomingInstance &) = delete;
  IncomingInstance & operator=(const IncomingInstance &) = delete;
  /** Removes it unless it was stored. */
  ~IncomingInstance();

  /** What comes after a failure is counted and dropped. */
  void Write(const void * data, std::size_t size);
  std::uint64_t
  Bytes() const
  {
    return m_Bytes;
  }

  /** Checks it and gives it its name. Returns the status to answer; study, series and isOurs are set on success. */
  std::uint16_t Store(DicomReceivedSeries & series);

private:
  std::uint16_t Inspect(DicomReceivedSeries & series) const;
  std::uint16_t Publish(const DicomReceivedSeries & series);

  const DicomStore & m_Store;
  DicomAnnouncement m_Announcement;
  std::string m_Part;
  int m_File = -1;
  std::uint64_t m_Bytes = 0;
  std::uint16_t m_Status = DicomStatus::success;
};
} // namespace tweedie

#endif
