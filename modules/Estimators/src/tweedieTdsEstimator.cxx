// SPDX-License-Identifier: Apache-2.0
#include "tweedieTdsEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieConjugateGradient.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieOperatorDiagnostics.h"
#include "tweedieParticles.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t defaultParticles = 16;
constexpr double pi = 3.14159265358979323846;

// What a run carries along, [B] in double; log-weight lacks the twist at the present level.
constexpr const char * logWeightName = "log-weight";
constexpr const char * gainName = "squared-norm"; // ||A||^2
constexpr const char * effectiveName = "figure-effective-sample-size";
constexpr const char * evidenceName = "figure-log-evidence";

/** ||A||^2 of the image of each chain [B], each image on its own, so that it does not depend on the batch. */
at::Tensor
SquaredNorms(const ChainContext & context)
{
  constexpr std::int64_t iterations = 30;
  const std::int64_t size = context.options.samples;
  const ForwardModel & all = context.likelihood->Model();
  at::Tensor squares = at::empty({context.chains}, at::kDouble);
  const auto fill = [&](const ForwardModel & model, std::int64_t first, std::int64_t count)
  {
    const double norm = SpectralNorm(
        dynamic_cast<const LinearOperator &>(model), iterations, 0, context.problem.type, context.problem.device);
    squares.narrow(0, first, count).fill_(norm * norm);
  };
  if (all.BatchSize() == 1)
  {
    fill(all, 0, context.chains);
    return squares;
  }
  for (std::int64_t first = 0; first < context.chains; first += size)
  {
    fill(*all.Select(at::full({1}, first, at::kLong)), first, size);
  }
  return squares;
}

/** s_c^2 + spread [B]; broadcasts against the data. */
at::Tensor
TwistVariance(const GaussianLikelihood & likelihood, const at::Tensor & spread)
{
  const at::Tensor & noise = likelihood.ComponentVariance();
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(noise.dim()), 1);
  sizes.front() = -1;
  return noise + spread.to(noise.options()).reshape(sizes);
}

/** log N(residual; 0, variance) over the real numbers measured, [B] in double. */
at::Tensor
LogDensity(const GaussianLikelihood & likelihood, const at::Tensor & residual, const at::Tensor & variance)
{
  const at::Tensor wide = variance.to(at::kDouble);
  const double parts = residual.is_complex() ? 2.0 : 1.0;
  at::Tensor constant = (wide * (2.0 * pi)).log() * parts;
  constant = likelihood.Sampled().defined() ? constant * likelihood.Sampled() : constant;
  return (residual.abs().to(at::kDouble).square() / wide + constant).flatten(1).sum(1) * -0.5;
}

/** One number per image, from the stream of its first particle. Drawn at every level, so that the numbers of an image
 * do not depend on what happens to another. */
at::Tensor
UniformPerImage(const ChainContext & context)
{
  std::vector<std::uint64_t> leaders;
  for (std::int64_t first = 0; first < context.chains; first += context.options.samples)
  {
    leaders.push_back(context.random.Streams()[static_cast<std::size_t>(first)]);
  }
  RandomStreams random(context.random.Seed(), leaders, context.random.DrawCounter());
  const at::Tensor uniform = random.Uniform({}, at::kDouble);
  context.random.SetDrawCounter(random.DrawCounter());
  return uniform;
}

/** Gives the particles their weights at the present level and resamples the images that are due; returns where each
 * particle comes from, [B]. */
at::Tensor
Reweigh(const ChainContext & context, const at::Tensor & twist, bool last, ChainState & state)
{
  const std::int64_t size = context.options.samples;
  const auto extra = [&state](const char * name) { return state.extra.at(name).to(at::kCPU).reshape({-1}); };
  const at::Tensor logWeight = extra(logWeightName) + twist.to(at::kCPU);
  const Particles particles(logWeight, size);
  const at::Tensor uniform = UniformPerImage(context);
  const at::Tensor effective = particles.EffectiveSize();
  const double share = last ? 2.0 : context.options.Of<TdsSettings>().resample;
  const at::Tensor due = effective.lt(share * static_cast<double>(size));
  const at::Tensor dueParticles = due.repeat_interleave(size);
  const at::Tensor evidence = at::where(due, particles.LogMean(), at::zeros_like(effective));
  state.extra[evidenceName] = extra(evidenceName) + evidence.repeat_interleave(size);
  state.extra[effectiveName] = at::minimum(extra(effectiveName), effective.repeat_interleave(size));
  state.extra[logWeightName] = at::where(dueParticles, at::zeros_like(logWeight), logWeight);
  const at::Tensor stay = at::arange(context.chains, at::kLong);
  return at::where(dueParticles, particles.Systematic(uniform).reshape({-1}), stay);
}

struct Move
{
  at::Tensor x;        ///< x'
  at::Tensor logRatio; ///< log p(x' | x) - log q(x' | x, y), [B]; undefined without a pull
};

/** One draw from q; pull = grad log p~(y | x), or undefined: from p. */
Move
Propose(const ChainContext & context,
        std::size_t level,
        const at::Tensor & x,
        const at::Tensor & denoised,
        const at::Tensor & pull)
{
  const double square = context.schedule[level] * context.schedule[level];
  const double a = context.schedule[level + 1] * context.schedule[level + 1] / square;
  const bool isotropic = context.options.Of<TdsSettings>().kernel == "isotropic";
  const double clean = isotropic ? IsotropicVariance(context.variance, context.schedule[level]) : 0.0;
  const double w = std::sqrt((1.0 - a) * (a * square + (1.0 - a) * clean));
  at::Tensor noise = context.random.NormalLike(x);
  const at::Tensor mean = x * a + denoised * (1.0 - a);
  if (!pull.defined())
  {
    return {mean + noise * w, {}};
  }
  const at::Tensor shift = pull * ((1.0 - a) * square / w); // of the mean, in units of w
  const at::Tensor logRatio = SampleDot(noise, shift) * -1.0 - SampleDot(shift, shift) * 0.5;
  return {mean + (noise + shift) * w, logRatio};
}

class TdsEstimator final : public Estimator
{
public:
  bool
  DrawsSamples() const override
  {
    return true;
  }
  bool
  CouplesChains() const override
  {
    return true;
  }
  void
  Complete(const PosteriorProblem & problem, EstimatorOptions & options) const override
  {
    options.samples = options.samples == 0 ? defaultParticles : options.samples;
    std::string & kernel = options.Of<TdsSettings>().kernel;
    if (kernel == "auto")
    {
      kernel = problem.prior->NeedsNoise() ? "ancestral" : "isotropic";
    }
  }
  MethodNeeds
  Needs(const EstimatorOptions &) const override
  {
    MethodNeeds needs;
    needs.linear = true;
    needs.jacobian = true;
    return needs;
  }
  ChainState
  Start(const ChainContext & context) const override
  {
    ChainState state = Estimator::Start(context);
    if (context.likelihood)
    {
      const at::Tensor zero = at::zeros({context.chains}, at::kDouble);
      state.extra[gainName] = SquaredNorms(context);
      state.extra[logWeightName] = zero;
      state.extra[evidenceName] = zero;
      state.extra[effectiveName] = zero + static_cast<double>(context.options.samples);
    }
    return state;
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    if (context.likelihood)
    {
      TwistedStep(context, level, state);
      return;
    }
    const at::Tensor denoised = context.prior->Denoise(state.x, SigmaTensor(state.x, context.schedule[level]));
    state.x = context.schedule[level + 1] > 0.0 ? Propose(context, level, state.x, denoised, {}).x : denoised;
  }

private:
  static void TwistedStep(const ChainContext & context, std::size_t level, ChainState & state);
};

void
TdsEstimator::TwistedStep(const ChainContext & context, std::size_t level, ChainState & state)
{
  const double sigma = context.schedule[level];
  const bool last = context.schedule[level + 1] == 0.0;
  const auto & likelihood = dynamic_cast<const GaussianLikelihood &>(*context.likelihood);
  const bool calibrated = context.options.Of<TdsSettings>().twist == "calibrated";
  const double spread = calibrated ? context.prior->GuidanceVariance(sigma) : sigma * sigma;
  DenoiserGraph graph(*context.prior, state.x, sigma);
  const at::Tensor denoised = graph.Denoised();
  const at::Tensor residual = likelihood.Residual(denoised);
  // x0 = D(x) in the last step: there the exact likelihood takes the place of the twist.
  const at::Tensor variance = TwistVariance(likelihood, state.extra.at(gainName) * (last ? 0.0 : spread));
  const at::Tensor twist = LogDensity(likelihood, residual, variance);
  const at::Tensor index = Reweigh(context, twist, last, state);
  const auto chosen = [&index](const at::Tensor & x) { return x.index_select(0, index.to(x.device())); };
  if (last)
  {
    state.x = chosen(denoised);
    return;
  }
  const at::Tensor pull = graph.JacobianProduct(likelihood.Model().Vjp(denoised, residual / variance));
  const Move move = Propose(context, level, chosen(state.x), chosen(denoised), chosen(pull));
  state.x = move.x;
  state.extra[logWeightName] = state.extra[logWeightName] + (move.logRatio - chosen(twist)).to(at::kCPU);
}
} // namespace

void
TdsSettings::Visit(OptionVisitor & v)
{
  v.Visit(
      Field("tds-kernel",
            "variance of a step of the diffusion: with or without that of x0 given x under N(m, v I); auto: without "
            "for networks")
          .Choices({"auto", "isotropic", "ancestral"}),
      kernel);
  v.Visit(Field("tds-twist", "variance of the twist beyond the noise: of x0 given x, or of the noise level")
              .Choices({"calibrated", "noise-level"}),
          twist);
  v.Visit(Field("tds-resample", "share of the particles below which their effective number asks for resampling")
              .Range(0, 1),
          resample);
}

std::unique_ptr<Estimator>
MakeTdsEstimator()
{
  return std::make_unique<TdsEstimator>();
}
} // namespace tweedie
