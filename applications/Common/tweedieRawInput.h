// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRawInput_h
#define tweedieRawInput_h

#include "tweedieCoilMaps.h"
#include "tweedieDicomSeries.h"
#include "tweedieMRIPreparation.h"
#include "tweedieMRITrajectory.h"
#include "tweedieOptions.h"

#include <optional>
#include <string>

namespace tweedie
{
constexpr char RawHeading[] = "Raw data (ISMRMRD)";
constexpr char MapsHeading[] = "Estimated coil maps";

/** How a raw file becomes a scan. */
struct RawInputOptions
{
  std::string dataset;
  std::string partialFourier = "none";
  MRIPreparationOptions preparation;

  void Visit(OptionVisitor & v);
};

/** Where a scan came from. */
struct RawOrigin
{
  std::string header; ///< XML of the raw data; empty: a scan of another kind
  std::string digest; ///< SHA-256 of the raw data; these two where the caller wants a source of DICOM objects
  std::optional<DicomSeries> series;
  bool wantsSeries = false;
};

/** Whether a path is that of raw data: an HDF5 file, or "-" for standard input. */
bool IsRawInput(const std::string & path);

/** A scan from raw data, or as it is in a file of scans, with its missing side of k-space filled where that is asked
 * for. origin, where given, is filled. */
MRIPrepared ReadScanInput(const std::string & path,
                          const RawInputOptions & options,
                          const ScanTrajectoryFlags & trajectory = {},
                          RawOrigin * origin = nullptr);

/** Gives a scan maps from its calibration lines, or its own centre, which is gridded along a trajectory. */
CoilMaps EstimateMaps(MRIPrepared & input, const CoilMapOptions & options, const ProgressCallback & progress);
} // namespace tweedie

#endif
