// SPDX-License-Identifier: Apache-2.0
#include "tweedieRmpEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieMeanPropagation.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

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
  return options.guidance == "dps" && options.Of<RmpSettings>().zeta > 0.0;
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
  const at::Tensor gamma =
      SampleNorm(reverse) / SampleNorm(data).clamp_min(1e-300) * context.options.Of<RmpSettings>().zeta;
  return reverse + (given.prior - point) / square + data * PerSample(gamma, data);
}

double
VarianceOfPrecision(const ChainContext & context)
{
  const std::string & rule = context.options.Of<RmpSettings>().precision;
  return rule == "high-noise" ? 0.0 : rule == "low-noise" ? std::numeric_limits<double>::infinity() : context.variance;
}

/** tr(dD_y/dx) / N per sample, one draw of Hutchinson's estimate (1990) by a difference: exact for an affine D_y. */
at::Tensor
SlopeOfConditionalMean(const ChainContext & context, const at::Tensor & point, double sigma, ChainState & state)
{
  constexpr double length = 0.1; // of the noise: short for the prior, long against the rounding of a network
  const at::Tensor u = context.random.NormalLike(point);
  const auto mean = [&](const at::Tensor & x) { return context.guidance->Evaluate(x, sigma, state.warmStart).mean; };
  const at::Tensor difference = mean(point + u * (length * sigma)) - mean(point);
  return SampleDot(u, difference) / (SampleDot(u, u) * length * sigma);
}

void
NaturalGradientLoop(const ChainContext & context, const NaturalGradientLevel & level, ChainState & state)
{
  const RmpSettings & options = context.options.Of<RmpSettings>();
  const at::Tensor previous = state.x;
  at::Tensor mean = previous;
  at::Tensor precision = at::full({context.chains}, level.Precision(), at::kDouble);
  const std::int64_t draws = std::max<std::int64_t>(options.naturalSamples, 1);
  for (std::int64_t step = 0; step < options.naturalSteps; ++step)
  {
    at::Tensor gradient = at::zeros_like(mean);
    at::Tensor slope = at::zeros({context.chains}, at::kDouble);
    for (std::int64_t draw = 0; draw < draws; ++draw)
    {
      const at::Tensor spread = PerSample(precision.rsqrt(), mean);
      const at::Tensor point = options.naturalSamples > 0 ? mean + context.random.NormalLike(mean) * spread : mean;
      gradient += PosteriorGradient(context, level, point, previous, state);
      if (options.precision == "learned")
      {
        slope += SlopeOfConditionalMean(context, point, level.nextSigma, state).to(at::kCPU, at::kDouble);
      }
    }
    mean = NaturalGradientStep(mean, gradient / static_cast<double>(draws), options.naturalStepSize, precision);
    if (options.precision == "learned")
    {
      precision = level.LearnedPrecision(precision, slope / static_cast<double>(draws), options.precisionStepSize);
    }
  }
  state.x = mean;
}

/** Above a prior deviation one noisy state will do: the mean hardly depends on it, and the next level's noise hides the
 * rest. */
std::int64_t
DrawsAt(double sigma, const Denoiser & prior, const RmpSettings & settings)
{
  return sigma * sigma > prior.PriorVariance() ? 1 : settings.draws;
}

/** See MeanPropagation.h: the average of D_y over noisy states. */
void
DecoupledStep(const ChainContext & context, double sigma, ChainState & state)
{
  const std::int64_t draws = DrawsAt(sigma, *context.problem.prior, context.options.Of<RmpSettings>());
  at::Tensor sum;
  for (std::int64_t draw = 0; draw < draws; ++draw)
  {
    const at::Tensor noisy = state.x + context.random.NormalLike(state.x) * sigma;
    const ConditionalMean given = context.guidance->Evaluate(noisy, sigma, state.warmStart);
    state.warmStart = given.warmStart;
    sum = sum.defined() ? sum + given.mean : given.mean;
  }
  state.x = sum / static_cast<double>(draws);
}

class RmpEstimator final : public Estimator
{
public:
  bool
  DrawsSamples() const override
  {
    return false;
  }
  bool
  UsesGuidance() const override
  {
    return true;
  }
  void
  Complete(const PosteriorProblem & problem, EstimatorOptions & options) const override
  {
    std::string & propagation = options.Of<RmpSettings>().propagation;
    if (propagation == "auto")
    {
      propagation = problem.prior->NeedsNoise() ? "decoupled" : "closed";
    }
  }
  /** The decoupled chain forgets its start at once and spends its levels where they matter. */
  LevelRange
  NoisyLevels(const EstimatorOptions & options) const override
  {
    return options.Of<RmpSettings>().propagation == "decoupled" ? LevelRange{4.0, 0.03}
                                                                : Estimator::NoisyLevels(options);
  }
  std::int64_t
  CallsPerStep(const EstimatorOptions & options) const override
  {
    const RmpSettings & settings = options.Of<RmpSettings>();
    if (settings.propagation == "natural-gradient")
    {
      const std::int64_t calls = settings.precision == "learned" ? 3 : 1;
      return calls * settings.naturalSteps * std::max<std::int64_t>(settings.naturalSamples, 1);
    }
    return settings.propagation == "decoupled" ? settings.draws : 1;
  }
  std::int64_t
  CallsPerChain(const PosteriorProblem & problem, const EstimatorOptions & options) const override
  {
    const RmpSettings & settings = options.Of<RmpSettings>();
    if (settings.propagation != "decoupled")
    {
      return Estimator::CallsPerChain(problem, options);
    }
    std::vector<std::string> warnings;
    std::int64_t calls = 0;
    for (const double sigma : Schedule(problem, options, warnings))
    {
      calls += sigma > 0.0 ? DrawsAt(sigma, *problem.prior, settings) : 0;
    }
    return calls;
  }
  void
  Validate(const PosteriorProblem &, const EstimatorOptions & options) const override
  {
    const RmpSettings & settings = options.Of<RmpSettings>();
    const bool atMeanOnce = settings.naturalSamples == 0 && settings.naturalSteps == 1;
    if (settings.propagation == "natural-gradient" && atMeanOnce && Balances(options))
    {
      throw UsageError(
          "method rmp: given --rmp-natural-steps 1 and --rmp-natural-samples 0; the one gradient at the previous "
          "mean gives the data no weight, so --rmp-natural-samples >= 1, --rmp-natural-steps >= 2 or --rmp-zeta 0 is "
          "required");
    }
  }
  ChainState
  Start(const ChainContext & context) const override
  {
    const at::Tensor origin = ChainOrigin(context);
    const bool noisy = context.options.start == "noise";
    return {noisy ? origin + context.random.NormalLike(origin) * context.schedule.front() : origin, {}, {}};
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const double sigma = context.schedule[level];
    const double next = context.schedule[level + 1];
    const std::string & propagation = context.options.Of<RmpSettings>().propagation;
    if (propagation == "natural-gradient" && next > 0.0)
    {
      NaturalGradientLoop(context, {sigma, next, VarianceOfPrecision(context)}, state);
      return;
    }
    if (propagation == "decoupled")
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

void
RmpSettings::Visit(OptionVisitor & v)
{
  const bool isNatural = propagation == "natural-gradient";
  const bool hasDraws = propagation == "auto" || propagation == "decoupled";
  v.Visit(Field("rmp-propagation",
                "the mean of the reverse chain in one step, that of the decoupled chain over noisy states, or the "
                "published inner loop; auto: decoupled for networks, else closed")
              .Choices({"auto", "closed", "decoupled", "natural-gradient"}),
          propagation);
  v.Visit(Field("rmp-draws",
                "decoupled: noisy states that the mean is taken over at a level; one above the prior's deviation")
              .Range(1, 10000)
              .Search(1, 8, hasDraws),
          draws);
  v.Visit(Field("rmp-natural-steps", "steps of the natural-gradient loop per noise level")
              .Range(1, 10000)
              .Search(1, 20, isNatural),
          naturalSteps);
  v.Visit(Field("rmp-natural-samples", "samples per natural-gradient step; 0: taken at the mean").Range(0, 10000),
          naturalSamples);
  v.Visit(Field("rmp-natural-step-size", "size of a natural-gradient step; 1 is a Newton step")
              .Range(1e-6, 2)
              .Search(0.02, 1.0, isNatural),
          naturalStepSize);
  v.Visit(Field("rmp-precision",
                "natural-gradient: metric from the prior's variance, one of the two published limits, or learned along "
                "the loop")
              .Choices({"variance", "high-noise", "low-noise", "learned"}),
          precision);
  v.Visit(Field("rmp-precision-step-size", "learned: size of its step")
              .Range(1e-6, 1)
              .Search(0.02, 1.0, isNatural && precision == "learned"),
          precisionStepSize);
  v.Visit(Field("rmp-zeta", "natural-gradient with guidance dps: weight of the data; 0: no balancing")
              .Range(0, 1e6)
              .Search(0.1, 10.0, isNatural),
          zeta);
}

std::unique_ptr<Estimator>
MakeRmpEstimator()
{
  return std::make_unique<RmpEstimator>();
}
} // namespace tweedie
