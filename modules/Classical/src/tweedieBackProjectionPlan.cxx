// SPDX-License-Identifier: Apache-2.0
#include "tweedieBackProjectionPlan.h"

#include "tweedieError.h"
#include "tweedieScanWeights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
/** A linear function of position in the scanner's system, as a function of voxel indices (x, y, z). */
class VoxelFunctions
{
public:
  explicit VoxelFunctions(const Grid & grid) : m_Origin(ScannerFromPatient(grid.origin))
  {
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      const double spacing = grid.spacing.Xyz()[axis];
      m_Steps[axis] = ScannerFromPatient(
          {grid.direction[axis] * spacing, grid.direction[3 + axis] * spacing, grid.direction[6 + axis] * spacing});
      m_Extent[axis] = static_cast<double>(grid.size.Xyz()[axis]);
    }
  }
  /** factor * (p - from) . along + constant, without what moves it by less than a millionth over the image. */
  std::array<double, 4>
  Along(const Vector3 & along, const Vector3 & from, double factor = 1.0, double constant = 0.0) const
  {
    std::array<double, 4> f{constant + factor * Dot(AddScaled(m_Origin, -1.0, from), along), 0.0, 0.0, 0.0};
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      f[axis + 1] = factor * Dot(m_Steps[axis], along);
      f[axis + 1] = std::abs(f[axis + 1]) * m_Extent[axis] < 1e-6 ? 0.0 : f[axis + 1];
    }
    return f;
  }

private:
  Vector3 m_Origin;
  std::array<Vector3, 3> m_Steps;
  Vector3 m_Extent{};
};

/** What a view is made of, seen from its source. */
struct LocalView
{
  Vector3 normal;   ///< towards the source
  double sid = 0.0; ///< source to axis, along the normal
  double sdd = 0.0; ///< source to detector
  double u = 0.0;   ///< where the normal through the source meets the detector
  double v = 0.0;
};

LocalView
Local(const CTView & view, bool isParallel)
{
  LocalView local;
  local.normal = Cross(view.alongU, view.alongV);
  if (!isParallel)
  {
    const Vector3 back = AddScaled(view.source, -1.0, view.detector);
    local.sid = Dot(view.source, local.normal);
    local.sdd = Dot(back, local.normal);
    local.u = Dot(back, view.alongU);
    local.v = Dot(back, view.alongV);
  }
  return local;
}

std::array<double, 4>
Combined(double factor, const std::array<double, 4> & a, const std::array<double, 4> & b)
{
  std::array<double, 4> sum{};
  for (std::size_t i = 0; i < 4; ++i)
  {
    sum[i] = factor * a[i] + b[i];
  }
  return sum;
}

BackProjectionView
ParallelView(const CTView & view, const CTDetector & detector, const VoxelFunctions & voxels)
{
  // Rays that are not quite perpendicular reach the detector elsewhere: p + s d with (p + s d - detector) . n = 0.
  const LocalView local = Local(view, true);
  const auto along = [&](const Vector3 & axis)
  { return AddScaled(axis, -Dot(view.source, axis) / Dot(view.source, local.normal), local.normal); };
  BackProjectionView w;
  w.a = voxels.Along(along(view.alongU), view.detector, 1.0 / detector.pitchU, -detector.originU / detector.pitchU);
  w.b = voxels.Along(along(view.alongV), view.detector, 1.0 / detector.pitchV, -detector.originV / detector.pitchV);
  w.c = {1.0, 0.0, 0.0, 0.0};
  return w;
}

BackProjectionView
DivergentView(const CTGeometry & geometry, std::size_t k, const CTDetector & detector, const VoxelFunctions & voxels)
{
  const CTView & view = geometry.views[k];
  const LocalView local = Local(view, false);
  const double distance = geometry.detectorRadius > 0.0 ? geometry.detectorRadius : local.sdd;
  BackProjectionView w;
  w.c = voxels.Along(local.normal, view.source, -1.0);
  if (geometry.detectorRadius > 0.0)
  {
    w.a = voxels.Along(view.alongU, view.source);
    w.perAngle = geometry.detectorRadius / detector.pitchU;
    w.offset = -detector.originU / detector.pitchU;
  }
  else
  {
    w.a = Combined((local.u - detector.originU) / detector.pitchU,
                   w.c,
                   voxels.Along(view.alongU, view.source, distance / detector.pitchU));
    w.scale = local.sid * local.sid;
  }
  if (geometry.beam == CTBeam::Fan)
  {
    w.b = voxels.Along(view.alongV, view.detector, 1.0 / detector.pitchV, -detector.originV / detector.pitchV);
    return w;
  }
  w.rowIsDivided = true;
  w.rowOffset = (local.v - detector.originV) / detector.pitchV;
  w.b = voxels.Along(view.alongV, view.source, distance / detector.pitchV);
  return w;
}

std::vector<BackProjectionView>
MakeViews(const CTGeometry & geometry, const CTDetector & detector, const Grid & image)
{
  const VoxelFunctions voxels(image);
  std::vector<BackProjectionView> views;
  for (std::size_t k = 0; k < geometry.views.size(); ++k)
  {
    views.push_back(geometry.beam == CTBeam::Parallel ? ParallelView(geometry.views[k], detector, voxels)
                                                      : DivergentView(geometry, k, detector, voxels));
  }
  return views;
}

/** Throws UsageError for an image that reaches the plane of a source, where l = 0. */
void
RequireInFrontOfSources(const std::vector<BackProjectionView> & views, const Grid & image)
{
  const std::array<std::int64_t, 3> size = image.size.Xyz();
  for (std::size_t k = 0; k < views.size(); ++k)
  {
    double nearest = views[k].c[0];
    for (std::size_t axis = 0; axis < 3; ++axis)
    {
      nearest += std::min(0.0, views[k].c[axis + 1] * static_cast<double>(size[axis] - 1));
    }
    if (!(nearest > 0.0))
    {
      throw UsageError("filtered backprojection: given an image that reaches the source of view " + std::to_string(k) +
                       "; required one between the sources and the detector");
    }
  }
}

/** Whether slice z of the image is row z of the detector, in all views. */
bool
SharesRows(const std::vector<BackProjectionView> & views, const CTDetector & detector, const Grid & image)
{
  constexpr double tolerance = 1e-3; // of a row
  const auto last = static_cast<double>(image.size.z);
  const auto shares = [&](const BackProjectionView & w)
  {
    return !w.rowIsDivided && w.a[3] == 0.0 && w.c[3] == 0.0 && std::abs(w.b[0]) < tolerance && w.b[1] == 0.0 &&
           w.b[2] == 0.0 && std::abs(w.b[3] - 1.0) * last < tolerance;
  };
  return detector.rows == image.size.z && std::all_of(views.begin(), views.end(), shares);
}

/** Cosines between the rays of a view and its normal, [rows, columns]; a fan's and parallel rows are all alike. */
at::Tensor
Cosines(const CTGeometry & geometry, const CTDetector & detector, std::size_t k)
{
  const LocalView local = Local(geometry.views[k], geometry.beam == CTBeam::Parallel);
  const std::int64_t rows = geometry.beam == CTBeam::Cone ? detector.rows : 1;
  at::Tensor cosines = at::empty({rows, detector.columns}, at::kDouble);
  auto c = cosines.accessor<double, 2>();
  for (std::int64_t j = 0; j < rows; ++j)
  {
    const double v = detector.originV + static_cast<double>(j) * detector.pitchV;
    for (std::int64_t i = 0; i < detector.columns; ++i)
    {
      const double u = detector.originU + static_cast<double>(i) * detector.pitchU;
      c[j][i] = std::abs(Dot(geometry.Ray(k, u, v).direction, local.normal));
    }
  }
  return cosines;
}

/** What is multiplied with the line integrals before the ramp: [views, rows or 1, columns]. */
at::Tensor
Weights(const CTGeometry & geometry, const CTDetector & detector, const at::Tensor & rayWeights)
{
  std::vector<at::Tensor> all;
  LocalView before;
  at::Tensor cosines;
  for (std::size_t k = 0; k < geometry.views.size(); ++k)
  {
    const LocalView local = Local(geometry.views[k], geometry.beam == CTBeam::Parallel);
    // Views of a circle look alike from their sources, up to the rounding of a description.
    const auto differs = [](double a, double b) { return std::abs(a - b) > 1e-6; };
    if (k == 0 || differs(local.sdd, before.sdd) || differs(local.u, before.u) || differs(local.v, before.v))
    {
      cosines = Cosines(geometry, detector, k);
      before = local;
    }
    const bool isParallel = geometry.beam == CTBeam::Parallel;
    const double magnification = isParallel ? 1.0 : local.sdd / local.sid;
    const double factor =
        geometry.detectorRadius > 0.0 ? local.sid : magnification; // of a ramp for the detector's pitch
    all.push_back(cosines * rayWeights[static_cast<std::int64_t>(k)] * factor);
  }
  return at::stack(all);
}

/** Room on the narrower side of a displaced detector: a ramp is felt beyond the ends of what it filters. */
void
Widen(const CircularScan & scan, BackProjectionPlan & plan)
{
  if (!scan.isDisplaced)
  {
    return;
  }
  CTDetector & detector = plan.detector;
  const double share = (scan.widest - scan.narrow) / (scan.widest + scan.narrow);
  const auto added = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(detector.columns)));
  plan.before = scan.widerIsLast ? added : 0;
  plan.after = added - plan.before;
  detector.columns += added;
  detector.originU -= static_cast<double>(plan.before) * detector.pitchU;
}

void
RequireBentAroundSource(const CTGeometry & geometry)
{
  for (const CTView & view : geometry.views)
  {
    const LocalView local = Local(view, false);
    const double tolerance = 1e-3 * geometry.detectorRadius;
    if (std::abs(local.sdd - geometry.detectorRadius) > tolerance || std::abs(local.u) > tolerance)
    {
      std::ostringstream message;
      message << "filtered backprojection: given a detector bent at " << geometry.detectorRadius
              << " mm, the source at " << local.sdd << " mm and " << local.u
              << " mm aside; required one bent around the source: an iterative method takes any geometry";
      throw UsageError(message.str());
    }
  }
}
} // namespace

at::Tensor
BackProjectionPlan::Widened(const at::Tensor & rows) const
{
  return before + after > 0 ? at::constant_pad_nd(rows, {before, after}) : rows;
}

BackProjectionPlan
PlanBackProjection(const CTGeometry & geometry,
                   const CTDetector & detector,
                   const Grid & image,
                   std::vector<std::string> & warnings)
{
  const CircularScan scan = DescribeScan(geometry, detector);
  const bool isBent = geometry.detectorRadius > 0.0;
  if (isBent)
  {
    RequireBentAroundSource(geometry);
  }
  BackProjectionPlan plan;
  plan.weights = Weights(geometry, detector, RayWeights(geometry, detector, scan, warnings));
  plan.detector = detector;
  Widen(scan, plan);
  plan.step = isBent ? detector.pitchU / geometry.detectorRadius : detector.pitchU;
  plan.kind = isBent ? RampKind::EqualAngles : RampKind::Flat;
  plan.views = MakeViews(geometry, plan.detector, image);
  RequireInFrontOfSources(plan.views, image);
  plan.sharesRows = SharesRows(plan.views, plan.detector, image);
  return plan;
}

void
RequireProjections(const CTGeometry & geometry, const CTDetector & detector, const at::Tensor & projections)
{
  const auto views = static_cast<std::int64_t>(geometry.views.size());
  const bool fits = projections.dim() == 5 && projections.size(2) == views && projections.size(3) == detector.rows &&
                    projections.size(4) == detector.columns;
  if (!fits || !at::isFloatingType(projections.scalar_type()) || !projections.device().is_cpu())
  {
    std::ostringstream message;
    message << "filtered backprojection: given projections " << projections.sizes() << " for " << views << " views of "
            << detector.rows << " x " << detector.columns
            << "; required real ones [batch, channel, views, rows, columns] on the CPU";
    throw DataError(message.str());
  }
}
} // namespace tweedie
