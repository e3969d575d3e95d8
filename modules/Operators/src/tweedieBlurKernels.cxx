// SPDX-License-Identifier: Apache-2.0
#include "tweedieBlurKernels.h"

#include "tweedieError.h"
#include "tweedieRandom.h"
#include "tweedieSimulationStreams.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <vector>

// Plain arithmetic and square roots only, and compiled without fused operations: the same bits on every machine.

namespace tweedie
{
namespace
{
constexpr double turning = 8.0;       // rms turn in radian over the exposure, at intensity 1
constexpr double pull = 30.0;         // towards the start, per path length and exposure
constexpr double impulses = 4.0;      // expected number over the exposure, at intensity 1
constexpr double impulseSpread = 0.5; // deviation of each component from a full reversal
constexpr std::int64_t fewestSteps = 2048;
constexpr std::int64_t stepsPerPixel = 16; // of the kernel's side: at least as many points per pixel of the path

struct Point
{
  double x = 0.0;
  double y = 0.0;
};

Point
Normalized(const Point & v)
{
  const double length = std::sqrt(v.x * v.x + v.y * v.y);
  return {v.x / length, v.y / length};
}

/** Points of a path that starts at the origin and has length 1. */
std::vector<Point>
RandomPath(std::int64_t steps, double intensity, RandomStreams random)
{
  const at::Tensor start = random.Normal({2}, at::kDouble);
  const at::Tensor turns = random.Normal({steps, 2}, at::kDouble);
  const at::Tensor chances = random.Uniform({steps}, at::kDouble);
  const at::Tensor spreads = random.Normal({steps, 2}, at::kDouble);
  const double * n = turns.data_ptr<double>();
  const double * u = chances.data_ptr<double>();
  const double * s = spreads.data_ptr<double>();
  const double h = 1.0 / static_cast<double>(steps);
  const double noise = intensity * turning * std::sqrt(h);
  const double back = intensity * pull * h;
  const double chance = intensity * impulses * h;
  Point direction = Normalized({start.data_ptr<double>()[0], start.data_ptr<double>()[1]});
  std::vector<Point> path(static_cast<std::size_t>(steps));
  Point p;
  for (std::int64_t i = 0; i < steps; ++i)
  {
    path[static_cast<std::size_t>(i)] = p;
    const bool reverses = u[i] < chance;
    direction =
        reverses ? Point{-direction.x + impulseSpread * s[2 * i], -direction.y + impulseSpread * s[2 * i + 1]}
                 : Point{direction.x + noise * n[2 * i] - back * p.x, direction.y + noise * n[2 * i + 1] - back * p.y};
    direction = Normalized(direction);
    p = {p.x + h * direction.x, p.y + h * direction.y};
  }
  return path;
}

Point
MeanOf(const std::vector<Point> & path)
{
  Point sum;
  for (const auto & p : path)
  {
    sum = {sum.x + p.x, sum.y + p.y};
  }
  const auto count = static_cast<double>(path.size());
  return {sum.x / count, sum.y / count};
}

/** The largest factor, up to length, by which offsets may be multiplied and stay between -floor(size / 2) and size - 1
 * - floor(size / 2). */
double
FittingScale(const std::vector<Point> & path, const Point & center, std::int64_t size)
{
  const auto below = static_cast<double>(size / 2);
  const double above = static_cast<double>(size - 1) - below;
  double scale = static_cast<double>(size - 1);
  for (const auto & p : path)
  {
    for (const double offset : {p.x - center.x, p.y - center.y})
    {
      const double room = offset < 0.0 ? below : above;
      scale = std::abs(offset) * scale > room ? room / std::abs(offset) : scale;
    }
  }
  return scale;
}

/** The two pixels around a position within [0, size - 1], and the share of the second. */
struct Neighbors
{
  Neighbors(double position, std::int64_t size)
  {
    // Rounding may put the outermost point a little outside.
    const double inside = std::min(std::max(position, 0.0), static_cast<double>(size - 1));
    first = std::min(static_cast<std::int64_t>(inside), size - 2);
    share = inside - static_cast<double>(first);
  }

  std::int64_t first;
  double share;
};
} // namespace

at::Tensor
GaussianKernel(std::int64_t size, double standardDeviation, int dimensions)
{
  if (size < 1 || !(standardDeviation > 0.0) || !std::isfinite(standardDeviation) ||
      (dimensions != 2 && dimensions != 3))
  {
    std::ostringstream message;
    message << "GaussianKernel: given " << size << " pixels, a standard deviation of " << standardDeviation << " and "
            << dimensions << " dimensions; required positive numbers and 2 or 3 dimensions";
    throw UsageError(message.str());
  }
  const at::Tensor offset = at::arange(size, at::kDouble) - static_cast<double>(size / 2);
  const at::Tensor line = (offset / standardDeviation).square().div(-2.0).exp();
  const at::Tensor one = line / line.sum();
  const at::Tensor plane = one.unsqueeze(1) * one;
  const at::Tensor kernel = dimensions == 3 ? one.reshape({-1, 1, 1}) * plane : plane.unsqueeze(0);
  return kernel.unsqueeze(0).unsqueeze(0);
}

at::Tensor
MotionKernel(std::int64_t size, double intensity, std::uint64_t seed, std::uint64_t stream)
{
  if (size < 3 || !(intensity >= 0.0) || !(intensity <= 1.0))
  {
    std::ostringstream message;
    message << "MotionKernel: given " << size << " pixels and the intensity " << intensity
            << "; required at least 3 pixels and 0 to 1";
    throw UsageError(message.str());
  }
  const std::int64_t steps = std::max(fewestSteps, stepsPerPixel * size);
  const auto path =
      RandomPath(steps, intensity, RandomStreams(seed, {StreamOf(SimulationPurpose::MotionKernel, stream)}));
  const Point center = MeanOf(path);
  const double scale = FittingScale(path, center, size);
  const auto middle = static_cast<double>(size / 2);
  const double share = 1.0 / static_cast<double>(steps);
  at::Tensor kernel = at::zeros({1, 1, 1, size, size}, at::kDouble);
  auto * weights = kernel.data_ptr<double>();
  for (const auto & p : path)
  {
    const Neighbors x(middle + (p.x - center.x) * scale, size);
    const Neighbors y(middle + (p.y - center.y) * scale, size);
    double * at = weights + y.first * size + x.first;
    at[0] += share * (1.0 - y.share) * (1.0 - x.share);
    at[1] += share * (1.0 - y.share) * x.share;
    at[size] += share * y.share * (1.0 - x.share);
    at[size + 1] += share * y.share * x.share;
  }
  return kernel;
}
} // namespace tweedie
