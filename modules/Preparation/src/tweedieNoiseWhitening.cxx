// SPDX-License-Identifier: Apache-2.0
#include "tweedieNoiseWhitening.h"

#include "tweedieError.h"
#include "tweedieReadoutTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
NoiseCovariance(const std::vector<const MRIReadout *> & readouts, double sampleTime, double relativeBandwidth)
{
  if (readouts.empty())
  {
    throw DataError("noise: given no readout; required at least one");
  }
  const std::int64_t coils = readouts[0]->channels;
  at::Tensor sum = at::zeros({coils, coils}, at::kComplexDouble);
  std::int64_t samples = 0;
  for (const MRIReadout * readout : readouts)
  {
    if (readout->channels != coils)
    {
      throw DataError("noise: given readouts of " + std::to_string(coils) + " and of " +
                      std::to_string(readout->channels) + " coils; required as many in all");
    }
    const double ratio = readout->sampleTime / (sampleTime * relativeBandwidth);
    if (!(ratio > 0.0) || !std::isfinite(ratio))
    {
      throw DataError("noise: given samples every " + std::to_string(readout->sampleTime) + " us for data every " +
                      std::to_string(sampleTime) + " us; required both above 0");
    }
    const at::Tensor noise = ReadoutTensor(*readout).to(at::kComplexDouble);
    sum += at::mm(noise, noise.conj().t()) * ratio;
    samples += noise.size(1);
  }
  if (samples < coils)
  {
    throw DataError("noise: given " + std::to_string(samples) + " samples for " + std::to_string(coils) +
                    " coils; required as many at least");
  }
  return sum / static_cast<double>(samples);
}

at::Tensor
WhiteningMatrix(const at::Tensor & covariance)
{
  const at::Tensor deviation = at::real(covariance.diagonal()).sqrt();
  if (!(deviation.min().item<double>() > 0.0))
  {
    throw DataError("noise: given a coil without noise; required noise in every one");
  }
  // The limit is that of correlations: coils differ in gain.
  const at::Tensor correlation = covariance / at::outer(deviation, deviation);
  constexpr double smallest = 1e-6;
  if (!(at::linalg_eigvalsh(correlation).min().item<double>() > smallest))
  {
    throw DataError("noise: given coils of which one is a sum of others; required coils with noise of their own");
  }
  return at::linalg_inv(at::linalg_cholesky(covariance));
}
} // namespace tweedie
