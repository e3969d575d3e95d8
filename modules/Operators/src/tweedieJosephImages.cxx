// SPDX-License-Identifier: Apache-2.0
#include "tweedieJosephImages.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

namespace tweedie
{
namespace
{
// A wide group costs as much as this many narrow ones.
constexpr std::int64_t narrowPerWide = 3;

// Of a wide copy: 256 MB in single precision. It keeps the offsets within eight planes 32-bit numbers, too.
constexpr std::int64_t mostWideValues = std::int64_t{1} << 26;

// Along z of a volume: as many values as lie in one line of the cache.
constexpr std::int64_t tile = 16;

/** The slices of an image that a lane is made of. */
template <typename T> struct Source
{
  T * data[2] = {nullptr, nullptr}; ///< [z, y, x] or [y, x]; null: zero
  T weight[2] = {T(1), T(0)};
};

template <typename T>
Source<T>
SourceOf(const JosephRays & rays, const JosephLane & lane, const at::Tensor & images)
{
  const auto & size = rays.Size();
  T * image = images.data_ptr<T>() + lane.image * images.stride(0);
  Source<T> source;
  if (!rays.IsStack())
  {
    source.data[0] = image;
    return source;
  }
  const JosephRow & row = rays.Rows()[static_cast<std::size_t>(lane.row)];
  for (std::int64_t i = 0; i < 2; ++i)
  {
    const std::int64_t slice = row.slice + i;
    const double weight = i == 0 ? 1.0 - row.weight : row.weight;
    if (slice >= 0 && slice < size[2] && weight > 0.0)
    {
      source.data[i] = image + slice * size[1] * size[0];
      source.weight[i] = static_cast<T>(weight);
    }
  }
  return source;
}

/** Calls body(y, z, count) for voxels z, ..., z + count - 1 of all x, several y at a time. */
template <typename TBody>
void
ForEachRun(const std::array<std::int64_t, 3> & size, const TBody & body)
{
  at::parallel_for(0,
                   size[1],
                   8,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t y = begin; y < end; ++y)
                     {
                       for (std::int64_t z = 0; z < size[2]; z += tile)
                       {
                         body(y, z, std::min(tile, size[2] - z));
                       }
                     }
                   });
}
} // namespace

std::vector<JosephGroup>
JosephGroups(const JosephRays & rays, std::int64_t images, std::int64_t lanesOfVector)
{
  std::vector<JosephLane> lanes;
  const std::int64_t rows = rays.IsStack() ? rays.Detector().rows : 1;
  for (std::int64_t i = 0; i < images * rows; ++i)
  {
    lanes.push_back({i / rows, i % rows});
  }
  const auto & size = rays.Size();
  const std::int64_t voxels = size[0] * size[1] * (rays.IsStack() ? 1 : size[2]);
  const bool fits = voxels * lanesOfVector <= mostWideValues;
  std::vector<JosephGroup> groups;
  for (auto at = lanes.begin(); at != lanes.end();)
  {
    const auto left = static_cast<std::int64_t>(lanes.end() - at);
    const bool isWide = fits && left >= std::min(narrowPerWide, lanesOfVector);
    const auto next = at + (isWide ? std::min(left, lanesOfVector) : 1);
    groups.push_back({isWide, {at, next}});
    at = next;
  }
  return groups;
}

template <typename T>
JosephImages<T>::JosephImages(const JosephRays & rays, bool isWide)
    : m_Rays(rays), m_IsPlane(rays.IsStack()), m_IsWide(isWide), m_Size(rays.Size())
{
  if (m_IsPlane)
  {
    m_Size[2] = 1;
  }
  // Axes from the slowest to the fastest.
  m_Layouts[0] = m_IsPlane ? Allocate({2, 1, 0}) : Allocate({1, 0, 2});
  m_IsFresh[0] = true;
}

template <typename T>
std::size_t
JosephImages<T>::LayoutOf(int axis) const
{
  return !m_IsWide && axis == (m_IsPlane ? 0 : 2) ? 1 : 0;
}

template <typename T>
void
JosephImages<T>::Prepare(int axis, bool isAddedTo)
{
  const std::size_t wanted = LayoutOf(axis);
  Layout & layout = m_Layouts[wanted];
  if (!m_IsFresh[wanted])
  {
    if (!layout.memory.defined())
    {
      layout = m_IsPlane ? Allocate({2, 0, 1}) : Allocate({2, 1, 0});
    }
    const Layout & other = m_Layouts[1 - wanted];
    const auto copy = [&](std::int64_t y, std::int64_t zBegin, std::int64_t zCount)
    {
      for (std::int64_t x = 0; x < m_Size[0]; ++x)
      {
        const T * from = other.origin + y * other.strides[1] + x * other.strides[0] + zBegin * other.strides[2];
        T * to = layout.origin + y * layout.strides[1] + x * layout.strides[0] + zBegin * layout.strides[2];
        for (std::int64_t z = 0; z < zCount; ++z)
        {
          to[z * layout.strides[2]] = from[z * other.strides[2]];
        }
      }
    };
    ForEachRun(m_Size, copy);
    m_IsFresh[wanted] = true;
  }
  if (isAddedTo)
  {
    m_IsFresh[1 - wanted] = false;
  }
  SetAxis(axis, layout);
}

template <typename T>
typename JosephImages<T>::Layout
JosephImages<T>::Allocate(const std::array<int, 3> & axes) const
{
  Layout layout;
  std::int64_t stride = m_IsWide ? josephLanes<T> : 1;
  std::int64_t offset = 0;
  for (std::size_t i = 3; i-- > 0;)
  {
    const auto axis = static_cast<std::size_t>(axes[i]);
    layout.strides[axis] = stride;
    if (m_IsPlane && axis == 2)
    {
      continue;
    }
    offset += josephBorder * stride;
    stride *= m_Size[axis] + 2 * josephBorder;
    // Planes at a distance of a power of two would fall into the same lines of the cache.
    stride += stride * static_cast<std::int64_t>(sizeof(T)) % 512 == 0 ? 16 : 0;
  }
  layout.memory = at::zeros({stride}, c10::CppTypeToScalarType<T>::value);
  layout.origin = layout.memory.template data_ptr<T>() + offset;
  return layout;
}

template <typename T>
void
JosephImages<T>::SetAxis(int axis, const Layout & layout)
{
  const auto main = static_cast<std::size_t>(axis);
  const auto & others = m_IsPlane ? josephPlaneAxes[main] : josephAxes[main];
  m_Volume[main] = {layout.origin,
                    layout.strides[main],
                    layout.strides[static_cast<std::size_t>(others[0])],
                    layout.strides[static_cast<std::size_t>(others[1])]};
}

template <typename T>
void
JosephImages<T>::Load(const JosephGroup & group, const at::Tensor & images)
{
  const Layout & layout = m_Layouts[0];
  const std::int64_t plane = m_Size[0] * m_Size[1];
  for (std::size_t lane = 0; lane < group.lanes.size(); ++lane)
  {
    const Source<T> source = SourceOf<T>(m_Rays, group.lanes[lane], images);
    const auto copy = [&](std::int64_t y, std::int64_t zBegin, std::int64_t zCount)
    {
      for (std::int64_t x = 0; x < m_Size[0]; ++x)
      {
        T * to = layout.origin + y * layout.strides[1] + x * layout.strides[0] + zBegin * layout.strides[2] + lane;
        const std::int64_t from = zBegin * plane + y * m_Size[0] + x;
        for (std::int64_t z = 0; z < zCount; ++z)
        {
          const T below = source.data[0] ? source.weight[0] * source.data[0][from + z * plane] : T(0);
          to[z * layout.strides[2]] =
              source.data[1] ? below + source.weight[1] * source.data[1][from + z * plane] : below;
        }
      }
    };
    ForEachRun(m_Size, copy);
  }
  m_IsFresh = {true, false};
}

template <typename T>
void
JosephImages<T>::AddTo(const JosephGroup & group, const at::Tensor & images) const
{
  const Layout & layout = m_Layouts[m_IsFresh[0] ? 0 : 1];
  const std::int64_t plane = m_Size[0] * m_Size[1];
  for (std::size_t lane = 0; lane < group.lanes.size(); ++lane)
  {
    const Source<T> target = SourceOf<T>(m_Rays, group.lanes[lane], images);
    const auto add = [&](std::int64_t y, std::int64_t zBegin, std::int64_t zCount)
    {
      for (std::int64_t x = 0; x < m_Size[0]; ++x)
      {
        const T * from =
            layout.origin + y * layout.strides[1] + x * layout.strides[0] + zBegin * layout.strides[2] + lane;
        const std::int64_t to = zBegin * plane + y * m_Size[0] + x;
        for (int i = 0; i < 2; ++i)
        {
          for (std::int64_t z = 0; target.data[i] && z < zCount; ++z)
          {
            target.data[i][to + z * plane] += target.weight[i] * from[z * layout.strides[2]];
          }
        }
      }
    };
    ForEachRun(m_Size, add);
  }
}

template class JosephImages<float>;
template class JosephImages<double>;
} // namespace tweedie
