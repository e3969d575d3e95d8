// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReplicaLoop_h
#define tweedieReplicaLoop_h

#include "tweediePhaseScan.h"
#include "tweedieProgress.h"
#include "tweedieVolume.h"

#include <cstdint>
#include <functional>
#include <string>

namespace tweedie
{
/** A replica as the estimate stands. */
using PlacedAs = std::function<Volume(const Volume & estimate, const Volume & replica)>;

/** As it is. */
Volume PlacedAsItIs(const Volume & estimate, const Volume & replica);

/** By whatever the patterns of a scan do not tell (AlignPhases). */
PlacedAs PlacedByPhase(const PhaseScan & scan);

/** Says that that many of all replicas are done. Throws Aborted when progress returns false. */
void ReportReplica(const ProgressCallback & progress,
                   const std::string & task,
                   std::int64_t done,
                   std::int64_t all,
                   double elapsedSeconds);
} // namespace tweedie

#endif
