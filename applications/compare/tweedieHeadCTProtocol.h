// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHeadCTProtocol_h
#define tweedieHeadCTProtocol_h

#include "tweedieCTGeometryOptions.h"
#include "tweedieCTScan.h"
#include "tweedieProgress.h"
#include "tweedieSuiteOutcome.h"

#include <vector>

namespace tweedie
{
/** One way to measure: parallel beams over an arc. */
struct HeadCTConfiguration : SuiteConfiguration
{
  CTGeometryOptions geometry;

  /** Whether whole directions were not measured. */
  bool IsLimited() const;
};

/** Of the suite ct-head: 20, 30 and 60 views over 180 degrees, and 60 over 120. */
const std::vector<HeadCTConfiguration> & HeadCTConfigurations();

/** Counts of slices in Hounsfield units, made on a finer grid: 1e5 photons a ray, electronic noise 10, a detector of
 * 367 columns of 1 mm. Throws as SimulateCT. */
CTScan SimulateHeadCT(const HeadCTConfiguration & configuration,
                      const Volume & image,
                      std::int64_t seed,
                      const ProgressCallback & progress = {});

/** Whether the network of a model file was trained on Hounsfield units. Throws DataError for a file that is none. */
bool IsPriorOfCT(const std::string & path);
} // namespace tweedie

#endif
