// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTPosterior_h
#define tweedieCTPosterior_h

#include "tweedieCTScan.h"
#include "tweediePosteriorOptions.h"
#include "tweedieProgress.h"
#include "tweedieVolumeEstimate.h"

#include <memory>
#include <string>

namespace tweedie
{
class Denoiser;

struct CTPosteriorOptions : PosteriorOptions
{
  /** weighted: Gaussian of the logarithms of the counts (any method); poisson: of the counts themselves, for few of
   * them (methods without exact draws) */
  std::string likelihood = "weighted";
  /** What the projector is wrong by, of a line integral, beside the noise of the counts. Data are made by an object
   * that is finer than the pixels: without this the weights of bright rays claim what the grid cannot fulfil. */
  double modelDeviation = 0.005;
  double muWater = 0.02; ///< 1/mm: the attenuation that Hounsfield units of a learned prior and of coupling refer to
  /** HU: tau of the Gaussian factor exp(-|D x|^2 / (2 tau^2)) beside likelihood and prior, D: differences of adjacent
   * slices; 0: none, and slices of parallel beams and fans are independent */
  double coupling = 0.0;

  /** innerIterations: 15, as good on this scaled system (ProximalOptions::dataSpace) as 30 on others. */
  CTPosteriorOptions()
  {
    innerIterations = 15;
  }

  void Visit(OptionVisitor & v);
};

/** Posterior mean, and with samples the standard deviation, of a scan under a learned prior of axial slices, in
 * attenuation (1/mm) on the grid of the image:
 *
 *    p(x | y) ~ p(y | A x) p(x),    mu = muWater (1 + HU / 1000),    A: JosephProjector
 *
 * Slices of parallel beams and fans are independent and run in batches; else, and with options.coupling, the volume is
 * one image and the prior a PlaneAverageDenoiser of the slices across z: only the data and the coupling's factor tie
 * them, and options.batch is also how many slices go through the prior together. The likelihood is a
 * TransmissionLikelihood of counts; of line integrals a Gaussian, with options.noise, or else the noise of the photons
 * that the scan says. The factor is further rows of a Gaussian likelihood, D x = 0 with the deviation tau, and a
 * further term of the Poisson one; the data fit leaves it out. Voxels that no ray meets are the prior's, which a
 * warning says.
 *
 * daps of a learned prior goes down to 0.026 of its deviations, with the spread of the next level, unless options say
 * otherwise.
 *
 * startImage: attenuation in 1/mm. Throws DataError for inconsistent data or a prior that was not trained on Hounsfield
 * units, UsageError for wrong options, NumericalError when the chain leaves the finite numbers, Aborted when progress
 * returns false. Checkpoints as in tweedieMRIPosterior.h. */
VolumeEstimate ReconstructCTPosterior(const CTScan & scan,
                                      const Grid & image,
                                      const CTPosteriorOptions & options,
                                      const ProgressCallback & progress = {},
                                      const Volume & startImage = {});

/** The same under any prior of real slices [slice, 1, 1, y, x], whose 1 is this attenuation in 1/mm and whose 0 is air.
 */
VolumeEstimate ReconstructCTPosterior(const CTScan & scan,
                                      const Grid & image,
                                      const std::shared_ptr<const Denoiser> & prior,
                                      double attenuationAtOne,
                                      const CTPosteriorOptions & options,
                                      const ProgressCallback & progress = {},
                                      const Volume & startImage = {});
} // namespace tweedie

#endif
