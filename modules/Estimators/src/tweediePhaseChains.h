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

/** Of each start and its flip the one with the smaller |D(x + s n, s) - x|^2, over a few noise levels around sigma. */
at::Tensor ChooseFlips(const at::Tensor & starts, const Denoiser & prior, double sigma, std::int64_t seed);
} // namespace tweedie

#endif
