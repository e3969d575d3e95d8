// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJosephKernels_h
#define tweedieJosephKernels_h

#include <array>
#include <cstdint>

namespace tweedie
{
/** A ray through the planes of its main axis; the other axes, first and second, are those of JosephAxes. Lengths in
 * voxels but for the last. */
struct JosephRay
{
  std::array<double, 2> start; ///< index along the other axes in plane 0
  std::array<double, 2> slope; ///< change from plane to plane, at most 1 in size
  double length;               ///< mm from plane to plane
  std::int32_t begin;          ///< planes [begin, end) are those in which the ray is less than a voxel off the volume
  std::int32_t end;
  std::int32_t axis; ///< main axis: 0 x, 1 y, 2 z
};

/** The other axes of a main axis, the first one the one whose neighbours lie side by side in memory. */
constexpr std::array<std::array<int, 2>, 3> josephAxes{{{2, 1}, {2, 0}, {0, 1}}};
/** The same for a single slice. */
constexpr std::array<std::array<int, 2>, 3> josephPlaneAxes{{{1, 2}, {0, 2}, {0, 1}}};

/** Voxels around a volume that are zero, or whose sum is thrown away: a ray is within one of it, its pair of neighbours
 * reaches one further, and rounding may cost another one. */
constexpr std::int64_t josephBorder = 2;

/** Values that share a ray: 32 bytes of them. */
template <typename T> constexpr std::int64_t josephLanes = 32 / sizeof(T);

/** Where the voxels are, for rays of one main axis: of index (k, i, j) along the main, first and second axis at
 * origin[k * plane + i * first + j * second]; with one lane first is 1. */
template <typename T> struct JosephPlanes
{
  T * origin = nullptr;
  std::int64_t plane = 0;
  std::int64_t first = 0;
  std::int64_t second = 0;
};

template <typename T> using JosephVolume = std::array<JosephPlanes<T>, 3>;

/** Rays in a slice (2 dimensions) or a volume (3), and one value or josephLanes of them to a voxel. */
struct JosephKind
{
  bool isPlane;
  bool isWide;
};

/** Planes [begin, end) of a main axis. */
struct JosephSlab
{
  std::int32_t axis;
  std::int32_t begin;
  std::int32_t end;
};

#define TWEEDIE_JOSEPH_KERNELS(T)                                                                                      \
  /* values[ray] = the line integral, lanes side by side */                                                            \
  void JosephProject(                                                                                                  \
      JosephKind kind, const JosephVolume<T> & volume, const JosephRay * rays, std::int64_t count, T * values);        \
  /* adds values[ray] along the rays of the slab's axis, in its planes */                                              \
  void JosephBackProject(JosephKind kind,                                                                              \
                         const JosephVolume<T> & volume,                                                               \
                         const JosephRay * rays,                                                                       \
                         std::int64_t count,                                                                           \
                         const T * values,                                                                             \
                         JosephSlab slab);

TWEEDIE_JOSEPH_KERNELS(float)
TWEEDIE_JOSEPH_KERNELS(double)
#undef TWEEDIE_JOSEPH_KERNELS
} // namespace tweedie

#endif
