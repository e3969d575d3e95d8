// SPDX-License-Identifier: Apache-2.0
#include "tweedieIncrementScales.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
at::Tensor
WithFirst(const IncrementPrior & prior, at::Tensor scales)
{
  scales.select(1, 0).fill_(prior.firstVariance);
  return scales;
}

/** Sum of the squares of that many normal numbers. */
at::Tensor
ChiSquared(std::int64_t length, std::int64_t freedom, RandomStreams & random)
{
  return random.Normal({length, freedom}, at::kDouble).square().sum(-1);
}

/** Inverse Gaussian numbers by the roots of a chi-squared one (Michael, Schucany and Haas 1976); the smaller root is
 * written without the difference of nearly equal numbers. */
at::Tensor
InverseGaussian(const at::Tensor & mean, double shape, RandomStreams & random)
{
  const at::Tensor z = random.Normal({mean.size(1)}, at::kDouble).square() * mean / shape;
  const at::Tensor root = mean / (1.0 + z / 2.0 + (z + z.square() / 4.0).sqrt());
  const at::Tensor other = mean.square() / root;
  return at::where(random.Uniform({mean.size(1)}, at::kDouble) * (mean + root) < mean, root, other);
}
} // namespace

at::Tensor
LaplaceScales(const IncrementPrior & prior, RandomStreams & random)
{
  // 1 - uniform is never 0
  return (1.0 - random.Uniform({prior.length}, at::kDouble)).log() * (-2.0 * prior.scale * prior.scale);
}

at::Tensor
PriorScales(const IncrementPrior & prior, RandomStreams & random)
{
  const auto streams = static_cast<std::int64_t>(random.Streams().size());
  const auto nu = static_cast<double>(prior.freedom);
  const double square = prior.scale * prior.scale;
  switch (prior.law)
  {
  case IncrementLaw::Gauss:
    return WithFirst(prior, at::full({streams, prior.length}, square, at::kDouble));
  case IncrementLaw::Laplace:
    return WithFirst(prior, LaplaceScales(prior, random));
  case IncrementLaw::BernoulliLaplace:
  {
    const at::Tensor jumps = random.Uniform({prior.length}, at::kDouble).lt(prior.jump).to(at::kDouble);
    return WithFirst(prior, LaplaceScales(prior, random) * jumps);
  }
  default:
    return WithFirst(prior, nu * square / ChiSquared(prior.length, prior.freedom, random));
  }
}

at::Tensor
ScalesGiven(const IncrementPrior & prior, const at::Tensor & u, RandomStreams & random)
{
  const double square = prior.scale * prior.scale;
  switch (prior.law)
  {
  case IncrementLaw::Gauss:
    return WithFirst(prior, at::full_like(u, square));
  case IncrementLaw::StudentT:
  {
    const auto nu = static_cast<double>(prior.freedom);
    return WithFirst(prior, (nu * square + u.square()) / ChiSquared(prior.length, prior.freedom + 1, random));
  }
  default:
    // An increment of 0 has an infinite mean of 1 / s; 1e-12 scales stand for it.
    const at::Tensor mean = 1.0 / (prior.scale * u.abs().clamp_min(1e-12 * prior.scale));
    return WithFirst(prior, 1.0 / InverseGaussian(mean, 1.0 / square, random));
  }
}
} // namespace tweedie
