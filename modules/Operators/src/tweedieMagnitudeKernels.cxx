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

template <typename T>
TWEEDIE_ALWAYS_INLINE T
Replace(T * u, const T * b, std::int64_t count, T scale, T target, T kept)
{
  T sums[lanes] = {};
  const auto one = [&](std::int64_t i, T & sum)
  {
    const T re = u[2 * i];
    const T im = u[2 * i + 1];
    const T size = std::sqrt(re * re + im * im);
    const T wanted = b[i];
    const bool isKnown = wanted >= T(0);
    const bool isZero = size == T(0);
    const T factor = isKnown ? target * wanted / (isZero ? T(1) : size) : kept;
    u[2 * i] = (isZero && isKnown ? T(1) : re) * factor;
    u[2 * i + 1] = im * factor;
    sum += isKnown ? std::abs(scale * size - wanted) : T(0);
  };
  const std::int64_t whole = count - count % lanes;
  for (std::int64_t i = 0; i < whole; i += lanes)
  {
    TWEEDIE_INDEPENDENT_LOOP
    for (std::int64_t k = 0; k < lanes; ++k)
    {
      one(i + k, sums[k]);
    }
  }
  for (std::int64_t i = whole; i < count; ++i)
  {
    one(i, sums[0]);
  }
  T total = 0;
  for (const T sum : sums)
  {
    total += sum;
  }
  return total;
}

template <typename T>
TWEEDIE_ALWAYS_INLINE T
Error(const T * u, const T * b, std::int64_t count, T scale)
{
  T sums[lanes] = {};
  const auto one = [&](std::int64_t i, T & sum)
  {
    const T re = u[2 * i];
    const T im = u[2 * i + 1];
    sum += b[i] >= T(0) ? std::abs(scale * std::sqrt(re * re + im * im) - b[i]) : T(0);
  };
  const std::int64_t whole = count - count % lanes;
  for (std::int64_t i = 0; i < whole; i += lanes)
  {
    TWEEDIE_INDEPENDENT_LOOP
    for (std::int64_t k = 0; k < lanes; ++k)
    {
      one(i + k, sums[k]);
    }
  }
  for (std::int64_t i = whole; i < count; ++i)
  {
    one(i, sums[0]);
  }
  T total = 0;
  for (const T sum : sums)
  {
    total += sum;
  }
  return total;
}
} // namespace

#define TWEEDIE_DEFINE_MAGNITUDE_KERNELS(T)                                                                            \
  TWEEDIE_MULTIVERSION T ReplaceMagnitude(                                                                             \
      std::complex<T> * u, const T * b, std::int64_t count, T scale, T target, T kept)                                 \
  {                                                                                                                    \
    return Replace(reinterpret_cast<T *>(u), b, count, scale, target, kept);                                           \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION T MagnitudeError(const std::complex<T> * u, const T * b, std::int64_t count, T scale)           \
  {                                                                                                                    \
    return Error(reinterpret_cast<const T *>(u), b, count, scale);                                                     \
  }

TWEEDIE_DEFINE_MAGNITUDE_KERNELS(float)
TWEEDIE_DEFINE_MAGNITUDE_KERNELS(double)
} // namespace tweedie
