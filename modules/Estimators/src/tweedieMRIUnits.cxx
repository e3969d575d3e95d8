// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIUnits.h"

#include "tweedieError.h"
#include "tweedieMRILikelihood.h"
#include "tweedieMRIModel.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double quantile = 0.999;
constexpr double regularization = 0.02; // keeps aliasing and noise out of the tail, the object's brightest part in it
constexpr double cornerFraction = 0.7;  // of the largest frequency, along both axes: 9 % of k-space
constexpr std::int64_t fewestSamples = 100;

double
OrderStatistic(const at::Tensor & values, double fraction)
{
  const at::Tensor flat = values.reshape({-1}).to(at::kCPU, at::kFloat).clone();
  float * const begin = flat.data_ptr<float>();
  const auto rank = static_cast<std::int64_t>(fraction * static_cast<double>(flat.numel() - 1));
  std::nth_element(begin, begin + rank, begin + flat.numel());
  return static_cast<double>(begin[rank]);
}

/** |frequency| over the largest one, for each index of a centred axis. */
at::Tensor
RelativeFrequency(std::int64_t size)
{
  const auto half = static_cast<double>(size / 2);
  return (at::arange(size, at::kDouble) - half).abs() / std::max(half, 1.0);
}

at::Tensor
SquaredSamples(const at::Tensor & data, const at::Tensor & wanted)
{
  return at::abs(data.masked_select(wanted.expand_as(data))).square();
}
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
  double norm = 1.0;
  if (!scan.sensitivities.IsEmpty())
  {
    norm = at::abs(TensorView(scan.sensitivities)).square().sum(0).max().item<double>();
  }
  // -log p = ||y - A x||^2 / (2 s_c^2) with s_c^2 = 1/2, so lambda = s_c^2 / r^2.
  const auto variance = at::full({1}, 0.5 / (regularization * norm), at::TensorOptions(at::kFloat).device(device));
  const auto zero = at::zeros(batch, at::TensorOptions(at::kComplexFloat).device(device));
  const double scale = OrderStatistic(at::abs(likelihood->Proximal(zero, variance)), quantile);
  if (!(scale > 0.0) || !std::isfinite(scale))
  {
    throw DataError("k-space: its l2 reconstruction has the 99.9th percentile " + std::to_string(scale) +
                    "; an image that is not zero is required");
  }
  return scale;
}

double
EstimateMRINoise(const MRIScan & scan)
{
  const at::Tensor data = MRIData(scan);
  const at::Tensor sampled = MRIMask(scan) != 0;
  const at::Tensor y = RelativeFrequency(data.size(3)).unsqueeze(1);
  const at::Tensor x = RelativeFrequency(data.size(4)).unsqueeze(0);
  at::Tensor squares = SquaredSamples(data, sampled.logical_and(at::minimum(x, y) > cornerFraction));
  if (squares.numel() < fewestSamples)
  {
    squares = SquaredSamples(data, sampled.logical_and(at::maximum(x, y) > cornerFraction));
  }
  const double noise = squares.numel() > 0 ? std::sqrt(OrderStatistic(squares, 0.5) / std::log(2.0)) : 0.0;
  if (!(noise > 0.0))
  {
    throw DataError("noise: not given, and the periphery of k-space holds no noise to estimate it from; --noise is "
                    "required");
  }
  return noise;
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
