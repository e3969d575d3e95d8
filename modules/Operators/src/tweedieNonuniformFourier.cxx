// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonuniformFourier.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
// Buffers of a transform, beside slot 0 that the lines and strips use.
constexpr int halfSlot = 1;
constexpr int gridSlot = 2;

/** Twice the pixels, and never smaller than two windows, so that the halo on one side is not the other one's. */
std::int64_t
GridSize(std::int64_t pixels)
{
  return EvenTransformSize(std::max<std::int64_t>(2 * pixels, 32));
}

double
Oversampling(std::int64_t grid, std::int64_t pixels)
{
  return static_cast<double>(grid) / static_cast<double>(pixels);
}

template <typename T>
std::vector<T>
Deapodization(const KaiserBessel & window, std::int64_t pixels, std::int64_t grid, double factor)
{
  std::vector<T> factors(static_cast<std::size_t>(pixels));
  for (std::int64_t i = 0; i < pixels; ++i)
  {
    const double place = static_cast<double>(i - pixels / 2) / static_cast<double>(grid);
    factors[static_cast<std::size_t>(i)] = static_cast<T>(factor / window.Transform(place));
  }
  return factors;
}
} // namespace

template <typename T>
NonuniformFourier<T>::NonuniformFourier(std::int64_t rows,
                                        std::int64_t columns,
                                        std::int64_t width,
                                        const std::vector<PlaneFrequency> & frequencies)
    : m_Width(width), m_Plane(rows, columns, GridSize(rows), GridSize(columns)),
      m_WindowX(width, Oversampling(m_Plane.PaddedColumns(), columns)),
      m_WindowY(width, Oversampling(m_Plane.PaddedRows(), rows)),
      m_ColumnFactors(Deapodization<T>(m_WindowX, columns, m_Plane.PaddedColumns(), 1.0)),
      m_RowFactors(Deapodization<T>(m_WindowY, rows, m_Plane.PaddedRows(), 1.0)),
      m_HalfRowFactors(Deapodization<T>(m_WindowY, rows, m_Plane.PaddedRows(), 0.5)), m_Table(MakeTable(frequencies))
{
}

template <typename T>
GriddingCorner
NonuniformFourier<T>::CornerOf(const PlaneFrequency & frequency) const
{
  const auto columns = static_cast<double>(m_Plane.PaddedColumns());
  const auto rows = static_cast<double>(m_Plane.PaddedRows());
  // The spectrum has the period of one cycle per pixel, and is Hermitian.
  double x = frequency.x - std::round(frequency.x);
  double y = frequency.y;
  const bool conjugate = x < 0.0;
  if (conjugate)
  {
    x = -x;
    y = -y;
  }
  x *= columns;
  y = (y - std::floor(y)) * rows;
  const double half = 0.5 * static_cast<double>(m_Width);
  const double firstX = std::ceil(x - half);
  const double firstY = std::ceil(y - half);
  return {{static_cast<std::int64_t>(firstX) + halo, static_cast<std::int64_t>(firstY) + halo, 0},
          {x - firstX, y - firstY, 0.0},
          conjugate};
}

template <typename T>
GriddingTable<T>
NonuniformFourier<T>::MakeTable(const std::vector<PlaneFrequency> & frequencies) const
{
  std::vector<GriddingCorner> corners;
  corners.reserve(frequencies.size());
  for (const auto & frequency : frequencies)
  {
    corners.push_back(CornerOf(frequency));
  }
  return GriddingTable<T>({GridStride(), GridRows(), 1}, {m_WindowX, m_WindowY}, m_Width, corners);
}

template <typename T>
void
NonuniformFourier<T>::FillHalo(Complex * grid) const
{
  const std::int64_t rows = m_Plane.PaddedRows();
  const std::int64_t last = m_Plane.PaddedColumns() / 2;
  for (std::int64_t r = 0; r < rows; ++r)
  {
    Complex * row = GridRow(grid, r);
    const Complex * mirrored = GridRow(grid, r == 0 ? 0 : rows - r);
    for (std::int64_t c = 1; c <= halo; ++c)
    {
      row[-c] = std::conj(mirrored[c]);
      row[last + c] = std::conj(mirrored[last - c]);
    }
  }
  for (std::int64_t r = 0; r < halo; ++r)
  {
    std::copy_n(GridRow(grid, rows - halo + r) - halo, GridStride(), GridRow(grid, r - halo) - halo);
    std::copy_n(GridRow(grid, r) - halo, GridStride(), GridRow(grid, rows + r) - halo);
  }
}

template <typename T>
void
NonuniformFourier<T>::FoldHalo(Complex * grid) const
{
  const std::int64_t rows = m_Plane.PaddedRows();
  const std::int64_t last = m_Plane.PaddedColumns() / 2;
  const auto add = [this](Complex * to, const Complex * from)
  {
    for (std::int64_t i = -halo; i < GridStride() - halo; ++i)
    {
      to[i] += from[i];
    }
  };
  for (std::int64_t r = 0; r < halo; ++r)
  {
    add(GridRow(grid, rows - halo + r), GridRow(grid, r - halo));
    add(GridRow(grid, r), GridRow(grid, rows + r));
  }
  for (std::int64_t r = 0; r < rows; ++r)
  {
    const Complex * row = GridRow(grid, r);
    Complex * mirrored = GridRow(grid, r == 0 ? 0 : rows - r);
    for (std::int64_t c = 1; c <= halo; ++c)
    {
      mirrored[c] += std::conj(row[-c]);
      mirrored[last - c] += std::conj(row[last + c]);
    }
  }
  // Columns 0 and last stand for themselves, the others for two: the factor 1/2 of all is in m_HalfRowFactors.
  for (std::int64_t r = 0; r < rows; ++r)
  {
    Complex * row = GridRow(grid, r);
    row[0] *= T(2);
    row[last] *= T(2);
    std::fill(row + last + 1, row + m_Plane.Stride(), Complex(0));
  }
}

template <typename T>
void
NonuniformFourier<T>::Forward(const T * image, Complex * q) const
{
  constexpr std::int64_t wide = HalfPlane<T>::stripColumns;
  const FftwBuffer<T> half(halfSlot, m_Plane.Rows() * m_Plane.Stride());
  const FftwBuffer<T> buffer(gridSlot, GridRows() * GridStride());
  Complex * grid = buffer.Data();
  Complex * lines = half.Data();
  m_Plane.RowsForward(image, Factors(m_RowFactors), lines);
  at::parallel_for(0,
                   m_Plane.Strips(),
                   m_Plane.StripsPerTask(),
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     const FftwBuffer<T> strip(0, m_Plane.PaddedRows() * wide);
                     for (std::int64_t s = begin; s < end; ++s)
                     {
                       m_Plane.LoadStrip(lines, s, strip.Data());
                       m_Plane.StripForward(strip.Data());
                       for (std::int64_t r = 0; r < m_Plane.PaddedRows(); ++r)
                       {
                         std::copy_n(strip.Data() + r * wide, wide, GridRow(grid, r) + s * wide);
                       }
                     }
                   });
  FillHalo(grid);
  m_Table.Gather(grid, q);
}

template <typename T>
void
NonuniformFourier<T>::Adjoint(const Complex * q, T * image) const
{
  constexpr std::int64_t wide = HalfPlane<T>::stripColumns;
  const FftwBuffer<T> half(halfSlot, m_Plane.Rows() * m_Plane.Stride());
  const FftwBuffer<T> buffer(gridSlot, GridRows() * GridStride());
  Complex * grid = buffer.Data();
  Complex * lines = half.Data();
  m_Table.Spread(q, grid);
  FoldHalo(grid);
  at::parallel_for(0,
                   m_Plane.Strips(),
                   m_Plane.StripsPerTask(),
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     const FftwBuffer<T> strip(0, m_Plane.PaddedRows() * wide);
                     for (std::int64_t s = begin; s < end; ++s)
                     {
                       for (std::int64_t r = 0; r < m_Plane.PaddedRows(); ++r)
                       {
                         std::copy_n(GridRow(grid, r) + s * wide, wide, strip.Data() + r * wide);
                       }
                       m_Plane.StripBackward(strip.Data());
                       m_Plane.StoreStrip(strip.Data(), s, lines);
                     }
                   });
  m_Plane.RowsBackward(lines, Factors(m_HalfRowFactors), image);
}

template class NonuniformFourier<float>;
template class NonuniformFourier<double>;
} // namespace tweedie
