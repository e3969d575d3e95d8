// SPDX-License-Identifier: Apache-2.0
#include "tweedieNullSpace.h"

#include "tweedieConjugateGradient.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr std::int64_t mostSteps = 30;
constexpr double tolerance = 1e-3;

at::Tensor
SquaredMagnitude(const at::Tensor & x)
{
  return (x.is_complex() ? at::view_as_real(x).square().sum(-1) : x.square()).to(at::kDouble).sum(1, true);
}
} // namespace

NullSpace
NullSpaceOf(const Likelihood & likelihood, const at::Tensor & samples)
{
  const at::Tensor mean = samples.mean(0);
  const at::Tensor zero = at::zeros_like(mean);
  const at::Tensor data = likelihood.Residual(zero);
  // What was not measured has no residual, so that this is A x of what was.
  const auto forward = [&](const at::Tensor & x) { return data - likelihood.Residual(x); };
  const auto normal = [&](const at::Tensor & x) { return likelihood.Model().Vjp(zero, forward(x)); };
  at::Tensor unseen, all;
  for (std::int64_t i = 0; i < samples.size(0); ++i)
  {
    const at::Tensor d = samples[i] - mean;
    const at::Tensor seen = ConjugateGradient(normal, normal(d), {}, mostSteps, tolerance).solution;
    const at::Tensor ofNull = SquaredMagnitude(d - seen);
    const at::Tensor ofAll = SquaredMagnitude(d);
    unseen = unseen.defined() ? unseen + ofNull : ofNull;
    all = all.defined() ? all + ofAll : ofAll;
  }
  const double total = all.sum().item<double>();
  NullSpace result;
  result.share = at::where(all > 0.0, unseen / all, at::zeros_like(all)).clamp_max(1.0);
  result.total = total > 0.0 ? unseen.sum().item<double>() / total : 0.0;
  return result;
}
} // namespace tweedie
