// SPDX-License-Identifier: Apache-2.0
#include "tweedieGaussianNoise.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
at::Tensor
RealParts(const at::Tensor & x)
{
  return x.is_complex() ? at::view_as_real(x.resolve_conj()) : x;
}

/** [1 or B, 1, ...], or a tensor of as many dimensions as the data that broadcasts against them. */
at::Tensor
WithDimensionsOf(const at::Tensor & data, const at::Tensor & values, const char * what)
{
  at::Tensor result = values.detach().to(data.options().dtype(at::toRealValueType(data.scalar_type())));
  if (result.dim() <= 1)
  {
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(data.dim()), 1);
    sizes[0] = result.numel();
    result = result.reshape(sizes);
  }
  bool fits = result.dim() == data.dim();
  for (std::int64_t i = 0; fits && i < data.dim(); ++i)
  {
    fits = result.size(i) == data.size(i) || result.size(i) == 1 || (i == 0 && data.size(i) == 1);
  }
  if (!fits || result.numel() == 0)
  {
    std::ostringstream message;
    message << "GaussianLikelihood: given " << what << " of shape " << values.sizes() << "; required a scalar, [batch] "
            << "or the shape of the data " << data.sizes();
    throw DataError(message.str());
  }
  return result;
}

at::Tensor
PerEntry(const at::Tensor & values)
{
  return values.flatten(1);
}
} // namespace

at::Tensor
SelectEntries(const at::Tensor & tensor, const at::Tensor & index)
{
  return tensor.defined() && tensor.size(0) > 1 ? tensor.index_select(0, index.to(tensor.device())) : tensor;
}

GaussianNoise::GaussianNoise(const at::Tensor & data,
                             const at::Tensor & sigma,
                             const at::Tensor & measured,
                             bool vanishes)
{
  if (!sigma.defined() || sigma.is_complex() || !sigma.gt(0).logical_and(sigma.isfinite()).all().item<bool>())
  {
    throw DataError("GaussianLikelihood: given a noise level that is not positive; required a finite sigma > 0");
  }
  variance = WithDimensionsOf(data, sigma, "noise").square() / (data.is_complex() ? 2.0 : 1.0);
  const bool uniform = variance.numel() == variance.size(0);
  std::vector<std::int64_t> one(static_cast<std::size_t>(data.dim()), 1);
  one[0] = -1;
  base = uniform ? variance : PerEntry(variance).amin(1).reshape(one);
  if (measured.defined())
  {
    sampled = WithDimensionsOf(data, measured, "sampled");
    if (!sampled.eq(0).logical_or(sampled.eq(1)).all().item<bool>())
    {
      throw DataError("GaussianLikelihood: given values of 'sampled' other than 0 and 1; required zeros and ones");
    }
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
