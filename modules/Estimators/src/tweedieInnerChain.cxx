// SPDX-License-Identifier: Apache-2.0
#include "tweedieInnerChain.h"

#include "tweedieChainSteps.h"
#include "tweedieConjugateGradient.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
at::Tensor
Langevin(const InnerTarget & target, std::int64_t steps, const at::Tensor & rate, RandomStreams & random)
{
  at::Tensor x = target.center;
  const at::Tensor drift = PerSample(rate, x);
  const at::Tensor noise = PerSample((rate * 2.0).sqrt(), x);
  for (std::int64_t step = 0; step < steps; ++step)
  {
    x = x + target.Score(x) * drift + random.NormalLike(x) * noise;
  }
  return x;
}

at::Tensor
Underdamped(
    const InnerTarget & target, std::int64_t steps, double momentum, const at::Tensor & rate, RandomStreams & random)
{
  at::Tensor x = target.center;
  const at::Tensor h = PerSample(rate.sqrt(), x);
  at::Tensor velocity = random.NormalLike(x);
  for (std::int64_t step = 0; step < steps; ++step)
  {
    velocity = velocity * momentum + target.Score(x) * h + random.NormalLike(x) * std::sqrt(2.0 * (1.0 - momentum));
    x = x + velocity * h;
  }
  return x;
}

at::Tensor
Metropolis(const InnerTarget & target, std::int64_t steps, const at::Tensor & rate, RandomStreams & random)
{
  at::Tensor x = target.center;
  at::Tensor energy = target.Energy(x);
  const at::Tensor length = PerSample(rate.sqrt(), x);
  for (std::int64_t step = 0; step < steps; ++step)
  {
    const at::Tensor proposal = x + random.NormalLike(x) * length;
    const at::Tensor proposed = target.Energy(proposal);
    const at::Tensor uniform = random.Uniform({}, at::kDouble).to(energy.device());
    const at::Tensor accept = uniform.log().lt(energy - proposed);
    std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
    shape.front() = x.size(0);
    x = at::where(accept.reshape(shape), proposal, x);
    energy = at::where(accept, proposed, energy);
  }
  return x;
}
} // namespace

at::Tensor
InnerTarget::Energy(const at::Tensor & x) const
{
  const at::Tensor difference = x - center;
  const at::Tensor prior = SampleDot(difference, difference) / (2.0 * variance);
  return likelihood ? likelihood->NegativeLog(x).to(at::kDouble) * dataWeight + prior : prior;
}

at::Tensor
InnerTarget::Score(const at::Tensor & x) const
{
  const at::Tensor prior = priorScore ? priorScore(x) : (center - x) / variance;
  return likelihood ? prior - likelihood->Gradient(x) * dataWeight : prior;
}

at::Tensor
DataCurvature(const LikelihoodPointer & likelihood, const at::Tensor & point, RandomStreams & random)
{
  if (!likelihood)
  {
    return at::zeros({point.size(0)}, at::TensorOptions().dtype(at::kDouble).device(point.device()));
  }
  constexpr int iterations = 15; // of a symmetric operator: the Rayleigh quotient is then some per cent too small
  constexpr double margin = 1.05;
  const bool isLinear = dynamic_cast<const LinearOperator *>(&likelihood->Model()) != nullptr;
  const at::Tensor gradient = likelihood->Gradient(point);
  at::Tensor direction = random.NormalLike(point);
  at::Tensor curvature;
  for (int i = 0; i < iterations; ++i)
  {
    const at::Tensor length = SampleDot(direction, direction).sqrt().clamp_min(1e-300);
    direction = direction / PerSample(length, direction);
    const at::Tensor change = likelihood->Gradient(point + direction) - gradient;
    // Of a model that is not linear the largest eigenvalue may be negative: its size still bounds the others.
    curvature = isLinear ? SampleDot(direction, change) : SampleDot(change, change).sqrt();
    direction = change;
  }
  return curvature.clamp_min(0.0) * margin;
}

at::Tensor
RunInnerChain(const InnerTarget & target,
              const DapsSettings & settings,
              const at::Tensor & rate,
              RandomStreams & random)
{
  if (settings.inner == "metropolis")
  {
    return Metropolis(target, settings.innerSteps, rate, random);
  }
  return settings.inner == "underdamped" ? Underdamped(target, settings.innerSteps, settings.momentum, rate, random)
                                         : Langevin(target, settings.innerSteps, rate, random);
}
} // namespace tweedie
