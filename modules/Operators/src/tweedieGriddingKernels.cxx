// SPDX-License-Identifier: Apache-2.0
#include "tweedieGriddingKernels.h"

#include "tweedieMultiversion.h"

namespace tweedie
{
namespace
{
template <int width, typename T>
TWEEDIE_ALWAYS_INLINE void
Gather(const GriddingSamples<T> & s, const T * grid, std::int64_t stride, T * values)
{
  for (std::int64_t n = s.begin; n < s.end; ++n)
  {
    const T * alongX = s.weights + n * 2 * width;
    const T * alongY = alongX + width;
    const T * row = grid + 2 * static_cast<std::int64_t>(s.first[n]);
    T sum[2 * width] = {};
    for (int r = 0; r < width; ++r, row += 2 * stride)
    {
      const T weight = alongY[r];
      for (int i = 0; i < 2 * width; ++i)
      {
        sum[i] += weight * row[i];
      }
    }
    T re = 0;
    T im = 0;
    for (int i = 0; i < width; ++i)
    {
      re += alongX[i] * sum[2 * i];
      im += alongX[i] * sum[2 * i + 1];
    }
    T * value = values + 2 * static_cast<std::int64_t>(s.place[n]);
    value[0] = re;
    value[1] = s.conjugate[n] * im;
  }
}

template <int width, typename T>
TWEEDIE_ALWAYS_INLINE void
Spread(const GriddingSamples<T> & s, const T * values, T * grid, std::int64_t stride)
{
  for (std::int64_t n = s.begin; n < s.end; ++n)
  {
    const T * alongX = s.weights + n * 2 * width;
    const T * alongY = alongX + width;
    const T * value = values + 2 * static_cast<std::int64_t>(s.place[n]);
    const T re = value[0];
    const T im = s.conjugate[n] * value[1];
    T part[2 * width];
    for (int i = 0; i < width; ++i)
    {
      part[2 * i] = alongX[i] * re;
      part[2 * i + 1] = alongX[i] * im;
    }
    T * row = grid + 2 * static_cast<std::int64_t>(s.first[n]);
    for (int r = 0; r < width; ++r, row += 2 * stride)
    {
      const T weight = alongY[r];
      TWEEDIE_INDEPENDENT_LOOP
      for (int i = 0; i < 2 * width; ++i)
      {
        row[i] += weight * part[i];
      }
    }
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
GatherAnyWidth(const GriddingSamples<T> & s, int width, const T * grid, std::int64_t stride, T * values)
{
  switch (width)
  {
  case 4:
    return Gather<4>(s, grid, stride, values);
  case 6:
    return Gather<6>(s, grid, stride, values);
  case 8:
    return Gather<8>(s, grid, stride, values);
  case 10:
    return Gather<10>(s, grid, stride, values);
  case 12:
    return Gather<12>(s, grid, stride, values);
  case 14:
    return Gather<14>(s, grid, stride, values);
  default:
    return Gather<16>(s, grid, stride, values);
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
SpreadAnyWidth(const GriddingSamples<T> & s, int width, const T * values, T * grid, std::int64_t stride)
{
  switch (width)
  {
  case 4:
    return Spread<4>(s, values, grid, stride);
  case 6:
    return Spread<6>(s, values, grid, stride);
  case 8:
    return Spread<8>(s, values, grid, stride);
  case 10:
    return Spread<10>(s, values, grid, stride);
  case 12:
    return Spread<12>(s, values, grid, stride);
  case 14:
    return Spread<14>(s, values, grid, stride);
  default:
    return Spread<16>(s, values, grid, stride);
  }
}
} // namespace

TWEEDIE_MULTIVERSION void
GatherSamples(const GriddingSamples<float> & s, int width, const float * grid, std::int64_t stride, float * values)
{
  GatherAnyWidth(s, width, grid, stride, values);
}

TWEEDIE_MULTIVERSION void
GatherSamples(const GriddingSamples<double> & s, int width, const double * grid, std::int64_t stride, double * values)
{
  GatherAnyWidth(s, width, grid, stride, values);
}

TWEEDIE_MULTIVERSION void
SpreadSamples(const GriddingSamples<float> & s, int width, const float * values, float * grid, std::int64_t stride)
{
  SpreadAnyWidth(s, width, values, grid, stride);
}

TWEEDIE_MULTIVERSION void
SpreadSamples(const GriddingSamples<double> & s, int width, const double * values, double * grid, std::int64_t stride)
{
  SpreadAnyWidth(s, width, values, grid, stride);
}
} // namespace tweedie
