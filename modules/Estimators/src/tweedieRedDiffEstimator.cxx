// SPDX-License-Identifier: Apache-2.0
#include "tweedieRedDiffEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double betaOfMean = 0.9;
constexpr double betaOfSquare = 0.99;
constexpr double smallestSlope = 1e-8; // of prior deviations: an Adam step is not longer than the gradient over it

at::Tensor
RealParts(const at::Tensor & x)
{
  return x.is_complex() ? at::view_as_real(x.resolve_conj()) : x;
}

/** w(t) / t. */
double
PriorWeight(const std::string & rule, double t)
{
  if (rule == "sqrt")
  {
    return 1.0 / std::sqrt(t);
  }
  if (rule == "const")
  {
    return 1.0 / t;
  }
  if (rule == "square")
  {
    return t;
  }
  return rule == "log" ? std::log1p(t) / t : 1.0;
}

/** Real numbers measured per batch entry, [1 or B]. */
at::Tensor
Measurements(const GaussianLikelihood & likelihood)
{
  const at::Tensor & data = likelihood.Data();
  const at::Tensor sampled = likelihood.Sampled().defined() ? likelihood.Sampled() : at::ones_like(at::abs(data));
  auto sizes = data.sizes().vec();
  sizes.front() = sampled.size(0);
  return sampled.expand(sizes).flatten(1).sum(1, false, at::kDouble) * (data.is_complex() ? 2.0 : 1.0);
}

/** s_0^2 n / m for each sample of x; 1 where the noise is not Gaussian. */
at::Tensor
DataScale(const Likelihood & likelihood, const at::Tensor & x)
{
  at::Tensor scale = at::ones({1}, at::kDouble);
  if (const auto * gaussian = dynamic_cast<const GaussianLikelihood *>(&likelihood))
  {
    const double unknowns = static_cast<double>(RealParts(x[0]).numel());
    scale = gaussian->ComponentVariance().flatten(1).amin(1) * unknowns / Measurements(*gaussian);
  }
  return scale.expand({x.size(0)});
}

/** Of the objective at mu, with one draw of z. */
at::Tensor
Gradient(const ChainContext & context, double sigma, const at::Tensor & mu)
{
  const RedDiffSettings & settings = context.options.Of<RedDiffSettings>();
  const at::Tensor noisy = mu + context.random.NormalLike(mu) * sigma;
  const double weight = settings.lambda * PriorWeight(settings.weights, sigma / std::sqrt(context.variance));
  const at::Tensor prior = (mu - context.prior->Denoise(noisy, SigmaTensor(mu, sigma))) * weight;
  if (!context.likelihood)
  {
    return prior;
  }
  const at::Tensor scale = PerSample(DataScale(*context.likelihood, mu) * settings.dataWeight, mu);
  return prior + context.likelihood->Gradient(mu) * scale;
}

/** One step of Adam (Kingma and Ba 2015, algorithm 1), the first is number 1; moments are kept in state.extra. */
void
AdamStep(const ChainContext & context, std::int64_t number, const at::Tensor & gradient, ChainState & state)
{
  const at::Tensor g = RealParts(gradient);
  const auto moment = [&](const char * name, double beta, const at::Tensor & value)
  {
    at::Tensor & average = state.extra[name];
    average = average.defined() ? average * beta + value * (1.0 - beta) : value * (1.0 - beta);
    return average / (1.0 - std::pow(beta, static_cast<double>(number)));
  };
  const double deviation = std::sqrt(context.variance);
  const at::Tensor mean = moment("adam-mean", betaOfMean, g);
  const at::Tensor size = moment("adam-square", betaOfSquare, g * g).sqrt() + smallestSlope * deviation;
  const at::Tensor mu = RealParts(state.x) - mean / size * (context.options.Of<RedDiffSettings>().rate * deviation);
  state.x = state.x.is_complex() ? at::view_as_complex(mu) : mu;
}

bool
IsLinearAndGaussian(const Likelihood & likelihood)
{
  return dynamic_cast<const GaussianLikelihood *>(&likelihood) != nullptr &&
         dynamic_cast<const LinearOperator *>(&likelihood.Model()) != nullptr;
}

class RedDiffEstimator final : public Estimator
{
public:
  bool
  DrawsSamples() const override
  {
    return false;
  }
  /** As for rmp's decoupled chain: the prior sees mu with fresh noise, so that the first level has no start to forget.
   */
  LevelRange
  NoisyLevels(const EstimatorOptions &) const override
  {
    return {4.0, 0.03};
  }
  std::int64_t
  CallsPerStep(const EstimatorOptions & options) const override
  {
    return options.Of<RedDiffSettings>().iterations;
  }
  ChainState
  Start(const ChainContext & context) const override
  {
    at::Tensor mu = ChainOrigin(context);
    if (context.options.start == "noise")
    {
      mu = mu + context.random.NormalLike(mu) * std::sqrt(context.variance);
    }
    if (context.likelihood && IsLinearAndGaussian(*context.likelihood))
    {
      mu = context.likelihood->Proximal(mu, SigmaTensor(mu, context.variance));
    }
    return {mu, {}, {}};
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const std::int64_t iterations = context.options.Of<RedDiffSettings>().iterations;
    for (std::int64_t i = 0; i < iterations; ++i)
    {
      const at::Tensor gradient = Gradient(context, context.schedule[level], state.x);
      AdamStep(context, static_cast<std::int64_t>(level) * iterations + i + 1, gradient, state);
    }
  }
};
} // namespace

void
RedDiffSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("red-diff-iterations", "Adam steps of each noise level").Range(1, 100000).Search(1, 20), iterations);
  v.Visit(Field("red-diff-rate", "of Adam").Unit("prior deviations").Above(0).Search(0.01, 1.0), rate);
  v.Visit(Field("red-diff-lambda", "weight of the prior").Range(0, 1e6).Search(0.005, 20.0), lambda);
  v.Visit(Field("red-diff-data-weight", "weight of the data").Range(0, 1e9), dataWeight);
  v.Visit(Field("red-diff-weights",
                "how the weight of the prior follows the noise level t: t, its root, 1, its square, "
                "log(1 + t)")
              .Choices({"linear", "sqrt", "const", "square", "log"}),
          weights);
}

std::unique_ptr<Estimator>
MakeRedDiffEstimator()
{
  return std::make_unique<RedDiffEstimator>();
}
} // namespace tweedie
