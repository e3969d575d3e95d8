// SPDX-License-Identifier: Apache-2.0
#include "tweedieTrajectory.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
const double goldenAngle = pi * (std::sqrt(5.0) - 1.0) / 2.0;
// The golden means of two dimensions: the ratios of the recursion v[n] = v[n - 2] + v[n - 3].
constexpr double firstMean = 0.46557123187676802;
constexpr double secondMean = 0.68232780382801933;
constexpr std::int64_t largest = std::int64_t{1} << 24;

void
RequireOptions(const TrajectoryOptions & options)
{
  const auto require = [](const char * name, std::int64_t value, std::int64_t least)
  {
    if (value < least || value > largest)
    {
      throw UsageError(std::string("trajectory: given ") + std::to_string(value) + " " + name + "; required " +
                       std::to_string(least) + " to " + std::to_string(largest));
    }
  };
  require("pixels", options.size, 2);
  require("readouts", options.readouts, 1);
  require("samples", options.samples, 0);
  if (options.readouts * std::max(options.samples, 2 * options.size) > largest * 8)
  {
    throw UsageError("trajectory: given " + std::to_string(options.readouts) +
                     " readouts; required fewer than 2^27 "
                     "samples in all");
  }
}

/** Directions [readout, 2 or 3] times radii [sample]. */
at::Tensor
Lines(const at::Tensor & directions, const TrajectoryOptions & options, std::int64_t samples)
{
  const at::Tensor place = at::arange(samples, at::kDouble) - static_cast<double>(samples / 2);
  const at::Tensor radius = place * (static_cast<double>(options.size) / static_cast<double>(samples));
  return directions.unsqueeze(1) * radius.view({1, -1, 1});
}

at::Tensor
Turned(const at::Tensor & angle)
{
  return at::stack({angle.cos(), angle.sin()}, -1);
}

at::Tensor
Kooshball(const at::Tensor & index)
{
  const at::Tensor z = (index * firstMean).frac();
  const at::Tensor turn = index * (2.0 * pi * secondMean);
  const at::Tensor across = (1.0 - z.square()).sqrt();
  return at::stack({across * turn.cos(), across * turn.sin(), z}, -1);
}

/** Where between 0 and 1 of its radius an Archimedean spiral of that many turns has gone the given parts of its way. */
at::Tensor
RadiusAlongSpiral(const at::Tensor & parts, double turns)
{
  const double a = 2.0 * pi * turns;
  const auto arc = [a](const at::Tensor & radius)
  {
    const at::Tensor angle = radius * a;
    return angle * (angle.square() + 1.0).sqrt() + angle.asinh();
  };
  const at::Tensor wanted = parts * arc(at::ones({1}, at::kDouble));
  at::Tensor low = at::zeros_like(parts);
  at::Tensor high = at::ones_like(parts);
  for (int halving = 0; halving < 55; ++halving)
  {
    const at::Tensor middle = 0.5 * (low + high);
    const at::Tensor isBelow = arc(middle) < wanted;
    low = at::where(isBelow, middle, low);
    high = at::where(isBelow, high, middle);
  }
  return high;
}

at::Tensor
Spiral(const TrajectoryOptions & options, std::int64_t samples)
{
  const double reach = 0.5 * static_cast<double>(options.size);
  const double turns = reach / static_cast<double>(options.readouts);
  const double last = static_cast<double>(std::max<std::int64_t>(1, samples - 1));
  at::Tensor along = RadiusAlongSpiral(at::arange(samples, at::kDouble) / last, turns);
  along[0].zero_();
  const at::Tensor arm = at::arange(options.readouts, at::kDouble) * (2.0 * pi / static_cast<double>(options.readouts));
  const at::Tensor angle = arm.unsqueeze(1) + along.unsqueeze(0) * (2.0 * pi * turns);
  return Turned(angle) * (along * reach).view({1, -1, 1});
}

void
RequireShape(const at::Tensor & trajectory, const char * what)
{
  if (!trajectory.defined() || !trajectory.is_floating_point() || trajectory.dim() != 3 || trajectory.numel() == 0 ||
      trajectory.size(2) < 2 || trajectory.size(2) > 3)
  {
    throw DataError(std::string(what) + ": given something else than a trajectory; required real numbers [readout, "
                                        "sample, 2 or 3]");
  }
  if (!at::isfinite(trajectory).all().item<bool>())
  {
    throw DataError(std::string(what) + ": given a trajectory with NaN or infinite values; required finite ones");
  }
}
/** The part of k-space in which samples [n, 2 or 3] lie: an ellipse (ellipsoid), or a box where they fill its corners.
 */
double
ReachOf(const at::Tensor & k)
{
  constexpr double corner = 1.5; // squared distance from the middle, in half axes: 1 of an ellipse, 2 or 3 of a corner
  const at::Tensor low = std::get<0>(k.min(0));
  const at::Tensor high = std::get<0>(k.max(0));
  const at::Tensor half = ((high - low) / 2.0).clamp_min(0.5);
  const double farthest = ((k - (low + high) / 2.0) / half).square().sum(1).max().item<double>();
  if (farthest > corner)
  {
    return (high - low + 1.0).prod().item<double>();
  }
  return half.prod().item<double>() * (k.size(1) == 3 ? 4.0 / 3.0 * pi : pi);
}
} // namespace

void
TrajectoryOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("kind", "which trajectory").Choices({"radial", "golden-angle", "spiral", "kooshball"}), kind);
  v.Visit(Field("size", "pixels across the field of view").Range(2, 1 << 20), size);
  v.Visit(Field("readouts", "spokes, or arms of a spiral").Range(1, 1 << 24), readouts);
  v.Visit(Field("readout-samples", "samples of a readout; 0: twice the size").Range(0, 1 << 24), samples);
}

at::Tensor
MakeTrajectory(const TrajectoryOptions & options)
{
  RequireOptions(options);
  const std::int64_t samples = options.samples > 0 ? options.samples : 2 * options.size;
  const at::Tensor index = at::arange(options.readouts, at::kDouble);
  if (options.kind == "radial")
  {
    return Lines(Turned(index * (pi / static_cast<double>(options.readouts))), options, samples);
  }
  if (options.kind == "golden-angle")
  {
    return Lines(Turned(index * goldenAngle), options, samples);
  }
  if (options.kind == "kooshball")
  {
    return Lines(Kooshball(index), options, samples);
  }
  if (options.kind == "spiral")
  {
    return Spiral(options, samples);
  }
  throw UsageError("trajectory: given " + options.kind + "; required radial, golden-angle, spiral or kooshball");
}

at::Tensor
TrajectoryInCycles(const at::Tensor & trajectory, const Shape & image, const std::string & unit)
{
  RequireShape(trajectory, "trajectory");
  const std::int64_t rank = trajectory.size(2);
  at::Tensor half = at::empty({rank}, at::kDouble);
  for (std::int64_t axis = 0; axis < rank; ++axis)
  {
    half[axis] = 0.5 * static_cast<double>(image[image.size() - 1 - static_cast<std::size_t>(axis)]);
  }
  const at::Tensor k = trajectory.detach().cpu().to(at::kDouble);
  const std::vector<std::pair<std::string, at::Tensor>> units{
      {"cycles-per-fov", at::ones({rank}, at::kDouble)}, {"cycles-per-sample", half * 2.0}, {"radians", half / pi}};
  std::vector<at::Tensor> fitting;
  std::string reach;
  for (const auto & [name, factor] : units)
  {
    if (name == unit)
    {
      return k * factor;
    }
    const double part = (k * factor / half).abs().max().item<double>();
    reach += (reach.empty() ? "" : ", ") + name + " " + std::to_string(part);
    if (part >= 0.8 && part <= 1.01)
    {
      fitting.push_back(k * factor);
    }
  }
  if (unit != "auto")
  {
    throw UsageError("trajectory: given the unit " + unit +
                     "; required auto, cycles-per-fov, cycles-per-sample or radians");
  }
  if (fitting.size() != 1)
  {
    throw DataError("trajectory: its largest number is this part of what each unit allows: " + reach +
                    "; required one unit between 0.8 and 1.01, or its name (--trajectory-unit)");
  }
  return fitting.front();
}

at::Tensor
RadialDensity(const at::Tensor & trajectory)
{
  RequireShape(trajectory, "radial density");
  const at::Tensor k = trajectory.detach().cpu().to(at::kDouble);
  const std::int64_t samples = k.size(1);
  const double readouts = static_cast<double>(k.size(0));
  const at::Tensor step =
      (k.select(1, samples - 1) - k.select(1, 0)) / static_cast<double>(std::max<std::int64_t>(1, samples - 1));
  const at::Tensor spacing = at::linalg_vector_norm(step, 2, at::IntArrayRef({-1}), true); // [readout, 1]
  const at::Tensor radius = at::linalg_vector_norm(k, 2, at::IntArrayRef({-1}), false);
  const at::Tensor straight =
      k.select(1, 0).unsqueeze(1) + step.unsqueeze(1) * at::arange(samples, at::kDouble).view({1, -1, 1});
  const double reach = radius.max().item<double>();
  // Single precision of a file; the nearest sample to the centre is within half a step.
  if (samples < 2 || (k - straight).abs().max().item<double>() > 1e-4 * reach ||
      (radius.amin(1, true) / spacing).max().item<double>() > 0.51)
  {
    throw UsageError("radial density: given readouts that are not straight, evenly spaced lines across the centre; "
                     "required such, or Pipe and Menon's weights");
  }
  const at::Tensor inner = (radius - 0.5 * spacing).clamp_min(0.0);
  const at::Tensor outer = radius + 0.5 * spacing;
  const bool volume = k.size(2) == 3;
  const at::Tensor cells =
      volume ? (outer.pow(3) - inner.pow(3)) * (4.0 / 3.0 * pi) : (outer.square() - inner.square()) * pi;
  // Two samples of a readout share an annulus, but for the disc in the middle.
  const at::Tensor sharing = at::where(radius < 0.25 * spacing, at::ones_like(radius), at::full_like(radius, 2.0));
  return cells / sharing / readouts;
}

double
EffectiveAcceleration(const at::Tensor & trajectory, const at::Tensor & density)
{
  RequireShape(trajectory, "acceleration");
  const at::Tensor k = trajectory.detach().cpu().to(at::kDouble);
  if (density.dim() != 2 || density.sizes() != k.sizes().slice(0, 2))
  {
    throw DataError("acceleration: given weights of another shape than the trajectory's samples");
  }
  at::Tensor spacing = at::ones({k.size(0), k.size(1)}, at::kDouble);
  if (k.size(1) > 1)
  {
    const at::Tensor steps = at::linalg_vector_norm(k.slice(1, 1) - k.slice(1, 0, -1), 2, at::IntArrayRef({-1}), false);
    const at::Tensor before = at::cat({steps.narrow(1, 0, 1), steps}, 1);
    const at::Tensor after = at::cat({steps, steps.narrow(1, steps.size(1) - 1, 1)}, 1);
    spacing = (0.5 * (before + after)).clamp_max(1.0);
  }
  return ReachOf(k.flatten(0, 1)) / at::minimum(density.cpu().to(at::kDouble), spacing).sum().item<double>();
}
} // namespace tweedie
