// SPDX-License-Identifier: Apache-2.0
#include "tweedieSliceSelection.h"

#include "tweedieError.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tweedie
{
namespace
{
[[noreturn]] void
FailRange(const std::string & text, std::int64_t available)
{
  throw UsageError("--slices: given '" + text +
                   "'; required first:last[:step] within 0:" + std::to_string(available - 1));
}

/** The index axes in the order x, y, z of the selected volume. */
std::array<int, 3>
AxisOrder(int sliceAxis)
{
  std::array<int, 3> order{0, 1, 2};
  std::rotate(order.begin() + sliceAxis, order.begin() + sliceAxis + 1, order.end());
  return order;
}

Grid
PermutedGrid(const Grid & grid, const std::array<int, 3> & order)
{
  Grid result = grid;
  const auto size = grid.size.Xyz();
  const auto spacing = grid.spacing.Xyz();
  result.size = Axes<std::int64_t>::FromXyz({size[order[0]], size[order[1]], size[order[2]]});
  result.spacing = Axes<double>::FromXyz({spacing[order[0]], spacing[order[1]], spacing[order[2]]});
  for (int row = 0; row < 3; ++row)
  {
    for (int column = 0; column < 3; ++column)
    {
      result.direction[3 * row + column] = grid.direction[3 * row + order[column]];
    }
  }
  return result;
}
} // namespace

SliceRange
ParseSliceRange(const std::string & text, std::int64_t available)
{
  if (text.empty())
  {
    return {0, available - 1, 1};
  }
  std::array<std::int64_t, 3> numbers{0, 0, 1};
  std::size_t count = 0;
  const char * position = text.data();
  const char * const end = position + text.size();
  for (; count < 3; ++count)
  {
    const auto parsed = std::from_chars(position, end, numbers[count]);
    if (parsed.ec != std::errc())
    {
      FailRange(text, available);
    }
    position = parsed.ptr;
    if (position == end || *position != ':')
    {
      break;
    }
    ++position;
  }
  const SliceRange range{numbers[0], count == 0 ? numbers[0] : numbers[1], numbers[2]};
  if (position != end || count > 2 || range.first < 0 || range.last < range.first || range.last >= available ||
      range.step < 1)
  {
    FailRange(text, available);
  }
  return range;
}

int
SliceAxis(const Grid & grid, const std::string & axis)
{
  const std::array<const char *, 3> names{"sagittal", "coronal", "axial"}; // slices count along x, y, z of the patient
  const auto patientAxis = std::find(names.begin(), names.end(), axis) - names.begin();
  if (patientAxis == 3)
  {
    throw UsageError("--axis: given '" + axis + "'; required one of axial|coronal|sagittal");
  }
  std::array<int, 3> candidate{0, 1, 2}; // the index axis of each patient axis
  std::array<int, 3> best = candidate;
  double largest = -1.0;
  do
  {
    double agreement = 0.0;
    for (int row = 0; row < 3; ++row)
    {
      agreement += std::abs(grid.direction[3 * row + candidate[row]]);
    }
    // An oblique volume at exactly 45 degrees keeps the order of its axes.
    if (agreement > largest + 1e-6)
    {
      largest = agreement;
      best = candidate;
    }
  } while (std::next_permutation(candidate.begin(), candidate.end()));
  return best[static_cast<std::size_t>(patientAxis)];
}

Volume
SelectSlices(const Volume & volume, const std::string & axis, const std::string & range)
{
  const Grid & grid = volume.GetGrid();
  const int sliceAxis = SliceAxis(grid, axis);
  const auto slices = ParseSliceRange(range, grid.size.Xyz()[static_cast<std::size_t>(sliceAxis)]);
  const auto order = AxisOrder(sliceAxis);
  const Grid permuted = PermutedGrid(grid, order);
  const auto tensor =
      TensorView(volume).permute({0, 3 - order[2], 3 - order[1], 3 - order[0]}); // tensor axes: channel, z, y, x
  const auto selected = tensor.slice(1, slices.first, slices.last + 1, slices.step);
  return VolumeFromTensor(selected, permuted.Slices(slices.first, slices.Count(), slices.step));
}

Volume
SelectStoredSlices(const Volume & volume, const std::string & range)
{
  const auto slices = ParseSliceRange(range, volume.GetGrid().size.z);
  return VolumeFromTensor(TensorView(volume).slice(1, slices.first, slices.last + 1, slices.step),
                          volume.GetGrid().Slices(slices.first, slices.Count(), slices.step));
}
} // namespace tweedie
