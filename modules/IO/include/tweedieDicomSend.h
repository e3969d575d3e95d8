// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomSend_h
#define tweedieDicomSend_h

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** Who takes the files. */
struct DicomPeer
{
  std::string host = "127.0.0.1";
  std::uint16_t port = 104;
  std::string calledAe = "ANY-SCP"; ///< at most 16 characters
  std::string callingAe = "TWEEDIE";
  std::uint32_t timeoutSeconds = 30; ///< for connection, negotiation and each response
};

struct DicomSendOptions
{
  int retries = 3;             ///< new associations after one that sent nothing
  double backoffSeconds = 1.0; ///< before the first of them; doubled each time
  std::string listFile;        ///< SOP instance UIDs the peer has confirmed, one a line; they are not sent again
};

struct DicomSendResult
{
  std::size_t sent = 0;
  std::size_t skipped = 0;  ///< of the list
  std::size_t warnings = 0; ///< taken, with a warning status (PS3.7 annex C)
};

/** Sends files by C-STORE (PS3.4 annex B) as they are encoded, without TLS, after a C-ECHO. Lost associations are
 * opened again and go on with what was not confirmed. progress(done, all) follows each file. Throws DataError for a
 * file that is not DICOM, a peer that is not there or refuses the association, a file or its kind, UsageError for a
 * title or list that cannot be used; no message holds what a file says. */
DicomSendResult SendDicom(const std::vector<std::string> & files,
                          const DicomPeer & peer,
                          const DicomSendOptions & options,
                          const std::function<void(std::size_t, std::size_t)> & progress = nullptr);
} // namespace tweedie

#endif
