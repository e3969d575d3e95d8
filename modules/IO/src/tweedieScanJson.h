// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScanJson_h
#define tweedieScanJson_h

#include "tweedieMRIScan.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tweedie
{
/** Files beside scan.json; empty: there is none. */
struct ScanFileNames
{
  std::string sensitivities;
  std::string trajectory;
  std::string fieldMap;
  std::optional<std::int64_t> mapSets{}; ///< in the file of the coil maps; absent: as that says, or one
};

/** The text of scan.json (schema: README of this module). */
std::string ScanJson(const MRIScan & scan, const ScanFileNames & files);

/** The trajectory's file that such a text names, or "". Throws DataError for a text that is none. */
std::string TrajectoryOfScanJson(const std::string & text, const std::string & name);

/** Where the scan has its trajectory, the text gives the image's grid in place of the mask. Fills mask, noise, scale,
 * warnings, dwell time and the geometry of kspace from the text of a scan.json; returns the names of the files to read.
 * kspace must be there. Throws DataError naming the key. */
ScanFileNames ApplyScanJson(MRIScan & scan, const std::string & text, const std::string & name);
} // namespace tweedie

#endif
