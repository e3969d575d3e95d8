// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIPosterior_h
#define tweedieMRIPosterior_h

#include "tweedieMRIScan.h"
#include "tweediePosteriorOptions.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <memory>

namespace tweedie
{
class Denoiser;

/** Posterior mean, and with samples the standard deviation, of a scan under a learned prior.
 *
 * Slices are independent and run in batches; along a trajectory with a k_z the volume is one image, and the prior a
 * PlaneAverageDenoiser of the slices across z: only the data tie them. The data are divided by the 99.9th percentile of
 * the magnitude of a first l2 reconstruction, the unit of the prior, and the result is multiplied by it. Noise, where
 * neither options nor scan say it, is estimated from the periphery of k-space, with a warning. startImage: in the units
 * of the data, for a start that is not zero, mean or noise; the grid's size must be that of the scan, its channels as
 * many as sets of maps.
 *
 * With several sets of coil maps the prior takes the image of each set by itself; mean and deviations are those of
 * CombineSets (tweedieSetCombination.h), and the estimate has the images as its sets.
 *
 * Throws DataError for inconsistent data, UsageError for wrong options, NumericalError when the chain leaves the finite
 * numbers, Aborted when progress returns false. A checkpoint is left behind by the last two and by a crash, and removed
 * by a success. */
VolumeEstimate ReconstructPosterior(const MRIScan & scan,
                                    const PosteriorOptions & options,
                                    const ProgressCallback & progress = {},
                                    const Volume & startImage = {});

/** The same under any prior of complex slices [slice, 1, 1, y, x] for images whose 99.9th percentile is 1. */
VolumeEstimate ReconstructPosterior(const MRIScan & scan,
                                    const std::shared_ptr<const Denoiser> & prior,
                                    const PosteriorOptions & options,
                                    const ProgressCallback & progress = {},
                                    const Volume & startImage = {});
} // namespace tweedie

#endif
