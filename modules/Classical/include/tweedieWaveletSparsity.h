// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieWaveletSparsity_h
#define tweedieWaveletSparsity_h

#include "tweedieLinearOperator.h"
#include "tweedieTotalVariation.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace tweedie
{
struct WaveletOptions
{
  std::int64_t iterations = 500;           ///< at most, products with A^H A, for a sample
  double tolerance = 1e-4;                 ///< of the relative duality gap
  std::optional<std::int64_t> levels;      ///< absent: WaveletLevels of the image
  std::optional<double> largestEigenvalue; ///< an upper bound of A^H A's; absent: from a power iteration
  /** Moves the grid of the wavelets by random whole pixels before each step ("cycle spinning", Figueiredo and Nowak
   * 2003): fewer blocks, but no objective is minimised any more; all iterations are made and the gap is NaN. */
  std::optional<std::uint64_t> shiftSeed;
  /** Called every few iterations with (iterations so far, relative gap); false stops with Aborted. */
  std::function<bool(std::int64_t, double)> progress;
};

struct WaveletResult
{
  at::Tensor image;                    ///< [B, domain...]
  at::Tensor lambda;                   ///< [B], double
  std::vector<double> relativeGap;     ///< per sample, at the end
  std::vector<double> squaredResidual; ///< per sample, ||A x - y||^2
  std::int64_t iterations = 0;         ///< products with A^H A, of the sample that took most
};

/** Solves, for each sample by itself,
 *
 *    min_x P(x),   P(x) = 1/2 ||A x - y||^2 + lambda ||W x||_1
 *
 * with the orthonormal wavelets W of tweedieWaveletTransform.h, moduli of complex coefficients, the coarsest included
 * (Lustig, Donoho and Pauly 2007), those of a stack of complex images [B, set, z, y, x] jointly, (sum_s |.|^2)^(1/2);
 * by FISTA (Beck and Teboulle 2009) with restarts (O'Donoghue and Candes 2015). Stops on the duality gap: for r = y - A
 * x and s = min(1, lambda / max |W A^H r|),
 *
 *    P(x) - P(x*) <= gap = P(x) - s Re <y, r> + s^2 / 2 ||r||^2,
 *
 * as s r is feasible for the dual max_p Re <y, p> - 1/2 ||p||^2, |W A^H p| <= lambda. Relative gap: gap / P(x).
 *
 * y: [B, range...]; lambda: [B] or one number, >= 0; start: a former result for the same data, or none. Throws
 * DataError for wrong shapes, NumericalError when the numbers leave the finite ones, Aborted. */
WaveletResult SolveWavelet(const LinearOperatorPointer & A,
                           const at::Tensor & y,
                           const at::Tensor & lambda,
                           const WaveletOptions & options = {},
                           const WaveletResult & start = {});

/** SolveWavelet with the lambda for which ||A x - y||^2 = expected, per sample (Morozov 1966); arguments as those of
 * SolveTotalVariationByDiscrepancy. Without random shifts, else UsageError. */
WaveletResult SolveWaveletByDiscrepancy(const LinearOperatorPointer & A,
                                        const at::Tensor & y,
                                        const at::Tensor & expected,
                                        const at::Tensor & firstLambda,
                                        const WaveletOptions & options = {},
                                        const DiscrepancyOptions & discrepancy = {});
} // namespace tweedie

#endif
