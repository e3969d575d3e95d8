// SPDX-License-Identifier: Apache-2.0
#include "tweedieNormalParts.h"

#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr double pi = 3.14159265358979323846;
constexpr double surelyNormal = 1e6; // t above which the differences below would lose their digits

/** t, as large as it matters, and the variance of a component. */
struct Signal
{
  at::Tensor component;
  at::Tensor t;
};

Signal
SignalOf(const at::Tensor & mean, const at::Tensor & variance)
{
  const at::Tensor component = variance.to(at::kDouble) * 0.5;
  const at::Tensor squared = mean.abs().to(at::kDouble).square();
  const at::Tensor t = (squared / (component * 4.0)).nan_to_num(surelyNormal, surelyNormal);
  return {component, t.clamp_max(surelyNormal)};
}
} // namespace

at::Tensor
MagnitudeDeviation(const at::Tensor & mean, const at::Tensor & variance)
{
  const Signal s = SignalOf(mean, variance);
  const at::Tensor expected = ((s.t * 2.0 + 1.0) * at::special_i0e(s.t) + s.t * 2.0 * at::special_i1e(s.t)).square();
  const at::Tensor relative = s.t * 4.0 + 2.0 - expected * (0.5 * pi);
  return (s.component * at::where(s.t.lt(surelyNormal), relative.clamp_min(0.0), at::ones_like(s.t))).sqrt();
}

at::Tensor
PhaseDeviation(const at::Tensor & mean, const at::Tensor & variance)
{
  constexpr double smallestLength = 1e-12; // as of samples, keeps the logarithm finite
  const Signal s = SignalOf(mean, variance);
  const at::Tensor length = (s.t * (0.5 * pi)).sqrt() * (at::special_i0e(s.t) + at::special_i1e(s.t));
  const at::Tensor deviation = (length.clamp(smallestLength, 1.0).log() * -2.0).sqrt();
  const at::Tensor small = (s.component / mean.abs().to(at::kDouble).square()).sqrt().nan_to_num(0.0, 0.0);
  return at::where(s.t.lt(surelyNormal), deviation, small);
}

void
SetDeviation(VolumeEstimate & estimate, const at::Tensor & variance)
{
  const Grid & grid = estimate.mean.GetGrid();
  estimate.standardDeviation = VolumeFromTensor(variance.sqrt(), grid);
  estimate.magnitudeStandardDeviation = estimate.phaseStandardDeviation = Volume();
  estimate.samples = estimate.nullSpaceShare = Volume();
  if (estimate.mean.IsComplex())
  {
    const at::Tensor mean = TensorView(estimate.mean);
    estimate.magnitudeStandardDeviation = VolumeFromTensor(MagnitudeDeviation(mean, variance), grid);
    estimate.phaseStandardDeviation = VolumeFromTensor(PhaseDeviation(mean, variance), grid);
  }
}
} // namespace tweedie
