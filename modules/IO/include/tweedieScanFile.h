// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScanFile_h
#define tweedieScanFile_h

#include "tweedieMRIScan.h"

#include <string>
#include <vector>

namespace tweedie
{
/** Where the samples of a scan lie that does not say it itself. */
struct TrajectoryInput
{
  std::string file;           ///< BART's layout (tweedieTrajectoryFile.h); empty: what the scan says
  std::int64_t imageSize = 0; ///< pixels of a square image; 0: as many as the trajectory reaches
};

/** Reads a scan: BART k-space path.cfl/.hdr with coils in dimension 3 and slices in 13, and path.json (mask, noise,
 * scale, geometry, coil maps' file; schema in the README of this module). path may end in .cfl, .hdr or .json.
 *
 * Without path.json: mask = lines (fixed y) that are not zero in some coil, unit geometry, noise absent, no maps, and
 * a warning. Throws DataError for missing, truncated, foreign, inconsistent or non-finite files, and for an all-zero
 * mask.
 *
 * With a trajectory, given or named by path.json, k-space is 1 x samples x readouts x coils (slices in dimension 13);
 * a given one is put into the scan in its own unit. */
MRIScan ReadScan(const std::string & path, const TrajectoryInput & trajectory = {});

/** Which parts of a scan have files of their own. */
struct ScanParts
{
  bool sensitivities = false; ///< path_sensitivities.cfl/.hdr
  bool trajectory = false;    ///< path_trajectory.cfl/.hdr
  bool fieldMap = false;      ///< path_field.cfl/.hdr
};

/** Writes a scan: path.cfl/.hdr, path.json, and the parts that it has, all or none. */
void WriteScan(const std::string & path, const MRIScan & scan);

/** The files WriteScan would make. */
std::vector<std::string> ScanFiles(const std::string & path, const ScanParts & parts);

/** Throws UsageError unless WriteScan could create its files now. */
void RequireWritableScan(const std::string & path, const ScanParts & parts, bool overwrite);

/** Reads coil maps from any image format (channels = sets x coils) or BART file as ReadCoilMaps does, and puts them
 * into the scan. Throws DataError when coils, sets, size or slices (1 or as many as the data's) do not fit. */
void SetSensitivitiesFromFile(MRIScan & scan, const std::string & path, const std::optional<std::int64_t> & sets = {});

/** Off-resonance in Hz from any image format or BART file (its real part). */
Volume ReadFieldMap(const std::string & path);

/** Reads it into a scan along a trajectory. Throws DataError for another scan, more than one channel, another size, and
 * a dwell time that is not positive. */
void SetFieldMapFromFile(MRIScan & scan, const std::string & path, double dwellTime);
} // namespace tweedie

#endif
