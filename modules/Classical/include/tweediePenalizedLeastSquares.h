// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePenalizedLeastSquares_h
#define tweediePenalizedLeastSquares_h

#include "tweedieLinearOperator.h"
#include "tweedieRoughness.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace tweedie
{
struct PenalizedLeastSquaresOptions
{
  RoughnessPenalty penalty;
  bool nonNegative = true;
  std::int64_t iterations = 500; ///< at most
  double tolerance = 1e-4;       ///< of the relative gap
  at::Tensor start;              ///< [1 or B, domain...]; undefined: zero
  /** Called after each iteration with (iterations so far, largest relative gap); false stops with Aborted. */
  std::function<bool(std::int64_t, double)> progress;
};

struct PenalizedLeastSquaresResult
{
  at::Tensor image;                    ///< [B, domain...]
  std::vector<double> relativeGap;     ///< per sample, at the end
  std::vector<double> squaredResidual; ///< per sample, sum w (A x - y)^2
  std::int64_t iterations = 0;         ///< of the sample that took most
};

/** Penalised weighted least squares (Sauer and Bouman 1993; Fessler 1994):
 *
 *    min_x Phi(x) = 1/2 sum w (A x - y)^2 + beta R(x),   x >= 0 if nonNegative
 *
 * by separable quadratic surrogates (Erdogan and Fessler 1999), d_j = [A^T W A 1]_j + 2 beta sum_k g_jk, with momentum
 * (Nesterov 1983; Beck and Teboulle 2009) that starts again where it points uphill (O'Donoghue and Candes 2015). An
 * iterate that would raise Phi is not taken and the next is one without momentum, so that Phi falls to its minimum.
 *
 * Stops on a bound. Phi is convex: with z where the step began, s its gradient there, s- = min(s, 0) and any minimiser
 * x* within a distance of r = ||x|| in the norm of d (100 % of the image),
 *
 *    Phi(x*) >= Phi(z) - sum max(s, 0) z - r ||s-||_{1/d}   (signs unknown: Phi(z) - r ||s||_{1/d}),
 *
 * and the relative gap is Phi(x) less that, over Phi(x). Samples are independent and stop on their own.
 *
 * A: without negative weights. y: [B, range...]; weights: w >= 0, a scalar, [B, 1...] or like y; undefined: 1. beta:
 * [B] or one number, >= 0. Throws UsageError for wrong options and complex models, DataError for wrong shapes and data,
 * NumericalError when the numbers leave the finite ones, Aborted. */
PenalizedLeastSquaresResult SolvePenalizedLeastSquares(const LinearOperatorPointer & A,
                                                       const at::Tensor & y,
                                                       const at::Tensor & weights,
                                                       const at::Tensor & beta,
                                                       const PenalizedLeastSquaresOptions & options = {});

/** The curvature that the data give to a voxel that is seen, sum_i a_ij w_i times the least spacing, on average, [B] in
 * double: what makes beta a number without unit. */
at::Tensor DataCurvature(const LinearOperator & A, const at::Tensor & weights, const Axes<double> & spacing);
} // namespace tweedie

#endif
