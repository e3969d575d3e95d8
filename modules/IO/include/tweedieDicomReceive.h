// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomReceive_h
#define tweedieDicomReceive_h

#include "tweedieDicomPeer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** What is taken from whom, and how much of it. */
struct DicomReceiveOptions
{
  std::string output; ///< folder of STUDY/SERIES/INSTANCE.dcm, all three UIDs
  std::string bind = "127.0.0.1";
  std::int64_t port = 11112; ///< 0: one that is free
  std::string ae = "TWEEDIE";
  std::vector<std::string> allowAe; ///< calling titles; empty: all
  std::int64_t timeoutSeconds = 30; ///< for the next message, and for each 64 KiB of a data set
  std::int64_t maxAssociations = 8;
  double maxFileSize = 2048.0;     ///< MiB
  std::int64_t maxFiles = 1000000; ///< in the folder
  double maxTotalSize = 500.0;     ///< GiB, of the folder
  double seriesTimeout = 30.0;     ///< seconds without a new instance after which a series is complete
  bool overwrite = false;          ///< another data set with a UID that is there already: replaced, not refused
  DicomTls tls;

  void Visit(OptionVisitor & v);
};

/** A series that has come to rest: no association that brought an instance of it is open. */
struct DicomReceivedSeries
{
  std::string studyUid;
  std::string seriesUid;
  std::string folder;
  std::size_t instances = 0; ///< since it was last at rest
  bool isOurs = false;       ///< this program made it: a result that came back
};

/** Takes files by C-STORE (PS3.4 annex B) and answers C-ECHO; each byte of the data set is kept as it comes.
 *
 * Each association has a process of its own, with limits on its memory, so that a file or peer that breaks the parser
 * ends that association alone. A file appears when it is whole, parsed, and on the disk; its name is made of UIDs that
 * were checked. The same instance again is a success, another with its UID is refused (status C001). Other statuses:
 * A700 no room, C002 larger than maxFileSize, A900 not what the request said, C000 not DICOM, no UIDs. */
class DicomReceiver
{
public:
  /** log takes lines with counts, UIDs and statuses. Throws UsageError for an address, certificate or folder that
   * cannot be used, or is in use by another receiver. */
  DicomReceiver(const DicomReceiveOptions & options, std::function<void(const std::string &)> log);
  DicomReceiver(const DicomReceiver &) = delete;
  DicomReceiver & operator=(const DicomReceiver &) = delete;
  /** Ends all associations; nothing partial stays. */
  ~DicomReceiver();

  std::uint16_t Port() const;

  /** Serves for about that time and returns the series that have become complete, those that a receiver before this one
   * left undone among them. */
  std::vector<DicomReceivedSeries> Serve(double seconds);

  /** To be said when whatever is done with a complete series is done: it will not be reported again. */
  void Done(const DicomReceivedSeries & series);

  std::size_t Stored() const;
  std::size_t Refused() const;

private:
  class Implementation;
  std::unique_ptr<Implementation> m_Implementation;
};
} // namespace tweedie

#endif
