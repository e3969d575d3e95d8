// SPDX-License-Identifier: Apache-2.0
#include "tweedieSampledLines.h"

#include "tweedieError.h"

#include <algorithm>
#include <vector>

namespace tweedie
{
namespace
{
/** The samples of a plane (y, x) that are not zero in some coil: 1, others 0. */
std::vector<float>
SampledPlane(const Volume & kspace, std::int64_t z)
{
  const Grid & grid = kspace.GetGrid();
  const std::int64_t plane = grid.size.x * grid.size.y;
  std::vector<float> sampled(static_cast<std::size_t>(plane), 0.0f);
  for (std::int64_t coil = 0; coil < kspace.Channels(); ++coil)
  {
    const auto * const values = kspace.ComplexData() + (coil * grid.size.z + z) * plane;
    for (std::int64_t i = 0; i < plane; ++i)
    {
      float & sample = sampled[static_cast<std::size_t>(i)];
      sample = values[i] != 0.0f ? 1.0f : sample;
    }
  }
  return sampled;
}

/** Makes whole lines of a plane 1 where one of its samples is; returns the number of samples that were 0 there. */
std::int64_t
FillLines(std::vector<float> & plane, std::int64_t columns)
{
  std::int64_t filled = 0;
  for (auto line = plane.begin(); line != plane.end(); line += columns)
  {
    const auto zeros = std::count(line, line + columns, 0.0f);
    if (zeros < columns)
    {
      std::fill_n(line, columns, 1.0f);
      filled += zeros;
    }
  }
  return filled;
}
} // namespace

SampledLines
FindSampledLines(const Volume & kspace)
{
  if (kspace.IsEmpty() || !kspace.IsComplex())
  {
    throw DataError("FindSampledLines: k-space is empty or real; required complex samples");
  }
  const Grid & grid = kspace.GetGrid();
  SampledLines result{Volume(grid, Volume::Element::Real), 0};
  bool alike = true;
  for (std::int64_t z = 0; z < grid.size.z; ++z)
  {
    auto lines = SampledPlane(kspace, z);
    result.zeros += FillLines(lines, grid.size.x);
    std::copy(lines.begin(), lines.end(), result.mask.Data() + z * grid.size.x * grid.size.y);
    alike = alike && std::equal(lines.begin(), lines.end(), result.mask.Data());
  }
  result.mask = alike ? result.mask.Slices(0, 1) : result.mask;
  return result;
}
} // namespace tweedie
