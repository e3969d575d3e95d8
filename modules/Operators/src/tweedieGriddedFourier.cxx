// SPDX-License-Identifier: Apache-2.0
#include "tweedieGriddedFourier.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t numbersPerTask = 1 << 14;
constexpr int gridSlot = 2; // beside slot 0 of the lines and strips

std::int64_t
PerTask(std::int64_t numbers)
{
  return std::max<std::int64_t>(1, numbersPerTask / numbers);
}
} // namespace

std::int64_t
WidthOfTolerance(double tolerance)
{
  // The bounds of KaiserBessel at twice the pixels, as FourierSliceOptions states them.
  for (const auto & [width, error] :
       {std::pair<std::int64_t, double>{4, 1e-3}, {6, 1e-5}, {8, 2e-7}, {10, 1e-8}, {12, 1e-10}})
  {
    if (error <= tolerance)
    {
      return width;
    }
  }
  return 14;
}

template <typename T>
GriddedFourier<T>::Axis::Axis(std::int64_t count, bool gridded, std::int64_t width, double factor)
    : pixels(count),
      // Never smaller than two windows, so that the halo on one side is not the other one's.
      points(gridded ? EvenTransformSize(std::max<std::int64_t>(2 * count, 32)) : 1),
      window(width, gridded ? static_cast<double>(points) / static_cast<double>(count) : 2.0),
      factors(static_cast<std::size_t>(count), T(1))
{
  for (std::int64_t i = 0; gridded && i < count; ++i)
  {
    const double place = static_cast<double>(i - count / 2) / static_cast<double>(points);
    factors[static_cast<std::size_t>(i)] = static_cast<T>(factor / window.Transform(place));
  }
}

template <typename T>
GriddedFourier<T>::GriddedFourier(const std::array<std::int64_t, 3> & size,
                                  int rank,
                                  std::int64_t width,
                                  double factor,
                                  const std::vector<Frequency> & frequencies)
    : m_Rank(rank), m_Width(width), m_Axes{Axis(size[0], true, width, factor),
                                           Axis(size[1], true, width, 1.0),
                                           Axis(size[2], rank == 3, width, 1.0)},
      m_Stride((m_Axes[0].points + wide - 1) / wide * wide + 2 * halo), m_Plans{PlansOf(0), PlansOf(1)},
      m_Table(MakeTable(frequencies))
{
  if (rank == 3)
  {
    m_Plans.push_back(PlansOf(2));
  }
}

template <typename T>
std::array<std::int64_t, 3>
GriddedFourier<T>::GridSize() const
{
  return {m_Stride, m_Axes[1].points + 2 * halo, m_Rank == 3 ? m_Axes[2].points + 2 * halo : 1};
}

template <typename T>
std::int64_t
GriddedFourier<T>::Offset(std::int64_t plane, std::int64_t row) const
{
  const std::int64_t above = m_Rank == 3 ? plane + halo : 0;
  return (above * (m_Axes[1].points + 2 * halo) + row + halo) * m_Stride + halo;
}

template <typename T>
typename GriddedFourier<T>::Plans
GriddedFourier<T>::PlansOf(std::size_t axis) const
{
  FftwLayout layout;
  layout.rank = 1;
  layout.size = {static_cast<int>(m_Axes[axis].points), 1, 1};
  if (axis > 0)
  {
    layout.many = static_cast<int>(wide);
    layout.stride = layout.many;
    layout.distance = 1;
  }
  const auto forward = FftwPlan<T>::Get(layout);
  layout.direction = FourierDirection::Backward;
  return {forward, FftwPlan<T>::Get(layout)};
}

template <typename T>
GriddingTable<T>
GriddedFourier<T>::MakeTable(const std::vector<Frequency> & frequencies) const
{
  std::vector<GriddingCorner> corners;
  corners.reserve(frequencies.size());
  for (const auto & frequency : frequencies)
  {
    GriddingCorner corner{{0, 0, 0}, {0.0, 0.0, 0.0}, false};
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(m_Rank); ++axis)
    {
      const double cycles = frequency[axis] / static_cast<double>(m_Axes[axis].pixels);
      const double place = (cycles - std::floor(cycles)) * static_cast<double>(m_Axes[axis].points);
      const double first = std::ceil(place - 0.5 * static_cast<double>(m_Width));
      corner.first[axis] = static_cast<std::int64_t>(first) + halo;
      corner.fraction[axis] = place - first;
    }
    corners.push_back(corner);
  }
  std::vector<KaiserBessel> windows;
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(m_Rank); ++axis)
  {
    windows.push_back(m_Axes[axis].window);
  }
  return GriddingTable<T>(GridSize(), windows, m_Width, corners);
}

template <typename T>
void
GriddedFourier<T>::RowsForward(const Complex * image, Complex * grid) const
{
  const auto & [x, y, z] = m_Axes;
  const auto row = [&](std::int64_t index, Complex * line)
  {
    const std::int64_t j = index % y.pixels;
    const std::int64_t k = index / y.pixels;
    const T factor = y.factors[static_cast<std::size_t>(j)] * z.factors[static_cast<std::size_t>(k)];
    const Complex * from = image + index * x.pixels;
    std::fill_n(line, x.points, Complex(0));
    for (std::int64_t i = 0; i < x.pixels; ++i)
    {
      line[x.Point(i)] = factor * x.factors[static_cast<std::size_t>(i)] * from[i];
    }
    m_Plans[0].forward.Execute(line, line);
    Complex * to = grid + Offset(m_Rank == 3 ? z.Point(k) : 0, y.Point(j));
    std::copy_n(line, x.points, to);
    std::fill(to + x.points, to + m_Stride - 2 * halo, Complex(0)); // the last strip is whole
  };
  at::parallel_for(0,
                   y.pixels * (m_Rank == 3 ? z.pixels : 1),
                   PerTask(x.points),
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     const FftwBuffer<T> line(0, x.points);
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       row(i, line.Data());
                     }
                   });
}

template <typename T>
void
GriddedFourier<T>::RowsBackward(Complex * grid, Complex * image) const
{
  const auto & [x, y, z] = m_Axes;
  const auto row = [&](std::int64_t index, Complex * line)
  {
    const std::int64_t j = index % y.pixels;
    const std::int64_t k = index / y.pixels;
    const T factor = y.factors[static_cast<std::size_t>(j)] * z.factors[static_cast<std::size_t>(k)];
    std::copy_n(grid + Offset(m_Rank == 3 ? z.Point(k) : 0, y.Point(j)), x.points, line);
    m_Plans[0].backward.Execute(line, line);
    Complex * to = image + index * x.pixels;
    for (std::int64_t i = 0; i < x.pixels; ++i)
    {
      to[i] = factor * x.factors[static_cast<std::size_t>(i)] * line[x.Point(i)];
    }
  };
  at::parallel_for(0,
                   y.pixels * (m_Rank == 3 ? z.pixels : 1),
                   PerTask(x.points),
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     const FftwBuffer<T> line(0, x.points);
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       row(i, line.Data());
                     }
                   });
}

template <typename T>
void
GriddedFourier<T>::OneStrip(std::size_t axis, FourierDirection direction, Complex * first) const
{
  const Axis & along = m_Axes[axis];
  const std::int64_t step = axis == 1 ? m_Stride : (m_Axes[1].points + 2 * halo) * m_Stride;
  const FftwBuffer<T> strip(0, along.points * wide);
  Complex * lines = strip.Data();
  if (direction == FourierDirection::Backward)
  {
    for (std::int64_t p = 0; p < along.points; ++p)
    {
      std::copy_n(first + p * step, wide, lines + p * wide);
    }
    m_Plans[axis].backward.Execute(lines, lines);
    for (std::int64_t i = 0; i < along.pixels; ++i)
    {
      std::copy_n(lines + along.Point(i) * wide, wide, first + along.Point(i) * step);
    }
    return;
  }
  std::fill_n(lines, along.points * wide, Complex(0));
  for (std::int64_t i = 0; i < along.pixels; ++i)
  {
    std::copy_n(first + along.Point(i) * step, wide, lines + along.Point(i) * wide);
  }
  m_Plans[axis].forward.Execute(lines, lines);
  for (std::int64_t p = 0; p < along.points; ++p)
  {
    std::copy_n(lines + p * wide, wide, first + p * step);
  }
}

template <typename T>
void
GriddedFourier<T>::Strips(std::size_t axis, FourierDirection direction, Complex * grid) const
{
  const auto & [x, y, z] = m_Axes;
  const std::int64_t perRow = (x.points + wide - 1) / wide;
  // Along y within the pixels' planes, along z from every row of the grid.
  const std::int64_t lines = axis == 2 ? y.points : m_Rank == 3 ? z.pixels : 1;
  at::parallel_for(0,
                   lines * perRow,
                   PerTask(m_Axes[axis].points * wide),
                   [&, &depth = z](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       const std::int64_t line = i / perRow;
                       const std::int64_t start = axis == 2     ? Offset(0, line)
                                                  : m_Rank == 3 ? Offset(depth.Point(line), 0)
                                                                : Offset(0, 0);
                       OneStrip(axis, direction, grid + start + i % perRow * wide);
                     }
                   });
}

template <typename T>
void
GriddedFourier<T>::FillHalo(Complex * grid) const
{
  const std::int64_t columns = m_Axes[0].points;
  const std::int64_t rows = m_Axes[1].points;
  for (std::int64_t p = 0; p < Planes(); ++p)
  {
    for (std::int64_t r = 0; r < rows; ++r)
    {
      Complex * row = grid + Offset(p, r);
      std::copy_n(row + columns - halo, halo, row - halo);
      std::copy_n(row, halo, row + columns);
    }
    for (std::int64_t r = 0; r < halo; ++r)
    {
      std::copy_n(grid + Offset(p, rows - halo + r) - halo, m_Stride, grid + Offset(p, r - halo) - halo);
      std::copy_n(grid + Offset(p, r) - halo, m_Stride, grid + Offset(p, rows + r) - halo);
    }
  }
  if (m_Rank == 3)
  {
    const std::int64_t plane = m_Stride * (rows + 2 * halo);
    std::copy_n(grid + Planes() * plane, halo * plane, grid);
    std::copy_n(grid + halo * plane, halo * plane, grid + (Planes() + halo) * plane);
  }
}

template <typename T>
void
GriddedFourier<T>::FoldHalo(Complex * grid) const
{
  const std::int64_t columns = m_Axes[0].points;
  const std::int64_t rows = m_Axes[1].points;
  const auto add = [](Complex * to, const Complex * from, std::int64_t count)
  {
    for (std::int64_t i = 0; i < count; ++i)
    {
      to[i] += from[i];
    }
  };
  if (m_Rank == 3)
  {
    const std::int64_t plane = m_Stride * (rows + 2 * halo);
    add(grid + Planes() * plane, grid, halo * plane);
    add(grid + halo * plane, grid + (Planes() + halo) * plane, halo * plane);
  }
  for (std::int64_t p = 0; p < Planes(); ++p)
  {
    for (std::int64_t r = 0; r < halo; ++r)
    {
      add(grid + Offset(p, rows - halo + r) - halo, grid + Offset(p, r - halo) - halo, m_Stride);
      add(grid + Offset(p, r) - halo, grid + Offset(p, rows + r) - halo, m_Stride);
    }
    for (std::int64_t r = 0; r < rows; ++r)
    {
      Complex * row = grid + Offset(p, r);
      add(row + columns - halo, row - halo, halo);
      add(row, row + columns, halo);
    }
  }
}

template <typename T>
void
GriddedFourier<T>::Forward(const Complex * image, Complex * q) const
{
  const auto size = GridSize();
  const FftwBuffer<T> buffer(gridSlot, size[0] * size[1] * size[2]);
  RowsForward(image, buffer.Data());
  for (std::size_t axis = 1; axis < static_cast<std::size_t>(m_Rank); ++axis)
  {
    Strips(axis, FourierDirection::Forward, buffer.Data());
  }
  FillHalo(buffer.Data());
  m_Table.Gather(buffer.Data(), q);
}

template <typename T>
void
GriddedFourier<T>::Adjoint(const Complex * q, Complex * image) const
{
  const auto size = GridSize();
  const FftwBuffer<T> buffer(gridSlot, size[0] * size[1] * size[2]);
  m_Table.Spread(q, buffer.Data());
  FoldHalo(buffer.Data());
  for (auto axis = static_cast<std::size_t>(m_Rank) - 1; axis > 0; --axis)
  {
    Strips(axis, FourierDirection::Backward, buffer.Data());
  }
  RowsBackward(buffer.Data(), image);
}

template class GriddedFourier<float>;
template class GriddedFourier<double>;
} // namespace tweedie
