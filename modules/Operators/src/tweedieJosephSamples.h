// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJosephSamples_h
#define tweedieJosephSamples_h

#include "tweedieJosephKernels.h"
#include "tweedieMultiversion.h"

namespace tweedie
{
namespace joseph
{
// Where a ray is sampled, and with what weights. Planes are taken a block at a time, from multiples of it on: a ray's
// samples are the same bits wherever a slab begins. In the compiler's vectors, as wide as the processor has them.
template <typename T> constexpr int blockSize = 32 / sizeof(T);

/** The numbers of a block; neighbours in memory, a pair of them, and two pairs. */
template <typename T> struct Vectors;
template <> struct Vectors<float>
{
  typedef float Block __attribute__((vector_size(32), aligned(4), may_alias));
  typedef std::int32_t Indices __attribute__((vector_size(32)));
  typedef float Pair __attribute__((vector_size(8), aligned(4), may_alias));
  typedef float Quad __attribute__((vector_size(16), aligned(4), may_alias));
  static constexpr Indices steps = {0, 1, 2, 3, 4, 5, 6, 7};
};
template <> struct Vectors<double>
{
  typedef double Block __attribute__((vector_size(32), aligned(8), may_alias));
  typedef std::int32_t Indices __attribute__((vector_size(16)));
  typedef double Pair __attribute__((vector_size(16), aligned(8), may_alias));
  typedef double Quad __attribute__((vector_size(32), aligned(8), may_alias));
  static constexpr Indices steps = {0, 1, 2, 3};
};

template <typename T> using BlockOf = typename Vectors<T>::Block;
template <typename T> using IndicesOf = typename Vectors<T>::Indices;

/** The index along one axis in the planes of a block, split into the voxel below, base + voxel, and the weight of the
 * voxel above. */
template <typename T> struct Crossings
{
  std::int64_t base;
  IndicesOf<T> voxel;
  BlockOf<T> weight;
};

template <typename T> class Path;

/** Fixed point: 32 bits of fraction along the ray, of which 27 go into a block. */
template <> class Path<float>
{
public:
  TWEEDIE_ALWAYS_INLINE
  Path(double start, double slope)
      : m_Start(static_cast<std::int64_t>(start * 4294967296.0)),
        m_Slope(static_cast<std::int64_t>(slope * 4294967296.0)),
        m_Steps(Vectors<float>::steps * static_cast<std::int32_t>(m_Slope >> 5))
  {
  }

  TWEEDIE_ALWAYS_INLINE void
  Locate(std::int64_t plane, Crossings<float> & crossings) const
  {
    const std::int64_t at = m_Start + plane * m_Slope;
    const IndicesOf<float> index = static_cast<std::int32_t>((at & 0xffffffff) >> 5) + m_Steps;
    crossings.base = at >> 32;
    crossings.voxel = index >> 27;
    crossings.weight = __builtin_convertvector(index & 0x7ffffff, BlockOf<float>) * (1.0F / 134217728.0F);
  }

private:
  std::int64_t m_Start;
  std::int64_t m_Slope;
  IndicesOf<float> m_Steps;
};

template <> class Path<double>
{
public:
  TWEEDIE_ALWAYS_INLINE
  Path(double start, double slope) : m_Start(start), m_Slope(slope) {}

  TWEEDIE_ALWAYS_INLINE void
  Locate(std::int64_t plane, Crossings<double> & crossings) const
  {
    // Truncation is the floor of what is not negative; planes of a block beyond the ray's end may lie outside.
    constexpr std::int64_t shift = 64;
    const BlockOf<double> planes = static_cast<double>(plane) + BlockOf<double>{0, 1, 2, 3};
    const BlockOf<double> index = (m_Start + planes * m_Slope) + static_cast<double>(shift);
    crossings.base = -shift;
    crossings.voxel = __builtin_convertvector(index, IndicesOf<double>);
    crossings.weight = index - __builtin_convertvector(crossings.voxel, BlockOf<double>);
  }

private:
  double m_Start;
  double m_Slope;
};

/** The samples of a block: offsets of their first corners; weights of two neighbours, in a volume of four: {below,
 * above} of the second axis times {below, above} of the first. */
template <typename T, bool VIsPlane> struct Samples
{
  static constexpr int corners = VIsPlane ? 2 : 4;

  T * base;
  IndicesOf<T> offset;
  T weight[blockSize<T> * corners];
};

/** to = a[0], b[0], a[1], b[1], ... */
TWEEDIE_ALWAYS_INLINE void
Interleave(const BlockOf<float> & a, const BlockOf<float> & b, float * to)
{
  using Block = BlockOf<float>;
  *reinterpret_cast<Block *>(to) = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  *reinterpret_cast<Block *>(to + 8) = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

TWEEDIE_ALWAYS_INLINE void
Interleave(const BlockOf<double> & a, const BlockOf<double> & b, double * to)
{
  using Block = BlockOf<double>;
  *reinterpret_cast<Block *>(to) = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  *reinterpret_cast<Block *>(to + 4) = __builtin_shufflevector(a, b, 2, 6, 3, 7);
}

/** to = a[0], b[0], c[0], d[0], a[1], ... */
TWEEDIE_ALWAYS_INLINE void
Interleave(
    const BlockOf<float> & a, const BlockOf<float> & b, const BlockOf<float> & c, const BlockOf<float> & d, float * to)
{
  using Block = BlockOf<float>;
  const Block ab = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
  const Block cd = __builtin_shufflevector(c, d, 0, 8, 1, 9, 4, 12, 5, 13);
  const Block abNext = __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
  const Block cdNext = __builtin_shufflevector(c, d, 2, 10, 3, 11, 6, 14, 7, 15);
  *reinterpret_cast<Block *>(to) = __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 2, 3, 10, 11);
  *reinterpret_cast<Block *>(to + 8) = __builtin_shufflevector(abNext, cdNext, 0, 1, 8, 9, 2, 3, 10, 11);
  *reinterpret_cast<Block *>(to + 16) = __builtin_shufflevector(ab, cd, 4, 5, 12, 13, 6, 7, 14, 15);
  *reinterpret_cast<Block *>(to + 24) = __builtin_shufflevector(abNext, cdNext, 4, 5, 12, 13, 6, 7, 14, 15);
}

TWEEDIE_ALWAYS_INLINE void
Interleave(const BlockOf<double> & a,
           const BlockOf<double> & b,
           const BlockOf<double> & c,
           const BlockOf<double> & d,
           double * to)
{
  using Block = BlockOf<double>;
  const Block ab = __builtin_shufflevector(a, b, 0, 4, 2, 6);
  const Block cd = __builtin_shufflevector(c, d, 0, 4, 2, 6);
  const Block abNext = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const Block cdNext = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  *reinterpret_cast<Block *>(to) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  *reinterpret_cast<Block *>(to + 4) = __builtin_shufflevector(abNext, cdNext, 0, 1, 4, 5);
  *reinterpret_cast<Block *>(to + 8) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  *reinterpret_cast<Block *>(to + 12) = __builtin_shufflevector(abNext, cdNext, 2, 3, 6, 7);
}

template <typename T, bool VIsPlane, bool VIsWide> class Walk
{
public:
  TWEEDIE_ALWAYS_INLINE
  Walk(const JosephPlanes<T> & planes, const JosephRay & ray)
      : m_Planes(planes), m_First(ray.start[0], ray.slope[0]), m_Second(ray.start[1], ray.slope[1]),
        m_Along(Vectors<T>::steps * static_cast<std::int32_t>(planes.plane))
  {
  }

  TWEEDIE_ALWAYS_INLINE void
  Locate(std::int64_t plane, Samples<T, VIsPlane> & samples) const
  {
    Crossings<T> a;
    m_First.Locate(plane, a);
    const BlockOf<T> belowA = T(1) - a.weight;
    samples.base = m_Planes.origin + plane * m_Planes.plane + a.base * m_Planes.first;
    samples.offset = m_Along + (VIsWide ? a.voxel * static_cast<std::int32_t>(m_Planes.first) : a.voxel);
    if constexpr (VIsPlane)
    {
      Interleave(belowA, a.weight, samples.weight);
    }
    else
    {
      Crossings<T> b;
      m_Second.Locate(plane, b);
      const BlockOf<T> belowB = T(1) - b.weight;
      samples.base += b.base * m_Planes.second;
      samples.offset += b.voxel * static_cast<std::int32_t>(m_Planes.second);
      Interleave(belowB * belowA, belowB * a.weight, b.weight * belowA, b.weight * a.weight, samples.weight);
    }
  }

private:
  const JosephPlanes<T> & m_Planes;
  Path<T> m_First;
  Path<T> m_Second;
  IndicesOf<T> m_Along;
};
} // namespace joseph
} // namespace tweedie

#endif
