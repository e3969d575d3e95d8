// SPDX-License-Identifier: Apache-2.0
#include "tweedieImplicitStep.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
at::Tensor
ImplicitStep(
    const ChainContext & context, std::size_t level, const at::Tensor & clean, const at::Tensor & noise, double eta)
{
  const double sigma = context.schedule[level];
  const double next = context.schedule[level + 1];
  if (next == 0.0)
  {
    return clean;
  }
  const double fresh = eta * std::sqrt(1.0 - (next / sigma) * (next / sigma));
  const at::Tensor x = clean + noise * (next * std::sqrt(1.0 - fresh * fresh));
  return fresh > 0.0 ? x + context.random.NormalLike(x) * (next * fresh) : x;
}

at::Tensor
PriorStep(const ChainContext & context, std::size_t level, const at::Tensor & x, const at::Tensor & denoised)
{
  return ImplicitStep(context, level, denoised, (x - denoised) / context.schedule[level], 1.0);
}
} // namespace tweedie
