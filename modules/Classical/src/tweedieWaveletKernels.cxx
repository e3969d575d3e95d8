// SPDX-License-Identifier: Apache-2.0
#include "tweedieWaveletKernels.h"

#include "tweedieMultiversion.h"

namespace tweedie
{
namespace
{
// Daubechies (1988), N = 2: (1 + 3^(1/2), 3 + 3^(1/2), 3 - 3^(1/2), 1 - 3^(1/2)) / (4 2^(1/2)).
template <typename T> struct Filter
{
  static constexpr T h0 = static_cast<T>(0.48296291314453414337);
  static constexpr T h1 = static_cast<T>(0.83651630373780790557);
  static constexpr T h2 = static_cast<T>(0.22414386804201338103);
  static constexpr T h3 = static_cast<T>(-0.12940952255126038117);
};

template <typename T>
TWEEDIE_ALWAYS_INLINE void
AnalyzeSample(const T * a, const T * b, const T * c, const T * d, T * low, T * high, std::int64_t numbers)
{
  using F = Filter<T>;
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int64_t i = 0; i < numbers; ++i)
  {
    low[i] = F::h0 * a[i] + F::h1 * b[i] + F::h2 * c[i] + F::h3 * d[i];
    high[i] = F::h3 * a[i] - F::h2 * b[i] + F::h1 * c[i] - F::h0 * d[i];
  }
}

/** From the low and high ones at k and, with "before" in their names, at k - 1. */
template <typename T>
TWEEDIE_ALWAYS_INLINE void
SynthesizePair(
    const T * lowBefore, const T * low, const T * highBefore, const T * high, T * even, T * odd, std::int64_t n)
{
  using F = Filter<T>;
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int64_t i = 0; i < n; ++i)
  {
    even[i] = F::h0 * low[i] + F::h2 * lowBefore[i] + F::h3 * high[i] + F::h1 * highBefore[i];
    odd[i] = F::h1 * low[i] + F::h3 * lowBefore[i] - F::h2 * high[i] - F::h0 * highBefore[i];
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
CopyNumbers(const T * from, T * to, std::int64_t numbers)
{
  for (std::int64_t i = 0; i < numbers; ++i)
  {
    to[i] = from[i];
  }
}

/** Along one direction: `count` samples of `numbers` numbers each, `step` apart; the outputs' samples outStep apart. */
template <typename T>
TWEEDIE_ALWAYS_INLINE void
Analyze(const T * x, std::int64_t step, T * out, std::int64_t outStep, std::int64_t count, std::int64_t numbers)
{
  const std::int64_t half = count / 2;
  const std::int64_t even = 2 * half;
  const std::int64_t lows = count - half;
  for (std::int64_t k = 0; k < half; ++k)
  {
    const T * a = x + 2 * k * step;
    const T * c = x + (2 * k + 2 < even ? 2 * k + 2 : 0) * step;
    AnalyzeSample(a, a + step, c, c + step, out + k * outStep, out + (lows + k) * outStep, numbers);
  }
  if (lows > half)
  {
    CopyNumbers(x + even * step, out + half * outStep, numbers);
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
Synthesize(const T * x, std::int64_t step, T * out, std::int64_t outStep, std::int64_t count, std::int64_t numbers)
{
  const std::int64_t half = count / 2;
  const std::int64_t lows = count - half;
  for (std::int64_t k = 0; k < half; ++k)
  {
    const std::int64_t before = k > 0 ? k - 1 : half - 1;
    SynthesizePair(x + before * step,
                   x + k * step,
                   x + (lows + before) * step,
                   x + (lows + k) * step,
                   out + 2 * k * outStep,
                   out + (2 * k + 1) * outStep,
                   numbers);
  }
  if (lows > half)
  {
    CopyNumbers(x + half * step, out + 2 * half * outStep, numbers);
  }
}

/** Rows of complex or real samples; the number of parts is known to the compiler, which can then unroll. */
template <typename T, std::int64_t parts, bool analyze>
TWEEDIE_ALWAYS_INLINE void
AlongRows(const WaveletPlane & plane, const T * from, std::int64_t fromStride, T * to, std::int64_t toStride)
{
  for (std::int64_t y = 0; y < plane.height; ++y)
  {
    if constexpr (analyze)
    {
      Analyze(from + y * fromStride, parts, to + y * toStride, parts, plane.width, parts);
    }
    else
    {
      Synthesize(from + y * fromStride, parts, to + y * toStride, parts, plane.width, parts);
    }
  }
}

template <typename T, std::int64_t parts>
TWEEDIE_ALWAYS_INLINE void
AnalyzePlane(const WaveletPlane & plane, T * x, T * scratch)
{
  const std::int64_t row = plane.width * parts;
  AlongRows<T, parts, true>(plane, x, plane.stride, scratch, row);
  Analyze(scratch, row, x, plane.stride, plane.height, row);
}

template <typename T, std::int64_t parts>
TWEEDIE_ALWAYS_INLINE void
SynthesizePlane(const WaveletPlane & plane, T * x, T * scratch)
{
  const std::int64_t row = plane.width * parts;
  Synthesize(x, plane.stride, scratch, row, plane.height, row);
  AlongRows<T, parts, false>(plane, scratch, row, x, plane.stride);
}
} // namespace

TWEEDIE_MULTIVERSION void
AnalyzeLevel(const WaveletPlane & plane, float * x, float * scratch)
{
  plane.parts == 2 ? AnalyzePlane<float, 2>(plane, x, scratch) : AnalyzePlane<float, 1>(plane, x, scratch);
}

TWEEDIE_MULTIVERSION void
AnalyzeLevel(const WaveletPlane & plane, double * x, double * scratch)
{
  plane.parts == 2 ? AnalyzePlane<double, 2>(plane, x, scratch) : AnalyzePlane<double, 1>(plane, x, scratch);
}

TWEEDIE_MULTIVERSION void
SynthesizeLevel(const WaveletPlane & plane, float * x, float * scratch)
{
  plane.parts == 2 ? SynthesizePlane<float, 2>(plane, x, scratch) : SynthesizePlane<float, 1>(plane, x, scratch);
}

TWEEDIE_MULTIVERSION void
SynthesizeLevel(const WaveletPlane & plane, double * x, double * scratch)
{
  plane.parts == 2 ? SynthesizePlane<double, 2>(plane, x, scratch) : SynthesizePlane<double, 1>(plane, x, scratch);
}
} // namespace tweedie
