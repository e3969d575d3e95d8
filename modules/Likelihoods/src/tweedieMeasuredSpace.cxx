// SPDX-License-Identifier: Apache-2.0
#include "tweedieMeasuredSpace.h"

#include "tweedieConjugateGradient.h"

#include <ATen/ATen.h>

namespace tweedie
{
at::Tensor
MeasuredPart(const Likelihood & likelihood, const at::Tensor & x, std::int64_t steps, double tolerance)
{
  const at::Tensor zero = at::zeros_like(x);
  const at::Tensor data = likelihood.Residual(zero);
  // What was not measured has no residual, so that this is A x of what was.
  const auto forward = [&](const at::Tensor & z) { return data - likelihood.Residual(z); };
  const auto normal = [&](const at::Tensor & z) { return likelihood.Model().Vjp(zero, forward(z)); };
  return ConjugateGradient(normal, normal(x), {}, steps, tolerance).solution;
}
} // namespace tweedie
