// SPDX-License-Identifier: Apache-2.0
#include "tweedieFilteredVariance.h"

#include "tweedieBackProjectionPlan.h"
#include "tweedieCTModel.h"
#include "tweedieError.h"
#include "tweedieFilteredBackProjection.h"
#include "tweedieNormalParts.h"
#include "tweedieRayVariance.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
/** Where a voxel lies in a view, among columns and rows with a zero one before the first, and its weight. */
struct Place
{
  std::int64_t column = 0;
  std::int64_t row = 0;
  double f = 0.0; ///< beyond the column
  double g = 0.0; ///< beyond the row
  double weight = 0.0;
};

Place
PlaceOf(const BackProjectionPlan & plan, std::size_t k, double x, double y, double z)
{
  const BackProjectionView & view = plan.views[k];
  const auto value = [&](const std::array<double, 4> & n) { return n[0] + n[1] * x + n[2] * y + n[3] * z; };
  const double l = value(view.c);
  const double a = value(view.a);
  const bool isFlat = view.perAngle == 0.0;
  const double inverse = isFlat ? 1.0 / l : 1.0 / std::sqrt(l * l + a * a);
  const double column = isFlat ? a * inverse : view.offset + view.perAngle * std::atan2(a, l);
  const double row = plan.sharesRows ? z : value(view.b) * (view.rowIsDivided ? inverse : 1.0) + view.rowOffset;
  const CTDetector & d = plan.detector;
  const double i = std::min(std::max(0.0, column + 1.0), static_cast<double>(d.columns + 1));
  const double j = std::min(std::max(0.0, row + 1.0), static_cast<double>(d.rows + 1));
  Place place;
  place.column = std::min(static_cast<std::int64_t>(i), d.columns);
  place.row = std::min(static_cast<std::int64_t>(j), d.rows);
  place.f = i - static_cast<double>(place.column);
  place.g = j - static_cast<double>(place.row);
  place.weight = view.scale * inverse * inverse;
  return place;
}

/** The windowed ramp as a matrix: row s is what a one in column s becomes. */
at::Tensor
RampMatrix(const BackProjectionPlan & plan, const RampFilterOptions & options)
{
  if (options.extension > 0.0)
  {
    throw UsageError("--extension: given " + std::to_string(options.extension) +
                     " where the noise of a filtered backprojection is asked for; required 0: it is not linear");
  }
  return FilterRows(at::eye(plan.detector.columns, at::kDouble), plan.step, plan.kind, options);
}

/** Variances of the filtered columns and covariances of neighbours, [views, rows + 2, columns + 2] and one less; the
 * added ones are zero. */
struct FilteredColumns
{
  at::Tensor own;
  at::Tensor next;
};

FilteredColumns
VarianceOfColumns(const BackProjectionPlan & plan, const at::Tensor & ramp, const at::Tensor & variance)
{
  const at::Tensor rays = plan.Widened(variance * plan.weights.square());
  const at::Tensor product = ramp.slice(1, 0, -1) * ramp.slice(1, 1);
  return {at::constant_pad_nd(at::matmul(rays, ramp.square()), {1, 1, 1, 1}).contiguous(),
          at::constant_pad_nd(at::matmul(rays, product), {1, 1, 1, 1}).contiguous()};
}

/** One image [z, y, x] of all views. */
at::Tensor
BackProjectVariance(const BackProjectionPlan & plan, const FilteredColumns & columns, const Grid & image)
{
  at::Tensor out = at::zeros({image.size.z, image.size.y, image.size.x}, at::kDouble);
  const auto own = columns.own.accessor<double, 3>();
  const auto next = columns.next.accessor<double, 3>();
  auto result = out.accessor<double, 3>();
  const auto between = [&](std::int64_t k, std::int64_t row, const Place & p)
  {
    const double e = 1.0 - p.f;
    return e * e * own[k][row][p.column] + p.f * p.f * own[k][row][p.column + 1] +
           2.0 * e * p.f * next[k][row][p.column];
  };
  const auto line = [&](std::int64_t z, std::int64_t y)
  {
    for (std::size_t k = 0; k < plan.views.size(); ++k)
    {
      for (std::int64_t x = 0; x < image.size.x; ++x)
      {
        const Place p = PlaceOf(plan, k, static_cast<double>(x), static_cast<double>(y), static_cast<double>(z));
        const auto view = static_cast<std::int64_t>(k);
        const double e = 1.0 - p.g;
        const double rows =
            e * e * between(view, p.row, p) + (p.g > 0.0 ? p.g * p.g * between(view, p.row + 1, p) : 0.0);
        result[z][y][x] += p.weight * p.weight * rows;
      }
    }
  };
  at::parallel_for(0,
                   image.size.z * image.size.y,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     for (std::int64_t i = begin; i < end; ++i)
                     {
                       line(i / image.size.y, i % image.size.y);
                     }
                   });
  return out;
}

/** What a voxel is made of: the factor of each line integral, [views, rows, columns]. */
at::Tensor
FactorsOf(const BackProjectionPlan & plan, const at::Tensor & ramp, const std::array<std::int64_t, 3> & voxel)
{
  const std::int64_t columns = plan.detector.columns;
  at::Tensor factors =
      at::zeros({static_cast<std::int64_t>(plan.views.size()), plan.detector.rows, columns}, at::kDouble);
  for (std::size_t k = 0; k < plan.views.size(); ++k)
  {
    const Place p =
        PlaceOf(plan, k, static_cast<double>(voxel[0]), static_cast<double>(voxel[1]), static_cast<double>(voxel[2]));
    for (const auto & [row, share] : {std::pair{p.row - 1, 1.0 - p.g}, std::pair{p.row, p.g}})
    {
      for (const auto & [column, part] : {std::pair{p.column - 1, 1.0 - p.f}, std::pair{p.column, p.f}})
      {
        if (row >= 0 && row < plan.detector.rows && column >= 0 && column < columns)
        {
          factors[static_cast<std::int64_t>(k)][row].add_(ramp.select(1, column), p.weight * share * part);
        }
      }
    }
  }
  return factors.narrow(2, plan.before, columns - plan.before - plan.after) * plan.weights;
}

at::Tensor
CheckedVariance(const CTGeometry & geometry, const CTDetector & detector, const at::Tensor & variance)
{
  RequireProjections(geometry, detector, variance);
  if (!variance.isfinite().logical_and(variance.ge(0.0)).all().item<bool>())
  {
    throw DataError("filtered backprojection: given variances that are negative or not finite; required >= 0");
  }
  return variance.to(at::kDouble);
}
} // namespace

at::Tensor
FilteredVariance(const CTGeometry & geometry,
                 const CTDetector & detector,
                 const Grid & image,
                 const at::Tensor & variance,
                 const RampFilterOptions & options)
{
  const at::NoGradGuard noGradient;
  const at::Tensor rays = CheckedVariance(geometry, detector, variance).flatten(0, 1);
  std::vector<std::string> warnings; // the method itself has said them
  const BackProjectionPlan plan = PlanBackProjection(geometry, detector, image, warnings);
  const at::Tensor ramp = RampMatrix(plan, options);
  std::vector<at::Tensor> images;
  for (std::int64_t i = 0; i < rays.size(0); ++i)
  {
    images.push_back(BackProjectVariance(plan, VarianceOfColumns(plan, ramp, rays[i]), image));
  }
  return at::stack(images).view({variance.size(0), variance.size(1), image.size.z, image.size.y, image.size.x});
}

at::Tensor
FilteredCovariance(const CTGeometry & geometry,
                   const CTDetector & detector,
                   const Grid & image,
                   const at::Tensor & variance,
                   const RampFilterOptions & options,
                   const std::array<std::int64_t, 3> & voxel)
{
  const at::NoGradGuard noGradient;
  const at::Tensor rays = CheckedVariance(geometry, detector, variance);
  const std::array<std::int64_t, 3> size = image.size.Xyz();
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    if (voxel[axis] < 0 || voxel[axis] >= size[axis])
    {
      throw UsageError("covariance: given a voxel outside of the image; required one inside");
    }
  }
  std::vector<std::string> warnings;
  const BackProjectionPlan plan = PlanBackProjection(geometry, detector, image, warnings);
  const at::Tensor factors = FactorsOf(plan, RampMatrix(plan, options), voxel);
  return FilteredBackProjection(geometry, detector, image, rays * factors, options, warnings);
}

void
SetAnalyticDeviation(VolumeEstimate & estimate, const CTScan & scan, const CTClassicalOptions & options)
{
  if (options.method != "fbp" && options.method != "fdk")
  {
    throw UsageError("--deviation: given analytic for method " + options.method +
                     "; required fbp or fdk, whose noise has a formula: replicas serve any method");
  }
  const auto begin = std::chrono::steady_clock::now();
  const CTModel model(scan, estimate.mean.GetGrid());
  const at::Tensor rays = RayVariance(scan, model.Batch(scan.projections)).transpose(0, 1);
  const at::Tensor variance =
      FilteredVariance(model.Geometry(), model.Detector(), model.EntryGrid(), rays, options.filter);
  SetDeviation(estimate, TensorView(model.Image(variance.transpose(0, 1))));
  Summary & summary = estimate.summary;
  summary.deviationKind = DeviationKind::Replica;
  summary.deviationOf = "analytic";
  summary.samples = 0;
  summary.figures["deviation-relative-error"] = 0.0;
  summary.wallSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}
} // namespace tweedie
