// SPDX-License-Identifier: Apache-2.0
#include "tweedieHalfPlane.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace tweedie
{
template <typename T>
FftwPlan<T>
HalfPlane<T>::RowPlan(std::int64_t size, FourierDirection direction)
{
  FftwLayout layout;
  layout.rank = 1;
  layout.size = {static_cast<int>(size), 1, 1};
  layout.direction = direction;
  layout.inPlace = false;
  layout.real = true;
  return FftwPlan<T>::Get(layout);
}

template <typename T>
FftwPlan<T>
HalfPlane<T>::StripPlan(std::int64_t size, FourierDirection direction)
{
  FftwLayout layout;
  layout.rank = 1;
  layout.size = {static_cast<int>(size), 1, 1};
  layout.many = static_cast<int>(stripColumns);
  layout.stride = layout.many;
  layout.distance = 1;
  layout.direction = direction;
  return FftwPlan<T>::Get(layout);
}

template <typename T>
HalfPlane<T>::HalfPlane(std::int64_t rows, std::int64_t columns, std::int64_t paddedRows, std::int64_t paddedColumns)
    : m_Rows(rows), m_Columns(columns), m_PaddedRows(paddedRows), m_PaddedColumns(paddedColumns),
      m_RowForward(RowPlan(paddedColumns, FourierDirection::Forward)),
      m_RowBackward(RowPlan(paddedColumns, FourierDirection::Backward)),
      m_ColumnsForward(StripPlan(paddedRows, FourierDirection::Forward)),
      m_ColumnsBackward(StripPlan(paddedRows, FourierDirection::Backward))
{
}

template <typename T>
std::int64_t
HalfPlane<T>::PaddedRow(std::int64_t row) const
{
  const std::int64_t offset = row - m_Rows / 2;
  return offset < 0 ? offset + m_PaddedRows : offset;
}

template <typename T>
void
HalfPlane<T>::RowsForward(const T * image, Factors factors, Complex * half) const
{
  const std::int64_t center = m_Columns / 2;
  const auto row = [&](std::int64_t j, T * line)
  {
    const T * from = image + j * m_Columns;
    const T factor = factors.row[j];
    for (std::int64_t i = center; i < m_Columns; ++i)
    {
      line[i - center] = factor * factors.column[i] * from[i];
    }
    T * end = line + m_PaddedColumns - center;
    for (std::int64_t i = 0; i < center; ++i)
    {
      end[i] = factor * factors.column[i] * from[i];
    }
    Complex * to = half + j * Stride();
    m_RowForward.Execute(line, to);
    std::fill(to + m_PaddedColumns / 2 + 1, to + Stride(), Complex(0));
  };
  at::parallel_for(0,
                   m_Rows,
                   RowsPerTask(),
                   [&](std::int64_t begin, std::int64_t finish)
                   {
                     const FftwBuffer<T> buffer(0, m_PaddedColumns / 2 + 1);
                     T * line = reinterpret_cast<T *>(buffer.Data());
                     std::fill_n(line, m_PaddedColumns, T(0));
                     for (std::int64_t j = begin; j < finish; ++j)
                     {
                       row(j, line);
                     }
                   });
}

template <typename T>
void
HalfPlane<T>::RowsBackward(Complex * half, Factors factors, T * image) const
{
  const std::int64_t center = m_Columns / 2;
  const auto row = [&](std::int64_t j, T * line)
  {
    Complex * from = half + j * Stride();
    from[0] = from[0].real();
    from[m_PaddedColumns / 2] = from[m_PaddedColumns / 2].real();
    m_RowBackward.Execute(from, line);
    T * to = image + j * m_Columns;
    const T factor = factors.row[j];
    for (std::int64_t i = center; i < m_Columns; ++i)
    {
      to[i] = factor * factors.column[i] * line[i - center];
    }
    const T * end = line + m_PaddedColumns - center;
    for (std::int64_t i = 0; i < center; ++i)
    {
      to[i] = factor * factors.column[i] * end[i];
    }
  };
  at::parallel_for(0,
                   m_Rows,
                   RowsPerTask(),
                   [&](std::int64_t begin, std::int64_t finish)
                   {
                     const FftwBuffer<T> buffer(0, m_PaddedColumns / 2 + 1);
                     for (std::int64_t j = begin; j < finish; ++j)
                     {
                       row(j, reinterpret_cast<T *>(buffer.Data()));
                     }
                   });
}

template <typename T>
void
HalfPlane<T>::LoadStrip(const Complex * half, std::int64_t strip, Complex * to) const
{
  const std::int64_t after = m_Rows - m_Rows / 2; // rows of the image from the origin on
  const std::int64_t before = m_PaddedRows - m_Rows / 2;
  std::fill(to + after * stripColumns, to + before * stripColumns, Complex(0));
  for (std::int64_t j = 0; j < m_Rows; ++j)
  {
    std::copy_n(half + j * Stride() + strip * stripColumns, stripColumns, to + PaddedRow(j) * stripColumns);
  }
}

template <typename T>
void
HalfPlane<T>::StoreStrip(const Complex * from, std::int64_t strip, Complex * half) const
{
  for (std::int64_t j = 0; j < m_Rows; ++j)
  {
    std::copy_n(from + PaddedRow(j) * stripColumns, stripColumns, half + j * Stride() + strip * stripColumns);
  }
}

template class HalfPlane<float>;
template class HalfPlane<double>;
} // namespace tweedie
