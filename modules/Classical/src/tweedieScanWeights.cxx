// SPDX-License-Identifier: Apache-2.0
#include "tweedieScanWeights.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;

/** Angle of a direction about the axis of rotation, 0 along z, growing with the gantry angle. */
double
AngleAbout(const Vector3 & p)
{
  return std::atan2(p[0], p[2]);
}

double
Wrapped(double angle, double period)
{
  const double rest = std::fmod(angle, period);
  return rest < 0.0 ? rest + period : rest;
}

[[noreturn]] void
Refuse(std::size_t view, const std::string & given)
{
  throw UsageError("filtered backprojection: given " + given + " (view " + std::to_string(view) +
                   "); required a circle about the axis of rotation: an iterative method takes any geometry");
}

void
RequireCircle(const CTGeometry & geometry)
{
  const bool isParallel = geometry.beam == CTBeam::Parallel;
  double radius = 0.0;
  for (std::size_t k = 0; k < geometry.views.size(); ++k)
  {
    const CTView & view = geometry.views[k];
    if (std::abs(view.alongU[1]) > 0.0087)
    {
      Refuse(k, "a detector whose rows are not perpendicular to the axis");
    }
    if (isParallel)
    {
      if (std::abs(view.source[1]) > 0.0087)
      {
        Refuse(k, "rays that are not perpendicular to the axis");
      }
      continue;
    }
    const double distance = std::hypot(view.source[0], view.source[2]);
    radius = k == 0 ? distance : radius;
    const double tolerance = 1.0 + 0.001 * radius;
    if (std::abs(distance - radius) > tolerance ||
        std::abs(view.source[1] - geometry.views.front().source[1]) > tolerance)
    {
      Refuse(k, "sources that do not lie on a circle");
    }
  }
}

/** How far from the axis of rotation a ray passes, growing along u: the angle at the source, or the distance in mm of
 * parallel rays. */
double
Offset(const CTGeometry & geometry, const CTDetector & detector, std::size_t view, std::int64_t column)
{
  const CTRay ray = geometry.Ray(view, detector.originU + static_cast<double>(column) * detector.pitchU, 0.0);
  if (geometry.beam == CTBeam::Parallel)
  {
    return ray.origin[2] * ray.direction[0] - ray.origin[0] * ray.direction[2];
  }
  const Vector3 & source = geometry.views[view].source;
  const double towards = AngleAbout({-source[0], 0.0, -source[2]});
  // Seen from the source the gantry angle grows the other way round.
  return Wrapped(towards - AngleAbout(ray.direction) + pi, 2.0 * pi) - pi;
}

struct OffsetRange
{
  double least;
  double most;
  double pixel;
  bool growsAlongU;
};

OffsetRange
RangeOfOffsets(const CTGeometry & geometry, const CTDetector & detector)
{
  const double first = Offset(geometry, detector, 0, 0);
  const double last = Offset(geometry, detector, 0, detector.columns - 1);
  const OffsetRange range{std::min(first, last),
                          std::max(first, last),
                          std::abs(last - first) / static_cast<double>(std::max<std::int64_t>(detector.columns - 1, 1)),
                          last > first};
  if (range.least > 0.0 || range.most < 0.0)
  {
    throw UsageError("filtered backprojection: given a detector that does not see the axis of rotation; required one "
                     "that does: an iterative method takes any geometry");
  }
  return range;
}

/** Parker's weight for a fan angle g of a view at b from the start, fan half angle m: lines (b, g) and
 * (b + pi - 2 g, -g) are the same. Beyond m, where the arc is too short for it: one over how often the line was met. */
double
ParkerWeight(double b, double g, double m)
{
  const auto square = [](double x) { return x * x; };
  if (std::abs(g) >= m)
  {
    const double again = Wrapped(b + pi - 2.0 * g, 2.0 * pi);
    return again <= pi + 2.0 * m ? 0.5 : 1.0;
  }
  if (b < 2.0 * (m + g))
  {
    return square(std::sin(0.25 * pi * b / (m + g)));
  }
  return b < pi + 2.0 * g ? 1.0 : square(std::sin(0.25 * pi * (pi + 2.0 * m - b) / (m - g)));
}

/** Wang's weight where the narrower side of a displaced detector reaches the angle m: 1 on the wider side. */
double
WangWeight(double g, double m, bool widerIsPositive)
{
  const double towardsWider = widerIsPositive ? g : -g;
  if (std::abs(g) > m)
  {
    return towardsWider > 0.0 ? 1.0 : 0.0;
  }
  return 0.5 * (1.0 + std::sin(0.5 * pi * towardsWider / m));
}

void
WarnOfMissing(double arc, double needed, std::vector<std::string> & warnings)
{
  std::ostringstream text;
  text.precision(4);
  text << "the views cover " << arc * 180.0 / pi << " degrees of the " << needed * 180.0 / pi
       << " that determine a slice: streaks along the missing directions";
  warnings.push_back(text.str());
}
} // namespace

CircularScan
DescribeScan(const CTGeometry & geometry, const CTDetector & detector)
{
  geometry.Require();
  RequireCircle(geometry);
  const std::size_t count = geometry.views.size();
  if (count < 2)
  {
    throw UsageError("filtered backprojection: given one view; required at least two");
  }
  const bool isParallel = geometry.beam == CTBeam::Parallel;
  const OffsetRange range = RangeOfOffsets(geometry, detector);
  CircularScan scan;
  scan.narrow = std::min(-range.least, range.most);
  scan.isDisplaced = std::abs(range.most + range.least) > 2.0 * range.pixel;
  scan.widerIsPositive = range.most > -range.least;
  scan.widerIsLast = scan.widerIsPositive == range.growsAlongU;
  scan.widest = std::max(-range.least, range.most);
  const double period = isParallel && !scan.isDisplaced ? pi : 2.0 * pi;
  for (const CTView & view : geometry.views)
  {
    const Vector3 back{-view.source[0], 0.0, -view.source[2]};
    scan.angles.push_back(Wrapped(AngleAbout(isParallel ? back : view.source), period));
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scan.angles[a] < scan.angles[b]; });
  std::vector<double> gaps(count); // after each view, the last one's over the turn
  for (std::size_t i = 0; i < count; ++i)
  {
    const double next = i + 1 < count ? scan.angles[order[i + 1]] : scan.angles[order[0]] + period;
    gaps[i] = next - scan.angles[order[i]];
  }
  std::vector<double> sorted = gaps;
  sorted.erase(std::remove_if(sorted.begin(), sorted.end(), [](double gap) { return gap < 1e-9; }), sorted.end());
  std::sort(sorted.begin(), sorted.end());
  const double missing = 2.0 * sorted[sorted.size() / 2];
  scan.steps.resize(count);
  scan.isFull = sorted.back() <= missing;
  for (std::size_t i = 0; i < count; ++i)
  {
    const double before = gaps[(i + count - 1) % count];
    const double after = gaps[i];
    // An end stands for a whole step, as k * arc / views has it.
    const double nearest = std::min(before, after);
    scan.steps[order[i]] = 0.5 * ((before > missing ? nearest : before) + (after > missing ? nearest : after));
  }
  scan.arc = std::accumulate(scan.steps.begin(), scan.steps.end(), 0.0);
  return scan;
}

namespace
{
/** The angle behind the widest gap, where an open scan starts. */
double
StartOf(const CircularScan & scan)
{
  std::vector<double> sorted = scan.angles;
  std::sort(sorted.begin(), sorted.end());
  double start = sorted.front();
  double widest = sorted.front() + 2.0 * pi - sorted.back();
  for (std::size_t i = 1; i < sorted.size(); ++i)
  {
    start = sorted[i] - sorted[i - 1] > widest ? sorted[i] : start;
    widest = std::max(widest, sorted[i] - sorted[i - 1]);
  }
  return start;
}

/** Of one ray but for its step; b: from the start of an open scan. */
double
Share(const CircularScan & scan, bool isParallel, double b, double offset)
{
  const double over = 0.5 * (scan.arc - pi);
  if (scan.isFull)
  {
    return scan.isDisplaced ? WangWeight(offset, scan.narrow, scan.widerIsPositive) : isParallel ? 1.0 : 0.5;
  }
  return isParallel || over <= 0.0 ? 1.0 : ParkerWeight(b, offset, over);
}
} // namespace

at::Tensor
RayWeights(const CTGeometry & geometry,
           const CTDetector & detector,
           const CircularScan & scan,
           std::vector<std::string> & warnings)
{
  const auto views = static_cast<std::int64_t>(geometry.views.size());
  at::Tensor weights = at::zeros({views, detector.columns}, at::kDouble);
  auto w = weights.accessor<double, 2>();
  const bool isParallel = geometry.beam == CTBeam::Parallel;
  const double needed = isParallel ? (scan.isDisplaced ? 2.0 * pi : pi) : pi + 2.0 * scan.widest;
  if (!scan.isFull && scan.arc < 0.99 * needed)
  {
    WarnOfMissing(scan.arc, needed, warnings);
  }
  const double start = scan.isFull ? 0.0 : StartOf(scan);
  for (std::int64_t k = 0; k < views; ++k)
  {
    const auto view = static_cast<std::size_t>(k);
    const double step = scan.steps[view];
    const double b = Wrapped(scan.angles[view] - start, 2.0 * pi) + 0.5 * step;
    for (std::int64_t i = 0; i < detector.columns; ++i)
    {
      w[k][i] = step * Share(scan, isParallel, b, Offset(geometry, detector, view, i));
    }
  }
  return weights;
}
} // namespace tweedie
