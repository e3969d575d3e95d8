// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAdmmTotalVariation_h
#define tweedieAdmmTotalVariation_h

#include "tweedieTotalVariation.h"

namespace tweedie
{
struct AdmmOptions
{
  std::int64_t iterations = 500;     ///< at most
  double tolerance = 1e-3;           ///< of the primal and the dual residual, relative
  std::int64_t innerIterations = 20; ///< conjugate gradients in each x-update, at most
  std::optional<double> penalty;     ///< rho at first; absent: lambda over the mean |D x| of the start
  /** Called every few iterations with (iterations so far, largest residual over its limit); false: Aborted. */
  std::function<bool(std::int64_t, double)> progress;
};

struct AdmmResult
{
  at::Tensor image;                    ///< [B, domain...]
  at::Tensor split;                    ///< z, for a warm start
  at::Tensor dual;                     ///< rho u, for a warm start
  at::Tensor lambda;                   ///< [B], double
  at::Tensor penalty;                  ///< [B], double: rho at the end
  std::vector<double> primalResidual;  ///< per sample, ||D x - z|| over its scale
  std::vector<double> dualResidual;    ///< per sample, rho ||D^H (z - z before)|| over its scale
  std::vector<double> squaredResidual; ///< per sample, ||A x - y||^2
  std::int64_t iterations = 0;         ///< of the sample that took most
  std::int64_t products = 0;           ///< with A^H A
};

/** The problem of SolveTotalVariation by the alternating direction method of multipliers (Boyd et al. 2011, section 6):
 * for each sample, min_x 1/2 ||A x - y||^2 + lambda TV(x) with the split z = D x,
 *
 *    x <- (A^H A + rho D^H D)^-1 (A^H y + rho D^H (z - u))        conjugate gradients from the former x
 *    h = 1.6 D x - 0.6 z                                          over-relaxed (Eckstein and Bertsekas 1992)
 *    z <- shrink(h + u, lambda / rho)                             |z| of a pixel over directions and parts
 *    u <- u + h - z
 *
 * Stops (section 3.3.1, relative tolerances) where
 *
 *    ||D x - z||              <= tolerance max(||D x||, ||z||, ||x|| / 100)
 *    rho ||D^H (z - z before)|| <= tolerance max(rho ||D^H u||, ||A^H y|| / 100),
 *
 * the last terms standing for images without edges. rho is doubled or halved in the first 100 iterations where one
 * residual is three times the other (section 3.4.1). Unlike SolveTotalVariation there is no bound on the distance from
 * the minimum: the residuals say how nearly two equations hold.
 *
 * y: [B, channel, z, y, x]; lambda: [B] or one number, >= 0; start: a former result for the same data, or undefined.
 * Throws DataError for wrong shapes, UsageError for wrong options, NumericalError for numbers that are not finite,
 * Aborted. */
AdmmResult SolveAdmmTotalVariation(const LinearOperatorPointer & A,
                                   const at::Tensor & y,
                                   const at::Tensor & lambda,
                                   const AdmmOptions & options = {},
                                   const AdmmResult & start = {});

/** The same with the lambda of the discrepancy principle, as SolveTotalVariationByDiscrepancy. */
AdmmResult SolveAdmmTotalVariationByDiscrepancy(const LinearOperatorPointer & A,
                                                const at::Tensor & y,
                                                const at::Tensor & expected,
                                                const at::Tensor & firstLambda,
                                                const AdmmOptions & options = {},
                                                const DiscrepancyOptions & discrepancy = {});
} // namespace tweedie

#endif
