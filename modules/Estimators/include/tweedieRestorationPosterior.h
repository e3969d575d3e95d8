// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationPosterior_h
#define tweedieRestorationPosterior_h

#include "tweediePosteriorOptions.h"
#include "tweedieProgress.h"
#include "tweedieRestorationMeasurement.h"
#include "tweedieVolumeEstimate.h"

#include <memory>
#include <string>

namespace tweedie
{
class Denoiser;

struct RestorationPosteriorOptions : PosteriorOptions
{
  std::string poissonForm =
      "gaussian"; ///< of Poisson data: gaussian (any method, linear tasks) | exact (no exact draw)

  void Visit(OptionVisitor & v);
};

/** The prior of options.prior as these data need it: one of complex images serves real ones through RealImageDenoiser.
 * Resolves options.precision. Throws as LoadPrior, UsageError where none is named. */
std::shared_ptr<const Denoiser> LoadRestorationPrior(const RestorationMeasurement & measurement,
                                                     RestorationPosteriorOptions & options);

/** Posterior mean, and with samples the standard deviation, of a degraded image under a learned prior, slice by slice,
 * in the units and on the grid of the image. The prior is that of LoadRestorationPrior.
 * Slices are independent: a prior of slices knows nothing across them. Where the task couples them (super-resolution
 * or a blur across slices) the volume is one image, and the prior a PlaneAverageDenoiser, which a warning says.
 *
 * Throws DataError for inconsistent data, UsageError for wrong options, NumericalError when the chain leaves the finite
 * numbers, Aborted when progress returns false. Checkpoints as in tweedieMRIPosterior.h. */
VolumeEstimate ReconstructRestoration(const RestorationMeasurement & measurement,
                                      const RestorationPosteriorOptions & options,
                                      const ProgressCallback & progress = {},
                                      const Volume & startImage = {});

/** The same under any prior of slices [slice, channel, 1, y, x] of the data's number type, in units of the
 * measurement's scale. */
VolumeEstimate ReconstructRestoration(const RestorationMeasurement & measurement,
                                      const std::shared_ptr<const Denoiser> & prior,
                                      const RestorationPosteriorOptions & options,
                                      const ProgressCallback & progress = {},
                                      const Volume & startImage = {});
} // namespace tweedie

#endif
