// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseModel.h"

#include "tweedieDiffractionOperator.h"
#include "tweedieMRIOperators.h"
#include "tweedieOperatorCombinators.h"
#include "tweediePhaseWaves.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double smallestFraction = 1e-6; // pixels

/** Where zero frequency is, beyond the pixel floor(N / 2) of each axis: x, y. */
std::array<double, 2>
CentreOffset(const PhaseScan & scan)
{
  const Axes<std::int64_t> size = scan.patterns.GetGrid().size;
  return {scan.beamCentre[0] - static_cast<double>(size.x / 2), scan.beamCentre[1] - static_cast<double>(size.y / 2)};
}

/** exp(2 pi i r s / M) over n object pixels around their centre: moves a pattern by s of its M pixels. */
at::Tensor
Ramp(std::int64_t n, std::int64_t pattern, double offset)
{
  constexpr double turn = 6.283185307179586;
  const at::Tensor place = at::arange(n, at::kDouble) - static_cast<double>(n / 2);
  const at::Tensor angle = place * (turn * offset / static_cast<double>(pattern));
  return at::polar(at::ones_like(angle), angle);
}

/** Codes that put zero frequency where the beam meets the detector, to a fraction of a pixel. */
at::Tensor
CentredCodes(const PhaseScan & scan, at::Tensor codes)
{
  const auto [right, down] = CentreOffset(scan);
  if (std::abs(right) < smallestFraction && std::abs(down) < smallestFraction)
  {
    return codes;
  }
  const Axes<std::int64_t> pattern = scan.patterns.GetGrid().size;
  const at::Tensor rows = Ramp(codes.size(-2), pattern.y, down).unsqueeze(1);
  const at::Tensor columns = Ramp(codes.size(-1), pattern.x, right).unsqueeze(0);
  return codes.to(at::kComplexDouble) * (rows * columns);
}

/** A mask of the scan with all its patterns and objects. */
at::Tensor
MeasuredBatch(const PhaseScan & scan)
{
  if (scan.mask.IsEmpty())
  {
    return {};
  }
  return PatternBatch(scan.mask).expand_as(PatternBatch(scan.patterns));
}
} // namespace

at::Tensor
PatternBatch(const Volume & patterns)
{
  return TensorView(patterns).permute({1, 0, 2, 3}).unsqueeze(2);
}

Volume
PatternVolume(const at::Tensor & batch, const Grid & grid)
{
  return VolumeFromTensor(batch.squeeze(2).permute({1, 0, 2, 3}), grid);
}

PropagationGeometry
PropagationOf(const PhaseScan & scan)
{
  const Grid & grid = scan.patterns.GetGrid();
  constexpr double metresPerMillimetre = 1e-3;
  PropagationGeometry geometry;
  geometry.wavelength = scan.wavelength;
  geometry.pitch = {grid.spacing.x * metresPerMillimetre, grid.spacing.y * metresPerMillimetre};
  geometry.distances = scan.distances;
  return scan.sourceDistance ? ParallelGeometry(geometry, *scan.sourceDistance) : geometry;
}

LinearOperatorPointer
MakePhaseWaves(const PhaseScan & scan, const at::Tensor & support)
{
  const Axes<std::int64_t> pattern = scan.patterns.GetGrid().size;
  if (scan.experiment == PhaseExperiment::NearField)
  {
    PropagationOptions periodic;
    periodic.padding = 1.0;
    const auto wave = std::make_shared<const PropagationOperator>(pattern.y, pattern.x, PropagationOf(scan), periodic);
    const bool isWhole = support.eq(1.0).all().item<bool>();
    return isWhole ? wave : Compose(wave, std::make_shared<const SamplingMaskOperator>(wave->DomainShape(), support));
  }
  at::Tensor codes = support;
  if (scan.experiment == PhaseExperiment::Coded)
  {
    codes = support * TensorView(scan.codes).permute({1, 0, 2, 3}).unsqueeze(2);
  }
  return std::make_shared<const DiffractionOperator>(CentredCodes(scan, codes), pattern.y, pattern.x);
}

PhaseModel::PhaseModel(const PhaseScan & scan)
{
  RequirePhaseScan(scan);
  const Axes<std::int64_t> size = scan.object.size;
  m_Support = scan.support.IsEmpty() ? at::ones({1, 1, 1, size.y, size.x}) : SliceBatch(scan.support);
  m_Wave = MakePhaseWaves(scan, m_Support);
  const auto * far = dynamic_cast<const DiffractionOperator *>(m_Wave.get());
  m_Diagonal =
      far != nullptr ? far->NormalDiagonal() : m_Support.to(at::kDouble) * static_cast<double>(scan.distances.size());
  m_Measured = MeasuredBatch(scan);
  const at::Tensor patterns = PatternBatch(scan.patterns).to(at::kDouble);
  if (scan.isCounts)
  {
    const double gain = *scan.countsPerUnit;
    const at::Tensor signal = (patterns - scan.dark).clamp_min(1.0);
    m_Amplitude = ((patterns + 0.25 - scan.dark).clamp_min(0.0) / gain).sqrt();
    m_Deviation = 0.5 * (patterns.clamp_min(1.0) / signal / gain).sqrt();
  }
  else
  {
    m_Amplitude = patterns;
    m_Deviation = scan.noise ? at::full_like(patterns, *scan.noise) : at::Tensor();
  }
  if (m_Measured.defined())
  {
    m_Amplitude = m_Amplitude * m_Measured; // a dead pixel may hold anything
  }
}
} // namespace tweedie
