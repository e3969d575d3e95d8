// SPDX-License-Identifier: Apache-2.0
#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieEstimatorRows.h"
#include "tweedieMeanPropagation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
at::Tensor
SampleNorm(const at::Tensor & x)
{
  return SampleDot(x, x).sqrt();
}

/** gamma_k of the paper weighs the data gradient by the norms of the reverse and the data gradient. */
bool
Balances(const EstimatorOptions & options)
{
  return options.guidance == "dps" && options.zeta > 0.0;
}

at::Tensor
PosteriorGradient(const ChainContext & context,
                  const NaturalGradientLevel & level,
                  const at::Tensor & point,
                  const at::Tensor & previous,
                  ChainState & state)
{
  const double square = level.nextSigma * level.nextSigma;
  const ConditionalMean given = context.guidance->Evaluate(point, level.nextSigma, state.warmStart);
  state.warmStart = given.warmStart;
  const at::Tensor reverse = level.ReverseGradient(point, previous);
  if (!Balances(context.options) || !context.likelihood)
  {
    return reverse + (given.mean - point) / square;
  }
  const at::Tensor data = (given.mean - given.prior) / square;
  const at::Tensor gamma = SampleNorm(reverse) / SampleNorm(data).clamp_min(1e-300) * context.options.zeta;
  return reverse + (given.prior - point) / square + data * PerSample(gamma, data);
}

void
NaturalGradientLoop(const ChainContext & context, const NaturalGradientLevel & level, ChainState & state)
{
  const EstimatorOptions & options = context.options;
  const at::Tensor previous = state.x;
  at::Tensor mean = previous;
  const double spread = 1.0 / std::sqrt(level.Precision());
  const std::int64_t draws = std::max<std::int64_t>(options.naturalSamples, 1);
  for (std::int64_t step = 0; step < options.naturalSteps; ++step)
  {
    at::Tensor gradient = at::zeros_like(mean);
    for (std::int64_t draw = 0; draw < draws; ++draw)
    {
      const at::Tensor point = options.naturalSamples > 0 ? mean + context.random.NormalLike(mean) * spread : mean;
      gradient += PosteriorGradient(context, level, point, previous, state);
    }
    mean = level.Step(mean, gradient / static_cast<double>(draws), options.naturalStepSize);
  }
  state.x = mean;
}

/** See MeanPropagation.h: the average of D_y over noisy states. */
void
DecoupledStep(const ChainContext & context, double sigma, ChainState & state)
{
  at::Tensor sum;
  for (std::int64_t draw = 0; draw < context.options.draws; ++draw)
  {
    const at::Tensor noisy = state.x + context.random.NormalLike(state.x) * sigma;
    const ConditionalMean given = context.guidance->Evaluate(noisy, sigma, state.warmStart);
    state.warmStart = given.warmStart;
    sum = sum.defined() ? sum + given.mean : given.mean;
  }
  state.x = sum / static_cast<double>(context.options.draws);
}

class RmpEstimator final : public Estimator
{
public:
  std::string
  Name() const override
  {
    return "rmp";
  }
  bool
  DrawsSamples() const override
  {
    return false;
  }
  void
  Validate(const PosteriorProblem &, const EstimatorOptions & options) const override
  {
    const bool atMeanOnce = options.naturalSamples == 0 && options.naturalSteps == 1;
    if (options.propagation == "natural-gradient" && atMeanOnce && Balances(options))
    {
      throw UsageError("method rmp: given --natural-steps 1 and --natural-samples 0; the one gradient at the previous "
                       "mean gives the data no weight, so --natural-samples >= 1, --natural-steps >= 2 or --zeta 0 is "
                       "required");
    }
  }
  ChainState
  Start(const ChainContext & context) const override
  {
    const at::Tensor origin = ChainOrigin(context);
    const bool noisy = context.options.start == "noise";
    return {noisy ? origin + context.random.NormalLike(origin) * context.schedule.front() : origin, {}};
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const double sigma = context.schedule[level];
    const double next = context.schedule[level + 1];
    if (context.options.propagation == "natural-gradient" && next > 0.0)
    {
      NaturalGradientLoop(context, {sigma, next, context.variance}, state);
      return;
    }
    if (context.options.propagation == "decoupled")
    {
      DecoupledStep(context, sigma, state);
      return;
    }
    const ConditionalMean given = context.guidance->Evaluate(state.x, sigma, state.warmStart);
    state.warmStart = given.warmStart;
    state.x = MeanPropagationStep(state.x, given.mean, sigma, next);
  }
};
} // namespace

std::unique_ptr<Estimator>
MakeRmpEstimator()
{
  return std::make_unique<RmpEstimator>();
}
} // namespace tweedie
