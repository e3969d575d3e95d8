// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGrid_h
#define tweedieGrid_h

#include <array>
#include <cstdint>

namespace tweedie
{
/** Three values named by axis, so that (z, y, x) memory order and (x, y, z) geometry order cannot be confused. */
template <typename T> struct Axes
{
  T z{};
  T y{};
  T x{};

  static Axes
  FromZyx(const std::array<T, 3> & a)
  {
    return {a[0], a[1], a[2]};
  }
  static Axes
  FromXyz(const std::array<T, 3> & a)
  {
    return {a[2], a[1], a[0]};
  }
  std::array<T, 3>
  Xyz() const
  {
    return {x, y, z};
  }
  std::array<T, 3>
  Zyx() const
  {
    return {z, y, x};
  }
  bool
  operator==(const Axes & other) const
  {
    return z == other.z && y == other.y && x == other.x;
  }
  bool
  operator!=(const Axes & other) const
  {
    return !(*this == other);
  }
};

/** A regular grid in patient space (LPS, millimetres), with ITK's meaning of origin and direction:
 *
 *    p = origin + direction * diag(spacing) * (i_x, i_y, i_z)
 *
 * origin is the centre of the first voxel; direction is row-major and its columns are the unit vectors of the
 * x, y and z index axes. */
struct Grid
{
  Axes<std::int64_t> size{1, 1, 1};
  Axes<double> spacing{1.0, 1.0, 1.0};
  std::array<double, 3> origin{0.0, 0.0, 0.0};
  std::array<double, 9> direction{1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0};

  std::int64_t
  NumberOfVoxels() const
  {
    return size.z * size.y * size.x;
  }

  /** Same size, and the same place in space within a relative tolerance (of the spacing, and of 1 for direction). */
  bool IsCongruent(const Grid & other, double tolerance = 1e-4) const;

  /** The grid of a sub-range of slices z = first, first + step, ... (count of them). */
  Grid Slices(std::int64_t first, std::int64_t count, std::int64_t step = 1) const;
};
} // namespace tweedie

#endif
