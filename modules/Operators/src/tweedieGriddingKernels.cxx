// SPDX-License-Identifier: Apache-2.0
#include "tweedieGriddingKernels.h"

#include "tweedieMultiversion.h"

namespace tweedie
{
namespace
{
template <int width, typename T>
TWEEDIE_ALWAYS_INLINE void
AddRows(const T * alongY, T factor, const T * row, std::int64_t stride, T * sum)
{
  for (int r = 0; r < width; ++r, row += 2 * stride)
  {
    const T weight = factor * alongY[r];
    for (int i = 0; i < 2 * width; ++i)
    {
      sum[i] += weight * row[i];
    }
  }
}

template <int width, typename T>
TWEEDIE_ALWAYS_INLINE void
Gather(const GriddingSamples<T> & s, const T * grid, std::int64_t stride, T * values)
{
  const int planes = s.planeStride == 0 ? 1 : width;
  const std::int64_t perSample = s.planeStride == 0 ? 2 * width : 3 * width;
  for (std::int64_t n = s.begin; n < s.end; ++n)
  {
    const T * alongX = s.weights + n * perSample;
    const T * alongY = alongX + width;
    const T * alongZ = alongY + width;
    const T * corner = grid + 2 * static_cast<std::int64_t>(s.first[n]);
    T sum[2 * width] = {};
    for (int z = 0; z < planes; ++z, corner += 2 * s.planeStride)
    {
      AddRows<width>(alongY, planes == 1 ? T(1) : alongZ[z], corner, stride, sum);
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
SpreadRows(const T * alongY, T factor, const T * part, T * row, std::int64_t stride)
{
  for (int r = 0; r < width; ++r, row += 2 * stride)
  {
    const T weight = factor * alongY[r];
    TWEEDIE_INDEPENDENT_LOOP
    for (int i = 0; i < 2 * width; ++i)
    {
      row[i] += weight * part[i];
    }
  }
}

template <int width, typename T>
TWEEDIE_ALWAYS_INLINE void
Spread(const GriddingSamples<T> & s, const T * values, T * grid, std::int64_t stride)
{
  const int planes = s.planeStride == 0 ? 1 : width;
  const std::int64_t perSample = s.planeStride == 0 ? 2 * width : 3 * width;
  for (std::int64_t n = s.begin; n < s.end; ++n)
  {
    const T * alongX = s.weights + n * perSample;
    const T * alongY = alongX + width;
    const T * alongZ = alongY + width;
    const T * value = values + 2 * static_cast<std::int64_t>(s.place[n]);
    const T re = value[0];
    const T im = s.conjugate[n] * value[1];
    T part[2 * width];
    for (int i = 0; i < width; ++i)
    {
      part[2 * i] = alongX[i] * re;
      part[2 * i + 1] = alongX[i] * im;
    }
    T * corner = grid + 2 * static_cast<std::int64_t>(s.first[n]);
    for (int z = 0; z < planes; ++z, corner += 2 * s.planeStride)
    {
      SpreadRows<width>(alongY, planes == 1 ? T(1) : alongZ[z], part, corner, stride);
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
