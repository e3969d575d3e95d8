// SPDX-License-Identifier: Apache-2.0
#include "tweedieJosephRays.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
// To make a ray takes as long as some fifty samples of it: kept, where that takes no more than 30 MB.
constexpr std::int64_t mostKept = std::int64_t{1} << 19;

constexpr double sameHeight = 1e-4; // voxels: the tolerance of congruent grids

/** Planes of [0, planes) in which start + k * slope is in [-1, extent]. */
struct PlaneRange
{
  double begin;
  double end;

  void
  Clip(double start, double slope, double extent)
  {
    if (slope == 0.0)
    {
      if (start < -1.0 || start > extent)
      {
        end = begin;
      }
      return;
    }
    const double inverse = 1.0 / slope;
    const double enters = (-1.0 - start) * inverse;
    const double leaves = (extent - start) * inverse;
    begin = std::max(begin, std::ceil(std::min(enters, leaves)));
    end = std::min(end, std::floor(std::max(enters, leaves)) + 1.0);
  }
};
} // namespace

JosephRays::JosephRays(CTGeometry geometry, const CTDetector & detector, const Grid & grid)
    : m_Geometry(std::move(geometry)), m_Detector(detector), m_Size(grid.size.Xyz()), m_Map(grid)
{
  FindRows();
  const std::int64_t all = Views() * PerView();
  if (all <= mostKept)
  {
    m_Kept.resize(static_cast<std::size_t>(all));
    Fill(0, Views(), m_Kept.data());
  }
}

std::int64_t
JosephRays::PerView() const
{
  return IsStack() ? m_Detector.columns : m_Detector.columns * m_Detector.rows;
}

CTIndexRay
JosephRays::IndexRay(std::int64_t view, std::int64_t row, std::int64_t column) const
{
  const double u = m_Detector.originU + static_cast<double>(column) * m_Detector.pitchU;
  const double v = m_Detector.originV + static_cast<double>(row) * m_Detector.pitchV;
  return m_Map.Ray(m_Geometry.Ray(static_cast<std::size_t>(view), u, v));
}

JosephRays::Column
JosephRays::ColumnOf(std::int64_t view, std::int64_t column) const
{
  const auto k = static_cast<std::size_t>(view);
  const CTView & w = m_Geometry.views[k];
  const double u = m_Detector.originU + static_cast<double>(column) * m_Detector.pitchU;
  const CTRay middle = m_Geometry.Ray(k, u, 0.0);
  const Vector3 alongV = m_Map.Direction(w.alongV);
  Column result;
  result.start = m_Map.Point(middle.origin);
  if (m_Geometry.beam != CTBeam::Cone) // all rows are alike but for their height
  {
    result.step = m_Map.Direction(middle.direction);
    result.startPerV = alongV;
    return result;
  }
  // The length that the ray was divided by: with it the direction changes along v as the detector does.
  const Vector3 normal = Cross(w.alongU, w.alongV);
  const bool isBent = m_Geometry.detectorRadius > 0.0;
  const double depth = isBent ? m_Geometry.detectorRadius * (1.0 - std::cos(u / m_Geometry.detectorRadius)) : 0.0;
  const double across = depth - Dot(AddScaled(w.source, -1.0, w.detector), normal);
  const double length = across / Dot(middle.direction, normal);
  result.step = m_Map.Direction(AddScaled({0.0, 0.0, 0.0}, length, middle.direction));
  result.stepPerV = alongV;
  result.squares = {length * length, 2.0 * length * Dot(middle.direction, w.alongV), 1.0};
  return result;
}

JosephRay
JosephRays::Make(const Vector3 & start, const Vector3 & step, double length) const
{
  std::size_t axis = 0;
  for (std::size_t i = 1; i < (IsStack() ? 2U : 3U); ++i)
  {
    axis = std::abs(step[i]) > std::abs(step[axis]) ? i : axis;
  }
  const auto & others = IsStack() ? josephPlaneAxes[axis] : josephAxes[axis];
  JosephRay result{};
  result.axis = static_cast<std::int32_t>(axis);
  result.length = length / std::abs(step[axis]);
  PlaneRange range{0.0, static_cast<double>(m_Size[axis])};
  if (m_Geometry.beam != CTBeam::Parallel)
  {
    if (step[axis] > 0.0)
    {
      range.begin = std::max(0.0, std::ceil(start[axis]));
    }
    else
    {
      range.end = std::min(range.end, std::floor(start[axis]) + 1.0);
    }
  }
  for (std::size_t i = 0; i < (IsStack() ? 1U : 2U); ++i)
  {
    const auto other = static_cast<std::size_t>(others[i]);
    result.slope[i] = step[other] / step[axis];
    result.start[i] = start[other] - start[axis] * result.slope[i];
    range.Clip(result.start[i], result.slope[i], static_cast<double>(m_Size[other]));
  }
  if (!(range.begin < range.end))
  {
    JosephRay beside{}; // of no plane, and of no number that fixed point cannot hold
    beside.axis = result.axis;
    return beside;
  }
  result.begin = static_cast<std::int32_t>(range.begin);
  result.end = static_cast<std::int32_t>(range.end);
  return result;
}

void
JosephRays::Fill(std::int64_t begin, std::int64_t end, JosephRay * rays) const
{
  const std::int64_t rows = IsStack() ? 1 : m_Detector.rows;
  const std::int64_t columns = m_Detector.columns;
  at::parallel_for(begin * columns,
                   end * columns,
                   32,
                   [&](std::int64_t first, std::int64_t last)
                   {
                     for (std::int64_t i = first; i < last; ++i)
                     {
                       JosephRay * to = rays + (i - begin * columns) * rows;
                       const Column column = ColumnOf(i / columns, i % columns);
                       for (std::int64_t row = 0; row < rows; ++row)
                       {
                         const double v = m_Detector.originV + static_cast<double>(row) * m_Detector.pitchV;
                         const auto & s = column.squares;
                         to[row] = Make(AddScaled(column.start, v, column.startPerV),
                                        AddScaled(column.step, v, column.stepPerV),
                                        std::sqrt(s[0] + v * (s[1] + v * s[2])));
                       }
                     }
                   });
}

const JosephRay *
JosephRays::Of(std::int64_t begin, std::int64_t end, std::vector<JosephRay> & buffer) const
{
  if (!m_Kept.empty())
  {
    return m_Kept.data() + begin * PerView();
  }
  buffer.resize(static_cast<std::size_t>((end - begin) * PerView()));
  Fill(begin, end, buffer.data());
  return buffer.data();
}

void
JosephRays::FindRows()
{
  std::vector<JosephRow> rows;
  for (std::int64_t row = 0; row < m_Detector.rows; ++row)
  {
    double height = 0.0;
    for (std::int64_t view = 0; view < Views(); ++view)
    {
      // Three pixels: of a flat or bent detector all others are at this height, too.
      for (const std::int64_t column : {std::int64_t{0}, m_Detector.columns / 2, m_Detector.columns - 1})
      {
        const CTIndexRay ray = IndexRay(view, row, column);
        const double largest = std::max(std::abs(ray.step[0]), std::abs(ray.step[1]));
        const double across = static_cast<double>(std::max(m_Size[0], m_Size[1]));
        // From the ray's start to the far side of the volume.
        const double planes = std::max({std::abs(ray.start[0]), std::abs(ray.start[1]), across}) + across;
        height = view == 0 && column == 0 ? ray.start[2] : height;
        if (std::abs(ray.step[2]) * planes > sameHeight * largest || std::abs(ray.start[2] - height) > sameHeight)
        {
          return;
        }
      }
    }
    const double nearest = std::round(height);
    height = std::abs(height - nearest) < sameHeight ? nearest : height;
    const double outside = static_cast<double>(m_Size[2]) + 1.0;
    height = std::clamp(height, -outside, outside); // of any size before
    const double below = std::floor(height);
    rows.push_back({static_cast<std::int64_t>(below), height - below});
  }
  m_Rows = std::move(rows);
}
} // namespace tweedie
