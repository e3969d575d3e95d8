// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHalfPlane_h
#define tweedieHalfPlane_h

#include "tweedieFftwPlan.h"

#include <algorithm>

namespace tweedie
{
/** The 2D Fourier transform of a real image [rows, columns] padded with zeros, by lines, so that the zeros are never
 * transformed and two transforms with something between them stay in the cache:
 *
 *    image -> RowsForward -> half [rows, Stride()] -> LoadStrip, columns forward -> strip [paddedRows, stripColumns]
 *
 * and back. Unnormalised; only the columns 0 to paddedColumns / 2 of the spectrum are kept (it is Hermitian). The
 * origin is pixel (rows / 2, columns / 2). paddedColumns is even. Results do not depend on the number of threads. */
template <typename T> class HalfPlane
{
public:
  using Complex = std::complex<T>;

  /** Columns transformed together: two lines of the cache in single precision. */
  static constexpr std::int64_t stripColumns = 16;

  HalfPlane(std::int64_t rows, std::int64_t columns, std::int64_t paddedRows, std::int64_t paddedColumns);

  std::int64_t
  Rows() const
  {
    return m_Rows;
  }
  std::int64_t
  Columns() const
  {
    return m_Columns;
  }
  std::int64_t
  PaddedRows() const
  {
    return m_PaddedRows;
  }
  std::int64_t
  PaddedColumns() const
  {
    return m_PaddedColumns;
  }
  std::int64_t
  Strips() const
  {
    return (m_PaddedColumns / 2 + stripColumns) / stripColumns;
  }
  /** Strips or rows that are worth a thread. */
  std::int64_t
  StripsPerTask() const
  {
    return std::max<std::int64_t>(1, numbersPerTask / (m_PaddedRows * stripColumns));
  }
  std::int64_t
  RowsPerTask() const
  {
    return std::max<std::int64_t>(1, numbersPerTask / m_PaddedColumns);
  }
  /** Complex numbers from a row of half to the next; those beyond paddedColumns / 2 are zeros. */
  std::int64_t
  Stride() const
  {
    return Strips() * stripColumns;
  }

  /** Factors of the pixels, by row and by column: [rows], [columns]. */
  struct Factors
  {
    const T * row;
    const T * column;
  };

  void RowsForward(const T * image, Factors factors, Complex * half) const;
  /** Real part of the sum over the kept columns, those between the first and the last counted twice. Spoils half. */
  void RowsBackward(Complex * half, Factors factors, T * image) const;

  void LoadStrip(const Complex * half, std::int64_t strip, Complex * to) const;
  void StoreStrip(const Complex * from, std::int64_t strip, Complex * half) const;
  void
  StripForward(Complex * strip) const
  {
    m_ColumnsForward.Execute(strip, strip);
  }
  void
  StripBackward(Complex * strip) const
  {
    m_ColumnsBackward.Execute(strip, strip);
  }

private:
  static constexpr std::int64_t numbersPerTask = 1 << 14;

  static FftwPlan<T> RowPlan(std::int64_t size, FourierDirection direction);
  static FftwPlan<T> StripPlan(std::int64_t size, FourierDirection direction);
  std::int64_t PaddedRow(std::int64_t row) const;

  std::int64_t m_Rows;
  std::int64_t m_Columns;
  std::int64_t m_PaddedRows;
  std::int64_t m_PaddedColumns;
  FftwPlan<T> m_RowForward;
  FftwPlan<T> m_RowBackward;
  FftwPlan<T> m_ColumnsForward;
  FftwPlan<T> m_ColumnsBackward;
};
} // namespace tweedie

#endif
