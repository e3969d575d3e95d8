// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieWaveletTransform_h
#define tweedieWaveletTransform_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** Levels of the transform below for images of this size: halvings that leave at least 16 samples along both sides. */
std::int64_t WaveletLevels(std::int64_t rows, std::int64_t columns);

/** The orthonormal wavelet transform W of Daubechies (1988) with four coefficients h (two vanishing moments) over the
 * last two dimensions, level by level,
 *
 *    low[k] = sum_j h[j] x[2 k + j],   high[k] = sum_j (-1)^j h[3 - j] x[2 k + j],   indices modulo the even length,
 *
 * along x, along y, then again for the corner of the low ones (Mallat 1989). The last sample of an odd length is kept
 * as a low one, so that W^H W = W W^H = I for any size. x: [..., y, x], real or complex, float or double; result: the
 * same shape, low ones first. Loops on the CPU, tensor arithmetic elsewhere. Throws DataError for fewer than two
 * dimensions, integers, a negative number of levels. */
at::Tensor WaveletTransform(const at::Tensor & x, std::int64_t levels);

/** W^H = W^-1. */
at::Tensor InverseWaveletTransform(const at::Tensor & coefficients, std::int64_t levels);

/** The same two by tensor arithmetic, whatever the device. */
at::Tensor WaveletTransformOnDevice(const at::Tensor & x, std::int64_t levels);
at::Tensor InverseWaveletTransformOnDevice(const at::Tensor & coefficients, std::int64_t levels);
} // namespace tweedie

#endif
