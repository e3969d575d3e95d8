// SPDX-License-Identifier: Apache-2.0
#include "tweedieMagnitudeKernels.h"

#include "tweedieMultiversion.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
/** Sums by eight, so that they vectorise in a fixed order. */
constexpr std::int64_t lanes = 8;
/** Errors are kept for so many numbers before they are summed: a loop that sums on its way does not vectorise. */
constexpr std::int64_t block = 32 * lanes;

template <typename T>
TWEEDIE_ALWAYS_INLINE void
AddByLane(const T * errors, std::int64_t count, T * sums)
{
  const std::int64_t whole = count - count % lanes;
  for (std::int64_t i = 0; i < whole; i += lanes)
  {
    for (std::int64_t k = 0; k < lanes; ++k)
    {
      sums[k] += errors[i + k];
    }
  }
  for (std::int64_t i = whole; i < count; ++i)
  {
    sums[0] += errors[i];
  }
}

/** work(first, count, errors) fills the errors of a block; returns the sum of all. */
template <typename T, typename TWork>
TWEEDIE_ALWAYS_INLINE T
SumOfBlocks(std::int64_t count, const TWork & work)
{
  T errors[block];
  T sums[lanes] = {};
  for (std::int64_t first = 0; first < count; first += block)
  {
    const std::int64_t part = std::min(block, count - first);
    work(first, part, errors);
    AddByLane(errors, part, sums);
  }
  T total = 0;
  for (const T sum : sums)
  {
    total += sum;
  }
  return total;
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
ReplaceBlock(T * u, const T * b, std::int64_t count, T scale, T target, T kept, T * errors)
{
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int64_t i = 0; i < count; ++i)
  {
    const T re = u[2 * i];
    const T im = u[2 * i + 1];
    const T size = std::sqrt(re * re + im * im);
    const T wanted = b[i];
    const T some = size == T(0) ? T(1) : size;
    const T phase = wanted >= T(0) ? T(1) : re; // of nothing
    const T known = target * wanted / some;
    const T factor = wanted >= T(0) ? known : kept;
    u[2 * i] = (size == T(0) ? phase : re) * factor;
    u[2 * i + 1] = im * factor;
    const T error = std::abs(scale * size - wanted);
    errors[i] = wanted >= T(0) ? error : T(0);
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
Misfit(T * u, const T * b, const T * w, std::int64_t count)
{
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int64_t i = 0; i < count; ++i)
  {
    const T re = u[2 * i];
    const T im = u[2 * i + 1];
    const T size = std::sqrt(re * re + im * im);
    const T isZero = size > T(0) ? T(0) : T(1);
    const T factor = w[i] * (b[i] / (size + isZero) - T(1));
    u[2 * i] = factor * re + isZero * w[i] * b[i];
    u[2 * i + 1] = factor * im;
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
ErrorBlock(const T * u, const T * b, std::int64_t count, T scale, T * errors)
{
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int64_t i = 0; i < count; ++i)
  {
    const T re = u[2 * i];
    const T im = u[2 * i + 1];
    errors[i] = b[i] >= T(0) ? std::abs(scale * std::sqrt(re * re + im * im) - b[i]) : T(0);
  }
}
} // namespace

#define TWEEDIE_DEFINE_MAGNITUDE_KERNELS(T)                                                                            \
  TWEEDIE_MULTIVERSION T ReplaceMagnitude(                                                                             \
      std::complex<T> * u, const T * b, std::int64_t count, T scale, T target, T kept)                                 \
  {                                                                                                                    \
    return SumOfBlocks<T>(count,                                                                                       \
                          [=](std::int64_t first, std::int64_t part, T * errors)                                       \
                          {                                                                                            \
                            T * const numbers = reinterpret_cast<T *>(u + first);                                      \
                            ReplaceBlock(numbers, b + first, part, scale, target, kept, errors);                       \
                          });                                                                                          \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void MagnitudeMisfit(std::complex<T> * u, const T * b, const T * w, std::int64_t count)         \
  {                                                                                                                    \
    Misfit(reinterpret_cast<T *>(u), b, w, count);                                                                     \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION T MagnitudeError(const std::complex<T> * u, const T * b, std::int64_t count, T scale)           \
  {                                                                                                                    \
    return SumOfBlocks<T>(count,                                                                                       \
                          [=](std::int64_t first, std::int64_t part, T * errors)                                       \
                          { ErrorBlock(reinterpret_cast<const T *>(u + first), b + first, part, scale, errors); });    \
  }

TWEEDIE_DEFINE_MAGNITUDE_KERNELS(float)
TWEEDIE_DEFINE_MAGNITUDE_KERNELS(double)
} // namespace tweedie
