// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBlockKernels_h
#define tweedieBlockKernels_h

#include <complex>
#include <cstdint>

namespace tweedie
{
/** A rectangle of an image in memory: element (row, column) at data[row * stride + column]. */
template <typename T> struct Block
{
  T * data;
  std::int64_t stride;

  Block
  At(std::int64_t row, std::int64_t column) const
  {
    return {data + row * stride + column, stride};
  }
};

/** Extent of a rectangle. */
struct Extent
{
  std::int64_t rows;
  std::int64_t columns;
};

/** The inner loops of the Fourier operators, each in float and double; rectangles of one call do not overlap. */
#define TWEEDIE_BLOCK_KERNELS(T)                                                                                       \
  /* out = factor a */                                                                                                 \
  void BlockScale(Block<std::complex<T>> out, Block<const std::complex<T>> a, T factor, Extent extent);                \
  /* out = factor mask a */                                                                                            \
  void BlockMask(                                                                                                      \
      Block<std::complex<T>> out, Block<const std::complex<T>> a, Block<const T> mask, T factor, Extent extent);       \
  /* a = mask a */                                                                                                     \
  void BlockMaskInPlace(Block<std::complex<T>> a, Block<const T> mask, Extent extent);                                 \
  /* out = s a */                                                                                                      \
  void BlockMultiply(                                                                                                  \
      Block<std::complex<T>> out, Block<const std::complex<T>> s, Block<const std::complex<T>> a, Extent extent);      \
  /* out += s a */                                                                                                     \
  void BlockMultiplyAdd(                                                                                               \
      Block<std::complex<T>> out, Block<const std::complex<T>> s, Block<const std::complex<T>> a, Extent extent);      \
  /* out = factor conj(s) a, or out += it */                                                                           \
  void BlockMultiplyConjugate(Block<std::complex<T>> out,                                                              \
                              Block<const std::complex<T>> s,                                                          \
                              Block<const std::complex<T>> a,                                                          \
                              T factor,                                                                                \
                              bool accumulate,                                                                         \
                              Extent extent);

TWEEDIE_BLOCK_KERNELS(float)
TWEEDIE_BLOCK_KERNELS(double)
#undef TWEEDIE_BLOCK_KERNELS
} // namespace tweedie

#endif
