// SPDX-License-Identifier: Apache-2.0
#include "tweediePnpDmEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieConjugateGradient.h"
#include "tweedieDataSpace.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieNoiseSchedule.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double shareOfTheNoise = 0.2; // rho^2 adds 4 % to the variance of the noise in the best known direction
constexpr double innerRange = 0.05;     // the step from there to 0 leaves out 0.25 % of the variance
constexpr double smallestRho = 0.01;    // without data, in the prior's deviations

/** ||J(x)|| of a model that is not linear, at an image of the prior's size, by power iteration with J v as a
 * difference.
 */
double
DerivativeNorm(const PosteriorProblem & problem)
{
  constexpr int iterations = 15;
  constexpr double step = 1e-3; // of the prior's deviation: single precision bears it
  const ForwardModel & model = problem.likelihood->Model();
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(model.BatchSize()));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  RandomStreams random(0, streams);
  const double deviation = std::sqrt(problem.prior->PriorVariance());
  const auto draw = [&] { return random.Normal(model.DomainShape(), problem.type).to(problem.device); };
  const auto lengthOf = [](const at::Tensor & x) { return SampleDot(x, x).sqrt().clamp_min(1e-300); };
  const at::Tensor point = draw() * deviation;
  const at::Tensor value = model.Apply(point);
  at::Tensor direction = draw();
  at::Tensor length = lengthOf(direction);
  for (int i = 0; i < iterations; ++i)
  {
    direction = direction / PerSample(length, direction);
    const double h = step * deviation * std::sqrt(static_cast<double>(direction.numel() / direction.size(0)));
    const at::Tensor change = (model.Apply(point + direction * h) - value) / h;
    direction = model.Vjp(point, change);
    length = lengthOf(direction);
  }
  return std::sqrt(length.max().item<double>());
}

/** s_c / ||A||, the smallest noise of a component of the image. */
double
SmallestNoise(const PosteriorProblem & problem)
{
  const auto & gaussian = dynamic_cast<const GaussianLikelihood &>(*problem.likelihood);
  const ForwardModel & model = problem.likelihood->Model();
  const auto * linear = dynamic_cast<const LinearOperator *>(&model);
  constexpr std::int64_t iterations = 30;
  const double norm =
      linear != nullptr ? SpectralNorm(*linear, iterations, 0, problem.type, problem.device) : DerivativeNorm(problem);
  const double noise = std::sqrt(gaussian.ComponentVariance().min().item<double>());
  if (!(norm > 0.0))
  {
    throw DataError("method pnp-dm: given the model " + model.Name() + " that is zero; required another");
  }
  return noise / norm;
}

/** One draw per chain from p(x0 | z), z = x0 + rho n. */
at::Tensor
PriorDraw(const ChainContext & context, const at::Tensor & z, double rho)
{
  const std::int64_t steps = context.options.Of<PnpDmSettings>().innerSteps;
  const double low = std::max(innerRange * rho, context.prior->SigmaMinimum()); // equal: nothing is drawn in the end
  const bool single = steps == 1 || low >= rho;
  const std::vector<double> levels = single ? std::vector<double>{rho, 0.0} : GeometricSchedule(steps, rho, low);
  const bool product = DataSpace::Wanted(*context.prior, context.options) && context.prior->HasCovarianceDraw();
  at::Tensor x = z;
  for (std::size_t k = 0; k + 1 < levels.size(); ++k)
  {
    const double sigma = levels[k];
    const double next = levels[k + 1];
    const double a = (next / sigma) * (next / sigma);
    const at::Tensor level = SigmaTensor(x, sigma);
    at::Tensor clean = context.prior->Denoise(x, level);
    if (product)
    {
      clean = clean + context.prior->CovarianceDraw(x, level, context.random);
    }
    else if (next > 0.0 || sigma > innerRange * rho)
    {
      clean = clean + context.random.NormalLike(x) * std::sqrt(IsotropicVariance(context.variance, sigma));
    }
    x = next > 0.0 ? x * a + clean * (1.0 - a) + context.random.NormalLike(x) * (next * std::sqrt(1.0 - a)) : clean;
  }
  return x;
}

class PnpDmEstimator final : public Estimator
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
    needs.gaussian = true;
    return needs;
  }
  std::int64_t
  CallsPerStep(const EstimatorOptions & options) const override
  {
    return options.Of<PnpDmSettings>().innerSteps;
  }
  std::vector<double> Schedule(const PosteriorProblem & problem,
                               const EstimatorOptions & options,
                               std::vector<std::string> & warnings) const override;

  /** The first draw of z adds the noise of the first level. */
  ChainState
  Start(const ChainContext & context) const override
  {
    return {ChainOrigin(context), {}, {}};
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const double rho = context.schedule[level];
    const at::Tensor z =
        context.likelihood
            ? context.likelihood->Draw(state.x, SigmaTensor(state.x, rho * rho), context.random, state.warmStart)
            : state.x + context.random.NormalLike(state.x) * rho;
    state.warmStart = context.likelihood ? z : at::Tensor();
    state.x = PriorDraw(context, z, rho);
  }
};

std::vector<double>
PnpDmEstimator::Schedule(const PosteriorProblem & problem,
                         const EstimatorOptions & options,
                         std::vector<std::string> & warnings) const
{
  const PnpDmSettings & settings = options.Of<PnpDmSettings>();
  const Denoiser & prior = *problem.prior;
  const double deviation = std::sqrt(prior.PriorVariance());
  double high = std::min(settings.firstRho * deviation, prior.SigmaMaximum());
  high = options.sigmaMaximum > 0.0 ? options.sigmaMaximum : high;
  high = problem.start.defined() && options.startSigma > 0.0 ? options.startSigma : high;
  double low = settings.lastRho * deviation;
  if (!(low > 0.0))
  {
    low = problem.likelihood ? shareOfTheNoise * SmallestNoise(problem) : smallestRho * deviation;
    low = std::max(low, prior.SigmaMinimum());
    low = prior.NeedsNoise() ? std::max(low, NoisyLevels(options).low * deviation) : low;
  }
  low = std::min(options.sigmaMinimum > 0.0 ? options.sigmaMinimum : low, high);
  if (high > prior.SigmaMaximum() * (1.0 + 1e-9) || low < prior.SigmaMinimum() * (1.0 - 1e-9))
  {
    std::ostringstream warning;
    warning << "rho from " << high << " down to " << low << " leaves the range of the prior, " << prior.SigmaMaximum()
            << " to " << prior.SigmaMinimum();
    warnings.push_back(warning.str());
  }
  const double exponent = options.steps > 1 ? 1.0 / static_cast<double>(options.steps - 1) : 0.0;
  const double decay = settings.decay > 0.0 ? settings.decay : std::pow(low / high, exponent);
  std::vector<double> levels;
  for (std::int64_t k = 0; k < options.steps; ++k)
  {
    levels.push_back(std::max(high * std::pow(decay, static_cast<double>(k)), low));
  }
  levels.push_back(0.0);
  return levels;
}
} // namespace

void
PnpDmSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("pnp-dm-first-rho", "rho of the first iteration, in the prior's standard deviations")
              .Above(0)
              .Search(0.3, 10.0),
          firstRho);
  v.Visit(Field("pnp-dm-last-rho", "smallest rho, likewise; 0: a fifth of the noise over the operator's norm")
              .Range(0)
              .Search(0.01, 1.0),
          lastRho);
  v.Visit(Field("pnp-dm-decay", "factor of rho from one iteration to the next; 0: the smallest is reached at the end")
              .Range(0, 1),
          decay);
  v.Visit(Field("pnp-dm-inner-steps", "noise levels of the reverse diffusion in each iteration")
              .Range(1, 10000)
              .Search(2, 16),
          innerSteps);
}

std::unique_ptr<Estimator>
MakePnpDmEstimator()
{
  return std::make_unique<PnpDmEstimator>();
}
} // namespace tweedie
