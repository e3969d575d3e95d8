// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDataSpace_h
#define tweedieDataSpace_h

#include "tweedieGaussianLikelihood.h"
#include "tweedieGaussianNoise.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The diagonal of A A^H, [1 or B, range...], as the mean of |A v|^2 over 32 vectors v of random signs (Bekas,
 * Kokiopoulou and Saad 2007): right to a quarter, which is enough to scale a system by. The signs are always the same
 * ones. like: an image's type and device. */
at::Tensor RowSquares(const LinearOperator & A, const at::Tensor & like);

/** argmin_d |misfit - A d|^2 / (2 s_c^2) + |d|^2 / (2 r^2) by way of the data: d = r^2 A^H z with
 *
 *    (r^2 A A^H + S) z = misfit,   S = diag(s_c^2),
 *
 * by conjugate gradients on the system scaled to a unit diagonal (the matrix inversion lemma; Jacobi's
 * preconditioner). The same d as from (A^H S^-1 A + I / r^2) d = A^H S^-1 misfit, whose eigenvalues spread by those of
 * S once more: with data of unequal noise the same error takes fewer products while r^2 is large. variance: r^2, [1 or
 * B, 1, ...]; rowSquares: RowSquares of A. */
at::Tensor StepByDataSpace(const LinearOperator & A,
                           const at::Tensor & misfit,
                           const at::Tensor & variance,
                           const GaussianNoise & noise,
                           const at::Tensor & rowSquares,
                           const ProximalOptions & options);
} // namespace tweedie

#endif
