// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTScanFile_h
#define tweedieCTScanFile_h

#include "tweedieCTScan.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Whether a description lies beside projections: for scan.mha, scan.json. */
bool HasCTDescription(const std::string & path);

/** Whether a path is that of a folder, which ReadCTScan takes for a DICOM-CT-PD series. */
bool IsDicomFolder(const std::string & path);

/** Reads a stack of projections (axes u, v, view: MHA, NRRD, NIfTI), its geometry (RTK's XML, ReadCTGeometry) and,
 * where one lies beside, the description that WriteCTScan wrote: counts or line integrals, photons, electronic noise,
 * scatter, the grid of the image, the attenuation of water. Without it the projections are line integrals. A first
 * pixel at u = 0 is warned of: few detectors begin at the foot of the source. A folder is read by ReadDicomProjections,
 * and a geometry, which it need not have, takes the place of the files' own. Throws DataError for missing, truncated,
 * foreign, inconsistent or non-finite files, UsageError for a stack without a geometry. */
CTScan ReadCTScan(const std::string & path, const std::string & geometry);

/** Writes the projections and their description; the geometry has a file of its own. */
void WriteCTScan(const std::string & path, const CTScan & scan);

/** The files WriteCTScan makes. */
std::vector<std::string> CTScanFiles(const std::string & path);
} // namespace tweedie

#endif
