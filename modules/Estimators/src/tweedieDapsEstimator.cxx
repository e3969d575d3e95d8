// SPDX-License-Identifier: Apache-2.0
#include "tweedieDapsEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieDataSpace.h"
#include "tweedieDenoiserGraph.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** One draw per chain from the model of p(x0 | x, y) at the noise level sigma. */
at::Tensor
InnerDraw(const ChainContext & context, const at::Tensor & x, double sigma)
{
  const at::Tensor level = SigmaTensor(x, sigma);
  const at::Tensor denoised = context.prior->Denoise(x, level);
  const bool product = DataSpace::Wanted(*context.prior, context.options) && context.prior->HasCovarianceDraw();
  if (product && context.likelihood)
  {
    const DataSpace dataSpace(context.prior, context.likelihood, context.options);
    return dataSpace.Draw(x, level, denoised, context.random);
  }
  if (product)
  {
    return denoised + context.prior->CovarianceDraw(x, level, context.random);
  }
  const double variance = IsotropicVariance(context.variance, sigma);
  const double weight = context.prior->GuidanceVariance(sigma);
  if (context.likelihood && weight == variance)
  {
    return context.likelihood->Draw(denoised, SigmaTensor(x, variance), context.random);
  }
  if (context.likelihood)
  {
    // A network is weighed against data by the error it can make, and spreads by what the prior leaves open.
    return context.likelihood->Proximal(denoised, SigmaTensor(x, weight)) +
           context.likelihood->Fluctuation(denoised, SigmaTensor(x, variance), context.random);
  }
  return denoised + context.random.NormalLike(x) * std::sqrt(variance);
}

class DapsEstimator final : public Estimator
{
public:
  std::string
  Name() const override
  {
    return "daps";
  }
  bool
  DrawsSamples() const override
  {
    return true;
  }
  bool
  UsesGuidance() const override
  {
    return false;
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    state.x = InnerDraw(context, state.x, context.schedule[level]);
    const double next = context.schedule[level + 1];
    if (next > 0.0)
    {
      state.x = state.x + context.random.NormalLike(state.x) * next;
    }
  }
};
} // namespace

std::unique_ptr<Estimator>
MakeDapsEstimator()
{
  return std::make_unique<DapsEstimator>();
}
} // namespace tweedie
