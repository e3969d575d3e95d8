// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonuniformSampling.h"
#include "tweedieTrajectory.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** 1 in the middle, 0 half the extent from it: its transform has no negative values (Fejer's kernel). */
at::Tensor
Triangle(std::int64_t size)
{
  const at::Tensor offset = (at::arange(size, at::kDouble) - static_cast<double>(size / 2)).abs();
  return (1.0 - offset * 2.0 / static_cast<double>(size)).clamp_min(0.0);
}
} // namespace

at::Tensor
DensityCompensation(const at::Tensor & trajectory, const Shape & image, std::int64_t iterations)
{
  if (iterations < 1 || image.size() < 3)
  {
    throw UsageError("density compensation: given " + std::to_string(iterations) +
                     " iterations; required at least one, and an image {.., z, y, x}");
  }
  const bool volume = trajectory.defined() && trajectory.dim() == 3 && trajectory.size(2) == 3;
  // Twice the field of view makes the kernel narrower than its oscillations; a volume has no memory for that.
  const std::int64_t factor = volume ? 1 : 2;
  const std::size_t last = image.size() - 1;
  const Shape field{1, volume ? image[last - 2] : 1, factor * image[last - 1], factor * image[last]};
  NonuniformFourierOptions options;
  options.doubleTolerance = 1e-5;
  const at::Tensor k =
      trajectory.defined() ? trajectory.cpu().to(at::kDouble) * static_cast<double>(factor) : trajectory;
  const auto sampling = MakeNonuniformSampling(field, k, options, "density compensation");
  at::Tensor taper = at::outer(Triangle(field[2]), Triangle(field[3])).unsqueeze(0);
  if (volume)
  {
    taper = taper * Triangle(field[1]).view({-1, 1, 1});
  }
  const double cells = volume ? 1.0 : static_cast<double>(factor * factor);
  at::Tensor w = at::ones({trajectory.size(0), trajectory.size(1)}, at::kDouble);
  for (std::int64_t i = 0; i < iterations; ++i)
  {
    const at::Tensor blurred = NonuniformAdjoint(*sampling, w.to(at::kComplexDouble)) * taper;
    const at::Tensor sum = at::real(NonuniformForward(*sampling, blurred).squeeze(0)) * cells;
    w = w / sum.clamp_min(1e-12);
  }
  return w;
}
} // namespace tweedie
