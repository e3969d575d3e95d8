// SPDX-License-Identifier: Apache-2.0
#include "tweedieDualKernels.h"

#include "tweedieMultiversion.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
/** One row of b - grad^H q: q along y of this row and the one above (null at the border), q along x of this row. */
template <typename T>
TWEEDIE_ALWAYS_INLINE void
PrimalRow(const T * __restrict__ b,
          const T * __restrict__ here,
          const T * __restrict__ above,
          const T * __restrict__ alongX,
          std::int64_t width,
          T * __restrict__ out)
{
  if (above == nullptr)
  {
    out[0] = b[0] + here[0] + alongX[0];
    for (std::int64_t i = 1; i < width; ++i)
    {
      out[i] = b[i] + here[i] + (alongX[i] - alongX[i - 1]);
    }
    return;
  }
  out[0] = b[0] + (here[0] - above[0]) + alongX[0];
  for (std::int64_t i = 1; i < width; ++i)
  {
    out[i] = b[i] + (here[i] - above[i]) + (alongX[i] - alongX[i - 1]);
  }
}

/** Pointers to one row of one part. */
template <typename T> struct DualRow
{
  const T * here; // the primal row and the one below; the same at the border, so that the difference is zero
  const T * below;
  T * py;
  T * px;
  T * qy;
  T * qx;
};

template <typename T> struct StepNumbers
{
  T limit;
  T step;
  T beta;
};

template <typename T>
TWEEDIE_ALWAYS_INLINE void
Advance(T moved, T factor, T beta, T & p, T & q)
{
  const T next = moved * factor;
  q = next + beta * (next - p);
  p = next;
}

/** Columns of one row of the dual step for one or two parts; right: 1, or 0 in the last column, which has no difference
 * along x. */
template <int parts, typename T>
TWEEDIE_ALWAYS_INLINE void
DualRowStep(const DualRow<T> & first,
            const DualRow<T> & second,
            StepNumbers<T> n,
            std::int64_t begin,
            std::int64_t end,
            std::int64_t right)
{
  const T * __restrict__ u0 = first.here;
  const T * __restrict__ d0 = first.below;
  T * __restrict__ py0 = first.py;
  T * __restrict__ px0 = first.px;
  T * __restrict__ qy0 = first.qy;
  T * __restrict__ qx0 = first.qx;
  const T * __restrict__ u1 = second.here;
  const T * __restrict__ d1 = second.below;
  T * __restrict__ py1 = second.py;
  T * __restrict__ px1 = second.px;
  T * __restrict__ qy1 = second.qy;
  T * __restrict__ qx1 = second.qx;
  TWEEDIE_INDEPENDENT_LOOP
  for (std::int64_t i = begin; i < end; ++i)
  {
    const T y0 = qy0[i] + n.step * (d0[i] - u0[i]);
    const T x0 = qx0[i] + n.step * (u0[i + right] - u0[i]);
    const T y1 = parts == 2 ? qy1[i] + n.step * (d1[i] - u1[i]) : T(0);
    const T x1 = parts == 2 ? qx1[i] + n.step * (u1[i + right] - u1[i]) : T(0);
    const T norm = std::sqrt(y0 * y0 + x0 * x0 + y1 * y1 + x1 * x1);
    const T larger = norm > n.limit ? norm : n.limit;
    const T factor = n.limit / (larger > std::numeric_limits<T>::min() ? larger : std::numeric_limits<T>::min());
    Advance(y0, factor, n.beta, py0[i], qy0[i]);
    Advance(x0, factor, n.beta, px0[i], qx0[i]);
    if (parts == 2)
    {
      Advance(y1, factor, n.beta, py1[i], qy1[i]);
      Advance(x1, factor, n.beta, px1[i], qx1[i]);
    }
  }
}

/** Row y of the primal image for all parts into rows[part][x]. */
template <typename T>
TWEEDIE_ALWAYS_INLINE void
PrimalRows(PlaneExtent e, const T * b, const T * q, std::int64_t y, T * rows)
{
  const std::int64_t plane = e.height * e.width;
  for (std::int64_t part = 0; part < e.parts; ++part)
  {
    const std::int64_t at = part * plane + y * e.width;
    PrimalRow(
        b + at, q + at, y > 0 ? q + at - e.width : nullptr, q + e.parts * plane + at, e.width, rows + part * e.width);
  }
}

/** Row y + 1 of the primal image is made before row y of the dual one is changed: it is the last to need it. */
template <int parts, typename T>
TWEEDIE_ALWAYS_INLINE void
Sweep(PlaneExtent e, const T * b, StepNumbers<T> n, T * p, T * q, T * rows)
{
  const std::int64_t plane = e.height * e.width;
  T * current = rows;
  T * following = rows + parts * e.width;
  PrimalRows(e, b, q, 0, current);
  for (std::int64_t y = 0; y < e.height; ++y)
  {
    const bool isLast = y + 1 == e.height;
    if (!isLast)
    {
      PrimalRows(e, b, q, y + 1, following);
    }
    const auto row = [&](std::int64_t part)
    {
      const std::int64_t alongY = part * plane + y * e.width;
      const std::int64_t alongX = parts * plane + alongY;
      const T * const here = current + part * e.width;
      return DualRow<T>{
          here, isLast ? here : following + part * e.width, p + alongY, p + alongX, q + alongY, q + alongX};
    };
    const DualRow<T> first = row(0);
    const DualRow<T> second = row(parts - 1);
    DualRowStep<parts>(first, second, n, 0, e.width - 1, 1);
    DualRowStep<parts>(first, second, n, e.width - 1, e.width, 0);
    std::swap(current, following);
  }
}
template <typename T>
TWEEDIE_ALWAYS_INLINE void
SweepAnyParts(PlaneExtent e, const T * b, StepNumbers<T> n, T * p, T * q, T * rows)
{
  if (e.parts == 2)
  {
    Sweep<2>(e, b, n, p, q, rows);
  }
  else
  {
    Sweep<1>(e, b, n, p, q, rows);
  }
}

template <typename T>
TWEEDIE_ALWAYS_INLINE void
PrimalImage(PlaneExtent e, const T * b, const T * p, T * x)
{
  const std::int64_t plane = e.height * e.width;
  for (std::int64_t part = 0; part < e.parts; ++part)
  {
    for (std::int64_t y = 0; y < e.height; ++y)
    {
      const std::int64_t at = part * plane + y * e.width;
      PrimalRow(b + at, p + at, y > 0 ? p + at - e.width : nullptr, p + e.parts * plane + at, e.width, x + at);
    }
  }
}
} // namespace

TWEEDIE_MULTIVERSION void
DualSweep(PlaneExtent extent, const float * b, float limit, float step, float beta, float * p, float * q, float * rows)
{
  SweepAnyParts<float>(extent, b, {limit, step, beta}, p, q, rows);
}

TWEEDIE_MULTIVERSION void
DualSweep(
    PlaneExtent extent, const double * b, double limit, double step, double beta, double * p, double * q, double * rows)
{
  SweepAnyParts<double>(extent, b, {limit, step, beta}, p, q, rows);
}

TWEEDIE_MULTIVERSION void
PrimalSweep(PlaneExtent extent, const float * b, const float * p, float * x)
{
  PrimalImage(extent, b, p, x);
}

TWEEDIE_MULTIVERSION void
PrimalSweep(PlaneExtent extent, const double * b, const double * p, double * x)
{
  PrimalImage(extent, b, p, x);
}
} // namespace tweedie
