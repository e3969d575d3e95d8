// SPDX-License-Identifier: Apache-2.0
#include "tweedieFilteredBackProjection.h"

#include "tweedieBackProjectionPlan.h"

#include <ATen/ATen.h>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <vector>

namespace tweedie
{
namespace
{
template <typename T>
void
BackProject(BackProjection<T> work, std::int64_t lines, const at::Tensor & data, at::Tensor & out)
{
  work.data = data.data_ptr<T>();
  work.out = out.data_ptr<T>();
  at::parallel_for(0,
                   lines,
                   1,
                   [&](std::int64_t begin, std::int64_t end)
                   {
                     std::vector<T> scratch(static_cast<std::size_t>(ScratchOf(work)));
                     for (std::int64_t y = begin; y < end; ++y)
                     {
                       BackProjectLine(work, y, scratch.data());
                     }
                   });
}

/** Filtered projections [images, views, rows, columns] to [images, z, y, x]. */
template <typename T>
at::Tensor
BackProjectImages(const std::vector<BackProjectionView> & views,
                  bool sharesRows,
                  const Grid & image,
                  const at::Tensor & q)
{
  BackProjection<T> work{};
  work.views = views.data();
  work.viewCount = static_cast<std::int64_t>(views.size());
  work.columns = q.size(3);
  work.width = image.size.x;
  work.sharesRows = sharesRows;
  if (sharesRows) // all images at once: they share the places too
  {
    const at::Tensor lanes = q.permute({1, 3, 0, 2}).flatten(2, 3); // [views, columns, images * slices]
    const at::Tensor data = at::constant_pad_nd(lanes, {0, 0, 1, 1}).contiguous();
    work.rows = work.height = lanes.size(2);
    at::Tensor out = at::zeros({image.size.y, image.size.x, work.height}, q.options());
    BackProject(work, image.size.y, data, out);
    return out.view({image.size.y, image.size.x, q.size(0), image.size.z}).permute({2, 3, 0, 1}).contiguous();
  }
  work.rows = q.size(2);
  work.height = image.size.z;
  at::Tensor all = at::empty({q.size(0), image.size.z, image.size.y, image.size.x}, q.options());
  for (std::int64_t i = 0; i < q.size(0); ++i)
  {
    const at::Tensor data = at::constant_pad_nd(q[i].transpose(1, 2), {1, 1, 1, 1}).contiguous();
    at::Tensor out = at::zeros({image.size.y, image.size.x, image.size.z}, q.options());
    BackProject(work, image.size.y, data, out);
    all[i].copy_(out.permute({2, 0, 1}));
  }
  return all;
}
} // namespace

at::Tensor
FilteredBackProjection(const CTGeometry & geometry,
                       const CTDetector & detector,
                       const Grid & image,
                       const at::Tensor & projections,
                       const RampFilterOptions & options,
                       std::vector<std::string> & warnings)
{
  const at::NoGradGuard noGradient;
  RequireProjections(geometry, detector, projections);
  const BackProjectionPlan plan = PlanBackProjection(geometry, detector, image, warnings);
  const at::Tensor weighted = plan.Widened(projections.flatten(0, 1) * plan.weights.to(projections.scalar_type()));
  const at::Tensor filtered = FilterRows(weighted, plan.step, plan.kind, options);
  const at::Tensor result = filtered.scalar_type() == at::kDouble
                                ? BackProjectImages<double>(plan.views, plan.sharesRows, image, filtered)
                                : BackProjectImages<float>(plan.views, plan.sharesRows, image, filtered.to(at::kFloat));
  return result.view({projections.size(0), projections.size(1), image.size.z, image.size.y, image.size.x});
}
} // namespace tweedie
