// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTikhonov_h
#define tweedieTikhonov_h

#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace tweedie
{
struct TikhonovOptions
{
  double tolerance = 1e-6;       ///< of conjugate gradients, where the operator offers no decomposition
  std::int64_t iterations = 500; ///< of them, at most
  /** For the standard deviation, which costs one solution each; 0: none. As many as pixels: exact. */
  std::int64_t probes = 0;
  std::uint64_t seed = 0; ///< of the probes
  /** Called after each solution with (solutions so far, of); false stops with Aborted. */
  std::function<bool(std::int64_t, std::int64_t)> progress;
};

/** A Gaussian posterior. */
struct GaussianPosterior
{
  at::Tensor mean;              ///< [B, domain...]
  at::Tensor standardDeviation; ///< like it, real, sqrt(E|x - mean|^2); undefined where not asked for
};

/** Tikhonov's regularisation as the posterior of a white Gaussian prior, x = m + N(0, v I):
 *
 *    mean = argmin ||A x - y||^2 / (2 s_c^2) + ||x - m||^2 / (2 v) = m + C A^H (y - A m) / s_c^2,
 *    C = (A^H A / s_c^2 + I / v)^-1,   s_c^2 = sigma^2 (real data), sigma^2 / 2 (complex data: E|n|^2 = sigma^2)
 *
 * by the decomposition of A^H A where the operator offers one, else by conjugate gradients. v is the prior's variance
 * of each real component, and real components have the covariance C, so that E|x - mean|^2 = C_ii, twice that for
 * complex images. The diagonal of C comes from probes z of random signs, C_ii ~ average of z_i Re (C z)_i (Bekas,
 * Kokiopoulou and Saad 2007), kept within 0..v; its relative standard error is (sum_{j != i} |C_ij|^2)^(1/2) / C_ii /
 * sqrt(probes): none for operators that act pixel by pixel. All samples see the same probes.
 *
 * y: [B, range...]; sigma: a scalar, [B], or like y; m: [1 or B, domain...] in the type of the image; v: a scalar or
 * [B]. Throws DataError for other shapes and numbers that are not positive, UsageError for wrong options, Aborted. */
GaussianPosterior SolveTikhonov(const LinearOperatorPointer & A,
                                const at::Tensor & y,
                                const at::Tensor & sigma,
                                const at::Tensor & m,
                                const at::Tensor & v,
                                const TikhonovOptions & options = {});

/** The eigenvalues l of an A^H A that is a circular convolution of each plane (y, x): A^H A = F^H diag(l) F with the
 * centred unitary transform. [1 or batch, domain...], real, >= 0. images: type and device. Found from an impulse and
 * checked on noise: throws UsageError for an operator that does anything else. */
at::Tensor CirculantSpectrum(const LinearOperator & A, const at::TensorOptions & images);

/** Wiener's filter (Wiener 1949): the posterior of the stationary Gaussian prior x = m + F^H S^(1/2) N(0, I),
 *
 *    mean = m + F^H S / (l S + s_c^2) F A^H (y - A m)       A = F^H H F: conj(H) S / (|H|^2 S + s_c^2) F (y - A m)
 *    variance of a real component = average over frequencies of S s_c^2 / (l S + s_c^2),  the same for all pixels
 *
 * for an operator with a CirculantSpectrum l. S: the prior's spectrum, [1 or B, 1 or domain...], >= 0, centred:
 * variance of each real component of F (x - m), or E|F (x - m)|^2 for real images. sigma: a scalar or [B]. Else as
 * SolveTikhonov. */
GaussianPosterior SolveWiener(const LinearOperatorPointer & A,
                              const at::Tensor & y,
                              const at::Tensor & sigma,
                              const at::Tensor & m,
                              const at::Tensor & S);
} // namespace tweedie

#endif
