// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEnsembleScore_h
#define tweedieEnsembleScore_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** Continuous ranked probability score of n samples, averaged over elements; lower is better, in the units of the
 * truth. Fair: its expectation does not depend on n, and is smallest for samples of the law that the truth is drawn
 * from (Ferro 2014),
 *
 *    mean over elements of  1/n sum_i |x_i - x| - 1/(2 n (n - 1)) sum_ij |x_i - x_j|
 *
 * truth [...], samples [n, ...], real; mask: elements to use, broadcastable to the truth (undefined: all). Throws
 * DataError for fewer than two samples, shapes that do not fit, or a mask that keeps nothing. */
double RankedProbabilityScore(const at::Tensor & truth, const at::Tensor & samples, const at::Tensor & mask = {});
} // namespace tweedie

#endif
