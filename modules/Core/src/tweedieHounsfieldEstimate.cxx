// SPDX-License-Identifier: Apache-2.0
#include "tweedieHounsfieldEstimate.h"

#include "tweedieCTScan.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
VolumeEstimate
InHounsfield(VolumeEstimate estimate, double muWater)
{
  const auto map = [](Volume & volume, const auto & f)
  { volume = volume.IsEmpty() ? volume : VolumeFromTensor(f(TensorView(volume)), volume.GetGrid()); };
  const auto value = [&](const at::Tensor & mu) { return HounsfieldOfAttenuation(mu, muWater); };
  const auto deviation = [&](const at::Tensor & mu) { return mu * (1000.0 / muWater); };
  map(estimate.mean, value);
  map(estimate.samples, value);
  map(estimate.standardDeviation, deviation);
  map(estimate.magnitudeStandardDeviation, deviation);
  return estimate;
}
} // namespace tweedie
