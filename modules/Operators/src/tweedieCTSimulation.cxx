// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTSimulation.h"

#include "tweedieError.h"
#include "tweedieJosephProjector.h"
#include "tweedieTransmissionNoise.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr std::int64_t viewsAtOnce = 16;

void
RequireImage(const Volume & image)
{
  if (image.IsEmpty() || image.IsComplex() || image.Channels() != 1)
  {
    throw DataError("simulate CT: given no image, a complex one or several channels; required one real number a voxel");
  }
  image.RequireFinite("simulate CT: image");
}

/** [1, 1, z, y, x] in 1/mm. */
at::Tensor
Attenuation(const Volume & image, const CTSimulationOptions & options, std::vector<std::string> & warnings)
{
  const at::Tensor values = TensorView(image).unsqueeze(0);
  if (options.units == "mu")
  {
    if (values.min().item<double>() < 0.0)
    {
      throw DataError("simulate CT: given an attenuation of " + std::to_string(values.min().item<double>()) +
                      " 1/mm; required >= 0 (--units hu for Hounsfield units)");
    }
    if (values.max().item<double>() > 10.0)
    {
      throw DataError("simulate CT: given an attenuation of " + std::to_string(values.max().item<double>()) +
                      " 1/mm, more than lead's; required 1/mm (--units hu for Hounsfield units)");
    }
    return values;
  }
  const std::int64_t below = values.lt(-1000.0).sum().item<std::int64_t>();
  if (below > 0)
  {
    warnings.push_back(std::to_string(below) + " voxels below -1000 HU were taken for air");
  }
  return AttenuationOfHounsfield(values.clamp_min(-1000.0), options.muWater);
}

/** Heights of the slices along the axis of rotation, mm. Throws UsageError for slices that are not across it. */
std::vector<double>
SliceHeights(const Grid & grid)
{
  const bool isAcross = std::abs(std::abs(grid.direction[8]) - 1.0) < 1e-6;
  if (!isAcross)
  {
    throw UsageError("--rows: not given for an image whose slices are not across the axis of rotation (superior); "
                     "required the number of detector rows");
  }
  std::vector<double> heights;
  for (std::int64_t z = 0; z < grid.size.z; ++z)
  {
    heights.push_back(grid.origin[2] + grid.direction[8] * grid.spacing.z * static_cast<double>(z));
  }
  return heights;
}

/** Columns that see all corners of the image in every view; of a bent detector some more, because they are counted on
 * its tangent. */
std::int64_t
ColumnsFor(const CTGeometry & geometry, const Grid & grid, double pitch)
{
  double widest = 0.0;
  const std::array<double, 3> spacing = grid.spacing.Xyz();
  const std::array<std::int64_t, 3> size = grid.size.Xyz();
  for (const CTView & view : geometry.views)
  {
    for (int corner = 0; corner < 8; ++corner)
    {
      Vector3 p = grid.origin;
      for (std::size_t axis = 0; axis < 3; ++axis)
      {
        const double index = (corner >> axis & 1) != 0 ? static_cast<double>(size[axis]) - 0.5 : -0.5;
        p = AddScaled(
            p, index * spacing[axis], {grid.direction[axis], grid.direction[3 + axis], grid.direction[6 + axis]});
      }
      const Vector3 normal = Cross(view.alongU, view.alongV);
      const Vector3 s = ScannerFromPatient(p);
      double u = Dot(AddScaled(s, -1.0, view.detector), view.alongU);
      if (geometry.beam != CTBeam::Parallel)
      {
        const Vector3 a = AddScaled(s, -1.0, view.source);
        const double scale = Dot(AddScaled(view.source, -1.0, view.detector), normal) / -Dot(a, normal);
        u = Dot(AddScaled(view.source, -1.0, view.detector), view.alongU) + scale * Dot(a, view.alongU);
      }
      widest = std::max(widest, std::abs(u));
    }
  }
  return 2 * static_cast<std::int64_t>(std::ceil(widest / pitch)) + 1;
}

CTDetector
MakeDetector(const CTGeometry & geometry, const Grid & grid, const CTSimulationOptions & options)
{
  CTDetector detector;
  detector.pitchU = options.pitch;
  detector.columns = options.detector > 0 ? options.detector : ColumnsFor(geometry, grid, options.pitch);
  detector.originU = -0.5 * static_cast<double>(detector.columns - 1) * detector.pitchU;
  const bool isCone = geometry.beam == CTBeam::Cone;
  if (isCone && !options.rows)
  {
    throw UsageError("--rows: not given for a cone beam; required the number of detector rows");
  }
  detector.pitchV = options.rowPitch ? *options.rowPitch : isCone || options.rows ? options.pitch : grid.spacing.z;
  if (options.rows)
  {
    detector.rows = *options.rows;
    detector.originV = -0.5 * static_cast<double>(detector.rows - 1) * detector.pitchV;
    return detector;
  }
  const std::vector<double> heights = SliceHeights(grid);
  detector.rows = grid.size.z;
  detector.pitchV = grid.spacing.z;
  const CTView & first = geometry.views.front();
  detector.originV = *std::min_element(heights.begin(), heights.end()) - Dot(first.detector, first.alongV);
  return detector;
}

Grid
FinerGrid(const Grid & grid, std::int64_t factor, bool alongZ)
{
  Grid finer = grid;
  const std::array<std::int64_t, 3> size = grid.size.Xyz();
  const std::array<double, 3> spacing = grid.spacing.Xyz();
  std::array<std::int64_t, 3> newSize = size;
  std::array<double, 3> newSpacing = spacing;
  for (std::size_t axis = 0; axis < (alongZ ? 3u : 2u); ++axis)
  {
    newSize[axis] = size[axis] * factor;
    newSpacing[axis] = spacing[axis] / static_cast<double>(factor);
    const double shift = 0.5 * (newSpacing[axis] - spacing[axis]);
    finer.origin =
        AddScaled(finer.origin, shift, {grid.direction[axis], grid.direction[3 + axis], grid.direction[6 + axis]});
  }
  finer.size = Axes<std::int64_t>::FromXyz(newSize);
  finer.spacing = Axes<double>::FromXyz(newSpacing);
  return finer;
}

/** Line integrals [1, 1, views, rows, columns] of intensities averaged over each pixel. */
at::Tensor
AveragedLines(const CTGeometry & geometry,
              const CTDetector & detector,
              const Grid & grid,
              const at::Tensor & mu,
              std::int64_t factor,
              const ProgressCallback & progress)
{
  const bool isCone = geometry.beam == CTBeam::Cone;
  const std::int64_t alongV = isCone ? factor : 1;
  const Grid finer = FinerGrid(grid, factor, isCone);
  const at::Tensor object = at::upsample_trilinear3d(mu, {finer.size.z, finer.size.y, finer.size.x}, false);
  CTDetector fine = detector;
  fine.columns *= factor;
  fine.rows *= alongV;
  fine.pitchU /= static_cast<double>(factor);
  fine.pitchV /= static_cast<double>(alongV);
  fine.originU += 0.5 * (fine.pitchU - detector.pitchU);
  fine.originV += 0.5 * (fine.pitchV - detector.pitchV);
  const auto views = static_cast<std::int64_t>(geometry.views.size());
  const auto begin = std::chrono::steady_clock::now();
  std::vector<at::Tensor> parts;
  for (std::int64_t first = 0; first < views; first += viewsAtOnce)
  {
    const std::int64_t count = std::min(viewsAtOnce, views - first);
    const auto from = geometry.views.begin() + first;
    const JosephProjector projector({geometry.beam, geometry.detectorRadius, {from, from + count}}, fine, finer);
    const at::Tensor passed = (-projector.Forward(object).to(at::kDouble)).exp();
    parts.push_back(-at::avg_pool2d(passed[0][0], {alongV, factor}).log());
    ProgressReport report;
    report.task = "projecting";
    report.step = first + count;
    report.steps = views;
    report.elapsedSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (progress && !progress(report))
    {
      throw Aborted("simulate CT: stopped at view " + std::to_string(report.step) + " of " + std::to_string(views));
    }
  }
  return at::cat(parts).unsqueeze(0).unsqueeze(0);
}

void
WarnOfTruncation(const at::Tensor & lines, std::vector<std::string> & warnings)
{
  const at::Tensor ends = at::maximum(lines.select(4, 0), lines.select(4, lines.size(4) - 1));
  const std::int64_t views = ends.amax(at::IntArrayRef({0, 1, 3})).gt(0.01).sum().item<std::int64_t>();
  if (views > 0)
  {
    warnings.push_back("truncated: the object reaches beyond the detector in " + std::to_string(views) + " of " +
                       std::to_string(lines.size(2)) + " views");
  }
}
} // namespace

void
CTSimulationOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("detector", "columns of the detector; 0: as many as see the whole image").Range(0, 65536), detector);
  v.Visit(Field("rows", "rows of the detector; if not given: one per slice (parallel, fan)").Range(1, 65536), rows);
  v.Visit(Field("pitch", "distance of two columns").Unit("mm").Above(0).Range(0, 1e4), pitch);
  v.Visit(Field("row-pitch", "distance of two rows; if not given: that of slices, or of columns").Unit("mm").Above(0),
          rowPitch);
  v.Visit(Field("photons", "mean count of a ray that meets nothing; if not given: no noise").Unit("counts").Above(0),
          photons);
  v.Visit(Field("electronic", "standard deviation of the detector's own noise").Unit("counts").Range(0, 1e9),
          electronic);
  v.Visit(Field("scatter", "mean count of scatter and dark current").Unit("counts").Range(0, 1e12), scatter);
  v.Visit(Field("oversample", "rays per column, and pixels of the object per pixel of the image, along a side")
              .Range(1, 16),
          oversample);
  v.Visit(Field("units", "of the image: Hounsfield units, or attenuation in 1/mm").Choices({"hu", "mu"}), units);
  v.Visit(Field("mu-water", "attenuation of water, that Hounsfield units refer to").Unit("1/mm").Above(0).Range(0, 10),
          muWater);
  v.Visit(Field("seed", "of the noise").Range(0), seed);
}

CTScan
SimulateCT(const Volume & image,
           const CTGeometry & geometry,
           const CTSimulationOptions & options,
           const ProgressCallback & progress)
{
  const at::NoGradGuard noGradient;
  ValidateOptions(options);
  geometry.Require();
  RequireImage(image);
  CTScan scan;
  scan.geometry = geometry;
  scan.image = image.GetGrid();
  const CTDetector detector = MakeDetector(geometry, image.GetGrid(), options);
  const at::Tensor mu = Attenuation(image, options, scan.warnings);
  const at::Tensor lines = AveragedLines(geometry, detector, image.GetGrid(), mu, options.oversample, progress);
  WarnOfTruncation(lines, scan.warnings);
  at::Tensor data = lines;
  if (options.photons)
  {
    scan.isCounts = true;
    scan.photons = options.photons;
    scan.electronic = options.electronic;
    scan.scatter = options.scatter;
    data = SimulateCounts(lines, {*options.photons, options.electronic, options.scatter}, options.seed);
  }
  scan.projections = VolumeFromTensor(data[0], ProjectionGrid(detector, geometry.views.size()));
  return scan;
}
} // namespace tweedie
