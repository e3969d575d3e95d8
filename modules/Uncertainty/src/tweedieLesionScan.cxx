// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionScan.h"

#include "tweedieCTStudy.h"
#include "tweedieError.h"
#include "tweedieLesionScans.h"
#include "tweedieMRIStudy.h"
#include "tweedieRandom.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
double
InsertSignal(const GaussianLikelihood & data, const at::Tensor & measured)
{
  at::Tensor square = measured.abs().to(at::kDouble).square() / data.ComponentVariance().to(at::kDouble);
  if (data.Sampled().defined())
  {
    square = square * data.Sampled().to(at::kDouble);
  }
  return std::sqrt(square.sum().item<double>());
}

MRIScan
ScanWithSignal(const MRIScan & scan, const at::Tensor & signal)
{
  MRIScan changed = scan;
  if (signal.defined())
  {
    const at::Tensor y = SliceBatch(scan.kspace);
    changed.kspace = VolumeFromSliceBatch(y + signal.to(y.scalar_type()), scan.kspace.GetGrid());
  }
  return changed;
}

CTScan
ScanWithSignal(const CTScan & scan, const CTModel & model, const at::Tensor & signal, std::int64_t seed)
{
  CTScan changed = scan;
  if (!signal.defined())
  {
    return changed;
  }
  const at::Tensor y = model.Batch(scan.projections).to(at::kDouble);
  at::Tensor result = y + signal;
  if (scan.isCounts)
  {
    constexpr std::uint64_t stream = std::uint64_t{65} << 32; // beyond those of replicas
    RandomStreams random(static_cast<std::uint64_t>(seed), {stream});
    const at::Tensor passing = (y - scan.scatter).clamp_min(0.0), share = (-signal).exp();
    const at::Tensor spread = (passing * share * (1.0 - share)).clamp_min(0.0).sqrt();
    result = y + (share - 1.0) * passing + spread * random.NormalLike(y.unsqueeze(0)).squeeze(0);
  }
  changed.projections = model.Projections(result, scan.projections.GetGrid());
  return changed;
}

std::unique_ptr<LesionScan>
MakeLesionScan(const ScanStudy & study, const std::string & classical)
{
  if (const auto * mri = dynamic_cast<const MRIStudy *>(&study))
  {
    return MakeLesionMRI(*mri, classical);
  }
  if (const auto * ct = dynamic_cast<const CTStudy *>(&study))
  {
    return MakeLesionCT(*ct, classical);
  }
  throw UsageError("lesion: given diffraction patterns; required k-space or projections: intensities are not linear in "
                   "the object, so that an insert cannot be added to what was measured");
}
} // namespace tweedie
