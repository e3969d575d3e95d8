// SPDX-License-Identifier: Apache-2.0
#include "tweedieLineIntegralNoise.h"

#include "tweedieError.h"
#include "tweedieTransmissionLikelihood.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
LineIntegralDeviation(const CTScan & scan,
                      const at::Tensor & lines,
                      const std::optional<double> & noise,
                      double modelDeviation)
{
  if (!noise && !scan.photons)
  {
    throw UsageError("--noise: not given for line integrals of unknown noise; required their standard deviation");
  }
  at::Tensor variance;
  if (noise)
  {
    variance = at::full_like(lines, *noise * *noise);
  }
  else
  {
    const at::Tensor inverse = lines.clamp(-5.0, 50.0).exp() / *scan.photons;
    variance = inverse + scan.electronic * scan.electronic * inverse.square();
  }
  return (variance + modelDeviation * modelDeviation).sqrt();
}

std::shared_ptr<const GaussianLikelihood>
WeightedCTLikelihood(const CTScan & scan,
                     const LinearOperatorPointer & A,
                     const at::Tensor & projections,
                     const std::optional<double> & noise,
                     double modelDeviation,
                     const ProximalOptions & options)
{
  if (!scan.isCounts)
  {
    const at::Tensor deviation = LineIntegralDeviation(scan, projections, noise, modelDeviation);
    return std::make_shared<const GaussianLikelihood>(A, projections, deviation, at::Tensor(), options);
  }
  if (noise)
  {
    throw UsageError("--noise: given for counts; required line integrals, whose noise is not known");
  }
  TransmissionOptions transmission;
  transmission.electronic = scan.electronic;
  transmission.modelDeviation = modelDeviation;
  const auto number = [](double value) { return at::scalar_tensor(value, at::kDouble); };
  const TransmissionLikelihood counts(
      A, projections, number(*scan.photons), number(scan.scatter), at::Tensor(), transmission);
  return std::make_shared<const GaussianLikelihood>(
      A, counts.LineIntegrals(), counts.Deviations(), counts.Used(), options);
}
} // namespace tweedie
