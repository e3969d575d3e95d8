// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGaussianField_h
#define tweedieGaussianField_h

#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace tweedie
{
/** A stationary Gaussian Markov field (Besag 1974; Rue and Held 2005): real components of x are independent with
 *
 *    -log p = lambda / 2 (sum |x_j - x_k|^2 + share |x|^2),   over neighbours along z, y and x, around the edge
 *
 * lambda is the precision of a difference of neighbours. share > 0 makes it a law: the variance of the mean is
 * 1 / (lambda share) over the number of pixels. */
struct GaussianField
{
  double lambda = 1.0;
  double share = 1e-4;
};

/** The field's precision times x, [B, C, z, y, x]. */
at::Tensor FieldProduct(const GaussianField & field, const at::Tensor & x);

/** Its spectrum for planes of this size, [1, 1, 1, y, x], centred, double: the variance of each real component of F x,
 * as SolveWiener takes it, which then is the exact posterior of a circulant operator. */
at::Tensor FieldSpectrum(const GaussianField & field, std::int64_t height, std::int64_t width);

struct GaussianFieldOptions
{
  std::optional<double> lambda; ///< absent: the most likely one of the data
  double share = 1e-4;
  std::int64_t samples = 0;
  std::uint64_t seed = 1;
  double tolerance = 1e-8; ///< relative residual of conjugate gradients; larger ones bias the spread
  std::int64_t iterations = 2000;
  bool keepSamples = false;
  /** Called after each solution with (solutions so far, of); false stops with Aborted. */
  std::function<bool(std::int64_t, std::int64_t)> progress;
};

struct GaussianFieldPosterior
{
  at::Tensor mean;             ///< [B, domain...]
  at::Tensor variance;         ///< like it, real, E|x - mean|^2; undefined without samples
  at::Tensor samples;          ///< [n, B, domain...]; undefined unless kept
  double lambda = 0.0;         ///< given or found
  double relativeError = 0.0;  ///< of a standard deviation
  std::int64_t iterations = 0; ///< products with A^H A for the mean
  double residual = 0.0;       ///< largest relative one of all solutions
};

/** The posterior of y = A x + n under the field, for any linear A, real components of n being of variance 1 / w:
 *
 *    mean = H^-1 A^H W y,   H = A^H W A + Q;      sample = H^-1 (A^H (W y + W^(1/2) e_1) + Q^(1/2) e_2)
 *
 * by conjugate gradients: solutions of perturbed systems are exact independent draws (Papandreou and Yuille 2010;
 * Orieux, Feron and Giovannelli 2012). The variance is that of the draws about the mean, known to
 * 1 / (2 n components)^(1/2) of a standard deviation. A lambda that is not given is the one of greatest likelihood, the
 * fixed point of lambda = components / E[|x|_R^2 | y], R = Q / lambda, by stochastic expectation and maximisation
 * (Celeux and Diebolt 1985): the geometric mean of the last twenty of thirty long steps.
 *
 * y: [B, range...]; w: real, [1 or B, range...] or scalar, >= 0. Throws DataError for other shapes, UsageError for
 * wrong options, NumericalError, Aborted. */
GaussianFieldPosterior SolveGaussianField(const LinearOperatorPointer & A,
                                          const at::Tensor & y,
                                          const at::Tensor & weights,
                                          const GaussianFieldOptions & options);
} // namespace tweedie

#endif
