// SPDX-License-Identifier: Apache-2.0
#include "tweedieGaussianNoise.h"

#include "tweedieError.h"
#include "tweedieMeasuredData.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr const char * where = "GaussianLikelihood";

at::Tensor
RealParts(const at::Tensor & x)
{
  return x.is_complex() ? at::view_as_real(x.resolve_conj()) : x;
}

at::Tensor
PerEntry(const at::Tensor & values)
{
  return values.flatten(1);
}
} // namespace

GaussianNoise::GaussianNoise(const at::Tensor & data,
                             const at::Tensor & sigma,
                             const at::Tensor & measured,
                             bool vanishes)
{
  if (!sigma.defined() || sigma.is_complex() || !sigma.gt(0).logical_and(sigma.isfinite()).all().item<bool>())
  {
    throw DataError("GaussianLikelihood: given a noise level that is not positive; required a finite sigma > 0");
  }
  variance = WithDimensionsOf(where, data, sigma, "noise").square() / (data.is_complex() ? 2.0 : 1.0);
  const bool uniform = variance.numel() == variance.size(0);
  base = uniform ? variance : Shaped(PerEntry(variance).amin(1), variance);
  if (measured.defined())
  {
    sampled = SampledLike(where, data, measured);
  }
  if (!uniform || (sampled.defined() && !vanishes))
  {
    weights = base / variance;
    weights = sampled.defined() ? weights * sampled : weights;
  }
  const at::Tensor counted = sampled.defined() ? sampled : at::ones_like(base);
  auto sizes = data.sizes().vec();
  sizes[0] = counted.size(0);
  components = PerEntry(counted.expand(sizes)).sum(1, false, at::kDouble) * (data.is_complex() ? 2.0 : 1.0);
  if (!components.gt(0).all().item<bool>())
  {
    throw DataError("GaussianLikelihood: given 'sampled' that keeps nothing; required a sample in every batch entry");
  }
}

GaussianNoise
GaussianNoise::Select(const at::Tensor & index) const
{
  GaussianNoise result;
  result.variance = SelectEntries(variance, index);
  result.base = SelectEntries(base, index);
  result.weights = SelectEntries(weights, index);
  result.sampled = SelectEntries(sampled, index);
  result.components = SelectEntries(components, index);
  return result;
}

at::Tensor
GaussianNoise::ChiSquared(const at::Tensor & residual) const
{
  const at::Tensor squared = RealParts(residual).square();
  if (!weights.defined())
  {
    return PerEntry(squared).sum(1) / PerEntry(base).squeeze(1);
  }
  const at::Tensor w = residual.is_complex() ? weights.unsqueeze(-1) : weights;
  return PerEntry(squared * w).sum(1) / PerEntry(base).squeeze(1);
}

at::Tensor
GaussianNoise::Weighted(const at::Tensor & residual) const
{
  return weights.defined() ? residual * weights : residual;
}
} // namespace tweedie
