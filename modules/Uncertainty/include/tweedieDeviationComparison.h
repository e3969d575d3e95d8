// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDeviationComparison_h
#define tweedieDeviationComparison_h

#include "tweedieSummary.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** A share of the pixels of a mask, and the ratio that so many stay below. */
struct RatioQuantile
{
  double probability = 0.0;
  double ratio = 0.0;
};

/** One standard deviation beside another of the same image. */
struct DeviationComparison
{
  at::Tensor ratio;                     ///< other / reference, like them; 0 where the reference is 0
  std::vector<RatioQuantile> quantiles; ///< inside the mask: 5, 25, 50, 75, 95 %
  at::Tensor pairs;                     ///< [n, 2], double: reference and other of n pixels for a scatter
  double ofMeans = 0.0;                 ///< rms(other) / rms(reference) inside the mask
  double rankCorrelation = 0.0;         ///< Spearman, inside the mask; not-a-number where one of them is constant
};

/** Real tensors of equal shape, >= 0; mask: where to compare (undefined: where the reference is above 0). The scatter
 * takes at most pairs of the mask's pixels, evenly through their order. Throws DataError for other shapes, negative or
 * non-finite values, and a mask that keeps no pixel with a reference above 0. */
DeviationComparison CompareDeviations(const at::Tensor & reference,
                                      const at::Tensor & other,
                                      const at::Tensor & mask = {},
                                      std::int64_t pairs = 2000);

/** Which question a standard deviation answers, as one sentence. */
const char * QuestionOf(DeviationKind kind);
} // namespace tweedie

#endif
