// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTotalVariation_h
#define tweedieTotalVariation_h

#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace tweedie
{
/** Isotropic total variation over the last two dimensions, per sample, shape [B] in double:
 *
 *    TV(x) = sum over pixels of ( |x[y + 1, x] - x[y, x]|^2 + |x[y, x + 1] - x[y, x]|^2 )^(1/2)
 *
 * Differences across the border are zero; real and imaginary parts and channels share the root (Rudin, Osher and Fatemi
 * 1992; Blomgren and Chan 1998). x: [B, channel, z, y, x], real or complex. */
at::Tensor TotalVariation(const at::Tensor & x);

struct TotalVariationOptions
{
  std::int64_t iterations = 500;           ///< at most, products with A^H A
  double tolerance = 1e-4;                 ///< of the relative duality gap
  std::int64_t dualSteps = 40;             ///< on the dual variable for each product with A^H A
  std::optional<double> largestEigenvalue; ///< an upper bound of A^H A's; absent: from a power iteration
  /** Called every few iterations with (iterations so far, largest relative gap); false stops with Aborted. */
  std::function<bool(std::int64_t, double)> progress;
};

struct TotalVariationResult
{
  at::Tensor image;                    ///< [B, domain...]
  at::Tensor dual;                     ///< for a warm start
  at::Tensor lambda;                   ///< [B], double
  std::vector<double> relativeGap;     ///< per sample, at the end
  std::vector<double> squaredResidual; ///< per sample, ||A x - y||^2
  std::int64_t iterations = 0;         ///< products with A^H A, of the sample that took most
};

/** Solves, for each sample of the batch by itself,
 *
 *    min_x P(x),   P(x) = 1/2 ||A x - y||^2 + lambda TV(x) = max_{|p| <= lambda} L(x, p),
 *    L(x, p) = 1/2 ||A x - y||^2 + Re <grad x, p>
 *
 * by an accelerated primal-dual method: a proximal gradient step on x with momentum and restart (Beck and Teboulle
 * 2009; O'Donoghue and Candes 2015), its proximal map by a few projected gradient steps on the dual variable p, which
 * is kept from one step to the next. Differences with p cost little beside A^H A, so that p is advanced more often than
 * x.
 *
 * Stops on the duality gap. L(., p) is convex and its gradient is s = A^H(A x - y) + grad^H p, so for any ball around x
 * of radius R that holds a minimiser x*,
 *
 *    P(x*) >= D(p) = min_{||x' - x|| <= R} L(x', p) >= L(x, p) - R ||s||,
 *    P(x) - P(x*) <= gap = lambda TV(x) - Re <grad x, p> + R ||s||.
 *
 * (Without the ball the dual objective is -infinity whenever grad^H p has a part that A does not measure.) We take R =
 * max(||x||, ||A^H y|| / largest eigenvalue): the gap bounds the error of every x that is within 100 % of a solution.
 * Relative gap: gap / P(x).
 *
 * y: [B, range...]; lambda: [B] or one number, >= 0; start: a former result for the same data, or undefined. Throws
 * DataError for wrong shapes, NumericalError when the numbers leave the finite ones, Aborted. */
TotalVariationResult SolveTotalVariation(const LinearOperatorPointer & A,
                                         const at::Tensor & y,
                                         const at::Tensor & lambda,
                                         const TotalVariationOptions & options = {},
                                         const TotalVariationResult & start = {});

struct DiscrepancyOptions
{
  double tolerance = 0.005; ///< of ||A x - y||^2, relative to what is expected
  std::int64_t maximumSolves = 15;
};

/** SolveTotalVariation with the lambda for which ||A x - y||^2 = expected, per sample (Morozov 1966): the residual
 * grows with lambda, so a secant on log lambda against log residual, inside a bracket, with warm starts. expected: [B],
 * the sum of the noise variances of the data. firstLambda: [B] or one number > 0, e.g. the noise level. Where no lambda
 * reaches it the nearest residual is returned: compare squaredResidual with expected. */
TotalVariationResult SolveTotalVariationByDiscrepancy(const LinearOperatorPointer & A,
                                                      const at::Tensor & y,
                                                      const at::Tensor & expected,
                                                      const at::Tensor & firstLambda,
                                                      const TotalVariationOptions & options = {},
                                                      const DiscrepancyOptions & discrepancy = {});
} // namespace tweedie

#endif
