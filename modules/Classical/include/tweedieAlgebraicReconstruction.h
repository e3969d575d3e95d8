// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAlgebraicReconstruction_h
#define tweedieAlgebraicReconstruction_h

#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace tweedie
{
/** A part of the measurements, such as every tenth view: what makes it and what was measured. */
struct MeasurementSubset
{
  LinearOperatorPointer model; ///< without negative weights
  at::Tensor data;             ///< [B, range...]
};

struct SirtOptions
{
  std::int64_t iterations = 50; ///< passes over all subsets
  double relaxation = 1.0;      ///< 0 < lambda < 2
  bool nonNegative = true;      ///< clip below zero after each subset
  at::Tensor start;             ///< [1 or B, domain...]; undefined: zero
  /** Called after each pass with their number; false stops with Aborted. */
  std::function<bool(std::int64_t)> progress;
};

/** Simultaneous iterations (Gilbert 1972; Gregor and Benson 2008), by ordered subsets of the measurements where there
 * are several (OS-SART: Andersen and Kak 1984; Wang and Jiang 2004): for each subset in turn
 *
 *    x <- x + lambda C A^T R (y - A x),   R_i = 1 / sum_j a_ij,   C_j = 1 / sum_i a_ij,   0 where a sum is 0
 *
 * One subset converges to a minimum of the residual weighted by R; several go there faster at first and end in a cycle
 * around it. Noise is fitted late: stop early. Returns [B, domain...]. Throws UsageError for wrong options, complex
 * models and subsets of different domains, DataError for other data, Aborted. */
at::Tensor SolveSirt(const std::vector<MeasurementSubset> & subsets, const SirtOptions & options = {});

struct CglsOptions
{
  std::int64_t iterations = 30; ///< at most
  /** [B]: a sample stops as soon as sum w |A x - y|^2 <= this (discrepancy principle); undefined: after the iterations,
   * or where nothing is left to gain. */
  at::Tensor expected;
  at::Tensor start; ///< as above
  std::function<bool(std::int64_t)> progress;
};

struct CglsResult
{
  at::Tensor image;                       ///< [B, domain...]
  std::vector<std::int64_t> iterationsOf; ///< per sample
};

/** Conjugate gradients for the least squares problem min sum w |A x - y|^2 (Hestenes and Stiefel 1952, in the form that
 * keeps the residual of the data): after k steps the best x in the k-th Krylov space, which regularises when stopped
 * early. weights: w >= 0, a scalar, [B, 1...] or like y; undefined: 1. Throws as above. */
CglsResult SolveCgls(const LinearOperatorPointer & A,
                     const at::Tensor & y,
                     const at::Tensor & weights = {},
                     const CglsOptions & options = {});

struct TransmissionTomographyOptions
{
  std::int64_t iterations = 50;
  double scatter = 0.0;    ///< s, counts
  double electronic = 0.0; ///< e, counts
  at::Tensor start;        ///< [1 or B, domain...], >= 0; undefined: zero
  std::function<bool(std::int64_t)> progress;
};

/** The most likely x >= 0 for counts y ~ Poisson(I0 exp(-A x) + s) + N(0, e^2), shifted by e^2 (ML-TR: Lange and
 * Fessler 1995; Nuyts et al. 1998):
 *
 *    x <- max(0, x + A^T(t (1 - Y / M)) / A^T(a t^2 / M)),   t = I0 exp(-A x),  M = t + s + e^2,  Y = max(y + e^2, 0),
 *    a = A 1
 *
 * with Fisher's curvature in the denominator, and half of the step as often as the likelihood would fall. A: without
 * negative weights. counts: [B, range...], photons > 0: a scalar or like the counts. Throws as above. */
at::Tensor SolveTransmission(const LinearOperatorPointer & A,
                             const at::Tensor & counts,
                             const at::Tensor & photons,
                             const TransmissionTomographyOptions & options = {});
} // namespace tweedie

#endif
