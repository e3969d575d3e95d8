// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseLikelihood_h
#define tweediePhaseLikelihood_h

#include "tweedieGaussianLikelihood.h"
#include "tweediePhaseModel.h"

#include <c10/core/Device.h>

#include <optional>
#include <string>

namespace tweedie
{
struct PhaseLikelihoodOptions
{
  /** amplitude: Gaussian of the amplitudes (of counts: their roots, whose variance does not depend on them); poisson:
   * of the counts themselves */
  std::string form = "amplitude";
  std::optional<double> noise;     ///< of an amplitude, in place of the scan's
  std::int64_t proximalSteps = 30; ///< amplitude: with frozen phases, see MagnitudeModel
  ProximalOptions proximal;        ///< poisson
  c10::Device device = c10::Device(c10::DeviceType::CPU);
};

/** The likelihood of one object of a scan for images x / scale, with room for a batch of that many chains:
 *
 *    amplitude   sum (b - |A x|)^2 / (2 s^2)
 *    poisson     sum m - n + n log(n / m),   m = g |A x|^2 + dark
 *
 * over what was measured. Throws UsageError where the noise of amplitudes is not known, for poisson without counts and
 * for counts with a noise. */
LikelihoodPointer MakePhaseLikelihood(const PhaseScan & scan,
                                      const PhaseModel & model,
                                      std::int64_t object,
                                      std::int64_t chains,
                                      double scale,
                                      const PhaseLikelihoodOptions & options = {});
} // namespace tweedie

#endif
