// SPDX-License-Identifier: Apache-2.0
#include "tweedieDpsEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieConjugateGradient.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieNoiseSchedule.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** Number of real measurements behind each sample's residual [B]. */
at::Tensor
Measurements(const at::Tensor & residual)
{
  const at::Tensor count = residual.ne(0).reshape({residual.size(0), -1}).sum(1).to(at::kDouble);
  return residual.is_complex() ? count * 2.0 : count;
}

bool
IsWhite(const Likelihood & likelihood)
{
  const auto * gaussian = dynamic_cast<const GaussianLikelihood *>(&likelihood);
  return gaussian != nullptr && gaussian->ComponentVariance().numel() == gaussian->ComponentVariance().size(0);
}

/** -grad_D rho and what is measured: rho = ||r|| for white noise, else grad rho = ||r|| grad L / (2 L). */
struct ResidualNorm
{
  at::Tensor descent;
  at::Tensor measurements; ///< [B]

  ResidualNorm(const Likelihood & likelihood, const at::Tensor & denoised)
  {
    const at::Tensor residual = likelihood.Residual(denoised);
    const at::Tensor norm = SampleDot(residual, residual).to(at::kDouble).sqrt();
    measurements = Measurements(residual);
    if (IsWhite(likelihood))
    {
      const at::Tensor pull = likelihood.Model().Vjp(denoised, residual);
      descent = pull * PerSample(norm.clamp_min(1e-300).reciprocal(), pull);
      return;
    }
    const at::Tensor twice = (likelihood.NegativeLog(denoised).to(at::kDouble) * 2.0).clamp_min(1e-300);
    const at::Tensor gradient = likelihood.Gradient(denoised);
    descent = gradient * PerSample(-norm / twice, gradient);
  }
};

/** zeta c of a step, for each sample [B]; see tweedieDpsEstimator.h. */
at::Tensor
StepLength(const ChainContext & context, std::size_t level, const at::Tensor & measurements)
{
  const DpsSettings & settings = context.options.Of<DpsSettings>();
  const bool scaled = settings.step == "scaled";
  const double squaredUnit = scaled ? context.variance : settings.unit * settings.unit;
  const auto growth = [&](double sigma) { return 1.0 + sigma * sigma / squaredUnit; };
  const double change =
      settings.form == "vp" ? std::sqrt(growth(context.schedule[level]) * growth(context.schedule[level + 1])) : 1.0;
  const double length = settings.zeta * change * std::sqrt(squaredUnit);
  const double steps = static_cast<double>(context.schedule.size() - 1);
  return scaled ? measurements.sqrt() * (length / steps) : at::full_like(measurements, length);
}

/** D + s' b (x - D) / s + eta s' sqrt(1 - a) z: one step of DDIM with the denoised image. */
at::Tensor
Carried(const ChainContext & context, std::size_t level, const at::Tensor & x, const at::Tensor & denoised)
{
  const double sigma = context.schedule[level];
  const double next = context.schedule[level + 1];
  if (next == 0.0)
  {
    return denoised;
  }
  const double eta = context.options.Of<DpsSettings>().eta;
  const double fresh = eta * next * std::sqrt(1.0 - (next / sigma) * (next / sigma));
  const double kept = std::sqrt(next * next - fresh * fresh) / sigma;
  const at::Tensor carried = x * kept + denoised * (1.0 - kept);
  return eta > 0.0 ? carried + context.random.NormalLike(x) * fresh : carried;
}

void
NormalizedStep(const ChainContext & context, std::size_t level, ChainState & state)
{
  const std::vector<double> & clip = context.options.Of<DpsSettings>().clip;
  DenoiserGraph graph(*context.prior, state.x, context.schedule[level]);
  at::Tensor denoised = graph.Denoised();
  at::Tensor inside;
  if (!clip.empty())
  {
    inside = denoised.ge(clip[0]).logical_and(denoised.le(clip[1]));
    denoised = denoised.clamp(clip[0], clip[1]);
  }
  const ResidualNorm norm(*context.likelihood, denoised);
  const at::Tensor pull = graph.JacobianProduct(inside.defined() ? norm.descent * inside : norm.descent);
  const at::Tensor length = StepLength(context, level, norm.measurements);
  state.x = Carried(context, level, state.x, denoised) + pull * PerSample(length, pull);
}

void
RequireConsistent(const PosteriorProblem & problem, const EstimatorOptions & options)
{
  const DpsSettings & settings = options.Of<DpsSettings>();
  if (settings.normalize && options.guidance != "dps")
  {
    throw UsageError("method dps: given guidance " + options.guidance +
                     "; its normalised step requires guidance dps (--dps-normalize false takes any)");
  }
  if (settings.secondOrder && !settings.normalize && settings.eta != 1.0)
  {
    throw UsageError("--dps-second-order: given with --dps-eta below 1; required 1, the ancestral step");
  }
  if (settings.clip.empty())
  {
    return;
  }
  if (settings.clip.size() != 2 || !(settings.clip[0] < settings.clip[1]))
  {
    throw UsageError("--dps-clip: given other than two rising numbers; required LOW,HIGH");
  }
  if (!settings.normalize || c10::isComplexType(problem.type))
  {
    throw UsageError(std::string("--dps-clip: given for ") +
                     (settings.normalize ? "complex images" : "the un-normalised step") +
                     "; required the normalised step on real images");
  }
}

class DpsEstimator final : public Estimator
{
public:
  bool
  DrawsSamples() const override
  {
    return true;
  }
  bool
  UsesGuidance() const override
  {
    return true;
  }
  void
  Complete(const PosteriorProblem &, EstimatorOptions & options) const override
  {
    options.guidance = options.guidance == "auto" ? "dps" : options.guidance;
  }
  MethodNeeds
  Needs(const EstimatorOptions & options) const override
  {
    MethodNeeds needs;
    needs.jacobian = options.guidance == "dps" || options.guidance == "auto";
    return needs;
  }
  std::int64_t
  CallsPerStep(const EstimatorOptions & options) const override
  {
    const DpsSettings & settings = options.Of<DpsSettings>();
    return settings.secondOrder && !settings.normalize ? 2 : 1;
  }
  void
  Validate(const PosteriorProblem & problem, const EstimatorOptions & options) const override
  {
    RequireConsistent(problem, options);
  }
  std::vector<double>
  Schedule(const PosteriorProblem & problem,
           const EstimatorOptions & options,
           std::vector<std::string> & warnings) const override
  {
    const double unit = options.Of<DpsSettings>().unit;
    EstimatorOptions ends = options;
    ends.schedule = "edm"; // takes any range: the first and the last level are asked for
    const std::vector<double> range = Estimator::Schedule(problem, ends, warnings);
    const std::size_t last = range.size() - 2;
    std::vector<double> levels =
        MakeNoiseSchedule(options.schedule, options.steps, range.front() / unit, range[last] / unit);
    std::transform(levels.begin(), levels.end(), levels.begin(), [unit](double level) { return level * unit; });
    return levels;
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const DpsSettings & settings = context.options.Of<DpsSettings>();
    if (settings.normalize && context.likelihood)
    {
      NormalizedStep(context, level, state);
    }
    else if (settings.eta == 1.0)
    {
      AncestralStep(context, level, settings.secondOrder, state);
    }
    else
    {
      const ConditionalMean near = context.guidance->Evaluate(state.x, context.schedule[level], state.warmStart);
      state.warmStart = near.warmStart;
      state.x = Carried(context, level, state.x, near.mean);
    }
  }
};
} // namespace

void
DpsSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("dps-zeta", "length of the normalised step").Range(0, 1e6).Search(0.1, 100.0, normalize), zeta);
  v.Visit(Field("dps-normalize", "divide the data gradient by the residual's norm, as published"), normalize);
  v.Visit(Field("dps-second-order", "without normalize: correct each step by a second call (Heun)"), secondOrder);
  v.Visit(Field("dps-eta", "fresh noise in a step: 1 ancestral, 0 none (deterministic but for the start)").Range(0, 1),
          eta);
  v.Visit(Field("dps-form", "variables that the normalised step is taken in: variance preserving or exploding")
              .Choices({"vp", "ve"}),
          form);
  v.Visit(
      Field("dps-step", "length of the normalised step: scaled to image size and levels, or zeta itself as released")
          .Choices({"scaled", "released"}),
      step);
  v.Visit(
      Field("dps-unit", "a unit of the published variables, for schedule and released step; images from -1 to 1: 0.5")
          .Unit("prior units")
          .Above(0),
      unit);
  v.Visit(Field("dps-clip", "clip the denoised image inside the normalised step; not if not given").Unit("LOW,HIGH"),
          clip);
}

std::unique_ptr<Estimator>
MakeDpsEstimator()
{
  return std::make_unique<DpsEstimator>();
}
} // namespace tweedie
