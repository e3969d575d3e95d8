// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIPosterior_h
#define tweedieMRIPosterior_h

#include "tweedieEstimatorOptions.h"
#include "tweedieMRIScan.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <memory>
#include <string>

namespace tweedie
{
class Denoiser;

/** Options of the posterior reconstruction of an MRI scan, shared by program and filter; those of the estimators are
 * the base. */
struct MRIPosteriorOptions : EstimatorOptions
{
  /** At high noise levels the inner problem is badly conditioned and its solution soon forgotten: iterations beyond
   * these change no decibel by 0.05. */
  MRIPosteriorOptions()
  {
    innerTolerance = 1e-4;
    innerIterations = 30;
  }

  std::string prior;           ///< path of a model file
  std::optional<double> noise; ///< overrides the scan's
  std::int64_t threads = 0;    ///< 0: as they are set
  std::string device = "cpu";
  /** direct: by the operator's decomposition where it offers one, a few seconds a slice; iterative: conjugate gradients
   */
  std::string innerSolver = "direct";
  std::string precision = "auto"; ///< of the prior's inner layers: a row of IsBrainFloat

  void Visit(OptionVisitor & v);
};

/** Posterior mean, and with samples the standard deviation, of a scan under a learned prior.
 *
 * Slices are independent and run in batches. The data are divided by the 99.9th percentile of the magnitude of a first
 * l2 reconstruction, the unit of the prior, and the result is multiplied by it. Noise, where neither options nor scan
 * say it, is estimated from the periphery of k-space, with a warning. startImage: in the units of the data, for a
 * start that is not zero, mean or noise; the grid's size must be that of the scan.
 *
 * Throws DataError for inconsistent data, UsageError for wrong options, NumericalError when the chain leaves the finite
 * numbers, Aborted when progress returns false. A checkpoint is left behind by the last two and by a crash, and removed
 * by a success. */
VolumeEstimate ReconstructPosterior(const MRIScan & scan,
                                    const MRIPosteriorOptions & options,
                                    const ProgressCallback & progress = {},
                                    const Volume & startImage = {});

/** The same under any prior of complex slices [slice, 1, 1, y, x] for images whose 99.9th percentile is 1. */
VolumeEstimate ReconstructPosterior(const MRIScan & scan,
                                    const std::shared_ptr<const Denoiser> & prior,
                                    const MRIPosteriorOptions & options,
                                    const ProgressCallback & progress = {},
                                    const Volume & startImage = {});
} // namespace tweedie

#endif
