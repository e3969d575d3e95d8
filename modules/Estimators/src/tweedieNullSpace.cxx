// SPDX-License-Identifier: Apache-2.0
#include "tweedieNullSpace.h"

#include "tweedieMeasuredSpace.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
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
  at::Tensor unseen, all;
  for (std::int64_t i = 0; i < samples.size(0); ++i)
  {
    const at::Tensor d = samples[i] - mean;
    const at::Tensor ofNull = SquaredMagnitude(d - MeasuredPart(likelihood, d));
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
