// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseChains_h
#define tweediePhaseChains_h

#include "tweedieEstimator.h"
#include "tweediePhaseAlignment.h"
#include "tweediePhaseScan.h"

#include <cstdint>

namespace tweedie
{
/** Ends of chains that ran side by side on the same data. */
struct PhaseEnds
{
  at::Tensor images;  ///< [chains, 1, 1, y, x]
  at::Tensor dataFit; ///< [chains], double
  at::Tensor flipped; ///< [chains], bool, after Align
  double amplitudes;  ///< number of them behind the data fit
  Summary summary;    ///< of the run

  std::int64_t Best() const;
  /** Those that fit the data as well as the best, [chains], bool: the data fit of n amplitudes moves by (2 / n)^(1/2)
   * from draw to draw, of which six are allowed. */
  at::Tensor Kept() const;
  void Align(const at::Tensor & reference, const PhaseAmbiguities & ambiguities);
};

/** options.method on the problem, whose likelihood has an entry for each chain; a sampler draws one sample an entry. */
PhaseEnds RunPhaseChains(const PosteriorProblem & problem,
                         EstimatorOptions options,
                         double amplitudes,
                         const ProgressCallback & progress);

/** Of each image and its flip, which have the same far field, the one that is likelier under the prior:
 *
 *    ln p(x) - ln p(x') = sum_s w (|x' - D(x' + s n, s)|^2 - |x - D(x + s n, s)|^2) / s^2,   s = sigma 2^k, the same n
 *
 * the pointwise form of the relation between denoising error and likelihood (Kong et al. 2023, eq. 8), w = ln 2 the
 * step in ln s, up to four times the prior's deviation, n and -n in turn. Levels below the images' own error would only
 * see that. */
at::Tensor ChooseFlips(const at::Tensor & images, const Denoiser & prior, double sigma, std::int64_t seed);
} // namespace tweedie

#endif
