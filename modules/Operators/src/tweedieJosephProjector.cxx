// SPDX-License-Identifier: Apache-2.0
#include "tweedieJosephProjector.h"

#include "tweedieError.h"
#include "tweedieJosephImages.h"
#include "tweedieJosephTensors.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr const char * name = "JosephProjector";

// Rays made at a time, where they are not kept: 15 MB.
constexpr std::int64_t raysAtATime = std::int64_t{1} << 18;

constexpr std::int64_t largestPlane = std::int64_t{1} << 26; // offsets within eight planes are 32-bit numbers

void
RequireGrid(const Grid & grid)
{
  const auto size = grid.size.Xyz();
  const auto spacing = grid.spacing.Xyz();
  bool isGood = true;
  for (std::size_t i = 0; i < 3; ++i)
  {
    isGood = isGood && size[i] > 0 && spacing[i] > 0.0 && std::isfinite(spacing[i]) && std::isfinite(grid.origin[i]);
  }
  if (!isGood)
  {
    std::ostringstream message;
    message << name << ": given a grid of " << at::IntArrayRef(size) << " voxels (x, y, z) of "
            << at::ArrayRef<double>(spacing) << " mm at " << at::ArrayRef<double>(grid.origin)
            << " mm; required positive numbers, and a finite origin";
    throw DataError(message.str());
  }
  for (std::size_t i = 0; i < 9; ++i)
  {
    const std::size_t a = i / 3, b = i % 3;
    const auto & d = grid.direction;
    const double product = d[a] * d[b] + d[3 + a] * d[3 + b] + d[6 + a] * d[6 + b];
    if (!(std::abs(product - (a == b ? 1.0 : 0.0)) <= 1e-4)) // the tolerance of congruent grids
    {
      throw DataError(std::string(name) + ": given a grid whose direction is " +
                      (a == b ? "not of unit vectors" : "oblique") + "; required perpendicular unit vectors");
    }
  }
  if (std::max({size[0] * size[1], size[0] * size[2], size[1] * size[2]}) > largestPlane)
  {
    std::ostringstream message;
    message << name << ": given a grid of " << at::IntArrayRef(size) << " voxels (x, y, z); required at most "
            << largestPlane << " in a plane";
    throw DataError(message.str());
  }
}

void
RequireDetector(const CTDetector & detector)
{
  const bool isFinite = std::isfinite(detector.pitchU) && std::isfinite(detector.pitchV) &&
                        std::isfinite(detector.originU) && std::isfinite(detector.originV);
  if (detector.columns < 1 || detector.rows < 1 || !(detector.pitchU > 0.0) || !(detector.pitchV > 0.0) || !isFinite)
  {
    std::ostringstream message;
    message << name << ": given a detector of " << detector.columns << " columns, " << detector.rows
            << " rows, pitches " << detector.pitchU << " and " << detector.pitchV << " mm at " << detector.originU
            << ", " << detector.originV << " mm; required positive numbers, and a finite origin";
    throw DataError(message.str());
  }
}

/** Where the values of the rays of a view are in projections [image, view, row, column], for one lane. */
template <typename T> class Readings
{
public:
  Readings(const JosephRays & rays, const JosephGroup & group, const at::Tensor & projections)
      : m_Rays(rays), m_Group(group), m_Data(projections.data_ptr<T>())
  {
  }

  /** Calls body(reading, lane) for one ray, counted from the first of view 0. */
  template <typename TBody>
  void
  At(std::int64_t ray, const TBody & body) const
  {
    const CTDetector & detector = m_Rays.Detector();
    const std::int64_t view = ray / m_Rays.PerView();
    const std::int64_t i = ray % m_Rays.PerView();
    const std::int64_t rowsOfColumn = m_Rays.IsStack() ? 1 : detector.rows;
    for (std::size_t lane = 0; lane < m_Group.lanes.size(); ++lane)
    {
      const JosephLane & at = m_Group.lanes[lane];
      const std::int64_t row = m_Rays.IsStack() ? at.row : i % rowsOfColumn;
      const std::int64_t place = (at.image * m_Rays.Views() + view) * detector.rows + row;
      body(m_Data[place * detector.columns + i / rowsOfColumn], lane);
    }
  }

private:
  const JosephRays & m_Rays;
  const JosephGroup & m_Group;
  T * m_Data;
};

/** The main axes of some rays. */
std::vector<int>
MainAxes(const JosephRay * rays, std::int64_t count)
{
  std::array<bool, 3> isThere{};
  for (std::int64_t i = 0; i < count; ++i)
  {
    isThere[static_cast<std::size_t>(rays[i].axis)] = true;
  }
  std::vector<int> axes;
  for (const int axis : {2, 0, 1}) // those of the second layout first: the result ends up in the first one
  {
    if (isThere[static_cast<std::size_t>(axis)])
    {
      axes.push_back(axis);
    }
  }
  return axes;
}

/** Calls body(first ray, number of rays, rays) for views that fit together into memory. */
template <typename TBody>
void
ForEachChunk(const JosephRays & rays, const TBody & body)
{
  const std::int64_t views = std::max<std::int64_t>(1, raysAtATime / rays.PerView());
  std::vector<JosephRay> buffer;
  for (std::int64_t begin = 0; begin < rays.Views(); begin += views)
  {
    const std::int64_t end = std::min(begin + views, rays.Views());
    body(begin * rays.PerView(), (end - begin) * rays.PerView(), rays.Of(begin, end, buffer));
  }
}

template <typename T>
void
ProjectGroup(const JosephRays & rays, const JosephGroup & group, const at::Tensor & images, const at::Tensor & result)
{
  constexpr std::int64_t block = 256; // rays whose values stay in the cache until they are put in place
  JosephImages<T> work(rays, group.isWide);
  work.Load(group, images);
  const Readings<T> readings(rays, group, result);
  const std::int64_t lanes = group.isWide ? josephLanes<T> : 1;
  const auto project = [&](std::int64_t first, std::int64_t count, const JosephRay * chunk)
  {
    for (const int axis : MainAxes(chunk, count))
    {
      work.Prepare(axis, false);
    }
    at::parallel_for(0,
                     (count + block - 1) / block,
                     1,
                     [&](std::int64_t begin, std::int64_t end)
                     {
                       std::vector<T> values(static_cast<std::size_t>(block * lanes));
                       for (std::int64_t i = begin * block; i < std::min(count, end * block); i += block)
                       {
                         const std::int64_t some = std::min(block, count - i);
                         JosephProject(work.Kind(), work.Volume(), chunk + i, some, values.data());
                         for (std::int64_t j = 0; j < some; ++j)
                         {
                           const T * value = values.data() + j * lanes;
                           readings.At(first + i + j, [&](T & reading, std::size_t lane) { reading = value[lane]; });
                         }
                       }
                     });
  };
  ForEachChunk(rays, project);
}

/** The planes of an axis in one slab for each thread; what a voxel is added up from does not depend on them. */
std::vector<JosephSlab>
Slabs(std::int32_t axis, std::int64_t planes)
{
  const std::int64_t blocks = (planes + 7) / 8;
  const std::int64_t count = std::min<std::int64_t>(blocks, at::get_num_threads());
  std::vector<JosephSlab> slabs;
  for (std::int64_t i = 0; i < count; ++i)
  {
    slabs.push_back({axis,
                     static_cast<std::int32_t>(8 * (i * blocks / count)),
                     static_cast<std::int32_t>(8 * ((i + 1) * blocks / count))});
  }
  return slabs;
}

template <typename T>
void
BackProjectGroup(const JosephRays & rays,
                 const JosephGroup & group,
                 const at::Tensor & projections,
                 const at::Tensor & result)
{
  JosephImages<T> work(rays, group.isWide);
  const Readings<T> readings(rays, group, projections);
  const std::int64_t lanes = group.isWide ? josephLanes<T> : 1;
  std::vector<T> values;
  const auto backProject = [&](std::int64_t first, std::int64_t count, const JosephRay * chunk)
  {
    values.assign(static_cast<std::size_t>(count * lanes), T(0));
    const auto read = [&](std::int64_t begin, std::int64_t end)
    {
      for (std::int64_t i = begin; i < end; ++i)
      {
        T * value = values.data() + i * lanes;
        readings.At(first + i, [&](const T & reading, std::size_t lane) { value[lane] = reading; });
      }
    };
    at::parallel_for(0, count, 1024, read);
    for (const int axis : MainAxes(chunk, count)) // one after another: they share the voxels
    {
      work.Prepare(axis, true);
      const auto slabs = Slabs(axis, rays.Size()[static_cast<std::size_t>(axis)]);
      const auto add = [&](std::int64_t begin, std::int64_t end)
      {
        for (std::int64_t i = begin; i < end; ++i)
        {
          const auto & slab = slabs[static_cast<std::size_t>(i)];
          JosephBackProject(work.Kind(), work.Volume(), chunk, count, values.data(), slab);
        }
      };
      at::parallel_for(0, static_cast<std::int64_t>(slabs.size()), 1, add);
    }
  };
  ForEachChunk(rays, backProject);
  work.AddTo(group, result);
}

/** Both directions, of real tensors [image, ...]. */
template <typename T>
void
Project(const JosephRays & rays, const at::Tensor & input, const at::Tensor & result, bool isForward)
{
  for (const JosephGroup & group : JosephGroups(rays, input.size(0), josephLanes<T>))
  {
    isForward ? ProjectGroup<T>(rays, group, input, result) : BackProjectGroup<T>(rays, group, input, result);
  }
}
} // namespace

struct JosephProjector::Data
{
  Data(CTGeometry geometry, const CTDetector & detector, const Grid & grid, std::int64_t channelsGiven)
      : channels(channelsGiven), size(grid.size), rays(std::move(geometry), detector, grid), tensors(rays)
  {
  }

  at::Tensor
  Of(const at::Tensor & input, const Shape & shape, bool isForward) const
  {
    if (input.is_complex()) // real and imaginary parts as two entries of the batch
    {
      const at::Tensor parts = at::view_as_real(input).movedim(-1, 0).flatten(0, 1).contiguous();
      const at::Tensor result = Of(parts, shape, isForward);
      return at::complex(result.narrow(0, 0, input.size(0)), result.narrow(0, input.size(0), input.size(0)));
    }
    Shape full{input.size(0)};
    full.insert(full.end(), shape.begin(), shape.end());
    if (!input.device().is_cpu())
    {
      const at::Tensor images = input.flatten(0, 1);
      return (isForward ? tensors.Forward(images) : tensors.Adjoint(images)).reshape(full);
    }
    const at::Tensor result = at::zeros(full, input.options());
    const at::Tensor from = input.flatten(0, 1);
    const at::Tensor to = result.flatten(0, 1);
    input.scalar_type() == at::kFloat ? Project<float>(rays, from, to, isForward)
                                      : Project<double>(rays, from, to, isForward);
    return result;
  }

  std::int64_t channels;
  Axes<std::int64_t> size;
  JosephRays rays;
  JosephTensors tensors;
};

JosephProjector::JosephProjector(CTGeometry geometry,
                                 const CTDetector & detector,
                                 const Grid & grid,
                                 std::int64_t channels)
{
  geometry.Require();
  RequireDetector(detector);
  RequireGrid(grid);
  if (channels < 1)
  {
    throw UsageError(std::string(name) + ": given " + std::to_string(channels) + " channels; required at least one");
  }
  m_Data = std::make_unique<const Data>(std::move(geometry), detector, grid, channels);
}

JosephProjector::~JosephProjector() = default;

std::string
JosephProjector::Name() const
{
  return name;
}

Shape
JosephProjector::DomainShape() const
{
  return {m_Data->channels, m_Data->size.z, m_Data->size.y, m_Data->size.x};
}

Shape
JosephProjector::RangeShape() const
{
  const CTDetector & detector = m_Data->rays.Detector();
  return {m_Data->channels, m_Data->rays.Views(), detector.rows, detector.columns};
}

bool
JosephProjector::IsSliceBySlice() const
{
  return m_Data->rays.IsStack();
}

at::Tensor
JosephProjector::DoForward(const at::Tensor & x) const
{
  return m_Data->Of(x, RangeShape(), true);
}

at::Tensor
JosephProjector::DoAdjoint(const at::Tensor & y) const
{
  return m_Data->Of(y, DomainShape(), false);
}
} // namespace tweedie
