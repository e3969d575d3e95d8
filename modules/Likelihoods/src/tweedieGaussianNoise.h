// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGaussianNoise_h
#define tweedieGaussianNoise_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The Gaussian noise of a batch of measurements, as the likelihood's arithmetic wants it. All tensors are real, in the
 * precision and on the device of the data, with as many dimensions. */
struct GaussianNoise
{
  /** sigma: scalar, [B], or like the data; sampled: zeros and ones or undefined; vanishes: the model is zero by itself
   * where nothing was sampled. Throws DataError. */
  GaussianNoise(const at::Tensor & data, const at::Tensor & sigma, const at::Tensor & sampled, bool vanishes);

  /** Entries of the batch. */
  GaussianNoise Select(const at::Tensor & index) const;

  /** sum w |residual|^2 / s_0^2 per batch entry: chi squared. Differentiable. */
  at::Tensor ChiSquared(const at::Tensor & residual) const;

  /** w residual. */
  at::Tensor Weighted(const at::Tensor & residual) const;

  at::Tensor variance;   ///< s_c^2 of a real component: [1 or B, 1, ...] or like the data
  at::Tensor base;       ///< s_0^2, [1 or B, 1, ...]: the smallest s_c^2 of an entry
  at::Tensor weights;    ///< w = s_0^2 / s_c^2, 0 where not sampled; undefined when 1 wherever it matters
  at::Tensor sampled;    ///< as given, or undefined
  at::Tensor components; ///< real numbers measured, [1 or B]

private:
  GaussianNoise() = default;
};
} // namespace tweedie

#endif
