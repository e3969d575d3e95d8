// SPDX-License-Identifier: Apache-2.0
#include "tweedieDiffpirEstimator.h"

#include "tweedieDenoiserGraph.h"
#include "tweedieEstimator.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
class DiffpirEstimator final : public Estimator
{
public:
  bool
  DrawsSamples() const override
  {
    return true;
  }
  MethodNeeds
  Needs(const EstimatorOptions &) const override
  {
    MethodNeeds needs;
    needs.linear = true;
    return needs;
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const DiffpirSettings & settings = context.options.Of<DiffpirSettings>();
    const double sigma = context.schedule[level];
    const double next = context.schedule[level + 1];
    at::Tensor clean = context.prior->Denoise(state.x, SigmaTensor(state.x, sigma));
    if (context.likelihood)
    {
      const at::Tensor variance = SigmaTensor(state.x, sigma * sigma / settings.lambda);
      clean = context.likelihood->Proximal(clean, variance, state.warmStart);
      state.warmStart = clean;
    }
    at::Tensor x = clean;
    if (next > 0.0)
    {
      x = x + (state.x - clean) * (next / sigma * std::sqrt(1.0 - settings.zeta));
    }
    if (next > 0.0 && settings.zeta > 0.0)
    {
      x = x + context.random.NormalLike(x) * (next * std::sqrt(settings.zeta));
    }
    state.x = x;
  }
};
} // namespace

void
DiffpirSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("diffpir-lambda", "weight of the denoised image against the data").Above(0).Search(0.01, 10.0), lambda);
  v.Visit(Field("diffpir-zeta", "share of the noise that a step draws anew; 0: deterministic").Range(0, 1).Search(0, 1),
          zeta);
}

std::unique_ptr<Estimator>
MakeDiffpirEstimator()
{
  return std::make_unique<DiffpirEstimator>();
}
} // namespace tweedie
