// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhasePosterior_h
#define tweediePhasePosterior_h

#include "tweediePhaseScan.h"
#include "tweediePosteriorOptions.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <memory>
#include <string>

namespace tweedie
{
class Denoiser;

struct PhasePosteriorOptions : PosteriorOptions
{
  /** amplitude: Gaussian of amplitudes, or of the roots of counts (any method); poisson: of the counts themselves
   * (methods without draws) */
  std::string likelihood = "amplitude";
  std::int64_t restarts = 4;       ///< chains of rmp and other estimates of a mean, side by side
  std::int64_t proximalSteps = 30; ///< with frozen phases, inside a step of a method
  bool nonNegative = true;         ///< cut the prior of an object that is not negative at zero
  /** Of a start and its flip: prior, the one whose denoising error is smaller; keep. Far field only. */
  std::string flip = "prior";

  void Visit(OptionVisitor & v);
};

/** Posterior mean, and with samples the standard deviation, of the objects of a scan under a learned prior:
 *
 *    p(x | y) ~ p(y | |A x|) p(x)
 *
 * Patterns leave open more than the noise: several chains run side by side for each object. Of the ends of rmp the one
 * of the least data fit is the mean. Samples are put as it stands (AlignPhases: flip, shift, phase, whatever the
 * experiment leaves open; without rmp, as the sample of the least data fit) before anything is averaged. A chain that
 * ended elsewhere is no sample: those whose data fit is above the least by more than six times what chance moves it are
 * left out, and counted.
 *
 * summary.figures: chains-kept and samples-kept (shares), mode-share-flipped (far field: of the kept ends, before
 * they were flipped back; 1/2 where prior and data know no side), data-fit-worst.
 *
 * Chains start from noise (in place of zero, whose phases are all alike), and rmp takes the closed chain, unless
 * options say otherwise.
 *
 * daps of a learned prior goes down to 0.4 of the noise that the patterns leave in a pixel, at most to 0.06 of the
 * prior's deviation, unless options say otherwise.
 *
 * The prior is in units of scan.scale, or, for one of Hounsfield units and an object that is an attenuation, in its
 * own. A prior of complex images serves real objects (RealImageDenoiser). startImage: objects on the grid of the scan,
 * a channel for each chain or one for all, in its units. Throws as in tweedieMRIPosterior.h. */
VolumeEstimate ReconstructPhasePosterior(const PhaseScan & scan,
                                         const PhasePosteriorOptions & options,
                                         const ProgressCallback & progress = {},
                                         const Volume & startImage = {});

/** The same under any prior of images [object, 1, 1, y, x] whose 1 is scale in the units of the scan. */
VolumeEstimate ReconstructPhasePosterior(const PhaseScan & scan,
                                         const std::shared_ptr<const Denoiser> & prior,
                                         double scale,
                                         const PhasePosteriorOptions & options,
                                         const ProgressCallback & progress = {},
                                         const Volume & startImage = {});
} // namespace tweedie

#endif
