// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieChainDiagnostics_h
#define tweedieChainDiagnostics_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** Whether chains have met and how many independent draws they are worth, a number per quantity. */
struct ChainReport
{
  at::Tensor shrinkage;    ///< R-hat: the larger of the rank-normalised one and that of the folded draws, [n]
  at::Tensor bulkSize;     ///< effective draws for the centre of the law, [n]
  at::Tensor tailSize;     ///< the smaller of those for its 5 % and 95 % quantiles, [n]
  at::Tensor meanError;    ///< Monte-Carlo error of the mean over all draws, [n]
  double worstShrinkage;   ///< over all quantities; NaN when one is
  double smallestBulkSize; ///< as above
  double smallestTailSize; ///< as above
};

/** draws [iterations, chains, n], real:
 *
 *    R^2  = ((N - 1) / N W + B / N) / W     over chains split in halves of N draws; W within, B between them
 *    size = M N / (2 sum_t P_t - 1)         P_t: autocorrelations of two neighbouring lags, while they are positive and
 *                                           made to fall (Geyer 1992)
 *
 * of the ranks' normal scores z = Phi^-1((r - 3/8) / (T + 1/4)) (Vehtari, Gelman, Simpson, Carpenter and Buerkner
 * 2021). A quantity with a draw that is not finite, or with a chain that never moves, has NaN everywhere: no verdict,
 * never a good one. Throws DataError for other shapes or fewer than four iterations. */
ChainReport DiagnoseChains(const at::Tensor & draws);
} // namespace tweedie

#endif
