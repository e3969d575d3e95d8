// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomSend_h
#define tweedieDicomSend_h

#include "tweedieDicomPeer.h"
#include "tweedieProgress.h"

#include <cstddef>
#include <string>
#include <vector>

namespace tweedie
{
struct DicomSendOptions
{
  std::int64_t retries = 3;    ///< after an association that got nothing across
  double backoffSeconds = 1.0; ///< before the first of them; doubled each time, at most 30
  std::string listFile;        ///< SOP instance UIDs the peer has confirmed, one a line; they are not sent again

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("list", "UIDs that the peer has confirmed, one a line; those in it are not sent again")
                .Writes(PathKind::File),
            listFile);
    v.Visit(Field("retries", "more attempts after one that got nothing across").Range(0, 1000), retries);
    v.Visit(Field("backoff", "seconds before the first of them; doubled each time, at most 30").Range(0, 30),
            backoffSeconds);
  }
};

/** An instance that was not taken, and why: the peer's status, never a value of the file. */
struct DicomRefusal
{
  std::string uid;
  std::string reason;
};

struct DicomSendResult
{
  std::size_t instances = 0; ///< found, each once
  std::size_t foreign = 0;   ///< files of folders that are no DICOM, or a DICOMDIR
  std::size_t sent = 0;
  std::size_t skipped = 0;  ///< of the list
  std::size_t warnings = 0; ///< taken, with a warning status (PS3.7 annex C)
  std::vector<DicomRefusal> refused;
};

/** Sends files, and all DICOM files below folders, by C-STORE (PS3.4 annex B), each byte of the data set as it is.
 * Lost associations are opened again and go on with what was not confirmed; what the peer refuses is left out and
 * listed in the result. progress is called with each file and each second of waiting.
 *
 * Throws DataError for a file that is not DICOM or not whole, a peer that is not there or refuses the association,
 * UsageError for a title, list or certificate that cannot be used, Aborted where progress returns false; the list holds
 * what was confirmed. Files are looked into in a child process. */
DicomSendResult SendDicom(const std::vector<std::string> & paths,
                          const DicomPeer & peer,
                          const DicomSendOptions & options,
                          const ProgressCallback & progress = nullptr);

/** PS3.5 6.2: throws UsageError unless 1 to 16 printable characters, none a backslash, not all spaces. */
void RequireAeTitle(const std::string & title);
} // namespace tweedie

#endif
