// SPDX-License-Identifier: Apache-2.0
#include "tweediePnpAdmmEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieDenoiserGraph.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr const char * scaledDual = "scaled-dual";

class PnpAdmmEstimator final : public Estimator
{
public:
  bool
  DrawsSamples() const override
  {
    return false;
  }
  /** From the prior's deviation: an image of the data, not one of the prior, is what the first level starts with. */
  LevelRange
  NoisyLevels(const EstimatorOptions &) const override
  {
    return {1.0, 0.01};
  }
  std::vector<double>
  Schedule(const PosteriorProblem & problem,
           const EstimatorOptions & options,
           std::vector<std::string> & warnings) const override
  {
    EstimatorOptions geometric = options;
    geometric.schedule = "geometric";
    return Estimator::Schedule(problem, geometric, warnings);
  }
  ChainState
  Start(const ChainContext & context) const override
  {
    const at::Tensor origin = ChainOrigin(context);
    ChainState state{origin, {}, {}};
    state.extra[scaledDual] = at::zeros_like(origin);
    return state;
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const double sigma = context.schedule[level];
    const double next = context.schedule[level + 1];
    const double variance = sigma * sigma / context.options.Of<PnpAdmmSettings>().lambda;
    const at::Tensor dual = state.extra.at(scaledDual);
    at::Tensor x = state.x - dual;
    if (context.likelihood)
    {
      x = context.likelihood->Proximal(x, SigmaTensor(x, variance), state.warmStart);
      state.warmStart = x;
    }
    const at::Tensor shifted = x + dual;
    state.x = context.prior->Denoise(shifted, SigmaTensor(shifted, sigma));
    const double ratio = next > 0.0 ? (next * next) / (sigma * sigma) : 1.0;
    state.extra[scaledDual] = (shifted - state.x) * ratio;
  }
};
} // namespace

void
PnpAdmmSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("pnp-admm-lambda", "weight of the prior against the data; 1: as the noise says")
              .Above(0)
              .Search(0.005, 5.0),
          lambda);
}

std::unique_ptr<Estimator>
MakePnpAdmmEstimator()
{
  return std::make_unique<PnpAdmmEstimator>();
}
} // namespace tweedie
