// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDicomOutput_h
#define tweedieDicomOutput_h

#include "tweedieDicomSeries.h"
#include "tweedieSummary.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** Where images go as DICOM, and how they came about. */
struct DicomOutput
{
  std::string folder;
  DicomSeries source;
  Summary summary;
  std::string prior;     ///< model file, for its SHA-256; empty: none
  std::string statement; ///< what must be said of the data
  std::int64_t seriesNumber = 901;
  bool overwrite = false;
  bool deterministicUids = false;
};

/** Writes the folder of WriteDicomEstimate; deviation may be empty. Returns its files. Throws as that. No header of
 * LibTorch is needed. */
std::vector<std::string> WriteDicomOutput(const Volume & mean, const Volume & deviation, const DicomOutput & output);
} // namespace tweedie

#endif
