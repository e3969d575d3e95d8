// SPDX-License-Identifier: Apache-2.0
#include "tweedieChainSteps.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
at::Tensor
ChainOrigin(const ChainContext & context)
{
  std::vector<std::int64_t> shape{context.chains};
  shape.insert(shape.end(), context.problem.shape.begin(), context.problem.shape.end());
  const at::TensorOptions kind = at::TensorOptions().dtype(context.problem.type).device(context.problem.device);
  if (context.start.defined())
  {
    return context.start.to(kind).expand(shape).clone();
  }
  const at::Tensor mean = context.options.start == "mean" ? context.prior->PriorMean() : at::Tensor();
  return mean.defined() ? mean.to(kind).expand(shape).clone() : at::zeros(shape, kind);
}

ChainState
Estimator::Start(const ChainContext & context) const
{
  const at::Tensor origin = ChainOrigin(context);
  return {origin + context.random.NormalLike(origin) * context.schedule.front(), {}, {}};
}

void
AncestralStep(const ChainContext & context, std::size_t level, bool secondOrder, ChainState & state)
{
  const double sigma = context.schedule[level];
  const double next = context.schedule[level + 1];
  const ConditionalMean near = context.guidance->Evaluate(state.x, sigma, state.warmStart);
  state.warmStart = near.warmStart;
  if (next == 0.0)
  {
    state.x = near.mean;
    return;
  }
  const double a = (next / sigma) * (next / sigma);
  const at::Tensor noisy = state.x * a + context.random.NormalLike(state.x) * (next * std::sqrt(1.0 - a));
  if (!secondOrder)
  {
    state.x = noisy + near.mean * (1.0 - a);
    return;
  }
  const ConditionalMean far = context.guidance->Evaluate(noisy + near.mean * (1.0 - a), next, state.warmStart);
  // Integral of a e^u u / L over u = 0..L = log(1/a): the weight of an integrand that is linear in log s.
  const double logRatio = -std::log(a);
  const double farWeight = ((logRatio - 1.0) + a) / logRatio;
  state.x = noisy + near.mean * (1.0 - a - farWeight) + far.mean * farWeight;
}
} // namespace tweedie
