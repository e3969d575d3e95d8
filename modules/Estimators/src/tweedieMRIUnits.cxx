// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIUnits.h"

#include "tweedieError.h"
#include "tweedieImageUnit.h"
#include "tweedieMRILikelihood.h"
#include "tweedieMRIModel.h"
#include "tweedieSetCombination.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double regularization = 0.02; // keeps aliasing and noise out of the tail, the object's brightest part in it
} // namespace

double
MRIScale(const MRIScan & scan, c10::Device device)
{
  const at::NoGradGuard noGradient;
  ProximalOptions solver;
  solver.tolerance = 1e-3;
  const auto likelihood = MakeMRILikelihood(scan, 1.0, device, solver);
  const Shape shape = likelihood->Model().DomainShape();
  std::vector<std::int64_t> batch{likelihood->BatchSize()};
  batch.insert(batch.end(), shape.begin(), shape.end());
  const double norm = MRILargestGain(scan);
  // -log p = ||y - A x||^2 / (2 s_c^2) with s_c^2 = 1/2, so lambda = s_c^2 / r^2.
  const auto variance = at::full({1}, 0.5 / (regularization * norm), at::TensorOptions(at::kFloat).device(device));
  const auto zero = at::zeros(batch, at::TensorOptions(at::kComplexFloat).device(device));
  const double scale = ImageUnit(CombineSets(likelihood->Proximal(zero, variance)));
  if (!(scale > 0.0) || !std::isfinite(scale))
  {
    throw DataError("k-space: its l2 reconstruction has the 99.9th percentile " + std::to_string(scale) +
                    "; an image that is not zero is required");
  }
  return scale;
}

MRIScan
ScaledScan(const MRIScan & scan, double noise, double scale)
{
  MRIScan scaled = scan;
  scaled.kspace = scan.kspace.Clone();
  TensorView(scaled.kspace).div_(scale);
  scaled.noise = noise / scale;
  return scaled;
}
} // namespace tweedie
