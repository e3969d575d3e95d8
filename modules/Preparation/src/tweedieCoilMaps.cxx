// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilMaps.h"

#include "tweedieCoilCompression.h"
#include "tweedieError.h"
#include "tweedieEspirit.h"
#include "tweedieGriddedCenter.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace tweedie
{
namespace
{
/** How many entries around the middle of a line are all sampled, at most limit. */
std::int64_t
SampledAround(const at::Tensor & line, std::int64_t limit)
{
  const at::Tensor values = line.to(at::kFloat).contiguous();
  const float * const sampled = values.data_ptr<float>();
  const std::int64_t length = values.size(0), middle = length / 2;
  std::int64_t count = 0;
  while (count < std::min(limit, length))
  {
    const std::int64_t next = count + 1, first = middle - next / 2;
    if (sampled[first] == 0.0F || sampled[first + next - 1] == 0.0F)
    {
      break;
    }
    count = next;
  }
  return count;
}

/** The sampled centre of k-space [coil, y, x]. */
at::Tensor
CenterOf(const at::Tensor & kspace, const at::Tensor & mask, const CoilMapOptions & options)
{
  const std::int64_t rows = mask.size(0), columns = mask.size(1);
  const std::int64_t height = SampledAround(mask.select(1, columns / 2), options.calibration);
  const std::int64_t width = SampledAround(mask.select(0, rows / 2), options.calibration);
  const auto middle = [&](const at::Tensor & tensor, std::int64_t first)
  { return tensor.narrow(first, rows / 2 - height / 2, height).narrow(first + 1, columns / 2 - width / 2, width); };
  if (std::min(height, width) < options.kernel + 1 || !(middle(mask, 0) > 0).all().item<bool>())
  {
    throw DataError("coil maps: given " + std::to_string(width) + " x " + std::to_string(height) +
                    " samples around the centre of k-space; required a full centre of at least " +
                    std::to_string(options.kernel + 1) + " x " + std::to_string(options.kernel + 1) +
                    ", or maps from a file");
  }
  return middle(kspace, 1).contiguous();
}

/** 1 from the limit on, else 0; where it is soft, rising from 0 at as far below the limit as that is below 1. */
at::Tensor
CropWeight(const at::Tensor & values, const CoilMapOptions & options)
{
  if (!options.softCrop)
  {
    return (values >= options.crop).to(at::kFloat);
  }
  const double width = std::max(1.0 - options.crop, 1e-6);
  const at::Tensor t = ((values.clamp_min(0.0).sqrt() - options.crop) / width).clamp(-1.0, 1.0);
  return 0.5 + t / (1.0 + t * t);
}

void
RequireInput(const Volume & kspace, const Volume & mask, const CoilMapOptions & options)
{
  if (options.mapSets > 1 && options.method != "espirit")
  {
    throw UsageError("--map-sets: given " + std::to_string(options.mapSets) + " for " + options.method +
                     "; required espirit, or one set");
  }
  if (kspace.IsEmpty() || !kspace.IsComplex() || mask.IsEmpty())
  {
    throw DataError("coil maps: given no k-space; required complex samples and their mask");
  }
  if (options.mapSets > kspace.Channels())
  {
    throw DataError("coil maps: given " + std::to_string(kspace.Channels()) + " coils; required at least " +
                    std::to_string(options.mapSets) + " for as many sets of maps");
  }
  kspace.RequireFinite("coil maps: k-space");
}
} // namespace

void
CoilMapOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("coil-method", "how maps are estimated").Choices({"espirit", "walsh"}), method);
  v.Visit(Field("maps-calibration", "samples across the centre of k-space that are used, at most").Range(4, 512),
          calibration);
  v.Visit(Field("maps-kernel", "espirit: samples across a patch, at most: half of a small centre's").Range(2, 16),
          kernel);
  v.Visit(Field("maps-threshold", "espirit: least power of a patch that counts as signal, as a share of the largest")
              .Range(0, 1),
          threshold);
  v.Visit(Field("maps-crop", "espirit: least eigenvalue of a pixel that has maps").Range(0, 1), crop);
  v.Visit(Field("maps-soft-crop", "espirit: maps fade out around it"), softCrop);
  v.Visit(Field("map-sets", "sets of maps; 2 where the object reaches beyond the field of view (soft SENSE, espirit)")
              .Range(1, 64),
          mapSets);
}

CoilMaps
EstimateCoilMaps(const Volume & kspace,
                 const Volume & mask,
                 const CoilMapOptions & options,
                 const ProgressCallback & progress)
{
  ValidateOptions(options);
  RequireInput(kspace, mask, options);
  const at::NoGradGuard noGrad;
  const Grid & grid = kspace.GetGrid();
  CoilMaps result;
  result.sets = options.mapSets;
  result.maps = Volume(grid, Volume::Element::Complex, result.sets * kspace.Channels());
  const bool isEspirit = options.method == "espirit";
  result.eigenvalues = isEspirit ? Volume(grid, Volume::Element::Real, result.sets) : Volume();
  const at::Tensor samples = TensorView(kspace), sampled = TensorView(mask)[0];
  at::Tensor maps = TensorView(result.maps);
  for (std::int64_t z = 0; z < grid.size.z; ++z)
  {
    const at::Tensor center = CenterOf(samples.select(1, z), sampled[sampled.size(0) == 1 ? 0 : z], options);
    SliceMaps slice = isEspirit ? EspiritMaps(center, grid.size.y, grid.size.x, options)
                                : WalshMaps(center, grid.size.y, grid.size.x);
    const at::Tensor strongest = CoilCompression(center, 1);
    for (std::int64_t set = 0; set < result.sets; ++set)
    {
      at::Tensor one = slice.maps[set];
      one *= at::conj_physical(at::sgn(MixCoils(strongest, one)));
    }
    if (isEspirit)
    {
      slice.maps *= CropWeight(slice.values, options).unsqueeze(1);
      TensorView(result.eigenvalues).select(1, z).copy_(slice.values);
    }
    maps.select(1, z).copy_(slice.maps.flatten(0, 1));
    ProgressReport report;
    report.task = "coil maps";
    report.step = z + 1;
    report.steps = grid.size.z;
    if (progress && !progress(report))
    {
      throw Aborted("coil maps: stopped after slice " + std::to_string(z));
    }
  }
  return result;
}

CoilMaps
EstimateCoilMaps(const MRIScan & scan, const CoilMapOptions & options, const ProgressCallback & progress)
{
  if (IsCartesian(scan))
  {
    return EstimateCoilMaps(scan.kspace, scan.mask, options, progress);
  }
  const GriddedCenter center = GridCenter(scan, options.calibration);
  return EstimateCoilMaps(center.kspace, center.mask, options, progress);
}
} // namespace tweedie
