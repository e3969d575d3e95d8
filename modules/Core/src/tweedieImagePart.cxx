// SPDX-License-Identifier: Apache-2.0
#include "tweedieImagePart.h"

#include "tweedieError.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
void
RequirePart(const std::string & part)
{
  if (part != "magnitude" && part != "phase" && part != "complex")
  {
    throw UsageError("--part: given '" + part + "'; required one of magnitude|complex|phase");
  }
}
} // namespace

Volume
ImagePart(const Volume & volume, const std::string & part)
{
  RequirePart(part);
  if (part == "complex" && !volume.IsComplex())
  {
    throw UsageError("--part: given complex for an image that is real; required magnitude or phase");
  }
  if (part == "complex" || (part == "magnitude" && !volume.IsComplex()))
  {
    return volume;
  }
  const auto tensor = TensorView(volume);
  return VolumeFromTensor(part == "magnitude" ? tensor.abs() : at::angle(tensor), volume.GetGrid());
}

Volume
PartDeviation(const VolumeEstimate & estimate, const std::string & part)
{
  RequirePart(part);
  if (part == "complex" || !estimate.mean.IsComplex())
  {
    return estimate.standardDeviation;
  }
  return part == "magnitude" ? estimate.magnitudeStandardDeviation : estimate.phaseStandardDeviation;
}
} // namespace tweedie
