// SPDX-License-Identifier: Apache-2.0
#include "tweedieDualSteps.h"

#include "tweedieDualKernels.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double stepLength = 1.0 / 8.0; // 1 over the largest eigenvalue of grad grad^H in two dimensions
constexpr double leastNorm = 1e-30;      // only against 0 / 0

at::Tensor
Projected(const at::Tensor & dual, const at::Tensor & lambda)
{
  const at::Tensor norm = dual.square().sum({1, 2}, true).sqrt_();
  const at::Tensor limit = PerSample(lambda, dual);
  return dual * (limit / at::maximum(norm, limit).clamp_min_(leastNorm));
}

std::vector<double>
Momentum(std::int64_t steps)
{
  std::vector<double> momentum;
  double t = 1.0;
  for (std::int64_t i = 0; i < steps; ++i)
  {
    const double next = 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * t * t));
    momentum.push_back((t - 1.0) / next);
    t = next;
  }
  return momentum;
}

template <typename T>
at::Tensor
FusedDualSteps(const at::Tensor & b, const at::Tensor & lambda, const std::vector<double> & momentum, at::Tensor & dual)
{
  dual = dual.contiguous();
  const at::Tensor source = b.contiguous();
  const at::Tensor ahead = dual.clone();
  const at::Tensor result = at::empty_like(source);
  const at::Tensor limits = lambda.contiguous();
  const PlaneExtent extent{source.size(1), source.size(2), source.size(3)};
  const std::int64_t count = extent.parts * extent.height * extent.width;
  at::parallel_for(0,
                   source.size(0),
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     std::vector<T> rows(static_cast<std::size_t>(2 * extent.parts * extent.width));
                     for (std::int64_t s = begin; s < end; ++s)
                     {
                       const T * const image = source.data_ptr<T>() + s * count;
                       T * const p = dual.data_ptr<T>() + 2 * s * count;
                       T * const q = ahead.data_ptr<T>() + 2 * s * count;
                       const T limit = static_cast<T>(limits.data_ptr<double>()[s]);
                       for (const double beta : momentum)
                       {
                         DualSweep(
                             extent, image, limit, static_cast<T>(stepLength), static_cast<T>(beta), p, q, rows.data());
                       }
                       PrimalSweep(extent, image, p, result.data_ptr<T>() + s * count);
                     }
                   });
  return result;
}
} // namespace

at::Tensor
ToPlanar(const at::Tensor & x)
{
  const at::Tensor image = x.reshape({x.size(0), -1, x.size(-2), x.size(-1)});
  if (!x.is_complex())
  {
    return image;
  }
  return at::view_as_real(image.resolve_conj())
      .permute({0, 4, 1, 2, 3})
      .reshape({x.size(0), -1, x.size(-2), x.size(-1)});
}

at::Tensor
FromPlanar(const at::Tensor & planar, const at::Tensor & like)
{
  if (!like.is_complex())
  {
    return planar.reshape(like.sizes());
  }
  const std::int64_t half = planar.size(1) / 2;
  return at::complex(planar.narrow(1, 0, half), planar.narrow(1, half, half)).reshape(like.sizes());
}

at::Tensor
Differences(const at::Tensor & planar)
{
  at::Tensor dual = at::zeros({planar.size(0), 2, planar.size(1), planar.size(2), planar.size(3)}, planar.options());
  const std::int64_t height = planar.size(2) - 1;
  const std::int64_t width = planar.size(3) - 1;
  dual.select(1, 0).narrow(2, 0, height).copy_(planar.narrow(2, 1, height)).sub_(planar.narrow(2, 0, height));
  dual.select(1, 1).narrow(3, 0, width).copy_(planar.narrow(3, 1, width)).sub_(planar.narrow(3, 0, width));
  return dual;
}

at::Tensor
DifferencesAdjoint(const at::Tensor & dual)
{
  const at::Tensor alongY = dual.select(1, 0);
  const at::Tensor alongX = dual.select(1, 1);
  const std::int64_t height = alongY.size(2) - 1;
  const std::int64_t width = alongX.size(3) - 1;
  at::Tensor result = at::zeros_like(alongY);
  result.narrow(2, 0, height).sub_(alongY.narrow(2, 0, height));
  result.narrow(2, 1, height).add_(alongY.narrow(2, 0, height));
  result.narrow(3, 0, width).sub_(alongX.narrow(3, 0, width));
  result.narrow(3, 1, width).add_(alongX.narrow(3, 0, width));
  return result;
}

at::Tensor
DualStepsOnDevice(const at::Tensor & b, const at::Tensor & lambda, std::int64_t steps, at::Tensor & dual)
{
  at::Tensor ahead = dual;
  for (const double beta : Momentum(steps))
  {
    const at::Tensor next = Projected(ahead + stepLength * Differences(b - DifferencesAdjoint(ahead)), lambda);
    ahead = next + beta * (next - dual);
    dual = next;
  }
  return b - DifferencesAdjoint(dual);
}

at::Tensor
DualSteps(const at::Tensor & b, const at::Tensor & lambda, std::int64_t steps, at::Tensor & dual)
{
  const bool isFused = b.device().is_cpu() && (b.size(1) == 1 || b.size(1) == 2);
  if (isFused && b.scalar_type() == at::kFloat)
  {
    return FusedDualSteps<float>(b, lambda, Momentum(steps), dual);
  }
  if (isFused && b.scalar_type() == at::kDouble)
  {
    return FusedDualSteps<double>(b, lambda, Momentum(steps), dual);
  }
  return DualStepsOnDevice(b, lambda, steps, dual);
}
} // namespace tweedie
