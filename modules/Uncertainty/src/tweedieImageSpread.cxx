// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageSpread.h"

#include "tweedieError.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
ImageSpread::ImageSpread(const Volume & estimate) : m_Estimate(estimate) {}

void
ImageSpread::Add(const Volume & reconstruction)
{
  if (reconstruction.IsComplex() != m_Estimate.IsComplex() ||
      reconstruction.GetGrid().size != m_Estimate.GetGrid().size)
  {
    throw DataError("replicas: given a reconstruction of another size or kind than that of the measurement; required "
                    "the same");
  }
  const at::Tensor x = TensorView(reconstruction).unsqueeze(0);
  if (!at::isfinite(x).all().item<bool>())
  {
    throw NumericalError("replicas: a reconstruction is not finite; required finite numbers");
  }
  m_Values.Add(x);
  if (x.is_complex())
  {
    const at::Tensor wide = x.to(at::kComplexDouble);
    m_Magnitudes.Add(wide.abs());
    m_Phasors = m_Phasors.defined() ? m_Phasors + at::sgn(wide)[0] : at::sgn(wide)[0];
  }
}

double
ImageSpread::ShiftOverDeviation() const
{
  const at::Tensor shift = m_Values.Mean() - TensorView(m_Estimate);
  return (shift.abs().square().mean() / m_Values.Variance().mean()).sqrt().item<double>();
}

void
ImageSpread::Describe(VolumeEstimate & estimate, DeviationKind kind, const char * of) const
{
  const Grid & grid = estimate.mean.GetGrid();
  const auto count = static_cast<double>(m_Values.Count());
  estimate.standardDeviation = VolumeFromTensor(m_Values.StandardDeviation(), grid);
  estimate.magnitudeStandardDeviation = estimate.phaseStandardDeviation = Volume();
  if (estimate.mean.IsComplex())
  {
    constexpr double smallestLength = 1e-12; // keeps the logarithm finite where phases cancel exactly
    const at::Tensor length = (m_Phasors.abs() / count).clamp(smallestLength, 1.0);
    estimate.magnitudeStandardDeviation = VolumeFromTensor(m_Magnitudes.StandardDeviation(), grid);
    estimate.phaseStandardDeviation = VolumeFromTensor((length.log() * -2.0).sqrt(), grid); // Mardia 1972
  }
  estimate.samples = estimate.nullSpaceShare = Volume();
  Summary & summary = estimate.summary;
  summary.deviationKind = kind;
  summary.deviationOf = of;
  summary.samples = m_Values.Count();
  summary.figures["deviation-relative-error"] = 1.0 / std::sqrt(2.0 * (count - 1.0));
}
} // namespace tweedie
