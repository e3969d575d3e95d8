// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReconstructDeviation_h
#define tweedieReconstructDeviation_h

#include "tweedieEquivariantBootstrap.h"
#include "tweedieReconstructCommon.h"

#include <functional>
#include <string>
#include <vector>

namespace tweedie
{
/** How the standard deviation of a reconstruction is made. */
struct DeviationOptions
{
  std::string deviation = "method"; ///< method | replica | analytic | bootstrap
  ReplicaOptions replica;
  BootstrapOptions bootstrap; ///< of replica's number and seed

  /** What is added to a command line as "Standard deviation". */
  void Visit(OptionVisitor & v);

  bool
  IsMade() const
  {
    return deviation != "method";
  }
};

/** Offers the flags. */
void AddDeviationFlags(CommandLine & line, DeviationOptions & options);

/** Says that the method has a deviation where one is made, and refuses flags that do not go with it. Before
 * CheckMethodFlags. */
void CheckDeviationFlags(CommandLine & line,
                         const DeviationOptions & options,
                         MethodOptions & method,
                         const PosteriorOptions & posterior);

/** A reconstruction of a scan that reports how far it is. */
template <typename TScan>
using ReportingReconstruction = std::function<VolumeEstimate(const TScan &, const ProgressCallback &)>;

/** The estimate with the standard deviation that is asked for. analytic: sets the one of a formula, throws UsageError
 * for methods without one. */
VolumeEstimate ReconstructWithDeviation(const MRIScan & scan,
                                        const DeviationOptions & options,
                                        const ReportingReconstruction<MRIScan> & reconstruct,
                                        const std::function<void(VolumeEstimate &)> & analytic,
                                        const ProgressCallback & progress);
VolumeEstimate ReconstructWithDeviation(const CTScan & scan,
                                        const DeviationOptions & options,
                                        const ReportingReconstruction<CTScan> & reconstruct,
                                        const std::function<void(VolumeEstimate &)> & analytic,
                                        const ProgressCallback & progress);
VolumeEstimate ReconstructWithDeviation(const PhaseScan & scan,
                                        const DeviationOptions & options,
                                        const ReportingReconstruction<PhaseScan> & reconstruct,
                                        const std::function<void(VolumeEstimate &)> & analytic,
                                        const ProgressCallback & progress);
} // namespace tweedie

#endif
