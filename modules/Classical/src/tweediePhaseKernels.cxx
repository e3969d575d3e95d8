// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseKernels.h"

#include "tweedieMultiversion.h"

namespace tweedie
{
namespace
{
// A complex number is inside where the support is: real and imaginary part share its s.
template <int parts, typename T>
TWEEDIE_ALWAYS_INLINE void
Reduce(T * __restrict__ g, const T * __restrict__ p, const T * __restrict__ s, std::int64_t count, T limit)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    for (int k = 0; k < parts; ++k)
    {
      const std::int64_t j = parts * i + k;
      const bool isInside = s[i] > T(0) && (parts == 2 || p[j] >= limit);
      g[j] = isInside ? p[j] : T(0);
    }
  }
}

template <int parts, typename T>
TWEEDIE_ALWAYS_INLINE void
Hybrid(T * __restrict__ g, const T * __restrict__ p, const T * __restrict__ s, std::int64_t count, T limit, T beta)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    for (int k = 0; k < parts; ++k)
    {
      const std::int64_t j = parts * i + k;
      const bool isInside = s[i] > T(0) && (parts == 2 || p[j] >= limit);
      g[j] = isInside ? p[j] : g[j] - beta * p[j];
    }
  }
}

template <int parts, typename T>
TWEEDIE_ALWAYS_INLINE void
Relax(T * __restrict__ g, const T * __restrict__ p, const T * __restrict__ s, std::int64_t count, T limit, T beta)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    for (int k = 0; k < parts; ++k)
    {
      const std::int64_t j = parts * i + k;
      const bool isInside = s[i] > T(0) && (parts == 2 || T(2) * p[j] - g[j] >= limit);
      g[j] = isInside ? p[j] : beta * g[j] + (T(1) - T(2) * beta) * p[j];
    }
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
Mix(T * out, const T * p, const T * g, std::int64_t count, T a, T b)
{
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int64_t i = 0; i < count; ++i)
  {
    out[i] = a * p[i] + b * g[i];
  }
}

template <int parts, typename T>
TWEEDIE_ALWAYS_INLINE void
Outside(T * __restrict__ g, const T * __restrict__ a, const T * __restrict__ s, std::int64_t count)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    for (int k = 0; k < parts; ++k)
    {
      const std::int64_t j = parts * i + k;
      g[j] = s[i] > T(0) ? g[j] : a[j];
    }
  }
}
} // namespace

#define TWEEDIE_DEFINE_PHASE_KERNELS(N, T, parts)                                                                      \
  TWEEDIE_MULTIVERSION void ErrorReduction(N * g, const N * p, const T * s, std::int64_t count, T limit)               \
  {                                                                                                                    \
    Reduce<parts>(reinterpret_cast<T *>(g), reinterpret_cast<const T *>(p), s, count, limit);                          \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void HybridInputOutput(N * g, const N * p, const T * s, std::int64_t count, T limit, T beta)    \
  {                                                                                                                    \
    Hybrid<parts>(reinterpret_cast<T *>(g), reinterpret_cast<const T *>(p), s, count, limit, beta);                    \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void RelaxedReflections(N * g, const N * p, const T * s, std::int64_t count, T limit, T beta)   \
  {                                                                                                                    \
    Relax<parts>(reinterpret_cast<T *>(g), reinterpret_cast<const T *>(p), s, count, limit, beta);                     \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void Combine(N * out, const N * p, const N * g, std::int64_t count, T a, T b)                   \
  {                                                                                                                    \
    Mix(reinterpret_cast<T *>(out),                                                                                    \
        reinterpret_cast<const T *>(p),                                                                                \
        reinterpret_cast<const T *>(g),                                                                                \
        count *(parts),                                                                                                \
        a,                                                                                                             \
        b);                                                                                                            \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void ReplaceOutside(N * g, const N * a, const T * s, std::int64_t count)                        \
  {                                                                                                                    \
    Outside<parts>(reinterpret_cast<T *>(g), reinterpret_cast<const T *>(a), s, count);                                \
  }

TWEEDIE_DEFINE_PHASE_KERNELS(float, float, 1)
TWEEDIE_DEFINE_PHASE_KERNELS(double, double, 1)
TWEEDIE_DEFINE_PHASE_KERNELS(std::complex<float>, float, 2)
TWEEDIE_DEFINE_PHASE_KERNELS(std::complex<double>, double, 2)
} // namespace tweedie
