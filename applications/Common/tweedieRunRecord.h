// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRunRecord_h
#define tweedieRunRecord_h

#include "tweedieCommandLine.h"
#include "tweedieSummary.h"

#include <optional>
#include <string>

namespace tweedie
{
/** What is kept beside an output: its summary, and how to make it again. */
struct RunRecord
{
  Summary summary;
  std::string commandLine; ///< as it can be typed in a shell
  std::string version;     ///< of the program
};

/** Now, UTC: "2025-01-31 12:00 UTC". */
std::string DateText();

/** The file beside an output: mean.nii.gz -> mean.summary.json. */
std::string RunRecordPath(const std::string & output);

/** A Summary as JSON together with "peak-memory-bytes" (so far), "command-line", "version", and "configuration",
 * which --config reads. */
std::string RunRecordText(const Summary & summary, const CommandLine & line);

/** Writes that beside an output. */
void WriteRunRecord(const std::string & output, const Summary & summary, const CommandLine & line);

/** The record beside an image, or in the folder of a DICOM result that it is part of; nothing if there is none. Throws
 * DataError for a file that is not one. */
std::optional<RunRecord> ReadRunRecord(const std::string & image);
} // namespace tweedie

#endif
