// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScanJson_h
#define tweedieScanJson_h

#include "tweedieMRIScan.h"

#include <string>

namespace tweedie
{
/** The text of scan.json (schema: README of this module). sensitivitiesFile: name beside it, or empty. */
std::string
ScanJson(const MRIScan & scan, const std::string & sensitivitiesFile, const std::string & trajectoryFile = "");

/** The trajectory's file that such a text names, or "". Throws DataError for a text that is none. */
std::string TrajectoryOfScanJson(const std::string & text, const std::string & name);

/** Where the scan has its trajectory, the text gives the image's grid in place of the mask. Fills mask, noise, scale,
 * warnings and the geometry of kspace from the text of a scan.json; returns the name of the coil maps' file, or "".
 * kspace must be there. Throws DataError naming the key. */
std::string ApplyScanJson(MRIScan & scan, const std::string & text, const std::string & name);
} // namespace tweedie

#endif
