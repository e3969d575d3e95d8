// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGriddedFourier_h
#define tweedieGriddedFourier_h

#include "tweedieFftwPlan.h"
#include "tweedieGriddingTable.h"

#include <array>
#include <vector>

namespace tweedie
{
/** A frequency in cycles per field of view, along x, y, z. */
using Frequency = std::array<double, 3>;

/** Even, 4 to 14: the narrowest window with at most this relative error (see KaiserBessel). */
std::int64_t WidthOfTolerance(double tolerance);

/** The discrete Fourier transform of a complex image, a plane or a volume, at any frequencies, by gridding:
 *
 *    q[n] = factor sum_r f[r] exp(-2 pi i sum_d k_d[n] (r_d - floor(N_d / 2)) / N_d)
 *
 * as NonuniformFourier does it for real images. Lines of zeros are never transformed. Adjoint is each step's conjugate
 * transpose: exact to rounding. The same bits for any number of threads; safe to use from several at a time. */
template <typename T> class GriddedFourier
{
public:
  using Complex = std::complex<T>;

  /** size: pixels along x, y, z, where rank 2 means a plane (z = 1). */
  GriddedFourier(const std::array<std::int64_t, 3> & size,
                 int rank,
                 std::int64_t width,
                 double factor,
                 const std::vector<Frequency> & frequencies);

  void Forward(const Complex * image, Complex * q) const;
  /** image is overwritten. */
  void Adjoint(const Complex * q, Complex * image) const;

private:
  static constexpr std::int64_t halo = GriddingTable<T>::halo;
  /** Columns transformed together: two lines of the cache in single precision. */
  static constexpr std::int64_t wide = 16;

  /** One dimension: pixels, points of the grid, the window and its inverse transform by pixel. */
  struct Axis
  {
    Axis(std::int64_t pixels, bool gridded, std::int64_t width, double factor);

    /** Where pixel i lies on the grid, the origin at point 0. */
    std::int64_t
    Point(std::int64_t pixel) const
    {
      const std::int64_t offset = pixel - pixels / 2;
      return offset < 0 ? offset + points : offset;
    }

    std::int64_t pixels;
    std::int64_t points;
    KaiserBessel window;
    std::vector<T> factors;
  };

  struct Plans
  {
    FftwPlan<T> forward;
    FftwPlan<T> backward;
  };

  std::array<std::int64_t, 3> GridSize() const;
  GriddingTable<T> MakeTable(const std::vector<Frequency> & frequencies) const;
  std::int64_t Offset(std::int64_t plane, std::int64_t row) const;
  Plans PlansOf(std::size_t axis) const;
  std::int64_t
  Planes() const
  {
    return m_Rank == 3 ? m_Axes[2].points : 1;
  }

  void RowsForward(const Complex * image, Complex * grid) const;
  void RowsBackward(Complex * grid, Complex * image) const;
  /** Transforms along y (axis 1) or z (axis 2) in place. Forward reads the pixels' lines only and writes all; backward
   * reads all and writes the pixels'. */
  void Strips(std::size_t axis, FourierDirection direction, Complex * grid) const;
  void OneStrip(std::size_t axis, FourierDirection direction, Complex * first) const;
  void FillHalo(Complex * grid) const;
  void FoldHalo(Complex * grid) const;

  int m_Rank;
  std::int64_t m_Width;
  std::array<Axis, 3> m_Axes;
  std::int64_t m_Stride; ///< of a row, with halo, the strips whole
  std::vector<Plans> m_Plans;
  GriddingTable<T> m_Table;
};
} // namespace tweedie

#endif
