// SPDX-License-Identifier: Apache-2.0
#include "tweedieGriddingTable.h"

#include "tweedieGriddingKernels.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <numeric>

namespace tweedie
{
template <typename T>
GriddingTable<T>::GriddingTable(const std::array<std::int64_t, 3> & grid,
                                const std::vector<KaiserBessel> & windows,
                                std::int64_t width,
                                const std::vector<GriddingCorner> & corners)
    : m_Grid(grid), m_Width(width)
{
  const std::vector<std::size_t> order = Order(corners);
  const auto axes = windows.size();
  m_First.reserve(order.size());
  m_Place.reserve(order.size());
  m_Conjugate.reserve(order.size());
  m_Weights.reserve(order.size() * axes * static_cast<std::size_t>(width));
  for (const std::size_t n : order)
  {
    const auto & corner = corners[n];
    const auto & first = corner.first;
    m_First.push_back(static_cast<std::int32_t>((first[2] * m_Grid[1] + first[1]) * m_Grid[0] + first[0]));
    m_Place.push_back(static_cast<std::int32_t>(n));
    m_Conjugate.push_back(corner.conjugate ? T(-1) : T(1));
    for (std::size_t axis = 0; axis < axes; ++axis)
    {
      for (std::int64_t i = 0; i < width; ++i)
      {
        m_Weights.push_back(static_cast<T>(windows[axis].Value(corner.fraction[axis] - static_cast<double>(i))));
      }
    }
  }
}

template <typename T>
std::int64_t
GriddingTable<T>::SlabOf(const GriddingCorner & corner) const
{
  return corner.first[m_Grid[2] > 1 ? 2 : 1] / slabRows;
}

template <typename T>
std::vector<std::size_t>
GriddingTable<T>::Order(const std::vector<GriddingCorner> & corners)
{
  const bool volume = m_Grid[2] > 1;
  m_Slabs.assign(static_cast<std::size_t>((volume ? m_Grid[2] : m_Grid[1]) / slabRows + 2), 0);
  for (const auto & corner : corners)
  {
    ++m_Slabs[static_cast<std::size_t>(SlabOf(corner) + 1)];
  }
  std::partial_sum(m_Slabs.begin(), m_Slabs.end(), m_Slabs.begin());
  std::vector<std::size_t> order(corners.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t n)
  {
    const std::int64_t tile = volume ? corners[n].first[1] / slabRows : 0;
    return std::make_pair(SlabOf(corners[n]), tile);
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return order;
}

template <typename T>
void
GriddingTable<T>::Gather(const Complex * grid, Complex * q) const
{
  at::parallel_for(
      0,
      static_cast<std::int64_t>(m_First.size()),
      samplesPerTask,
      [&](std::int64_t begin, std::int64_t end)
      {
        const GriddingSamples<T> samples{m_First.data(),
                                         m_Place.data(),
                                         m_Conjugate.data(),
                                         m_Weights.data(),
                                         begin,
                                         end,
                                         m_Grid[2] > 1 ? m_Grid[0] * m_Grid[1] : 0};
        GatherSamples(
            samples, static_cast<int>(m_Width), reinterpret_cast<const T *>(grid), m_Grid[0], reinterpret_cast<T *>(q));
      });
}

template <typename T>
void
GriddingTable<T>::SpreadSlab(std::size_t slab, const Complex * q, Complex * grid) const
{
  const GriddingSamples<T> samples{m_First.data(),
                                   m_Place.data(),
                                   m_Conjugate.data(),
                                   m_Weights.data(),
                                   m_Slabs[slab],
                                   m_Slabs[slab + 1],
                                   m_Grid[2] > 1 ? m_Grid[0] * m_Grid[1] : 0};
  SpreadSamples(
      samples, static_cast<int>(m_Width), reinterpret_cast<const T *>(q), reinterpret_cast<T *>(grid), m_Grid[0]);
}

template <typename T>
void
GriddingTable<T>::Spread(const Complex * q, Complex * grid) const
{
  const auto slabs = static_cast<std::int64_t>(m_Slabs.size()) - 1;
  const auto count = static_cast<std::int64_t>(m_First.size());
  const std::int64_t slabsPerTask =
      std::max<std::int64_t>(1, slabs * samplesPerTask / std::max<std::int64_t>(1, count));
  std::fill_n(grid, m_Grid[0] * m_Grid[1] * m_Grid[2], Complex(0));
  // A slab's windows reach into the next one: first those with an even number, then the others, so that no two
  // tasks ever add to one row, and each row sees its terms in the same order whatever the number of threads.
  for (const std::int64_t parity : {0, 1})
  {
    at::parallel_for(0,
                     (slabs + 1 - parity) / 2,
                     slabsPerTask,
                     [&](std::int64_t begin, std::int64_t end)
                     {
                       for (std::int64_t i = begin; i < end; ++i)
                       {
                         SpreadSlab(static_cast<std::size_t>(2 * i + parity), q, grid);
                       }
                     });
  }
}

template class GriddingTable<float>;
template class GriddingTable<double>;
} // namespace tweedie
