// SPDX-License-Identifier: Apache-2.0
#include "tweedieJosephTensors.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t numbers = 15;     // of a column
constexpr std::int64_t together = 4;     // images of a block
constexpr double farthest = 536870912.0; // 2^29 voxels: an index that still fits, of a ray that misses
constexpr double outside = -8.0;         // a position beside any grid
constexpr double sameStep = 1.0 - 1e-9;  // rounding, of two axes that are as good as each other
constexpr std::int64_t bilinear = 0, zeros = 0;

/** The axes of the planes of a main axis, from the fast one; of images [image, z, y, x]. */
constexpr std::array<std::array<int, 2>, 3> planeAxes{{{1, 2}, {0, 2}, {0, 1}}};

/** The planes of a main axis as a batch: [plane, image, slow axis, fast axis]. */
at::Tensor
Planes(const at::Tensor & images, std::size_t axis)
{
  const auto dimension = [](int of) { return std::int64_t{3} - of; };
  return images.permute(
      {dimension(static_cast<int>(axis)), 0, dimension(planeAxes[axis][1]), dimension(planeAxes[axis][0])});
}

/** weights [to, from], images [image, from, ...] -> [image, to, pixel]. */
at::Tensor
Combine(const at::Tensor & weights, const at::Tensor & images)
{
  return at::bmm(weights.unsqueeze(0).expand({images.size(0), -1, -1}), images.flatten(2));
}

/** Axes that may be the main one of some ray of a column, v between low and high. */
std::array<bool, 3>
MainAxes(const JosephRays::Column & column, double low, double high, std::size_t axes)
{
  std::array<double, 3> largest{}, smallest{};
  for (std::size_t i = 0; i < axes; ++i)
  {
    const double a = column.step[i] + low * column.stepPerV[i], b = column.step[i] + high * column.stepPerV[i];
    largest[i] = std::max(std::abs(a), std::abs(b));
    smallest[i] = a * b <= 0.0 ? 0.0 : std::min(std::abs(a), std::abs(b));
  }
  const double bar = sameStep * std::max({smallest[0], smallest[1], smallest[2]});
  return {largest[0] >= bar, largest[1] >= bar, axes == 3 && largest[2] >= bar};
}
} // namespace

/** Planes and images that are taken at a time. */
struct JosephTensors::Block
{
  std::int64_t planes;
  std::int64_t images;
};

/** The rays of some columns that have one main axis; the others of these columns pass the grid by. Order: [row,
 * column]. */
class JosephTensors::Pass
{
public:
  /** table: [15, columns]. */
  Pass(const JosephRays & rays, std::size_t axis, const at::Tensor & table, bool isWithin)
      : m_Axes(rays.IsStack() ? 2 : 3), m_Axis(axis), m_Size(rays.Size()), m_IsWithin(isWithin && !rays.AreLines())
  {
    const CTDetector & detector = rays.Detector();
    const at::Tensor v =
        at::arange(rays.IsStack() ? 1 : detector.rows, table.options()).mul_(detector.pitchV).add_(detector.originV);
    const at::Tensor high = v.unsqueeze(1);
    const auto row = [&](std::size_t n) { return table[static_cast<std::int64_t>(n)].unsqueeze(0); };
    for (std::size_t i = 0; i < m_Axes; ++i)
    {
      // A product and a sum, each rounded as on the CPU: equal steps stay equal.
      m_Start[i] = row(3 + i) * high + row(i);
      m_Step[i] = row(9 + i) * high + row(6 + i);
    }
    at::Tensor passes = Passes();
    if (!m_IsWithin && !rays.AreLines())
    {
      passes = passes.logical_or_(PointsAway());
    }
    const at::Tensor step = m_Step[m_Axis].masked_fill(passes, 1.0);
    const at::Tensor length = ((row(14) * high + row(13)) * high + row(12)).sqrt_();
    m_Length = (length / step.abs()).flatten();
    Normalize(step, passes);
  }

  /** mm between planes, [ray], double. */
  const at::Tensor &
  Length() const
  {
    return m_Length;
  }

  /** Where the rays meet planes [begin, begin + count), as grid_sampler_2d wants it: [plane, 1, ray, 2]. */
  at::Tensor
  Positions(std::int64_t begin, std::int64_t count, at::ScalarType type) const
  {
    // From the middle plane on: single precision has no more to hold than half a block.
    const double half = 0.5 * static_cast<double>(count - 1);
    const at::Tensor middle = at::add(m_First, m_Slope, static_cast<double>(begin) + half).to(type);
    const at::Tensor plane = at::arange(count, middle.options()).sub_(half).reshape({count, 1, 1});
    const at::Tensor result = at::addcmul(middle.unsqueeze(0), plane, m_Slope.to(type).unsqueeze(0));
    if (m_IsWithin)
    {
      const at::Tensor index = at::arange(begin, begin + count, m_First.options()).unsqueeze(1);
      const at::Tensor behind = ((index - m_Start[m_Axis].flatten()) * m_Step[m_Axis].flatten()).lt(0.0);
      result.masked_fill_(behind.unsqueeze(2), outside);
    }
    return result.unsqueeze(1);
  }

private:
  /** Where the main axis is another one: of equal ones it is the first. */
  at::Tensor
  Passes() const
  {
    const at::Tensor own = m_Step[m_Axis].abs();
    at::Tensor result = at::zeros_like(own, at::kBool);
    for (std::size_t i = 0; i < m_Axes; ++i)
    {
      const at::Tensor other = m_Step[i].abs();
      if (i != m_Axis)
      {
        result = result.logical_or_(i < m_Axis ? own.le(other) : own.lt(other));
      }
    }
    return result;
  }

  /** Where a source outside the ball around the grid sends a ray away from its centre: it misses, but its line may not.
   */
  at::Tensor
  PointsAway() const
  {
    at::Tensor towards = at::zeros_like(m_Step[0]);
    for (std::size_t i = 0; i < m_Axes; ++i)
    {
      towards += (0.5 * static_cast<double>(m_Size[i] - 1) - m_Start[i]) * m_Step[i];
    }
    return towards.lt(0.0);
  }

  /** Index p along an axis of n voxels -> (2 p + 1) / n - 1, which is -1 and 1 at the outer faces. */
  void
  Normalize(const at::Tensor & step, const at::Tensor & passes)
  {
    std::vector<at::Tensor> first, slope;
    for (const int other : planeAxes[m_Axis])
    {
      const auto i = static_cast<std::size_t>(other);
      if (i >= m_Axes) // the slice itself
      {
        first.push_back(at::zeros_like(m_Length));
        slope.push_back(first.back());
        continue;
      }
      const double perVoxel = 2.0 / static_cast<double>(m_Size[i]);
      const at::Tensor change = (m_Step[i] / step).masked_fill_(passes, 0.0);
      const at::Tensor start = (m_Start[i] - m_Start[m_Axis] * change).clamp_(-farthest, farthest);
      first.push_back((start * perVoxel + (0.5 * perVoxel - 1.0)).masked_fill_(passes, outside).flatten());
      slope.push_back((change * perVoxel).flatten());
    }
    m_First = at::stack(first, 1);
    m_Slope = at::stack(slope, 1);
  }

  std::size_t m_Axes; ///< 2 in a stack
  std::size_t m_Axis;
  std::array<std::int64_t, 3> m_Size;
  bool m_IsWithin;
  std::array<at::Tensor, 3> m_Start; ///< [row, column]
  std::array<at::Tensor, 3> m_Step;
  at::Tensor m_Length;
  at::Tensor m_First; ///< in plane 0, [ray, 2]
  at::Tensor m_Slope;
};

/** Calls body(part of the planes, positions of the rays in it, its first image). */
template <typename TBody>
void
JosephTensors::ForEachBlock(const at::Tensor & planes, const Pass & pass, const Block & block, const TBody & body)
{
  for (std::int64_t begin = 0; begin < planes.size(0); begin += block.planes)
  {
    const std::int64_t count = std::min(block.planes, planes.size(0) - begin);
    const at::Tensor positions = pass.Positions(begin, count, planes.scalar_type());
    for (std::int64_t image = 0; image < planes.size(1); image += block.images)
    {
      const std::int64_t some = std::min(block.images, planes.size(1) - image);
      body(planes.narrow(0, begin, count).narrow(1, image, some), positions, image);
    }
  }
}

JosephTensors::JosephTensors(const JosephRays & rays, std::int64_t values) : m_Rays(rays), m_Values(values) {}

bool
JosephTensors::HasSourceWithin() const
{
  const CTDetector & detector = m_Rays.Detector();
  const std::size_t axes = m_Rays.IsStack() ? 2 : 3;
  double square = 0.0; // of twice the radius of the ball: to a voxel beyond the outermost ones
  for (std::size_t i = 0; i < axes; ++i)
  {
    square += std::pow(static_cast<double>(m_Rays.Size()[i] + 1), 2.0);
  }
  bool isWithin = false;
  for (std::int64_t view = 0; view < m_Rays.Views() && !m_Rays.AreLines(); ++view)
  {
    const JosephRays::Column column = m_Rays.ColumnOf(view, 0);
    for (std::int64_t row = 0; row < detector.rows; ++row)
    {
      const double v = detector.originV + static_cast<double>(row) * detector.pitchV;
      double distance = 0.0;
      for (std::size_t i = 0; i < axes; ++i)
      {
        const double at = column.start[i] + v * column.startPerV[i];
        distance += std::pow(2.0 * at - static_cast<double>(m_Rays.Size()[i] - 1), 2.0);
      }
      isWithin = isWithin || distance <= square;
    }
  }
  return isWithin;
}

JosephTensors::Tables
JosephTensors::Make(at::Device device) const
{
  const CTDetector & detector = m_Rays.Detector();
  const std::size_t axes = m_Rays.IsStack() ? 2 : 3;
  const double last = detector.originV + static_cast<double>(detector.rows - 1) * detector.pitchV;
  const std::int64_t count = m_Rays.Views() * detector.columns;
  const at::Tensor all = at::empty({numbers, count}, at::kDouble);
  const at::Tensor isMain = at::empty({3, count}, at::kBool);
  auto to = all.accessor<double, 2>();
  auto main = isMain.accessor<bool, 2>();
  const auto fill = [&](std::int64_t begin, std::int64_t end)
  {
    for (std::int64_t n = begin; n < end; ++n)
    {
      const JosephRays::Column column = m_Rays.ColumnOf(n / detector.columns, n % detector.columns);
      const auto mains = MainAxes(column, detector.originV, m_Rays.IsStack() ? detector.originV : last, axes);
      for (std::int64_t i = 0; i < 3; ++i)
      {
        const auto axis = static_cast<std::size_t>(i);
        to[i][n] = column.start[axis];
        to[3 + i][n] = column.startPerV[axis];
        to[6 + i][n] = column.step[axis];
        to[9 + i][n] = column.stepPerV[axis];
        to[12 + i][n] = column.squares[axis];
        main[i][n] = mains[axis];
      }
    }
  };
  at::parallel_for(0, count, 1024, fill);
  Tables result{device, HasSourceWithin(), {}};
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const at::Tensor places = isMain[static_cast<std::int64_t>(axis)].nonzero().squeeze(1);
    result.ofAxis[axis] = {places.to(device), all.index_select(1, places).to(device)};
  }
  return result;
}

const JosephTensors::Tables &
JosephTensors::TablesOn(at::Device device) const
{
  const std::lock_guard<std::mutex> lock(m_Mutex);
  for (const auto & tables : m_Kept)
  {
    if (tables->device == device)
    {
      return *tables;
    }
  }
  m_Kept.push_back(std::make_unique<const Tables>(Make(device)));
  return *m_Kept.back();
}

at::Tensor
JosephTensors::RowWeights(const at::Tensor & like) const
{
  if (!m_Rays.IsStack())
  {
    return {};
  }
  const auto & rows = m_Rays.Rows();
  const std::int64_t slices = m_Rays.Size()[2];
  const auto count = static_cast<std::int64_t>(rows.size());
  const at::Tensor weights = at::zeros({count, slices}, at::kDouble);
  auto values = weights.accessor<double, 2>();
  for (std::int64_t row = 0; row < count; ++row)
  {
    const JosephRow & at = rows[static_cast<std::size_t>(row)];
    for (const std::int64_t above : {0, 1})
    {
      const std::int64_t slice = at.slice + above;
      if (slice >= 0 && slice < slices)
      {
        values[row][slice] = above == 0 ? 1.0 - at.weight : at.weight;
      }
    }
  }
  const bool areSlices = count == slices && at::equal(weights, at::eye(count, at::kDouble));
  return areSlices ? at::Tensor() : weights.to(like.options());
}

/** Calls body(planes of the images, pass, its places, block) for all rays. */
template <typename TBody>
void
JosephTensors::ForEachPass(const at::Tensor & images, const TBody & body) const
{
  const std::int64_t rows = m_Rays.IsStack() ? 1 : m_Rays.Detector().rows;
  const Tables & tables = TablesOn(images.device());
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const Columns & columns = tables.ofAxis[axis];
    const at::Tensor planes = Planes(images, axis);
    const std::int64_t voxels = planes.size(2) * planes.size(3);
    const std::int64_t some = std::max<std::int64_t>(1, m_Values / 16 / rows);
    for (std::int64_t begin = 0; begin < columns.places.size(0); begin += some)
    {
      const std::int64_t count = std::min(some, columns.places.size(0) - begin);
      const Pass pass(m_Rays, axis, columns.table.narrow(1, begin, count), tables.isWithin);
      // The same planes, and so the same bits, for any number of images.
      const std::int64_t depth = m_Values / together / std::max(count * rows, voxels);
      const std::int64_t atOnce = std::clamp<std::int64_t>(m_Values / voxels, 1, together);
      body(planes, pass, columns.places.narrow(0, begin, count), Block{std::max<std::int64_t>(1, depth), atOnce});
    }
  }
}

at::Tensor
JosephTensors::Forward(const at::Tensor & images) const
{
  const CTDetector & detector = m_Rays.Detector();
  const at::Tensor weights = RowWeights(images);
  const at::Tensor slices = weights.defined() ? Combine(weights, images) : images;
  const at::Tensor source = m_Rays.IsStack() ? slices.reshape({-1, 1, images.size(2), images.size(3)}) : images;
  const std::int64_t rows = m_Rays.IsStack() ? 1 : detector.rows;
  const at::Tensor result = at::zeros({source.size(0), rows, m_Rays.Views() * detector.columns}, images.options());
  const auto project = [&](const at::Tensor & planes, const Pass & pass, const at::Tensor & places, Block block)
  {
    const at::Tensor sums = at::zeros({source.size(0), pass.Length().size(0)}, images.options());
    const auto sample = [&](const at::Tensor & part, const at::Tensor & positions, std::int64_t image)
    {
      const at::Tensor values = at::grid_sampler_2d(part.contiguous(), positions, bilinear, zeros, false);
      for (std::int64_t i = 0; i < part.size(1); ++i) // each by itself: the order of a sum depends on its shape
      {
        sums.select(0, image + i).add_(values.select(1, i).sum(0).squeeze(0));
      }
    };
    ForEachBlock(planes, pass, block, sample);
    sums.mul_(pass.Length().to(sums.scalar_type()));
    result.index_add_(2, places, sums.reshape({source.size(0), rows, places.size(0)}));
  };
  ForEachPass(source, project);
  return result.reshape({images.size(0), detector.rows, m_Rays.Views(), detector.columns}).transpose(1, 2).contiguous();
}

at::Tensor
JosephTensors::Adjoint(const at::Tensor & projections) const
{
  const CTDetector & detector = m_Rays.Detector();
  const auto & size = m_Rays.Size();
  const std::int64_t rows = m_Rays.IsStack() ? 1 : detector.rows;
  const std::int64_t images = projections.size(0) * (m_Rays.IsStack() ? detector.rows : 1);
  const at::Tensor readings = projections.transpose(1, 2).reshape({images, rows, m_Rays.Views() * detector.columns});
  const at::Tensor result =
      at::zeros({images, m_Rays.IsStack() ? 1 : size[2], size[1], size[0]}, projections.options());
  const auto backProject = [&](const at::Tensor & planes, const Pass & pass, const at::Tensor & places, Block block)
  {
    const at::Tensor values = readings.index_select(2, places).reshape({images, 1, pass.Length().size(0)}) *
                              pass.Length().to(readings.scalar_type());
    const auto scatter = [&](const at::Tensor & part, const at::Tensor & positions, std::int64_t image)
    {
      const at::Tensor here = values.narrow(0, image, part.size(1));
      const at::Tensor noImage = at::zeros({1}, part.options()).expand(part.sizes()); // not that of the positions
      part.add_(std::get<0>(at::grid_sampler_2d_backward(
          here.expand({part.size(0), -1, -1, -1}), noImage, positions, bilinear, zeros, false, {true, false})));
    };
    ForEachBlock(planes, pass, block, scatter);
  };
  ForEachPass(result, backProject);
  const at::Tensor weights = RowWeights(projections);
  const at::Tensor slices = m_Rays.IsStack() ? result.reshape({projections.size(0), detector.rows, -1}) : result;
  const at::Tensor all = weights.defined() ? Combine(weights.transpose(0, 1), slices) : slices;
  return all.reshape({projections.size(0), size[2], size[1], size[0]});
}
} // namespace tweedie
