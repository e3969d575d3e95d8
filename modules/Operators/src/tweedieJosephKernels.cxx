// SPDX-License-Identifier: Apache-2.0
#include "tweedieJosephKernels.h"

#include "tweedieJosephSamples.h"

#include <algorithm>
#include <utility>

namespace tweedie
{
namespace joseph
{
namespace
{
/** Of one image, or of josephLanes of them. */
template <typename T, bool VIsWide> struct Values
{
  using Type = T;
};
template <typename T> struct Values<T, true>
{
  using Type = BlockOf<T>;
};

/** Gathers values of josephLanes images. Four sums of each of the two neighbours, so that no addition waits for the
 * last one. */
template <typename T, bool VIsPlane, bool VIsWide> class Gather
{
public:
  using Lanes = BlockOf<T>;

  TWEEDIE_ALWAYS_INLINE explicit Gather(const JosephPlanes<T> & planes) : m_Planes(planes) {}

  /** Sample VStep of a block. */
  template <int VStep>
  TWEEDIE_ALWAYS_INLINE void
  Sample(const Samples<T, VIsPlane> & samples, bool isInside)
  {
    if (!isInside)
    {
      return;
    }
    const T * at = samples.base + samples.offset[VStep];
    const T * weight = samples.weight + Samples<T, VIsPlane>::corners * VStep;
    if constexpr (VIsPlane)
    {
      Add<VStep % 4>(at, weight);
    }
    else
    {
      Add<2 * (VStep % 2)>(at, weight);
      Add<2 * (VStep % 2) + 1>(at + m_Planes.second, weight + 2);
    }
  }

  TWEEDIE_ALWAYS_INLINE void
  Store(T length, T * values) const
  {
    const Lanes below = (m_Below[0] + m_Below[1]) + (m_Below[2] + m_Below[3]);
    const Lanes above = (m_Above[0] + m_Above[1]) + (m_Above[2] + m_Above[3]);
    *reinterpret_cast<Lanes *>(values) = (below + above) * length;
  }

private:
  template <int VSum>
  TWEEDIE_ALWAYS_INLINE void
  Add(const T * at, const T * weight)
  {
    m_Below[VSum] += weight[0] * *reinterpret_cast<const Lanes *>(at);
    m_Above[VSum] += weight[1] * *reinterpret_cast<const Lanes *>(at + m_Planes.first);
  }

  const JosephPlanes<T> & m_Planes;
  Lanes m_Below[4] = {};
  Lanes m_Above[4] = {};
};

/** The same sums for one image, two pairs at a time. */
template <typename T, bool VIsPlane> class Gather<T, VIsPlane, false>
{
public:
  using Pair = typename Vectors<T>::Pair;
  using Quad = typename Vectors<T>::Quad;

  TWEEDIE_ALWAYS_INLINE explicit Gather(const JosephPlanes<T> & planes) : m_Second(planes.second) {}

  template <int VStep>
  TWEEDIE_ALWAYS_INLINE void
  Sample(const Samples<T, VIsPlane> & samples, bool isInside)
  {
    const T * at = isInside ? samples.base + samples.offset[VStep] : zeros;
    if constexpr (!VIsPlane)
    {
      Add<VStep % 2>(at, at + (isInside ? m_Second : 0), samples.weight + 4 * VStep);
    }
    else if constexpr (VStep % 2 == 0)
    {
      m_Last = at;
    }
    else
    {
      Add<VStep / 2 % 2>(m_Last, at, samples.weight + 2 * (VStep - 1));
    }
  }

  TWEEDIE_ALWAYS_INLINE void
  Store(T length, T * values) const
  {
    const T below = (m_Sums[0][0] + m_Sums[0][2]) + (m_Sums[1][0] + m_Sums[1][2]);
    const T above = (m_Sums[0][1] + m_Sums[0][3]) + (m_Sums[1][1] + m_Sums[1][3]);
    *values = (below + above) * length;
  }

private:
  template <int VSum>
  TWEEDIE_ALWAYS_INLINE void
  Add(const T * a, const T * b, const T * weight)
  {
    const Quad corners =
        __builtin_shufflevector(*reinterpret_cast<const Pair *>(a), *reinterpret_cast<const Pair *>(b), 0, 1, 2, 3);
    m_Sums[VSum] += *reinterpret_cast<const Quad *>(weight) * corners;
  }

  static constexpr T zeros[2] = {};

  std::int64_t m_Second;
  const T * m_Last = zeros;
  Quad m_Sums[2] = {};
};

/** Scatters, with the weights of Gather. */
template <typename T, bool VIsPlane, bool VIsWide> class Scatter
{
public:
  using Lanes = typename Values<T, VIsWide>::Type;
  using Pair = typename Vectors<T>::Pair;

  TWEEDIE_ALWAYS_INLINE
  Scatter(const JosephPlanes<T> & planes, T length, const T * values)
      : m_Planes(planes), m_Value(*reinterpret_cast<const Lanes *>(values) * length)
  {
  }

  template <int VStep>
  TWEEDIE_ALWAYS_INLINE void
  Sample(const Samples<T, VIsPlane> & samples, bool isInside)
  {
    if (!isInside)
    {
      return;
    }
    T * at = samples.base + samples.offset[VStep];
    const T * weight = samples.weight + Samples<T, VIsPlane>::corners * VStep;
    Add(at, weight);
    if constexpr (!VIsPlane)
    {
      Add(at + m_Planes.second, weight + 2);
    }
  }

private:
  TWEEDIE_ALWAYS_INLINE void
  Add(T * at, const T * weight) const
  {
    if constexpr (VIsWide)
    {
      *reinterpret_cast<Lanes *>(at) += weight[0] * m_Value;
      *reinterpret_cast<Lanes *>(at + m_Planes.first) += weight[1] * m_Value;
    }
    else
    {
      *reinterpret_cast<Pair *>(at) += *reinterpret_cast<const Pair *>(weight) * m_Value;
    }
  }

  const JosephPlanes<T> & m_Planes;
  Lanes m_Value;
};

/** The samples of a block, unrolled here: only then do the sums stay in registers. */
template <typename TAction, typename TSamples, int... VStep>
TWEEDIE_ALWAYS_INLINE void
Take(TAction & action,
     const TSamples & samples,
     std::int64_t begin,
     std::int64_t end,
     std::integer_sequence<int, VStep...>)
{
  if (begin <= 0 && end >= static_cast<std::int64_t>(sizeof...(VStep)))
  {
    (action.template Sample<VStep>(samples, true), ...);
  }
  else
  {
    (action.template Sample<VStep>(samples, VStep >= begin && VStep < end), ...);
  }
}

/** Joseph's sum over the planes [begin, end): the one loop of both directions. */
template <typename T, bool VIsPlane, bool VIsWide, typename TAction>
TWEEDIE_ALWAYS_INLINE void
Follow(const JosephPlanes<T> & planes, const JosephRay & ray, std::int64_t begin, std::int64_t end, TAction & action)
{
  const Walk<T, VIsPlane, VIsWide> walk(planes, ray);
  for (std::int64_t plane = begin / blockSize<T> * blockSize<T>; plane < end; plane += blockSize<T>)
  {
    Samples<T, VIsPlane> samples;
    walk.Locate(plane, samples);
    Take(action, samples, begin - plane, end - plane, std::make_integer_sequence<int, blockSize<T>>());
  }
}

template <bool VIsPlane, bool VIsWide, typename T>
TWEEDIE_ALWAYS_INLINE void
ProjectRays(const JosephVolume<T> & volume, const JosephRay * rays, std::int64_t count, T * values)
{
  for (std::int64_t i = 0; i < count; ++i)
  {
    const JosephRay & ray = rays[i];
    const JosephPlanes<T> & planes = volume[static_cast<std::size_t>(ray.axis)];
    Gather<T, VIsPlane, VIsWide> gather(planes);
    Follow<T, VIsPlane, VIsWide>(planes, ray, ray.begin, ray.end, gather);
    gather.Store(static_cast<T>(ray.length), values + i * (VIsWide ? josephLanes<T> : 1));
  }
}

template <bool VIsPlane, bool VIsWide, typename T>
TWEEDIE_ALWAYS_INLINE void
BackProjectRays(
    const JosephVolume<T> & volume, const JosephRay * rays, std::int64_t count, const T * values, JosephSlab slab)
{
  const JosephPlanes<T> planes = volume[static_cast<std::size_t>(slab.axis)];
  for (std::int64_t i = 0; i < count; ++i)
  {
    const JosephRay & ray = rays[i];
    const std::int32_t begin = std::max(ray.begin, slab.begin);
    const std::int32_t end = std::min(ray.end, slab.end);
    if (ray.axis == slab.axis && begin < end)
    {
      const T * value = values + i * (VIsWide ? josephLanes<T> : 1);
      Scatter<T, VIsPlane, VIsWide> scatter(planes, static_cast<T>(ray.length), value);
      Follow<T, VIsPlane, VIsWide>(planes, ray, begin, end, scatter);
    }
  }
}
} // namespace
} // namespace joseph

// One set of symbols per precision: a template cannot be compiled for several processors.
#define TWEEDIE_JOSEPH_KERNELS(T)                                                                                      \
  TWEEDIE_MULTIVERSION void JosephProject(                                                                             \
      JosephKind kind, const JosephVolume<T> & volume, const JosephRay * rays, std::int64_t count, T * values)         \
  {                                                                                                                    \
    if (kind.isPlane)                                                                                                  \
    {                                                                                                                  \
      kind.isWide ? joseph::ProjectRays<true, true>(volume, rays, count, values)                                       \
                  : joseph::ProjectRays<true, false>(volume, rays, count, values);                                     \
    }                                                                                                                  \
    else                                                                                                               \
    {                                                                                                                  \
      kind.isWide ? joseph::ProjectRays<false, true>(volume, rays, count, values)                                      \
                  : joseph::ProjectRays<false, false>(volume, rays, count, values);                                    \
    }                                                                                                                  \
  }                                                                                                                    \
  TWEEDIE_MULTIVERSION void JosephBackProject(JosephKind kind,                                                         \
                                              const JosephVolume<T> & volume,                                          \
                                              const JosephRay * rays,                                                  \
                                              std::int64_t count,                                                      \
                                              const T * values,                                                        \
                                              JosephSlab slab)                                                         \
  {                                                                                                                    \
    if (kind.isPlane)                                                                                                  \
    {                                                                                                                  \
      kind.isWide ? joseph::BackProjectRays<true, true>(volume, rays, count, values, slab)                             \
                  : joseph::BackProjectRays<true, false>(volume, rays, count, values, slab);                           \
    }                                                                                                                  \
    else                                                                                                               \
    {                                                                                                                  \
      kind.isWide ? joseph::BackProjectRays<false, true>(volume, rays, count, values, slab)                            \
                  : joseph::BackProjectRays<false, false>(volume, rays, count, values, slab);                          \
    }                                                                                                                  \
  }

TWEEDIE_JOSEPH_KERNELS(float)
TWEEDIE_JOSEPH_KERNELS(double)
#undef TWEEDIE_JOSEPH_KERNELS
} // namespace tweedie
