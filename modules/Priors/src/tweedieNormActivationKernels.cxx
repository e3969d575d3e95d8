// SPDX-License-Identifier: Apache-2.0
#include "tweedieNormActivationKernels.h"

#include <cstring>

// One binary runs everywhere and uses what the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TWEEDIE_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TWEEDIE_CLONES
#endif
#define TWEEDIE_INLINE inline __attribute__((always_inline))

namespace tweedie
{
namespace
{
TWEEDIE_INLINE float
FloatFromBits(std::uint32_t bits)
{
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
TWEEDIE_INLINE std::uint32_t
BitsFromFloat(float value)
{
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

TWEEDIE_INLINE float
Load(float value)
{
  return value;
}
TWEEDIE_INLINE float
Load(BrainFloat value)
{
  return FloatFromBits(static_cast<std::uint32_t>(value.bits) << 16);
}
TWEEDIE_INLINE void
Store(float & target, float value)
{
  target = value;
}
TWEEDIE_INLINE void
Store(BrainFloat & target, float value)
{
  const std::uint32_t bits = BitsFromFloat(value); // round to nearest, ties to even
  target.bits = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

/** exp(x) to 2e-7 relative: 2^i times a Taylor polynomial of 2^f, |f| <= 1/2. std::exp is not vectorised by the
 * compiler without giving up NaN and infinity everywhere. */
TWEEDIE_INLINE float
VectorExp(float x)
{
  // Beyond 40 the sigmoid is 0 or 1 in float; a wider clamp would make the compiler's speculative products denormal,
  // which costs a hundred cycles each.
  x = x < -40.0F ? -40.0F : x;
  x = x > 40.0F ? 40.0F : x;
  const float t = x * 1.44269504F;
  const float shifted = t + 12582912.0F; // 1.5 * 2^23: the sum's low bits are round(t)
  const float f = (t - (shifted - 12582912.0F)) * 0.69314718F;
  const float p =
      1.0F + f * (1.0F + f * (0.5F + f * (0.16666667F + f * (0.041666668F + f * (0.008333334F + f * 0.0013888889F)))));
  return p * FloatFromBits((BitsFromFloat(shifted) << 23) + 0x3F800000U);
}

template <typename T>
TWEEDIE_INLINE void
SumRowsOf(const T * x, std::int64_t pixels, std::int64_t channels, float * sum, float * squares)
{
  for (std::int64_t p = 0; p < pixels; ++p, x += channels)
  {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c)
    {
      const float v = Load(x[c]);
      sum[c] += v;
      squares[c] += v * v;
    }
  }
}

template <typename T>
TWEEDIE_INLINE void
AffineSiluRowsOf(const T * x, std::int64_t pixels, std::int64_t channels, const float * a, const float * b, T * y)
{
  for (std::int64_t p = 0; p < pixels; ++p, x += channels, y += channels)
  {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c)
    {
      const float z = a[c] * Load(x[c]) + b[c];
      const float s = 1.0F / (1.0F + VectorExp(-z));
      Store(y[c], z * s);
    }
  }
}

template <typename T>
TWEEDIE_INLINE void
SiluBackwardRowsOf(const T * x,
                   const T * dy,
                   std::int64_t pixels,
                   std::int64_t channels,
                   const float * a,
                   const float * b,
                   T * dz,
                   float * sum,
                   float * withX)
{
  for (std::int64_t p = 0; p < pixels; ++p, x += channels, dy += channels, dz += channels)
  {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c)
    {
      const float v = Load(x[c]);
      const float z = a[c] * v + b[c];
      const float s = 1.0F / (1.0F + VectorExp(-z));
      const float d = Load(dy[c]) * s * (1.0F + z * (1.0F - s));
      Store(dz[c], d);
      sum[c] += d;
      withX[c] += d * v;
    }
  }
}

template <typename T>
TWEEDIE_INLINE void
CombineRowsOf(const T * x,
              std::int64_t pixels,
              std::int64_t channels,
              const float * a,
              const float * k1,
              const float * k2,
              T * dz)
{
  for (std::int64_t p = 0; p < pixels; ++p, x += channels, dz += channels)
  {
#pragma GCC ivdep
    for (std::int64_t c = 0; c < channels; ++c)
    {
      Store(dz[c], a[c] * Load(dz[c]) + k1[c] * Load(x[c]) + k2[c]);
    }
  }
}
} // namespace

TWEEDIE_CLONES void
SumRows(const float * x, std::int64_t pixels, std::int64_t channels, float * sum, float * squares)
{
  SumRowsOf(x, pixels, channels, sum, squares);
}
TWEEDIE_CLONES void
SumRows(const BrainFloat * x, std::int64_t pixels, std::int64_t channels, float * sum, float * squares)
{
  SumRowsOf(x, pixels, channels, sum, squares);
}
TWEEDIE_CLONES void
AffineSiluRows(const float * x, std::int64_t pixels, std::int64_t channels, const float * a, const float * b, float * y)
{
  AffineSiluRowsOf(x, pixels, channels, a, b, y);
}
TWEEDIE_CLONES void
AffineSiluRows(
    const BrainFloat * x, std::int64_t pixels, std::int64_t channels, const float * a, const float * b, BrainFloat * y)
{
  AffineSiluRowsOf(x, pixels, channels, a, b, y);
}
TWEEDIE_CLONES void
SiluBackwardRows(const float * x,
                 const float * dy,
                 std::int64_t pixels,
                 std::int64_t channels,
                 const float * a,
                 const float * b,
                 float * dz,
                 float * sum,
                 float * withX)
{
  SiluBackwardRowsOf(x, dy, pixels, channels, a, b, dz, sum, withX);
}
TWEEDIE_CLONES void
SiluBackwardRows(const BrainFloat * x,
                 const BrainFloat * dy,
                 std::int64_t pixels,
                 std::int64_t channels,
                 const float * a,
                 const float * b,
                 BrainFloat * dz,
                 float * sum,
                 float * withX)
{
  SiluBackwardRowsOf(x, dy, pixels, channels, a, b, dz, sum, withX);
}
TWEEDIE_CLONES void
CombineRows(const float * x,
            std::int64_t pixels,
            std::int64_t channels,
            const float * a,
            const float * k1,
            const float * k2,
            float * dz)
{
  CombineRowsOf(x, pixels, channels, a, k1, k2, dz);
}
TWEEDIE_CLONES void
CombineRows(const BrainFloat * x,
            std::int64_t pixels,
            std::int64_t channels,
            const float * a,
            const float * k1,
            const float * k2,
            BrainFloat * dz)
{
  CombineRowsOf(x, pixels, channels, a, k1, k2, dz);
}
} // namespace tweedie
