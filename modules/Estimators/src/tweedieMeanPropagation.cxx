// SPDX-License-Identifier: Apache-2.0
#include "tweedieMeanPropagation.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
MeanPropagationStep(const at::Tensor & x, const at::Tensor & conditionalMean, double sigma, double nextSigma)
{
  const double weight = (nextSigma / sigma) * (nextSigma / sigma);
  return (x - conditionalMean).mul_(weight).add_(conditionalMean);
}

at::Tensor
NaturalGradientLevel::ReverseGradient(const at::Tensor & point, const at::Tensor & previous) const
{
  return (previous - point).div_(Spread());
}

at::Tensor
NaturalGradientLevel::Step(const at::Tensor & mean, const at::Tensor & gradient, double stepSize) const
{
  return mean + gradient * (stepSize / Precision());
}
} // namespace tweedie
