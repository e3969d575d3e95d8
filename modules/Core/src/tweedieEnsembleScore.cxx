// SPDX-License-Identifier: Apache-2.0
#include "tweedieEnsembleScore.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
double
RankedProbabilityScore(const at::Tensor & truth, const at::Tensor & samples, const at::Tensor & mask)
{
  if (samples.dim() != truth.dim() + 1 || samples.size(0) < 2 || samples.sizes().slice(1) != truth.sizes())
  {
    throw DataError(
        "ranked probability score: given samples of another shape; required at least two images like the truth");
  }
  const at::Tensor keep = mask.defined() ? mask.ne(0).expand_as(truth) : at::ones_like(truth, at::kBool);
  const at::Tensor x = truth.to(at::kDouble).masked_select(keep);
  if (x.numel() == 0)
  {
    throw DataError("ranked probability score: the mask keeps nothing; required at least one element");
  }
  const at::Tensor drawn = samples.to(at::kDouble).masked_select(keep).view({samples.size(0), -1});
  const auto n = static_cast<double>(drawn.size(0));
  double spread = 0.0;
  for (std::int64_t i = 1; i < drawn.size(0); ++i)
  {
    spread += (drawn.narrow(0, 0, i) - drawn[i]).abs().sum().item<double>();
  }
  const double error = (drawn - x).abs().sum().item<double>() / n;
  return (error - spread / (n * (n - 1.0))) / static_cast<double>(x.numel());
}
} // namespace tweedie
