// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSplitSolver_h
#define tweedieSplitSolver_h

#include "tweedieSparsifyingTransform.h"
#include "tweedieTotalVariation.h"

namespace tweedie
{
struct SplitOptions
{
  std::int64_t iterations = 500; ///< at most, products with A^H A
  double tolerance = 1e-4;       ///< of the relative duality gap
  at::Tensor support;            ///< real [1 or B, z, y, x]: 0 where the image is 0, else 1; undefined: 1
  /** Called every few iterations with (products so far, largest relative gap); false stops with Aborted. */
  std::function<bool(std::int64_t, double)> progress;
};

/** Solves, for each sample of the batch by itself,
 *
 *    min_x P(x),   P(x) = 1/2 ||A x - y||^2 + lambda sum |T x|
 *
 * for operators whose A^H A is ill-conditioned but nearly a convolution, as along a radial trajectory: by alternating
 * directions with the split z = T x (Boyd et al. 2011; over-relaxed, Eckstein and Bertsekas 1992),
 *
 *    x <- two conjugate gradients from the former x on (A^H A + rho T^H T) x = A^H y + rho T^H (z - u)
 *    v = u + 1.8 T x - 0.8 z,   z <- shrink(v, lambda / rho),   u <- v - z
 *
 * preconditioned by the circulant diag(m + rho t) in the Fourier basis (T. Chan 1988; for multi-coil penalties Ramani
 * and Fessler 2011; for trajectories Muckley, Noll and Fessler 2015), m that of A^H A, t that of T^H T. Data are not
 * weighted: the minimiser is that of the objective above, over images on the support. Where no coil sees anything the
 * circulant would leave what only the penalty can take away, pixel by pixel from the edge. Stops on the duality gap of
 * tweedieTotalVariation.h,
 *
 *    P(x) - P(x*) <= lambda sum |T x| - Re <T x, p> + R ||A^H (A x - y) + T^H p||,   |p| <= lambda,
 *
 * p from rho u by a few projected steps on the last norm, R = max(||x||, ||A^H y|| / max m), of the gradient what is on
 * the support; A^H A x there in double precision, since its rounding in single precision alone would keep the gap above
 * 1e-4 where the centre of k-space is measured a hundred times.
 *
 * y: [B, range...]; lambda: [B] or one number, >= 0; circulant: m, real [1 or B, z, y, x], as
 * NoncartesianSenseOperator::CirculantNormal has it; start: a former result for the same data, or undefined. The
 * result's dual is rho u. Throws DataError for wrong shapes, NumericalError when the numbers leave the finite ones,
 * Aborted. */
TotalVariationResult SolveBySplitting(const LinearOperatorPointer & A,
                                      const at::Tensor & y,
                                      const at::Tensor & lambda,
                                      const SparsifyingTransform & transform,
                                      const at::Tensor & circulant,
                                      const SplitOptions & options = {},
                                      const TotalVariationResult & start = {});

/** The same with the lambda for which ||A x - y||^2 = expected, as SolveTotalVariationByDiscrepancy. */
TotalVariationResult SolveBySplittingByDiscrepancy(const LinearOperatorPointer & A,
                                                   const at::Tensor & y,
                                                   const at::Tensor & expected,
                                                   const at::Tensor & firstLambda,
                                                   const SparsifyingTransform & transform,
                                                   const at::Tensor & circulant,
                                                   const SplitOptions & options = {},
                                                   const DiscrepancyOptions & discrepancy = {});
} // namespace tweedie

#endif
