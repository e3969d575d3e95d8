// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIModel.h"

#include "tweedieMaskCheck.h"

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
HasPlaneOf(const Volume & volume, const Volume & kspace)
{
  const auto & size = volume.GetGrid().size;
  const auto & required = kspace.GetGrid().size;
  return size.x == required.x && size.y == required.y && (size.z == 1 || size.z == required.z);
}

std::string
PlaneText(const Volume & kspace)
{
  const auto & size = kspace.GetGrid().size;
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
  if (scan.mask.IsEmpty() || scan.mask.IsComplex() || scan.mask.Channels() != 1 || !HasPlaneOf(scan.mask, scan.kspace))
  {
    throw DataError("mask: given " + (scan.mask.IsEmpty() ? std::string("none") : SizeText(scan.mask)) +
                    "; required a real mask of one channel, " + PlaneText(scan.kspace) + " as k-space");
  }
  const at::Tensor mask = SliceBatch(scan.mask);
  RequireMask(mask, "mask");
  if (!mask.flatten(1).any(1).all().item<bool>())
  {
    throw DataError("mask: given a slice without any sample; required at least one sample in every slice");
  }
}

void
RequireSensitivities(const MRIScan & scan)
{
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
  if (!maps.IsComplex() || maps.Channels() != coils || !HasPlaneOf(maps, scan.kspace))
  {
    throw DataError("coil maps: given " + SizeText(maps) + (maps.IsComplex() ? ", complex" : ", real") +
                    "; required complex maps of " + std::to_string(coils) + " coils, " + PlaneText(scan.kspace));
  }
  maps.RequireFinite("coil maps");
  if (!TensorView(maps).abs().gt(0).any().item<bool>())
  {
    throw DataError("coil maps: given only zeros; required maps that see the object");
  }
}
} // namespace

void
RequireConsistentScan(const MRIScan & scan)
{
  RequireKspace(scan);
  RequireSampling(scan);
  RequireSensitivities(scan);
  if (scan.noise && !(*scan.noise > 0.0))
  {
    throw DataError("noise: given " + std::to_string(*scan.noise) + "; required a standard deviation > 0");
  }
}

at::Tensor
MRIMask(const MRIScan & scan)
{
  return SliceBatch(scan.mask).to(at::kFloat).contiguous();
}

at::Tensor
MRIData(const MRIScan & scan)
{
  return SliceBatch(scan.kspace) * SliceBatch(scan.mask);
}

std::shared_ptr<const SenseOperator>
MakeMRIModel(const MRIScan & scan)
{
  RequireConsistentScan(scan);
  const at::Tensor maps = scan.sensitivities.IsEmpty() ? at::Tensor() : SliceBatch(scan.sensitivities).contiguous();
  return std::make_shared<const SenseOperator>(MRIMask(scan), maps);
}
} // namespace tweedie
