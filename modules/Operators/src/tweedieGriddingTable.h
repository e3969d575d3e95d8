// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGriddingTable_h
#define tweedieGriddingTable_h

#include "tweedieKaiserBessel.h"

#include <array>
#include <complex>
#include <vector>

namespace tweedie
{
/** The window of one sample: its first point of the grid, and how far the sample is from there, along x, y and z. */
struct GriddingCorner
{
  std::array<std::int64_t, 3> first;
  std::array<double, 3> fraction;
  bool conjugate; ///< the value is the complex conjugate of what the grid has
};

/** The weights of samples between the points of a grid, planes or a volume, and the sums over them in both directions.
 * Spread is the transpose of Gather. The same bits for any number of threads. */
template <typename T> class GriddingTable
{
public:
  using Complex = std::complex<T>;

  /** Points that a grid keeps twice around it, for windows that reach beyond: half the largest width. */
  static constexpr std::int64_t halo = 8;

  /** grid: points along x, y, z with halo, z = 1 for a plane. windows: along x, y (and z). */
  GriddingTable(const std::array<std::int64_t, 3> & grid,
                const std::vector<KaiserBessel> & windows,
                std::int64_t width,
                const std::vector<GriddingCorner> & corners);

  /** q[n] = weighted sum around sample n. */
  void Gather(const Complex * grid, Complex * q) const;
  /** The transpose; the grid is overwritten. */
  void Spread(const Complex * q, Complex * grid) const;

private:
  /** Rows (planes of a volume) that one task adds to; windows reach into the next such slab at most. */
  static constexpr std::int64_t slabRows = 16;
  static constexpr std::int64_t samplesPerTask = 4096;

  std::int64_t SlabOf(const GriddingCorner & corner) const;
  /** Of equal slabs, samples of neighbouring rows follow each other in a volume, so that they meet in the cache. */
  std::vector<std::size_t> Order(const std::vector<GriddingCorner> & corners);
  void SpreadSlab(std::size_t slab, const Complex * q, Complex * grid) const;

  std::array<std::int64_t, 3> m_Grid;
  std::int64_t m_Width;
  std::vector<std::int64_t> m_Slabs; ///< samples are ordered by slab; where each begins, and the end
  std::vector<std::int32_t> m_First;
  std::vector<std::int32_t> m_Place;
  std::vector<T> m_Conjugate;
  std::vector<T> m_Weights;
};
} // namespace tweedie

#endif
