// SPDX-License-Identifier: Apache-2.0
#include "tweedieBackProjectionKernels.h"

#include "tweedieMultiversion.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace tweedie
{
namespace
{
/** Position of each x of a line among the columns with their zeros, its weight, and what a row is divided by. */
template <typename T> struct LinePlaces
{
  T * position;
  T * weight;
  T * divisor;
};

/** Where neither column nor weight depends on z. */
template <typename T>
TWEEDIE_ALWAYS_INLINE void
PlaceLine(const BackProjectionView & view, std::int64_t y, std::int64_t width, std::int64_t columns, LinePlaces<T> out)
{
  const double a0 = view.a[0] + view.a[2] * static_cast<double>(y);
  const double c0 = view.c[0] + view.c[2] * static_cast<double>(y);
  const auto last = static_cast<double>(columns + 1);
  if (view.perAngle == 0.0)
  {
    TWEEDIE_INDEPENDENT_LOOP
    for (std::int64_t x = 0; x < width; ++x)
    {
      const double l = c0 + view.c[1] * static_cast<double>(x);
      const double inverse = 1.0 / l;
      const double place = (a0 + view.a[1] * static_cast<double>(x)) * inverse + 1.0;
      out.position[x] = static_cast<T>(std::min(std::max(0.0, place), last));
      out.weight[x] = static_cast<T>(view.scale * inverse * inverse);
      out.divisor[x] = static_cast<T>(inverse);
    }
    return;
  }
  for (std::int64_t x = 0; x < width; ++x)
  {
    const double l = c0 + view.c[1] * static_cast<double>(x);
    const double a = a0 + view.a[1] * static_cast<double>(x);
    const double square = 1.0 / (l * l + a * a);
    const double place = view.offset + view.perAngle * std::atan2(a, l) + 1.0;
    out.position[x] = static_cast<T>(std::min(std::max(0.0, place), last));
    out.weight[x] = static_cast<T>(view.scale * square);
    out.divisor[x] = static_cast<T>(std::sqrt(square));
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
AddSlice(const T * __restrict__ data,
         std::int64_t columns,
         std::int64_t width,
         const LinePlaces<T> & at,
         T * __restrict__ out)
{
  const auto limit = static_cast<std::int32_t>(columns);
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int64_t x = 0; x < width; ++x)
  {
    const T position = at.position[x];
    const std::int32_t k = std::min(static_cast<std::int32_t>(position), limit);
    const T f = position - static_cast<T>(k);
    out[x] += at.weight[x] * (data[k] + f * (data[k + 1] - data[k]));
  }
}

/** A line of one slice by parallel rays: places are equally far apart, and made on the way. */
template <typename T>
TWEEDIE_ALWAYS_INLINE void
AddParallelSlice(const BackProjectionView & view,
                 const T * __restrict__ data,
                 std::int64_t columns,
                 std::int64_t width,
                 std::int64_t y,
                 T * __restrict__ out)
{
  const double inverse = 1.0 / view.c[0];
  const auto first = static_cast<T>((view.a[0] + view.a[2] * static_cast<double>(y)) * inverse + 1.0);
  const auto step = static_cast<T>(view.a[1] * inverse);
  const auto weight = static_cast<T>(view.scale * inverse * inverse);
  const auto last = static_cast<T>(columns + 1);
  const auto limit = static_cast<std::int32_t>(columns);
  const auto count = static_cast<std::int32_t>(width);
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int32_t x = 0; x < count; ++x)
  {
    const T position = std::min(std::max(T(0), first + step * static_cast<T>(x)), last);
    const std::int32_t k = std::min(static_cast<std::int32_t>(position), limit);
    const T f = position - static_cast<T>(k);
    out[x] += weight * (data[k] + f * (data[k + 1] - data[k]));
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
AddSlices(const T * data,
          std::int64_t columns,
          std::int64_t stride,
          std::int64_t width,
          std::int64_t height,
          const LinePlaces<T> & at,
          T * out)
{
  for (std::int64_t x = 0; x < width; ++x)
  {
    const std::int64_t k = std::min(static_cast<std::int64_t>(at.position[x]), columns);
    const T f = at.position[x] - static_cast<T>(k);
    const T second = at.weight[x] * f;
    const T first = at.weight[x] - second;
    const T * __restrict__ d = data + k * stride;
    T * __restrict__ line = out + x * height;
    TWEEDIE_INDEPENDENT_LOOP
    for (std::int64_t z = 0; z < height; ++z)
    {
      line[z] += first * d[z] + second * d[z + stride];
    }
  }
}

/** line[z] += mixed at the row start + step z, between its two neighbours. */
template <typename T>
TWEEDIE_ALWAYS_INLINE void
AddRows(const T * mixed, std::int64_t rows, T start, T step, std::int64_t begin, std::int64_t end, T * line)
{
  const auto last = static_cast<T>(rows + 1);
  const auto limit = static_cast<std::int32_t>(rows);
  for (std::int64_t z = begin; z < end; ++z)
  {
    const T row = std::min(std::max(T(0), start + step * static_cast<T>(z)), last);
    const std::int32_t j = std::min(static_cast<std::int32_t>(row), limit);
    line[z] += mixed[j] + (row - static_cast<T>(j)) * (mixed[j + 1] - mixed[j]);
  }
}

#if defined(__x86_64__) && defined(__GNUC__)
bool
PermutesRows()
{
  return __builtin_cpu_supports("avx2");
}

/** Elements index, 0 to 15, of the sixteen from there on. */
__attribute__((target("avx2"), always_inline)) inline __m256
Permuted(const float * from, __m256i index, __m256i isFar)
{
  const __m256 near = _mm256_permutevar8x32_ps(_mm256_loadu_ps(from), index);
  const __m256 far = _mm256_permutevar8x32_ps(_mm256_loadu_ps(from + 8), index);
  return _mm256_blendv_ps(near, far, _mm256_castsi256_ps(isFar));
}

/** The same by eight voxels for |step| <= 2, the rest of them left out: their rows lie within sixteen, which are
 * permuted in registers. Returns how many voxels were done. mixed: readable for sixteen elements from rows + 1 on. */
__attribute__((target("avx2"))) std::int64_t
AddBlocksOfRows(const float * mixed, std::int64_t rows, float start, float step, std::int64_t height, float * line)
{
  const __m256 lanes = _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256 last = _mm256_set1_ps(static_cast<float>(rows + 1));
  const __m256i limit = _mm256_set1_epi32(static_cast<std::int32_t>(rows));
  std::int64_t z = 0;
  for (; z + 8 <= height; z += 8)
  {
    const __m256 along =
        _mm256_mul_ps(_mm256_set1_ps(step), _mm256_add_ps(_mm256_set1_ps(static_cast<float>(z)), lanes));
    const __m256 place = _mm256_add_ps(_mm256_set1_ps(start), along);
    const __m256 row = _mm256_min_ps(_mm256_max_ps(_mm256_setzero_ps(), place), last);
    const __m256i j = _mm256_min_epi32(_mm256_cvttps_epi32(row), limit);
    const std::int32_t base = step < 0.0F ? _mm256_extract_epi32(j, 7) : _mm256_extract_epi32(j, 0);
    const __m256i index = _mm256_sub_epi32(j, _mm256_set1_epi32(base));
    const __m256i isFar = _mm256_cmpgt_epi32(index, _mm256_set1_epi32(7));
    const __m256 low = Permuted(mixed + base, index, isFar);
    const __m256 high = Permuted(mixed + base + 1, index, isFar);
    const __m256 f = _mm256_sub_ps(row, _mm256_cvtepi32_ps(j));
    const __m256 value = _mm256_add_ps(low, _mm256_mul_ps(f, _mm256_sub_ps(high, low)));
    _mm256_storeu_ps(line + z, _mm256_add_ps(_mm256_loadu_ps(line + z), value));
  }
  return z;
}
#else
bool
PermutesRows()
{
  return false;
}

std::int64_t
AddBlocksOfRows(const float *, std::int64_t, float, float, std::int64_t, float *)
{
  return 0;
}
#endif

/** A whole column of voxels sees one column of the detector: interpolated across first, then along it. */
template <typename T>
TWEEDIE_ALWAYS_INLINE void
AddColumns(const BackProjectionView & view,
           const T * data,
           const BackProjection<T> & work,
           std::int64_t y,
           const LinePlaces<T> & at,
           T * __restrict__ mixed,
           T * out)
{
  const std::int64_t stride = work.rows + 2;
  [[maybe_unused]] const bool permutes = PermutesRows();
  for (std::int64_t x = 0; x < work.width; ++x)
  {
    const std::int64_t k = std::min(static_cast<std::int64_t>(at.position[x]), work.columns);
    const T f = at.position[x] - static_cast<T>(k);
    const T second = at.weight[x] * f;
    const T first = at.weight[x] - second;
    const T * __restrict__ d = data + k * stride;
    TWEEDIE_INDEPENDENT_LOOP
    for (std::int64_t v = 0; v < stride; ++v)
    {
      mixed[v] = first * d[v] + second * d[v + stride];
    }
    const T divisor = view.rowIsDivided ? at.divisor[x] : T(1);
    const T start =
        static_cast<T>(view.b[0] + view.b[1] * static_cast<double>(x) + view.b[2] * static_cast<double>(y)) * divisor +
        static_cast<T>(view.rowOffset + 1.0);
    const T step = static_cast<T>(view.b[3]) * divisor;
    T * line = out + x * work.height;
    std::int64_t done = 0;
    if constexpr (std::is_same_v<T, float>)
    {
      done = permutes && std::abs(step) <= 2.0F ? AddBlocksOfRows(mixed, work.rows, start, step, work.height, line) : 0;
    }
    AddRows(mixed, work.rows, start, step, done, work.height, line);
  }
}

/** One voxel, whatever the detector's and the grid's axes are. */
template <typename T>
TWEEDIE_ALWAYS_INLINE T
OneVoxel(const BackProjectionView & view, const T * data, const BackProjection<T> & work, double x, double y, double z)
{
  const auto value = [&](const std::array<double, 4> & n) { return n[0] + n[1] * x + n[2] * y + n[3] * z; };
  const double l = value(view.c);
  const double a = value(view.a);
  const bool isFlat = view.perAngle == 0.0;
  const double inverse = isFlat ? 1.0 / l : 1.0 / std::sqrt(l * l + a * a);
  const double column = isFlat ? a * inverse : view.offset + view.perAngle * std::atan2(a, l);
  const double row = value(view.b) * (view.rowIsDivided ? inverse : 1.0) + view.rowOffset;
  const double i = std::min(std::max(0.0, column + 1.0), static_cast<double>(work.columns + 1));
  const double j = std::min(std::max(0.0, row + 1.0), static_cast<double>(work.rows + 1));
  const std::int64_t k = std::min(static_cast<std::int64_t>(i), work.columns);
  const std::int64_t m = std::min(static_cast<std::int64_t>(j), work.rows);
  const auto f = static_cast<T>(i - static_cast<double>(k));
  const auto g = static_cast<T>(j - static_cast<double>(m));
  const T * d = data + k * (work.rows + 2) + m;
  const T * e = d + work.rows + 2;
  const T low = d[0] + g * (d[1] - d[0]);
  const T high = e[0] + g * (e[1] - e[0]);
  return static_cast<T>(view.scale * inverse * inverse) * (low + f * (high - low));
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
Line(const BackProjection<T> & work, std::int64_t y, T * scratch)
{
  const std::int64_t stride = work.Stride();
  T * out = work.out + y * work.width * work.height;
  const LinePlaces<T> places{scratch, scratch + work.width, scratch + 2 * work.width};
  T * mixed = scratch + 3 * work.width;
  for (std::int64_t k = 0; k < work.viewCount; ++k)
  {
    const BackProjectionView & view = work.views[k];
    const T * data = work.data + k * (work.columns + 2) * stride;
    if (view.a[3] != 0.0 || view.c[3] != 0.0)
    {
      for (std::int64_t i = 0; i < work.width * work.height; ++i)
      {
        out[i] += OneVoxel(view,
                           data,
                           work,
                           static_cast<double>(i / work.height),
                           static_cast<double>(y),
                           static_cast<double>(i % work.height));
      }
      continue;
    }
    if (work.sharesRows && work.height == 1 && view.perAngle == 0.0 && view.c[1] == 0.0 && view.c[2] == 0.0)
    {
      AddParallelSlice(view, data, work.columns, work.width, y, out);
      continue;
    }
    PlaceLine(view, y, work.width, work.columns, places);
    if (!work.sharesRows)
    {
      AddColumns(view, data, work, y, places, mixed, out);
    }
    else if (work.height == 1)
    {
      AddSlice(data, work.columns, work.width, places, out);
    }
    else
    {
      AddSlices(data, work.columns, stride, work.width, work.height, places, out);
    }
  }
}
} // namespace

TWEEDIE_MULTIVERSION void
BackProjectLine(const BackProjection<float> & work, std::int64_t y, float * scratch)
{
  Line(work, y, scratch);
}

TWEEDIE_MULTIVERSION void
BackProjectLine(const BackProjection<double> & work, std::int64_t y, double * scratch)
{
  Line(work, y, scratch);
}
} // namespace tweedie
