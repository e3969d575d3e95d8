// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseScanFile_h
#define tweediePhaseScanFile_h

#include "tweedieOptions.h"
#include "tweediePhaseScan.h"

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What a user knows of patterns beside their file, or better than it: whatever is given takes the place of what the
 * file says. Files of other programs need some of it. */
struct PhaseReadOptions
{
  std::string experiment = "file";      ///< file: as it says
  std::string values = "file";          ///< amplitudes or counts
  std::string objectKind = "file";      ///< complex, real, non-negative
  std::optional<double> wavelength;     ///< m
  std::optional<double> energy;         ///< keV
  std::vector<double> distance;         ///< m
  std::optional<double> sourceDistance; ///< m
  std::vector<double> pixelPitch;       ///< m; one number, or x and y
  std::vector<double> beamCentre;       ///< pixels, x and y
  std::vector<double> objectSize;       ///< pixels, x and y
  std::string mask;                     ///< path of an image: 1 counts, 0 does not
  std::string codes;                    ///< path of an image: a channel for each pattern
  std::string support;                  ///< path of an image
  std::optional<double> countsPerUnit;
  std::optional<double> darkCount;
  std::optional<double> amplitudeNoise;
  std::optional<double> saturation;      ///< values from here on are not believed
  std::optional<std::int64_t> perObject; ///< patterns of one object among the frames of an HDF5 file
  std::string dataset;                   ///< path inside an HDF5 file

  void Visit(OptionVisitor & v);
};

/** Whether the extension is one of HDF5: .h5, .hdf5, .cxi, .nxs. */
bool IsHdf5Path(const std::string & path);

/** Whether a description lies beside an image of patterns: for scan.mha, scan.json. Never for HDF5. */
bool HasPhaseDescription(const std::string & path);

/** Reads patterns and how they were made (schema and layouts in the README of this module): an image (channels are
 * patterns, slices objects) with its description, or HDF5 as CXI, NXtomo or NeXus lay it out, whose units are honoured.
 * HDF5 is read in a child process; nothing outside of the file is followed.
 *
 * What is missing is named, with the flag that gives it. Throws DataError for that and for missing, truncated, foreign,
 * inconsistent or non-finite files. */
PhaseScan ReadPhaseScan(const std::string & path, const PhaseReadOptions & options = {});

/** What a file says, whole or not. */
struct PhaseInspection
{
  PhaseScan scan; ///< without a meaning where the flags below say that it is not known
  bool hasExperiment = false;
  bool hasPitch = false;
  bool hasBeamCentre = false;
  bool hasValues = false;            ///< amplitudes or counts
  bool isComplete = false;           ///< ReadPhaseScan would take it
  std::vector<std::string> problems; ///< what is missing or does not fit
};

/** As ReadPhaseScan, but for people: throws only where nothing can be read. */
PhaseInspection InspectPhaseScan(const std::string & path, const PhaseReadOptions & options = {});

/** Writes an image, its description, and path_mask, path_codes and path_support where there are any; or one HDF5 file:
 * NXtomo for .nxs, CXI else. ReadPhaseScan gives the same scan back, to the bit. All files or none. */
void WritePhaseScan(const std::string & path, const PhaseScan & scan);

/** The files WritePhaseScan may make. */
std::vector<std::string> PhaseScanFiles(const std::string & path);

/** Throws UsageError unless WritePhaseScan knows the extension and could create its files now. */
void RequireWritablePhaseScan(const std::string & path, bool overwrite);
} // namespace tweedie

#endif
