// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNonuniformFourier_h
#define tweedieNonuniformFourier_h

#include "tweedieGriddingTable.h"
#include "tweedieHalfPlane.h"
#include "tweedieKaiserBessel.h"

#include <vector>

namespace tweedie
{
/** A frequency in cycles per pixel, any real numbers. */
struct PlaneFrequency
{
  double x;
  double y;
};

/** The discrete Fourier transform of a real image at any frequencies, by gridding:
 *
 *    q[n] = sum_ij f[j, i] exp(-2 pi i (x[n] (i - columns / 2) + y[n] (j - rows / 2)))      (integer divisions)
 *
 * The image is divided by the window's transform, padded with zeros to twice its size or a little more, transformed by
 * FFTW, and every frequency takes width x width samples by the Kaiser-Bessel window (Fessler and Sutton 2003; Beatty et
 * al. 2005). Adjoint is the transpose for Re q and Im q as real numbers, each step that of Forward: exact to rounding.
 * Both are the same to the bit for any number of threads; safe to use from several threads at a time. */
template <typename T> class NonuniformFourier
{
public:
  using Complex = std::complex<T>;

  /** width: 4, 6, ... 16 points of the grid. The result of frequency n goes to q[place of n] = q[n]. */
  NonuniformFourier(std::int64_t rows,
                    std::int64_t columns,
                    std::int64_t width,
                    const std::vector<PlaneFrequency> & frequencies);

  /** image [rows, columns] -> q. */
  void Forward(const T * image, Complex * q) const;
  /** q -> image, overwritten. */
  void Adjoint(const Complex * q, T * image) const;

private:
  static constexpr std::int64_t halo = GriddingTable<T>::halo;

  GriddingCorner CornerOf(const PlaneFrequency & frequency) const;
  GriddingTable<T> MakeTable(const std::vector<PlaneFrequency> & frequencies) const;
  void FillHalo(Complex * grid) const;
  void FoldHalo(Complex * grid) const;
  std::int64_t
  GridRows() const
  {
    return m_Plane.PaddedRows() + 2 * halo;
  }
  std::int64_t
  GridStride() const
  {
    return m_Plane.Stride() + 2 * halo;
  }
  Complex *
  GridRow(Complex * grid, std::int64_t row) const
  {
    return grid + (row + halo) * GridStride() + halo;
  }
  typename HalfPlane<T>::Factors
  Factors(const std::vector<T> & byRow) const
  {
    return {byRow.data(), m_ColumnFactors.data()};
  }

  std::int64_t m_Width;
  HalfPlane<T> m_Plane;
  KaiserBessel m_WindowX;
  KaiserBessel m_WindowY;
  std::vector<T> m_ColumnFactors; ///< 1 / transform of the window, by pixel
  std::vector<T> m_RowFactors;
  std::vector<T> m_HalfRowFactors; ///< the same halved, for Adjoint
  GriddingTable<T> m_Table;
};
} // namespace tweedie

#endif
