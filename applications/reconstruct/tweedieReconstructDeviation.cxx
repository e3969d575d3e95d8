// SPDX-License-Identifier: Apache-2.0
#include "tweedieReconstructDeviation.h"

#include "tweedieError.h"
#include "tweedieInterrupt.h"
#include "tweedieTerminal.h"

namespace tweedie
{
namespace
{
constexpr char DeviationHeading[] = "Standard deviation";

template <typename TScan>
VolumeEstimate
WithDeviation(const TScan & scan,
              const DeviationOptions & options,
              const ReportingReconstruction<TScan> & reconstruct,
              const std::function<void(VolumeEstimate &)> & analytic,
              const ProgressCallback & progress)
{
  const auto silently = [&](const TScan & replica)
  { return reconstruct(replica, [](const ProgressReport &) { return !IsInterrupted(); }); };
  if (options.deviation == "replica")
  {
    return ReconstructWithReplicas(scan, options.replica, silently, progress);
  }
  if (options.deviation == "bootstrap")
  {
    BootstrapOptions bootstrap = options.bootstrap;
    bootstrap.replicas = options.replica.replicas;
    bootstrap.replicaSeed = options.replica.replicaSeed;
    return ReconstructWithBootstrap(scan, bootstrap, silently, progress).estimate;
  }
  VolumeEstimate estimate = reconstruct(scan, progress);
  if (options.deviation == "analytic")
  {
    analytic(estimate);
  }
  return estimate;
}
} // namespace

void
DeviationOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("deviation",
                "which standard deviation: the method's own; replica: the spread of reconstructions with new noise; "
                "analytic: the same by formula (sense, zero-filled, fbp); bootstrap: errors of reconstructions of the "
                "estimate, moved and measured again")
              .Choices({"method", "replica", "analytic", "bootstrap"}),
          deviation);
  replica.Visit(v);
}

void
AddDeviationFlags(CommandLine & line, DeviationOptions & options)
{
  line.Add(DeviationHeading, options);
  line.Add(DeviationHeading, options.bootstrap, {"replicas", "replica-seed", "bootstrap-level"});
}

void
CheckDeviationFlags(CommandLine & line,
                    const DeviationOptions & options,
                    MethodOptions & method,
                    const PosteriorOptions & posterior)
{
  const bool draws = options.deviation == "replica" || options.deviation == "bootstrap";
  for (const std::string & flag : line.GivenUnder(DeviationHeading))
  {
    const bool isOfBootstrap = flag.rfind("bootstrap-", 0) == 0;
    const bool isUsed = flag == "deviation" || (isOfBootstrap              ? options.deviation == "bootstrap"
                                                : flag == "replica-around" ? options.deviation == "replica"
                                                                           : draws);
    if (!isUsed)
    {
      Warn("--" + flag + " has no effect on --deviation " + options.deviation);
    }
  }
  if (!options.IsMade())
  {
    return;
  }
  method.isDeviationMade = true;
  for (const char * flag : {"samples-output", "null-space"})
  {
    if (line.IsGiven(flag))
    {
      throw UsageError(std::string("--") + flag + ": given with --deviation " + options.deviation +
                       ", which makes no samples; required one of the two");
    }
  }
  if (draws && !posterior.checkpoint.empty())
  {
    throw UsageError("--checkpoint: given with --deviation " + options.deviation +
                     ", whose many runs would share it; required one of the two");
  }
}

VolumeEstimate
ReconstructWithDeviation(const MRIScan & scan,
                         const DeviationOptions & options,
                         const ReportingReconstruction<MRIScan> & reconstruct,
                         const std::function<void(VolumeEstimate &)> & analytic,
                         const ProgressCallback & progress)
{
  return WithDeviation(scan, options, reconstruct, analytic, progress);
}

VolumeEstimate
ReconstructWithDeviation(const CTScan & scan,
                         const DeviationOptions & options,
                         const ReportingReconstruction<CTScan> & reconstruct,
                         const std::function<void(VolumeEstimate &)> & analytic,
                         const ProgressCallback & progress)
{
  return WithDeviation(scan, options, reconstruct, analytic, progress);
}

VolumeEstimate
ReconstructWithDeviation(const PhaseScan & scan,
                         const DeviationOptions & options,
                         const ReportingReconstruction<PhaseScan> & reconstruct,
                         const std::function<void(VolumeEstimate &)> & analytic,
                         const ProgressCallback & progress)
{
  return WithDeviation(scan, options, reconstruct, analytic, progress);
}
} // namespace tweedie
