// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSparsification_h
#define tweedieSparsification_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Whether the pixels of large standard deviation are those of large error (Ilg et al. 2018). */
struct Sparsification
{
  std::vector<double> removed; ///< share f of the pixels taken away: 0, 1/K ... (K - 1)/K
  std::vector<double> found;   ///< root mean square error of the rest over that of all, largest deviations away first
  std::vector<double> oracle;  ///< the same with the largest errors away first: out of reach
  double area = 0.0;           ///< AUSE: int (found - oracle) df; 0 is ideal
  double areaAtRandom = 0.0;   ///< of deviations that say nothing: int (1 - oracle) df
};

/** error, deviation: equal shapes, real; mask: pixels to use (undefined: all). Throws DataError for other shapes, fewer
 * pixels than steps, or an error that is 0. */
Sparsification CheckSparsification(const at::Tensor & error,
                                   const at::Tensor & deviation,
                                   const at::Tensor & mask = {},
                                   std::int64_t steps = 20);
} // namespace tweedie

#endif
