// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReplicas_h
#define tweedieReplicas_h

#include "tweedieCTScan.h"
#include "tweedieMRIScan.h"
#include "tweedieOptions.h"
#include "tweediePhaseScan.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <cstdint>
#include <functional>
#include <string>

namespace tweedie
{
struct ReplicaOptions
{
  std::int64_t replicas = 100;
  std::string replicaAround = "measurement"; ///< measurement | estimate
  std::int64_t replicaSeed = 1;              ///< of their noise

  void Visit(OptionVisitor & v);
};

/** A scan with fresh noise of its own law on top of what was measured, so that its noise is that of a second scan whose
 * truth is the first one (Robson et al. 2008: pseudo multiple replica):
 *
 *    MRI    y + n,  E|n|^2 = noise^2, where y was sampled
 *    CT     counts y + Poisson(y) - y + N(0, e^2);  line integrals l + N(0, RayVariance(l))
 *    phase  amplitudes max(0, b + N(0, noise^2));  counts Poisson(n)
 *
 * A pure function of scan, seed and replica. Throws UsageError where the noise is not known. */
MRIScan NoisyReplica(const MRIScan & scan, std::int64_t seed, std::int64_t replica);
CTScan NoisyReplica(const CTScan & scan, std::int64_t seed, std::int64_t replica);
PhaseScan NoisyReplica(const PhaseScan & scan, std::int64_t seed, std::int64_t replica);

/** The measurement of an image without noise, by the model of a scan and in everything else like it. Throws DataError
 * for an image of another size, or of another kind than the model takes. */
MRIScan ScanOf(const Volume & image, const MRIScan & like);
CTScan ScanOf(const Volume & image, const CTScan & like);
PhaseScan ScanOf(const Volume & image, const PhaseScan & like);

/** A method, whichever: a scan in, an estimate out. */
template <typename TScan> using Reconstruction = std::function<VolumeEstimate(const TScan &)>;

/** The estimate of a scan, with the standard deviation over replicas of it, each reconstructed the same way:
 *
 *    s^2 = sum_r |x_r - mean x|^2 / (n - 1),   relative standard error of s: 1 / (2 (n - 1))^(1/2)
 *
 * around the measurement (pseudo multiple replica), or around what the model makes of the estimate (parametric
 * bootstrap, Efron 1979). For a linear method both find exactly what it does to the noise. The former has twice the
 * noise variance, which misleads methods that fit the data to the noise level; the latter has not, but needs an
 * estimate that the model takes.
 *
 * summary.figures: deviation-relative-error; shift-over-deviation, rms(mean x_r - x) / rms(s). What the method always
 * gets wrong is not in s. Replicas of phase retrieval are first put as the estimate stands (AlignPhases). Throws
 * UsageError for less than two replicas, Aborted. */
VolumeEstimate ReconstructWithReplicas(const MRIScan & scan,
                                       const ReplicaOptions & options,
                                       const Reconstruction<MRIScan> & reconstruct,
                                       const ProgressCallback & progress = {});
VolumeEstimate ReconstructWithReplicas(const CTScan & scan,
                                       const ReplicaOptions & options,
                                       const Reconstruction<CTScan> & reconstruct,
                                       const ProgressCallback & progress = {});
VolumeEstimate ReconstructWithReplicas(const PhaseScan & scan,
                                       const ReplicaOptions & options,
                                       const Reconstruction<PhaseScan> & reconstruct,
                                       const ProgressCallback & progress = {});
} // namespace tweedie

#endif
