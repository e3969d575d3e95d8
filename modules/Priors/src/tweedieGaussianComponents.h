// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGaussianComponents_h
#define tweedieGaussianComponents_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
/** K Gaussians over n real components, eigen-decomposed: P_k = V_k diag(l_k) V_k^T. What the dense Gaussian (K = 1) and
 * the mixture share. All tensors double; batches of vectors are [K, B, n] or broadcast to it; s2 = sigma^2 is [B, 1] or
 * [1, 1]. */
struct GaussianComponents
{
  at::Tensor means;   ///< [K, 1, n]
  at::Tensor vectors; ///< [K, n, n], columns
  at::Tensor values;  ///< [K, 1, n], not negative

  /** means [K, n], covariances [K, n, n]; where names the caller in messages. Throws DataError. */
  GaussianComponents(const std::string & where, const at::Tensor & componentMeans, const at::Tensor & covariances);

  at::Tensor Covariances() const;

  /** P (P + s2)^-1 u, [K, B, n]. */
  at::Tensor Gain(const at::Tensor & u, const at::Tensor & s2) const;

  /** m + P (P + s2)^-1 (x - m) for x [B, n]. */
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & s2) const;

  /** log N(x; m, P + s2) without the constant n/2 log 2 pi, [K, B]. */
  at::Tensor LogDensity(const at::Tensor & x, const at::Tensor & s2) const;

  /** V (weight^1/2) z for z [K, B, n]: a draw with covariance V diag(weight) V^T. */
  at::Tensor Colour(const at::Tensor & weight, const at::Tensor & z) const;

  /** l s2 / (l + s2): the eigenvalues of Cov[x0 | x], [K, B, n]. */
  at::Tensor ConditionalValues(const at::Tensor & s2) const;

  /** The posterior of each component for y = A x + n in real components: a [m, n], y [m], noise variance > 0;
   * logEvidence gets log N(y; A m, A P A^T + variance) without its constant, [K]. */
  GaussianComponents Conditioned(const std::string & where,
                                 const at::Tensor & a,
                                 const at::Tensor & y,
                                 double variance,
                                 at::Tensor & logEvidence) const;
};

/** [B, shape...] as [B, n] doubles, real and imaginary parts interleaved; differentiable. */
at::Tensor ToRealComponents(const at::Tensor & x);

/** The inverse: [B, n] as a tensor [B, shape...] of a floating or complex type. */
at::Tensor FromRealComponents(const at::Tensor & components, at::IntArrayRef shape, at::ScalarType type);

/** sigma^2 as [B, 1] (or [1, 1]) doubles on the device of x [B, ...]. */
at::Tensor SigmaSquared(const at::Tensor & sigma, const at::Tensor & x);

/** A linear measurement of a state with `elements` elements in real components: matrix [m, n] and data [m]. Throws
 * DataError for other shapes, a variance that is not positive, or real data where they must be complex. */
struct RealMeasurement
{
  at::Tensor matrix;
  at::Tensor data;

  RealMeasurement(const std::string & where,
                  const at::Tensor & a,
                  const at::Tensor & y,
                  double variance,
                  std::int64_t elements,
                  bool complexState);
};
} // namespace tweedie

#endif
