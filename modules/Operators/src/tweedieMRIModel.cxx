// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIModel.h"

#include "tweedieMaskCheck.h"
#include "tweedieNoncartesianSenseOperator.h"
#include "tweedieSenseOperator.h"
#include "tweedieTrajectory.h"

#include "tweedieError.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
std::string
SizeText(const Volume & volume)
{
  const auto & size = volume.GetGrid().size;
  std::ostringstream text;
  text << size.x << " x " << size.y << " x " << size.z << " with " << volume.Channels() << " channel"
       << (volume.Channels() == 1 ? "" : "s");
  return text.str();
}

bool
HasPlaneOf(const Volume & volume, const Grid & grid)
{
  const auto & size = volume.GetGrid().size;
  const auto & required = grid.size;
  return size.x == required.x && size.y == required.y && (size.z == 1 || size.z == required.z);
}

std::string
PlaneText(const Grid & grid)
{
  const auto & size = grid.size;
  return std::to_string(size.x) + " x " + std::to_string(size.y) + " x 1 or " + std::to_string(size.z);
}

void
RequireKspace(const MRIScan & scan)
{
  if (scan.kspace.IsEmpty() || !scan.kspace.IsComplex())
  {
    throw DataError("k-space: given no complex data; required complex data [coil, z, y, x] with at least one coil");
  }
  scan.kspace.RequireFinite("k-space");
  if (!TensorView(scan.kspace).abs().gt(0).any().item<bool>())
  {
    throw DataError("k-space: given only zeros; required measured data");
  }
}

void
RequireSampling(const MRIScan & scan)
{
  if (scan.mask.IsEmpty() || scan.mask.IsComplex() || scan.mask.Channels() != 1 ||
      !HasPlaneOf(scan.mask, scan.kspace.GetGrid()))
  {
    throw DataError("mask: given " + (scan.mask.IsEmpty() ? std::string("none") : SizeText(scan.mask)) +
                    "; required a real mask of one channel, " + PlaneText(scan.kspace.GetGrid()) + " as k-space");
  }
  const at::Tensor mask = SliceBatch(scan.mask);
  RequireMask(mask, "mask");
  if (!mask.flatten(1).any(1).all().item<bool>())
  {
    throw DataError("mask: given a slice without any sample; required at least one sample in every slice");
  }
}

bool
IsVolume(const MRIScan & scan)
{
  return scan.trajectory.Channels() == 3;
}

void
RequireDensity(const MRIScan & scan)
{
  const auto & size = scan.density.GetGrid().size;
  const auto & required = scan.trajectory.GetGrid().size;
  if (scan.density.IsComplex() || scan.density.Channels() != 1 || size != required)
  {
    throw DataError("density: given " + SizeText(scan.density) + "; required real weights, as the trajectory's " +
                    SizeText(scan.trajectory));
  }
  scan.density.RequireFinite("density");
  if (!TensorView(scan.density).ge(0).all().item<bool>())
  {
    throw DataError("density: given a negative weight; required 0 or more");
  }
}

void
RequireTrajectory(const MRIScan & scan)
{
  const auto & k = scan.trajectory;
  const auto & size = k.GetGrid().size;
  const auto & required = scan.kspace.GetGrid().size;
  if (k.IsComplex() || k.Channels() < 2 || k.Channels() > 3 || size.x != required.x || size.y != required.y ||
      size.z != 1)
  {
    throw DataError("trajectory: given " + SizeText(k) + "; required 2 or 3 real numbers for each of " +
                    std::to_string(required.x) + " samples x " + std::to_string(required.y) + " readouts");
  }
  if (!scan.mask.IsEmpty())
  {
    throw DataError("mask: given with a trajectory; required one of the two");
  }
  const auto & image = scan.imageGrid.size;
  const std::int64_t slices = IsVolume(scan) ? 1 : image.z;
  if (image.x < 1 || image.y < 1 || image.z < 1 || required.z != slices)
  {
    throw DataError("k-space: given " + std::to_string(required.z) + " slices along a trajectory, for an image of " +
                    std::to_string(image.x) + " x " + std::to_string(image.y) + " x " + std::to_string(image.z) +
                    "; required " + (IsVolume(scan) ? "1, the k_z being in the trajectory" : "as many as the image"));
  }
  k.RequireFinite("trajectory");
  if (!scan.density.IsEmpty())
  {
    RequireDensity(scan);
  }
}

/** "2 sets x ", nothing for one. */
std::string
SetsText(std::int64_t sets)
{
  return sets == 1 ? "" : std::to_string(sets) + " sets x ";
}

void
RequireSensitivities(const MRIScan & scan)
{
  const Grid & grid = ImageGridOf(scan);
  const auto & maps = scan.sensitivities;
  const std::int64_t coils = scan.kspace.Channels();
  if (maps.IsEmpty() && coils != 1)
  {
    throw DataError("coil maps: given none for " + std::to_string(coils) + " coils; required one map per coil");
  }
  if (maps.IsEmpty())
  {
    return;
  }
  if (scan.mapSets < 1 || scan.mapSets > coils)
  {
    throw DataError("coil maps: given " + std::to_string(scan.mapSets) + " sets; required 1 to as many as coils, " +
                    std::to_string(coils));
  }
  if (!maps.IsComplex() || maps.Channels() != coils * scan.mapSets || !HasPlaneOf(maps, grid))
  {
    throw DataError("coil maps: given " + SizeText(maps) + (maps.IsComplex() ? ", complex" : ", real") +
                    "; required complex maps of " + SetsText(scan.mapSets) + std::to_string(coils) + " coils, " +
                    PlaneText(grid));
  }
  maps.RequireFinite("coil maps");
  if (!TensorView(maps).abs().gt(0).any().item<bool>())
  {
    throw DataError("coil maps: given only zeros; required maps that see the object");
  }
}

void
RequireField(const MRIScan & scan)
{
  const Volume & f = scan.field.frequency;
  if (f.IsEmpty())
  {
    return;
  }
  if (IsCartesian(scan))
  {
    throw DataError("field map: given for a Cartesian scan; required one along a trajectory, whose readouts are long");
  }
  if (f.IsComplex() || f.Channels() != 1 || !HasPlaneOf(f, scan.imageGrid) ||
      (IsVolume(scan) && f.GetGrid().size.z != scan.imageGrid.size.z))
  {
    throw DataError("field map: given " + SizeText(f) + "; required real frequencies in Hz, " +
                    PlaneText(scan.imageGrid));
  }
  f.RequireFinite("field map");
  if (!(scan.field.dwellTime > 0.0))
  {
    throw DataError("field map: given without the time between two samples of a readout; required a dwell time > 0");
  }
}
} // namespace

void
RequireConsistentScan(const MRIScan & scan)
{
  RequireKspace(scan);
  IsCartesian(scan) ? RequireSampling(scan) : RequireTrajectory(scan);
  RequireSensitivities(scan);
  RequireField(scan);
  if (scan.noise && !(*scan.noise > 0.0))
  {
    throw DataError("noise: given " + std::to_string(*scan.noise) + "; required a standard deviation > 0");
  }
}

at::Tensor
MRIMask(const MRIScan & scan)
{
  if (!IsCartesian(scan))
  {
    const auto & size = scan.kspace.GetGrid().size;
    return at::ones({1, 1, 1, size.y, size.x});
  }
  return SliceBatch(scan.mask).to(at::kFloat).contiguous();
}

namespace
{
/** Maps [slice, set x coil, z, y, x] as operators take them. */
at::Tensor
BySets(const at::Tensor & maps, std::int64_t sets)
{
  return sets == 1 ? maps : maps.unflatten(1, {sets, -1});
}
} // namespace

at::Tensor
MRIMaps(const MRIScan & scan)
{
  return scan.sensitivities.IsEmpty() ? at::Tensor()
                                      : BySets(SliceBatch(scan.sensitivities).contiguous(), scan.mapSets);
}

double
MRILargestGain(const MRIScan & scan)
{
  if (scan.sensitivities.IsEmpty())
  {
    return 1.0;
  }
  const at::Tensor maps = TensorView(scan.sensitivities);
  if (scan.mapSets == 1)
  {
    return maps.abs().square().sum(0).max().item<double>();
  }
  const at::Tensor sets = maps.unflatten(0, {scan.mapSets, -1});
  at::Tensor largest = at::zeros({1});
  for (std::int64_t set = 0; set < scan.mapSets; ++set)
  {
    const at::Tensor row = (sets[set].conj() * sets).sum(1).abs().sum(0);
    largest = at::maximum(largest, row.max());
  }
  return largest.item<double>();
}

void
RequireOneMapSet(const MRIScan & scan, const char * what)
{
  if (scan.mapSets > 1)
  {
    throw UsageError(std::string(what) + ": given a scan with " + std::to_string(scan.mapSets) +
                     " sets of coil maps; required one set");
  }
}

at::Tensor
MRIData(const MRIScan & scan)
{
  return IsCartesian(scan) ? SliceBatch(scan.kspace) * SliceBatch(scan.mask) : SliceBatch(scan.kspace).contiguous();
}

void
RequireCartesian(const MRIScan & scan, const char * what)
{
  if (!IsCartesian(scan))
  {
    throw UsageError(std::string(what) + ": given a scan along a trajectory; required one on a Cartesian grid");
  }
}

at::Tensor
MRITrajectory(const MRIScan & scan)
{
  return TensorView(scan.trajectory).squeeze(1).permute({1, 2, 0}).to(at::kDouble).contiguous();
}

at::Tensor
ReadoutTimes(const at::Tensor & trajectory, double dwellTime)
{
  const at::Tensor distance = trajectory.to(at::kDouble).square().sum(2).sqrt().mean(0);
  return (at::arange(distance.size(0), at::kDouble) - distance.argmin()) * dwellTime;
}

Volume
TrajectoryVolume(const at::Tensor & trajectory)
{
  Grid grid;
  grid.size = {1, trajectory.size(0), trajectory.size(1)};
  return VolumeFromTensor(trajectory.permute({2, 0, 1}).unsqueeze(1), grid);
}

void
SetTrajectoryUnit(MRIScan & scan, const std::string & unit)
{
  const auto & size = scan.imageGrid.size;
  scan.trajectory = TrajectoryVolume(TrajectoryInCycles(MRITrajectory(scan), {size.z, size.y, size.x}, unit));
}

at::Tensor
MRIDensity(const MRIScan & scan)
{
  if (!scan.density.IsEmpty())
  {
    return TensorView(scan.density).to(at::kDouble).squeeze(0).squeeze(0).contiguous();
  }
  const auto & size = scan.imageGrid.size;
  return DensityCompensation(MRITrajectory(scan), {1, size.z, size.y, size.x});
}

namespace
{
LinearOperatorPointer
MakeNoncartesianModel(const MRIScan & scan)
{
  const auto & size = scan.imageGrid.size;
  const Shape image{1, IsVolume(scan) ? size.z : 1, size.y, size.x};
  at::Tensor maps;
  if (!scan.sensitivities.IsEmpty())
  {
    const at::Tensor view = TensorView(scan.sensitivities);
    maps = IsVolume(scan) ? BySets(view.expand({-1, size.z, -1, -1}).unsqueeze(0).contiguous(), scan.mapSets)
                          : MRIMaps(scan);
  }
  OffResonance offResonance;
  if (!scan.field.frequency.IsEmpty())
  {
    const at::Tensor field = TensorView(scan.field.frequency);
    offResonance.field = IsVolume(scan) ? field : field.transpose(0, 1);
    offResonance.times = ReadoutTimes(MRITrajectory(scan), scan.field.dwellTime);
  }
  return std::make_shared<const NoncartesianSenseOperator>(
      image, MRITrajectory(scan), maps, NonuniformFourierOptions(), offResonance);
}
} // namespace

LinearOperatorPointer
MakeMRIModel(const MRIScan & scan)
{
  RequireConsistentScan(scan);
  if (!IsCartesian(scan))
  {
    return MakeNoncartesianModel(scan);
  }
  return std::make_shared<const SenseOperator>(MRIMask(scan), MRIMaps(scan));
}
} // namespace tweedie
