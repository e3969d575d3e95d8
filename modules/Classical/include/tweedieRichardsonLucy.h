// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRichardsonLucy_h
#define tweedieRichardsonLucy_h

#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace tweedie
{
struct RichardsonLucyOptions
{
  std::int64_t iterations = 100; ///< at most; more of them fit the noise
  double background = 0.0;       ///< b >= 0, in the units of the data
  /** [B]: a sample stops as soon as ||A x + b - y||^2 <= this; undefined: after the iterations. */
  at::Tensor expected;
  /** Called after each iteration with their number; false stops with Aborted. */
  std::function<bool(std::int64_t)> progress;
};

struct RichardsonLucyResult
{
  at::Tensor image;                       ///< [B, domain...], >= 0
  std::vector<double> negativeLog;        ///< per sample, sum (A x + b) - y log(A x + b)
  std::vector<std::int64_t> iterationsOf; ///< per sample
};

/** The most likely x >= 0 for y ~ Poisson(g (A x + b)), whatever the gain g, by iterations that start from a constant
 * and are stopped early (Richardson 1972; Lucy 1974; Shepp and Vardi 1982):
 *
 *    x <- x A^T(y / (A x + b)) / A^T 1
 *
 * The likelihood never falls and, for b = 0, sum A x = sum y from the first iteration on. Where A x + b = 0, y / 0
 * counts as 0: nothing can explain such a sample. Pixels that A does not see (A^T 1 = 0) keep the constant.
 *
 * y: [B, range...], real, >= 0. A: non-negative, which is probed by impulses and by ones, in the domain and in the
 * range; what rounding leaves below zero counts as 0. Throws UsageError for a complex operator or one with a negative
 * answer, DataError for other data, NumericalError, Aborted. */
RichardsonLucyResult
RichardsonLucy(const LinearOperatorPointer & A, const at::Tensor & y, const RichardsonLucyOptions & options = {});
} // namespace tweedie

#endif
