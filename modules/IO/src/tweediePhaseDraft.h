// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseDraft_h
#define tweediePhaseDraft_h

#include "tweediePhaseScanFile.h"

#include <optional>
#include <string>

namespace tweedie
{
/** What a file said of a scan, before the flags. Within scan a wavelength of 0, no distances and an object without
 * pixels are not known. */
struct PhaseDraft
{
  PhaseScan scan;
  std::optional<PhaseExperiment> experiment;
  std::optional<bool> isCounts;
  std::optional<std::array<double, 2>> beamCentre;
  std::optional<double> saturation; ///< values from here on are not believed
  bool hasPitch = false;            ///< the spacing of the patterns is the detector's pitch
  bool hasObject = false;           ///< scan.object has its size
  bool hasObjectPlace = false;      ///< and its spacing, origin and direction
  bool knowsObject = false;         ///< isReal and isNonNegative are known
  std::string whereIs;              ///< where such a file keeps what is missing: "its description" or "its detector"
};

PhaseInspection InspectDraft(PhaseDraft draft, const PhaseReadOptions & options);

/** The scan of a draft and the flags. Throws DataError "name: ..." for what is still missing or does not fit. */
PhaseScan CompletePhaseScan(PhaseDraft draft, const PhaseReadOptions & options, const std::string & name);
} // namespace tweedie

#endif
