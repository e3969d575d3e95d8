// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNormActivation_h
#define tweedieNormActivation_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
constexpr double NormActivationEpsilon = 1e-5; ///< under the root
/** Group normalisation (Wu and He 2018), affine map and SiLU in one pass over memory:
 *
 *    z = xhat * gain + offset,   y = z / (1 + exp(-z)),   xhat = (x - mean_group) / sqrt(var_group + 1e-5)
 *
 * x: [batch, channel, y, x]; gain, offset: [batch, channel] float32 (a conditioning on the noise level is folded into
 * them). On the CPU in float32 or bfloat16 and channels-last order this reads and writes the image once per pass where
 * the separate operations take five; elsewhere it is made of ATen operations. Differentiable. */
at::Tensor
NormActivation(const at::Tensor & x, const at::Tensor & gain, const at::Tensor & offset, std::int64_t groups);

/** The same by ATen operations alone, for any device and floating type: six passes over memory forward and fifteen
 * back, none of them wider than x, with sums in float32 (float64 for a float64 x). */
at::Tensor
NormActivationTensors(const at::Tensor & x, const at::Tensor & gain, const at::Tensor & offset, std::int64_t groups);
} // namespace tweedie

#endif
