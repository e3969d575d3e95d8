// SPDX-License-Identifier: Apache-2.0
#include "tweedieDeviationComparison.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
void
RequireDeviations(const at::Tensor & x, const char * name)
{
  if (!x.defined() || x.is_complex() || !x.isfinite().logical_and(x.ge(0)).all().item<bool>())
  {
    throw DataError(std::string("deviation comparison: given a ") + name +
                    " that is complex, negative or not finite; required real numbers >= 0");
  }
}

/** Ranks 0 .. n - 1, equal values sharing the middle of theirs. */
at::Tensor
Ranks(const at::Tensor & x)
{
  const at::Tensor sorted = std::get<0>(x.sort());
  const at::Tensor below = at::searchsorted(sorted, x);
  const at::Tensor upTo = at::searchsorted(sorted, x, false, true);
  return (below + upTo - 1).to(at::kDouble) * 0.5;
}

double
RankCorrelation(const at::Tensor & a, const at::Tensor & b)
{
  const at::Tensor p = Ranks(a) - Ranks(a).mean();
  const at::Tensor q = Ranks(b) - Ranks(b).mean();
  return ((p * q).sum() / (p.square().sum() * q.square().sum()).sqrt()).item<double>();
}
} // namespace

DeviationComparison
CompareDeviations(const at::Tensor & reference, const at::Tensor & other, const at::Tensor & mask, std::int64_t pairs)
{
  RequireDeviations(reference, "reference");
  RequireDeviations(other, "deviation");
  if (reference.sizes() != other.sizes() || pairs < 1)
  {
    throw DataError("deviation comparison: given tensors of other shapes, or no pairs; required equal ones, and at "
                    "least one pair");
  }
  const at::Tensor s = reference.to(at::kDouble);
  const at::Tensor t = other.to(at::kDouble);
  const at::Tensor isKnown = s.gt(0.0);
  const at::Tensor used = mask.defined() ? isKnown.logical_and(mask.to(at::kBool)) : isKnown;
  DeviationComparison result;
  result.ratio = at::where(isKnown, t / s, at::zeros_like(s)).to(reference.scalar_type());
  const at::Tensor x = s.masked_select(used);
  const at::Tensor y = t.masked_select(used);
  if (x.numel() == 0)
  {
    throw DataError("deviation comparison: given no pixel whose reference is above 0; required one at least");
  }
  const at::Tensor sorted = std::get<0>((y / x).sort());
  for (const double p : {0.05, 0.25, 0.5, 0.75, 0.95})
  {
    const auto place = static_cast<std::int64_t>(std::llround(p * static_cast<double>(sorted.numel() - 1)));
    result.quantiles.push_back({p, sorted[place].item<double>()});
  }
  const std::int64_t step = (x.numel() + pairs - 1) / pairs;
  result.pairs = at::stack({x, y}, 1).slice(0, 0, c10::nullopt, step).contiguous();
  result.ofMeans = (y.square().mean() / x.square().mean()).sqrt().item<double>();
  result.rankCorrelation = RankCorrelation(x, y);
  return result;
}

const char *
QuestionOf(DeviationKind kind)
{
  switch (kind)
  {
  case DeviationKind::Posterior:
    return "How far apart are the images that agree with both the data and the prior? What the data leave open is in "
           "it, as the prior sees it.";
  case DeviationKind::Replica:
    return "How much would this estimate change if the same object were measured again with new noise? What the method "
           "always gets wrong is not in it.";
  case DeviationKind::GaussianPosterior:
    return "How far apart are the images that agree with the data if images were Gaussian random fields? Edges and "
           "anatomy are unknown to it.";
  default:
    return "No standard deviation.";
  }
}
} // namespace tweedie
