// SPDX-License-Identifier: Apache-2.0
#include "tweedieImageSpread.h"

#include "tweedieError.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** (-2 log R)^(1/2) of a sum of phasors along its direction (Mardia 1972). */
at::Tensor
CircularDeviation(const at::Tensor & sum, std::int64_t count)
{
  constexpr double smallestLength = 1e-12; // keeps the logarithm finite where phases cancel exactly
  return ((sum / static_cast<double>(count)).clamp(smallestLength, 1.0).log() * -2.0).sqrt();
}

/** (E|x - center|^2)^(1/2). */
at::Tensor
RootMeanSquare(const RunningMoments & moments, const at::Tensor & center)
{
  const at::Tensor shift = (moments.Mean() - center).abs().square();
  return (moments.SumOfSquares() / static_cast<double>(moments.Count()) + shift).sqrt();
}
} // namespace

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
  estimate.standardDeviation = VolumeFromTensor(m_Values.StandardDeviation(), grid);
  if (estimate.mean.IsComplex())
  {
    estimate.magnitudeStandardDeviation = VolumeFromTensor(m_Magnitudes.StandardDeviation(), grid);
    estimate.phaseStandardDeviation = VolumeFromTensor(CircularDeviation(m_Phasors.abs(), m_Values.Count()), grid);
  }
  Finish(estimate, kind, of);
}

void
ImageSpread::DescribeErrors(VolumeEstimate & estimate, DeviationKind kind, const char * of) const
{
  const Grid & grid = estimate.mean.GetGrid();
  const at::Tensor x = TensorView(estimate.mean);
  estimate.standardDeviation = VolumeFromTensor(RootMeanSquare(m_Values, x), grid);
  if (estimate.mean.IsComplex())
  {
    const at::Tensor wide = x.to(at::kComplexDouble);
    const at::Tensor aligned = at::real(m_Phasors * at::sgn(wide).conj());
    estimate.magnitudeStandardDeviation = VolumeFromTensor(RootMeanSquare(m_Magnitudes, wide.abs()), grid);
    estimate.phaseStandardDeviation = VolumeFromTensor(CircularDeviation(aligned, m_Values.Count()), grid);
  }
  Finish(estimate, kind, of);
}

void
ImageSpread::Finish(VolumeEstimate & estimate, DeviationKind kind, const char * of) const
{
  if (!estimate.mean.IsComplex())
  {
    estimate.magnitudeStandardDeviation = estimate.phaseStandardDeviation = Volume();
  }
  estimate.samples = estimate.nullSpaceShare = Volume();
  Summary & summary = estimate.summary;
  summary.deviationKind = kind;
  summary.deviationOf = of;
  summary.samples = m_Values.Count();
  summary.figures["deviation-relative-error"] = 1.0 / std::sqrt(2.0 * static_cast<double>(m_Values.Count() - 1));
}
} // namespace tweedie
