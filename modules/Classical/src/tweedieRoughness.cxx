// SPDX-License-Identifier: Apache-2.0
#include "tweedieRoughness.h"

#include "tweedieError.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <vector>

namespace tweedie
{
namespace
{
/** Half of the neighbours of a voxel, the others being seen from their side. */
struct Neighbour
{
  std::array<std::int64_t, 3> step; ///< z, y, x
  double weight;
};

std::vector<Neighbour>
Neighbours(const RoughnessPenalty & penalty)
{
  const double least = penalty.LeastSpacing();
  std::vector<Neighbour> all;
  for (std::int64_t code = 14; code < 27; ++code) // of 3^3 steps, 13 being none
  {
    const std::array<std::int64_t, 3> step{code / 9 - 1, code / 3 % 3 - 1, code % 3 - 1};
    double squared = 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      squared += std::pow(static_cast<double>(step[axis]) * penalty.spacing.Zyx()[axis], 2.0);
    }
    all.push_back({step, least * least / squared});
  }
  return all;
}

/** Those voxels of x that have the neighbour, or (other) the neighbours; undefined where none has. */
at::Tensor
Side(const at::Tensor & x, const Neighbour & neighbour, bool other)
{
  at::Tensor part = x;
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    const std::int64_t step = neighbour.step[axis];
    const std::int64_t length = x.size(static_cast<std::int64_t>(axis) + 2) - std::abs(step);
    if (length < 1)
    {
      return {};
    }
    const bool isLater = other ? step > 0 : step < 0;
    part = part.narrow(static_cast<std::int64_t>(axis) + 2, isLater ? std::abs(step) : 0, length);
  }
  return part;
}

} // namespace

void
RoughnessPenalty::Require() const
{
  const double least = LeastSpacing();
  if (!(edge > 0.0) || !(least > 0.0) || !std::isfinite(spacing.x + spacing.y + spacing.z))
  {
    std::ostringstream message;
    message << "roughness penalty: given an edge of " << edge << " and a least spacing of " << least
            << "; required above 0, and finite spacings";
    throw UsageError(message.str());
  }
}

double
RoughnessPenalty::LeastSpacing() const
{
  return std::min({spacing.x, spacing.y, spacing.z});
}

RoughnessAt
MeasureRoughness(const at::Tensor & x, const RoughnessPenalty & penalty)
{
  at::Tensor gradient = at::zeros_like(x);
  at::Tensor value = at::zeros({x.size(0)}, x.options().dtype(at::kDouble));
  for (const Neighbour & neighbour : Neighbours(penalty))
  {
    const at::Tensor here = Side(x, neighbour, false);
    if (!here.defined())
    {
      continue;
    }
    const at::Tensor difference = here - Side(x, neighbour, true);
    const at::Tensor slope = difference.clamp(-penalty.edge, penalty.edge);
    value += neighbour.weight * SampleSums((difference - 0.5 * slope) * slope);
    Side(gradient, neighbour, false).add_(slope, neighbour.weight);
    Side(gradient, neighbour, true).sub_(slope, neighbour.weight);
  }
  return {value, gradient};
}

at::Tensor
RoughnessCurvature(const at::Tensor & x, const RoughnessPenalty & penalty)
{
  at::Tensor sums = at::zeros_like(x.narrow(0, 0, 1).narrow(1, 0, 1));
  for (const Neighbour & neighbour : Neighbours(penalty))
  {
    for (const bool other : {false, true})
    {
      const at::Tensor part = Side(sums, neighbour, other);
      if (part.defined())
      {
        part.add_(2.0 * neighbour.weight);
      }
    }
  }
  return sums;
}

} // namespace tweedie
