// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieConjugateGradient_h
#define tweedieConjugateGradient_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace tweedie
{
struct ConjugateGradientResult
{
  at::Tensor solution;
  std::vector<double> relativeResidual; ///< per sample, ||b - H x|| / ||b|| at the end
  std::int64_t iterations = 0;          ///< products with H
};

/** Solves H x = b for each sample of a batch by conjugate gradients (Hestenes and Stiefel, 1952), H Hermitian and
 * positive definite, real or complex. Samples are independent: each has its own step lengths and stops on its own when
 * ||b - H x|| <= tolerance * ||b||; a stopped sample no longer changes, so its result does not depend on the batch.
 *
 * product: x [B, ...] -> H x, acting on each sample separately. start: initial guess, or undefined for zero. Inner
 * products are accumulated in double. Throws NumericalError when a residual is not finite. */
ConjugateGradientResult ConjugateGradient(const std::function<at::Tensor(const at::Tensor &)> & product,
                                          const at::Tensor & b,
                                          const at::Tensor & start,
                                          std::int64_t maximumIterations,
                                          double tolerance);

/** Re <a, b> per sample in double, shape [B]: the inner product of the real and imaginary parts as real vectors. */
at::Tensor SampleDot(const at::Tensor & a, const at::Tensor & b);
} // namespace tweedie

#endif
