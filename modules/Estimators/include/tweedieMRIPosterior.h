// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIPosterior_h
#define tweedieMRIPosterior_h

#include "tweedieMRIScan.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <string>

namespace tweedie
{
/** Options of the posterior reconstruction of an MRI scan, shared by program and filter. */
struct MRIPosteriorOptions
{
  std::string method = "rmp";        ///< a row of the estimator table
  std::string guidance = "proximal"; ///< proximal | pigdm | dps
  std::string prior;                 ///< path of a model file
  std::int64_t steps = 20;
  std::int64_t samples = 0;      ///< posterior samples for the standard deviation
  std::int64_t sampleSteps = 20; ///< noise levels of the sampler beside rmp
  std::int64_t seed = 1;
  std::optional<double> noise;  ///< overrides the scan's
  std::string schedule = "edm"; ///< edm | geometric
  double sigmaMaximum = 0.0;    ///< 0: from the prior
  double sigmaMinimum = 0.0;    ///< 0: from the prior
  std::string start = "zero";   ///< zero | noise | path of an image
  double startSigma = 0.0;
  std::int64_t batch = 8;
  std::int64_t threads = 0; ///< 0: all
  std::string device = "cpu";
  bool keepSamples = false;
  std::string checkpoint; ///< file to write to and resume from; empty: none

  void Visit(OptionVisitor & v);
};

/** Posterior mean, and with samples > 0 the standard deviation, of a scan under a learned prior.
 *
 * The image is scaled to the prior's units by the 99.9th percentile of the magnitude of a first l2 reconstruction, and
 * back. Slices are independent and run in batches. Throws DataError for inconsistent data, UsageError for wrong
 * options, NumericalError when the chain leaves the finite numbers, Aborted when progress returns false. */
VolumeEstimate
ReconstructPosterior(const MRIScan & scan, const MRIPosteriorOptions & options, const ProgressCallback & progress = {});
} // namespace tweedie

#endif
