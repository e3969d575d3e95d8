// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomCleaning_h
#define tweedieDicomCleaning_h

#include "tweedieDicomCleaner.h"

#include <functional>
#include <string>

namespace tweedie
{
/** What a message about a file says, its first letter. */
enum class CleaningMessage : char
{
  Bytes = 'B',    ///< the next ones of the cleaned file
  Done = 'D',     ///< the file ended: its new instance UID, a space, its patient's pseudonym
  Refused = 'R',  ///< the file's bytes are not to be used: why, one line
  Directory = 'I' ///< a DICOMDIR, of which there are no bytes
};

/** Emits a file cleaned, and how that went. name: of every patient; empty: the pseudonym. Belongs into a child process.
 */
void EmitCleaned(const std::string & path,
                 const DicomCleaner & cleaner,
                 const Pseudonyms & pseudonyms,
                 const DeidentifyOptions & options,
                 const std::function<void(const std::string &)> & emit);
} // namespace tweedie

#endif
