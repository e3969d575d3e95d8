// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonuniformFourier.h"

#include "tweedieGriddingKernels.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t samplesPerTask = 4096;
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
      m_HalfRowFactors(Deapodization<T>(m_WindowY, rows, m_Plane.PaddedRows(), 0.5))
{
  FillTable(frequencies);
}

template <typename T>
typename NonuniformFourier<T>::Corner
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
  return {static_cast<std::int64_t>(firstY) + halo,
          static_cast<std::int64_t>(firstX) + halo,
          conjugate,
          x - firstX,
          y - firstY};
}

template <typename T>
void
NonuniformFourier<T>::FillTable(const std::vector<PlaneFrequency> & frequencies)
{
  const std::size_t count = frequencies.size();
  std::vector<Corner> corners(count);
  m_Slabs.assign(static_cast<std::size_t>(GridRows() / slabRows + 2), 0);
  for (std::size_t n = 0; n < count; ++n)
  {
    corners[n] = CornerOf(frequencies[n]);
    ++m_Slabs[static_cast<std::size_t>(corners[n].row / slabRows + 1)];
  }
  for (std::size_t s = 1; s < m_Slabs.size(); ++s)
  {
    m_Slabs[s] += m_Slabs[s - 1];
  }
  m_First.resize(count);
  m_Place.resize(count);
  m_Conjugate.resize(count);
  m_Weights.resize(count * 2 * static_cast<std::size_t>(m_Width));
  std::vector<std::int64_t> next = m_Slabs;
  for (std::size_t n = 0; n < count; ++n)
  {
    const Corner & corner = corners[n];
    const auto to = static_cast<std::size_t>(next[static_cast<std::size_t>(corner.row / slabRows)]++);
    m_First[to] = static_cast<std::int32_t>(corner.row * GridStride() + corner.column);
    m_Place[to] = static_cast<std::int32_t>(n);
    m_Conjugate[to] = corner.conjugate ? T(-1) : T(1);
    T * weights = m_Weights.data() + to * 2 * static_cast<std::size_t>(m_Width);
    for (std::int64_t i = 0; i < m_Width; ++i)
    {
      weights[i] = static_cast<T>(m_WindowX.Value(corner.fractionX - static_cast<double>(i)));
      weights[m_Width + i] = static_cast<T>(m_WindowY.Value(corner.fractionY - static_cast<double>(i)));
    }
  }
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
  const auto * points = reinterpret_cast<const T *>(grid);
  at::parallel_for(0,
                   static_cast<std::int64_t>(m_First.size()),
                   samplesPerTask,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     const GriddingSamples<T> samples{
                         m_First.data(), m_Place.data(), m_Conjugate.data(), m_Weights.data(), begin, end};
                     GatherSamples(samples, static_cast<int>(m_Width), points, GridStride(), reinterpret_cast<T *>(q));
                   });
}

template <typename T>
void
NonuniformFourier<T>::Spread(const Complex * q, Complex * grid) const
{
  const auto slabs = static_cast<std::int64_t>(m_Slabs.size()) - 1;
  const auto * values = reinterpret_cast<const T *>(q);
  const auto count = static_cast<std::int64_t>(m_First.size());
  const std::int64_t slabsPerTask =
      std::max<std::int64_t>(1, slabs * samplesPerTask / std::max<std::int64_t>(1, count));
  std::fill_n(grid, GridRows() * GridStride(), Complex(0));
  // A slab's windows reach into the next one: first those with an even number, then the others, so that no two
  // tasks ever add to one row, and each row sees its terms in the same order whatever the number of threads.
  for (const std::int64_t parity : {0, 1})
  {
    at::parallel_for(
        0,
        (slabs + 1 - parity) / 2,
        slabsPerTask,
        [&](std::int64_t begin, std::int64_t end)
        {
          for (std::int64_t i = begin; i < end; ++i)
          {
            const auto slab = static_cast<std::size_t>(2 * i + parity);
            const GriddingSamples<T> samples{
                m_First.data(), m_Place.data(), m_Conjugate.data(), m_Weights.data(), m_Slabs[slab], m_Slabs[slab + 1]};
            SpreadSamples(samples, static_cast<int>(m_Width), values, reinterpret_cast<T *>(grid), GridStride());
          }
        });
  }
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
  Spread(q, grid);
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
