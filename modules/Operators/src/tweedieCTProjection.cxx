// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTProjection.h"

#include "tweedieCTModel.h"
#include "tweedieError.h"
#include "tweedieJosephProjector.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
// Parts of fewer views would spend their time on copies of the volume; slices go through the projector eight at a time.
constexpr std::int64_t fewestViews = 32;
constexpr std::int64_t fewestSlices = 16;
constexpr std::int64_t slicesTogether = 8;
constexpr std::int64_t mostParts = 20;

/** Where the entries are that ForEachPart counts, in a batch of data: slices, or views of a volume. */
std::int64_t
PartAxis(const CTModel & model)
{
  return model.IsSliceBySlice() ? 0 : 2;
}

/** The projector of some views of a volume; of slices it is the same for all. */
LinearOperatorPointer
ProjectorOf(const CTModel & model, std::int64_t first, std::int64_t last)
{
  const std::vector<CTView> & views = model.Geometry().views;
  if (model.IsSliceBySlice() || last - first == static_cast<std::int64_t>(views.size()))
  {
    return model.Projector();
  }
  CTGeometry part = model.Geometry();
  part.views.assign(views.begin() + first, views.begin() + last);
  return std::make_shared<const JosephProjector>(std::move(part), model.Detector(), model.EntryGrid());
}

/** Calls body(projector, first, number) for one part of the slices, or of a volume's views, after the other. */
template <typename TBody>
void
ForEachPart(const CTModel & model, std::int64_t count, const char * task, const ProgressCallback & progress, TBody body)
{
  const auto begin = std::chrono::steady_clock::now();
  const bool isSliced = model.IsSliceBySlice();
  const std::int64_t together = isSliced ? slicesTogether : 1;
  ProgressReport report;
  report.task = task;
  report.steps = std::clamp<std::int64_t>(count / (isSliced ? fewestSlices : fewestViews), 1, mostParts);
  std::int64_t first = 0;
  while (report.step < report.steps)
  {
    ++report.step;
    const std::int64_t last =
        report.step == report.steps ? count : report.step * (count / together) / report.steps * together;
    body(*ProjectorOf(model, first, last), first, last - first);
    first = last;
    report.elapsedSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (progress && !progress(report))
    {
      throw Aborted(report.task + ": stopped after " + std::to_string(last) + " of " + std::to_string(count) +
                    (isSliced ? " slices" : " views"));
    }
  }
}
} // namespace

void
RequireProjectionGrid(const Grid & projections)
{
  const Grid straight;
  for (std::size_t i = 0; i < straight.direction.size(); ++i)
  {
    if (!(std::abs(projections.direction[i] - straight.direction[i]) <= 1e-4)) // the tolerance of congruent grids
    {
      throw DataError("CT projections: given a stack with a direction of its own; required the identity, because the "
                      "geometry places the axes u, v and view");
    }
  }
}

Volume
ProjectCT(const Volume & image,
          const CTGeometry & geometry,
          const Grid & projections,
          const std::optional<double> & muWater,
          const ProgressCallback & progress)
{
  if (muWater && !(*muWater > 0.0 && std::isfinite(*muWater)))
  {
    throw UsageError("CT projection: given an attenuation of water of " + std::to_string(*muWater) +
                     " /mm; required a positive one");
  }
  RequireProjectionGrid(projections);
  CTScan scan;
  scan.geometry = geometry;
  scan.projections = Volume(projections, Volume::Element::Real);
  const CTModel model(scan, image.GetGrid());
  image.RequireFinite("CT projection: image");
  at::Tensor x = model.ImageBatch(image);
  if (muWater)
  {
    x = AttenuationOfHounsfield(x, *muWater);
  }
  const std::int64_t axis = PartAxis(model);
  const std::int64_t count = axis == 0 ? x.size(0) : projections.size.z;
  std::vector<at::Tensor> parts;
  ForEachPart(model,
              count,
              "projecting",
              progress,
              [&](const LinearOperator & projector, std::int64_t first, std::int64_t number)
              { parts.push_back(projector.Forward(axis == 0 ? x.narrow(0, first, number) : x)); });
  return model.Projections(at::cat(parts, axis), projections);
}

Volume
BackProjectCT(const Volume & projections,
              const CTGeometry & geometry,
              const Grid & image,
              const ProgressCallback & progress)
{
  RequireProjectionGrid(projections.GetGrid());
  CTScan scan;
  scan.geometry = geometry;
  scan.projections = projections;
  const CTModel model(scan, image);
  const at::Tensor y = model.Batch(projections);
  const std::int64_t axis = PartAxis(model);
  std::vector<at::Tensor> parts;
  ForEachPart(model,
              y.size(axis),
              "back-projecting",
              progress,
              [&](const LinearOperator & projector, std::int64_t first, std::int64_t number)
              {
                const at::Tensor part = projector.Adjoint(y.narrow(axis, first, number));
                if (axis == 0 || parts.empty())
                {
                  parts.push_back(part);
                }
                else
                {
                  parts[0].add_(part);
                }
              });
  return model.Image(at::cat(parts, 0));
}
} // namespace tweedie
