// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTProjection.h"

#include "tweedieCTModel.h"
#include "tweedieError.h"
#include "tweedieJosephProjector.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
// Fewer would spend their time on copies of the volume; more parts than these tell nobody more.
constexpr std::int64_t fewestViews = 16;
constexpr std::int64_t mostParts = 20;

/** Calls body(projector, first view, number of views) for one part of the views after the other. */
template <typename TBody>
void
ForEachPart(const CTModel & model, const char * task, const ProgressCallback & progress, const TBody & body)
{
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<CTView> & views = model.Geometry().views;
  const auto count = static_cast<std::int64_t>(views.size());
  ProgressReport report;
  report.task = task;
  report.steps = std::clamp<std::int64_t>((count + fewestViews - 1) / fewestViews, 1, mostParts);
  while (report.step < report.steps)
  {
    const std::int64_t first = report.step * count / report.steps;
    const std::int64_t last = (report.step + 1) * count / report.steps;
    LinearOperatorPointer projector = model.Projector();
    if (report.steps > 1)
    {
      CTGeometry part = model.Geometry();
      part.views.assign(views.begin() + first, views.begin() + last);
      projector = std::make_shared<const JosephProjector>(std::move(part), model.Detector(), model.EntryGrid());
    }
    body(*projector, first, last - first);
    ++report.step;
    report.elapsedSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (progress && !progress(report))
    {
      throw Aborted(report.task + ": stopped after " + std::to_string(last) + " of " + std::to_string(count) +
                    " views");
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
  std::vector<at::Tensor> parts;
  ForEachPart(model,
              "projecting",
              progress,
              [&](const LinearOperator & projector, std::int64_t, std::int64_t)
              { parts.push_back(projector.Forward(x)); });
  return model.Projections(at::cat(parts, 2), projections);
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
  at::Tensor sum;
  ForEachPart(model,
              "back-projecting",
              progress,
              [&](const LinearOperator & projector, std::int64_t first, std::int64_t count)
              {
                const at::Tensor part = projector.Adjoint(y.narrow(2, first, count));
                sum = sum.defined() ? sum.add_(part) : part;
              });
  return model.Image(sum);
}
} // namespace tweedie
