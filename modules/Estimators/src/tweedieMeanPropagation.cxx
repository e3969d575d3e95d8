// SPDX-License-Identifier: Apache-2.0
#include "tweedieMeanPropagation.h"

#include "tweedieChainSteps.h"
#include "tweedieSampleNumbers.h"

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
NaturalGradientLevel::LearnedPrecision(const at::Tensor & precision, const at::Tensor & slope, double stepSize) const
{
  const at::Tensor curvature = (1.0 - slope) / (nextSigma * nextSigma) + 1.0 / Spread();
  return (precision - stepSize * (precision - curvature)).clamp_min(0.01 / Spread());
}

at::Tensor
NaturalGradientStep(const at::Tensor & mean, const at::Tensor & gradient, double stepSize, const at::Tensor & precision)
{
  return mean + gradient * PerSample(stepSize / precision, gradient);
}
} // namespace tweedie
