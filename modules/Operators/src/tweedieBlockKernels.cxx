// SPDX-License-Identifier: Apache-2.0
#include "tweedieBlockKernels.h"

#include "tweedieMultiversion.h"

namespace tweedie
{
namespace
{
// Plain real arithmetic: the standard's complex product checks for NaN, which keeps the loops from being vectorised.
template <typename T>
TWEEDIE_ALWAYS_INLINE void
ScaleRows(Block<std::complex<T>> out, Block<const std::complex<T>> a, T factor, Extent extent)
{
  for (std::int64_t row = 0; row < extent.rows; ++row)
  {
    const T * __restrict__ from = reinterpret_cast<const T *>(a.data + row * a.stride);
    T * __restrict__ to = reinterpret_cast<T *>(out.data + row * out.stride);
    for (std::int64_t i = 0; i < 2 * extent.columns; ++i)
    {
      to[i] = factor * from[i];
    }
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
MaskRows(Block<std::complex<T>> out, Block<const std::complex<T>> a, Block<const T> mask, T factor, Extent extent)
{
  for (std::int64_t row = 0; row < extent.rows; ++row)
  {
    const T * __restrict__ from = reinterpret_cast<const T *>(a.data + row * a.stride);
    const T * __restrict__ keep = mask.data + row * mask.stride;
    T * __restrict__ to = reinterpret_cast<T *>(out.data + row * out.stride);
    for (std::int64_t i = 0; i < extent.columns; ++i)
    {
      const T m = factor * keep[i];
      to[2 * i] = m * from[2 * i];
      to[2 * i + 1] = m * from[2 * i + 1];
    }
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
MaskRowsInPlace(Block<std::complex<T>> a, Block<const T> mask, Extent extent)
{
  for (std::int64_t row = 0; row < extent.rows; ++row)
  {
    const T * __restrict__ keep = mask.data + row * mask.stride;
    T * __restrict__ value = reinterpret_cast<T *>(a.data + row * a.stride);
    for (std::int64_t i = 0; i < extent.columns; ++i)
    {
      value[2 * i] *= keep[i];
      value[2 * i + 1] *= keep[i];
    }
  }
}

template <bool VAccumulate, typename T>
TWEEDIE_ALWAYS_INLINE void
MultiplyRows(Block<std::complex<T>> out, Block<const std::complex<T>> s, Block<const std::complex<T>> a, Extent extent)
{
  for (std::int64_t row = 0; row < extent.rows; ++row)
  {
    const T * __restrict__ left = reinterpret_cast<const T *>(s.data + row * s.stride);
    const T * __restrict__ right = reinterpret_cast<const T *>(a.data + row * a.stride);
    T * __restrict__ to = reinterpret_cast<T *>(out.data + row * out.stride);
    for (std::int64_t i = 0; i < extent.columns; ++i)
    {
      const T p = left[2 * i], q = left[2 * i + 1], u = right[2 * i], v = right[2 * i + 1];
      const T re = p * u - q * v, im = p * v + q * u;
      to[2 * i] = VAccumulate ? to[2 * i] + re : re;
      to[2 * i + 1] = VAccumulate ? to[2 * i + 1] + im : im;
    }
  }
}

template <bool VAccumulate, typename T>
TWEEDIE_ALWAYS_INLINE void
MultiplyConjugateRows(
    Block<std::complex<T>> out, Block<const std::complex<T>> s, Block<const std::complex<T>> a, T factor, Extent extent)
{
  for (std::int64_t row = 0; row < extent.rows; ++row)
  {
    const T * __restrict__ left = reinterpret_cast<const T *>(s.data + row * s.stride);
    const T * __restrict__ right = reinterpret_cast<const T *>(a.data + row * a.stride);
    T * __restrict__ to = reinterpret_cast<T *>(out.data + row * out.stride);
    for (std::int64_t i = 0; i < extent.columns; ++i)
    {
      const T p = factor * left[2 * i], q = factor * left[2 * i + 1], u = right[2 * i], v = right[2 * i + 1];
      const T re = p * u + q * v, im = p * v - q * u;
      to[2 * i] = VAccumulate ? to[2 * i] + re : re;
      to[2 * i + 1] = VAccumulate ? to[2 * i + 1] + im : im;
    }
  }
}
} // namespace

// One set of symbols per precision: a template cannot be compiled for several processors.
#define TWEEDIE_BLOCK_KERNELS(T)                                                                                       \
  TWEEDIE_MULTIVERSION void BlockScale(                                                                                \
      Block<std::complex<T>> out, Block<const std::complex<T>> a, T factor, Extent extent)                             \
  {                                                                                                                    \
    ScaleRows<T>(out, a, factor, extent);                                                                              \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void BlockMask(                                                                                 \
      Block<std::complex<T>> out, Block<const std::complex<T>> a, Block<const T> mask, T factor, Extent extent)        \
  {                                                                                                                    \
    MaskRows<T>(out, a, mask, factor, extent);                                                                         \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void BlockMaskInPlace(Block<std::complex<T>> a, Block<const T> mask, Extent extent)             \
  {                                                                                                                    \
    MaskRowsInPlace<T>(a, mask, extent);                                                                               \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void BlockMultiply(                                                                             \
      Block<std::complex<T>> out, Block<const std::complex<T>> s, Block<const std::complex<T>> a, Extent extent)       \
  {                                                                                                                    \
    MultiplyRows<false, T>(out, s, a, extent);                                                                         \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void BlockMultiplyAdd(                                                                          \
      Block<std::complex<T>> out, Block<const std::complex<T>> s, Block<const std::complex<T>> a, Extent extent)       \
  {                                                                                                                    \
    MultiplyRows<true, T>(out, s, a, extent);                                                                          \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void BlockMultiplyConjugate(Block<std::complex<T>> out,                                         \
                                                   Block<const std::complex<T>> s,                                     \
                                                   Block<const std::complex<T>> a,                                     \
                                                   T factor,                                                           \
                                                   bool accumulate,                                                    \
                                                   Extent extent)                                                      \
  {                                                                                                                    \
    if (accumulate)                                                                                                    \
    {                                                                                                                  \
      MultiplyConjugateRows<true, T>(out, s, a, factor, extent);                                                       \
    }                                                                                                                  \
    else                                                                                                               \
    {                                                                                                                  \
      MultiplyConjugateRows<false, T>(out, s, a, factor, extent);                                                      \
    }                                                                                                                  \
  }

TWEEDIE_BLOCK_KERNELS(float)
TWEEDIE_BLOCK_KERNELS(double)
#undef TWEEDIE_BLOCK_KERNELS
} // namespace tweedie
