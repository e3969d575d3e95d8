// SPDX-License-Identifier: Apache-2.0
#include "tweedieReplicaLoop.h"

#include "tweedieError.h"
#include "tweediePhaseAlignment.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
Volume
PlacedAsItIs(const Volume &, const Volume & replica)
{
  return replica;
}

PlacedAs
PlacedByPhase(const PhaseScan & scan)
{
  return [ambiguities = AmbiguitiesOf(scan)](const Volume & estimate, const Volume & replica)
  {
    const PhaseAlignment aligned = AlignPhases(SliceBatch(estimate), SliceBatch(replica), ambiguities);
    return VolumeFromSliceBatch(aligned.image, replica.GetGrid());
  };
}

void
ReportReplica(const ProgressCallback & progress,
              const std::string & task,
              std::int64_t done,
              std::int64_t all,
              double elapsedSeconds)
{
  ProgressReport report;
  report.task = task;
  report.step = done;
  report.steps = all;
  report.elapsedSeconds = elapsedSeconds;
  if (progress && !progress(report))
  {
    throw Aborted(task + ": stopped at the user's wish");
  }
}
} // namespace tweedie
