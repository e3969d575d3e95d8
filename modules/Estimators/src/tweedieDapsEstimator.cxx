// SPDX-License-Identifier: Apache-2.0
#include "tweedieDapsEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieDataSpace.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieError.h"
#include "tweedieInnerChain.h"
#include "tweedieNoiseSchedule.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr const char * curvatureName = "data-curvature";
constexpr double NetworkSpread = 0.25; // by the ranked probability score on slices that no table shows

/** The lowest noise level of the run, where the prior's own score is taken. */
double
LowestLevel(const ChainContext & context)
{
  return context.schedule[context.schedule.size() - 2];
}

/** dx = (x - D) / s ds from sigma down to a tenth of the lowest level (0.01 where the run ends at 0.1, as published) or
 * as far as the prior goes, Euler steps on levels of their own. */
at::Tensor
FlowEnd(const ChainContext & context, at::Tensor x, double sigma)
{
  const double low = std::max(0.1 * LowestLevel(context), context.prior->SigmaMinimum());
  const std::int64_t steps = context.options.Of<DapsSettings>().flowSteps;
  if (sigma <= low)
  {
    return context.prior->Denoise(x, SigmaTensor(x, sigma));
  }
  const std::vector<double> levels = EdmSchedule(steps + 1, sigma, low);
  for (std::size_t i = 0; i < static_cast<std::size_t>(steps); ++i)
  {
    const at::Tensor denoised = context.prior->Denoise(x, SigmaTensor(x, levels[i]));
    x = x + (x - denoised) * (levels[i + 1] / levels[i] - 1.0);
  }
  return x;
}

at::Tensor
Estimate(const ChainContext & context, const at::Tensor & x, double sigma)
{
  return context.options.Of<DapsSettings>().estimate == "flow" ? FlowEnd(context, x, sigma)
                                                               : context.prior->Denoise(x, SigmaTensor(x, sigma));
}

/** r^2 of the fluctuation and of the weighing against data: the same but for a network in the calibrated form, which
 * is weighed by the error it can make. What is white in a draw reaches the network on top of the noise that it is told
 * of next, and too much of it drives the chain off the images: it stays below a share of that noise. */
struct Radius
{
  double spread;
  double weight;
};

Radius
RadiusOf(const ChainContext & context, std::size_t level)
{
  const DapsSettings & settings = context.options.Of<DapsSettings>();
  const double sigma = context.schedule[level];
  const double next = context.schedule[level + 1];
  if (settings.radius == "sigma")
  {
    return {sigma * sigma, sigma * sigma};
  }
  double spread = IsotropicVariance(context.variance, sigma);
  const double share = settings.spread > 0.0 ? settings.spread : context.prior->NeedsNoise() ? NetworkSpread : 0.0;
  if (share > 0.0 && next > 0.0) // the last draw is shown to nobody
  {
    spread = std::min(spread, share * next * next);
  }
  return {spread, context.prior->GuidanceVariance(sigma)};
}

bool
IsLinear(const Likelihood & likelihood)
{
  return dynamic_cast<const LinearOperator *>(&likelihood.Model()) != nullptr;
}

/** One exact draw per chain from p(y | x0)^w N(x0; center, r^2 I): as with w = 1 and w r^2, its fluctuation divided by
 * sqrt(w). */
at::Tensor
ExactDraw(const ChainContext & context, const at::Tensor & center, const Radius & radius)
{
  const double w = context.options.Of<DapsSettings>().dataWeight;
  if (!context.likelihood)
  {
    return center + context.random.NormalLike(center) * std::sqrt(radius.spread);
  }
  if (radius.spread == radius.weight && w == 1.0)
  {
    return context.likelihood->Draw(center, SigmaTensor(center, radius.spread), context.random);
  }
  const at::Tensor spread = SigmaTensor(center, w * radius.spread);
  if (!IsLinear(*context.likelihood))
  {
    // The spread depends on where it is: that of the draw around its own mode.
    return context.likelihood->Proximal(center, SigmaTensor(center, radius.weight)) +
           context.likelihood->Draw(center, spread, context.random) - context.likelihood->Proximal(center, spread);
  }
  return context.likelihood->Proximal(center, SigmaTensor(center, w * radius.weight)) +
         context.likelihood->Fluctuation(center, spread, context.random) / std::sqrt(w);
}

/** h of the inner chain [B]: asked for, or a tenth of the inverse curvature, which leaves the variance of the stiffest
 * direction 5 % too large (1 / (1 - h l / 2) for Langevin steps); never above the inverse. */
at::Tensor
InnerRate(const ChainContext & context, std::size_t level, double variance, const at::Tensor & dataCurvature)
{
  const DapsSettings & settings = context.options.Of<DapsSettings>();
  const double low = LowestLevel(context);
  const double priorCurvature = settings.priorScore == "gaussian" ? 1.0 / variance : 1.0 / variance + 1.0 / (low * low);
  const at::Tensor largest = 1.0 / (dataCurvature * settings.dataWeight + priorCurvature);
  const double part = static_cast<double>(level) / static_cast<double>(context.schedule.size() - 1);
  const double decay = 1.0 + part * (settings.rateEnd - 1.0);
  const at::Tensor wanted = settings.rate > 0.0 ? at::full_like(largest, settings.rate) : largest * 0.1;
  return at::minimum(wanted * decay, largest);
}

at::Tensor
ChainDraw(const ChainContext & context, std::size_t level, ChainState & state)
{
  const DapsSettings & settings = context.options.Of<DapsSettings>();
  const double sigma = context.schedule[level];
  const at::Tensor x = state.x;
  InnerTarget target;
  target.likelihood = context.likelihood;
  target.dataWeight = settings.dataWeight;
  target.center = Estimate(context, x, sigma);
  target.variance = RadiusOf(context, level).spread;
  if (settings.priorScore != "gaussian")
  {
    const bool tied = settings.priorScore == "exact";
    target.priorScore = [&context, x, sigma, tied, low = LowestLevel(context)](const at::Tensor & point)
    {
      const at::Tensor score = (context.prior->Denoise(point, SigmaTensor(point, low)) - point) / (low * low);
      return tied ? score + (x - point) / (sigma * sigma) : score;
    };
  }
  at::Tensor & curvature = state.extra[curvatureName];
  if (!curvature.defined())
  {
    curvature = DataCurvature(context.likelihood, target.center, context.random);
  }
  return RunInnerChain(target, settings, InnerRate(context, level, target.variance, curvature), context.random);
}

/** One draw per chain from the model of p(x0 | x, y) at a level. */
at::Tensor
InnerDraw(const ChainContext & context, std::size_t level, ChainState & state)
{
  const DapsSettings & settings = context.options.Of<DapsSettings>();
  const at::Tensor x = state.x;
  const double sigma = context.schedule[level];
  if (settings.inner != "exact")
  {
    return ChainDraw(context, level, state);
  }
  const bool product =
      settings.radius == "calibrated" && DataSpace::Wanted(*context.prior, context.options) &&
      context.prior->HasCovarianceDraw() &&
      (!context.likelihood || context.options.covariance == "product" || IsLinear(*context.likelihood));
  const at::Tensor estimate = Estimate(context, x, sigma);
  const at::Tensor sigmas = SigmaTensor(x, sigma);
  if (product && context.likelihood)
  {
    const DataSpace dataSpace(context.prior, context.likelihood, context.options);
    return dataSpace.Draw(x, sigmas, estimate, context.random);
  }
  return product ? estimate + context.prior->CovarianceDraw(x, sigmas, context.random)
                 : ExactDraw(context, estimate, RadiusOf(context, level));
}

class DapsEstimator final : public Estimator
{
public:
  bool
  DrawsSamples() const override
  {
    return true;
  }
  /** Below, the spread of the last draw says less than what the levels before have left open. */
  LevelRange
  NoisyLevels(const EstimatorOptions &) const override
  {
    return {10.0, 0.06};
  }
  /** The covariance product belongs to the calibrated form with the data as they are. */
  void
  Complete(const PosteriorProblem &, EstimatorOptions & options) const override
  {
    const DapsSettings & settings = options.Of<DapsSettings>();
    const bool calibrated = settings.estimate == "tweedie" && settings.dataWeight == 1.0;
    options.covariance = calibrated || options.covariance != "auto" ? options.covariance : "scalar";
  }
  void
  Validate(const PosteriorProblem & problem, const EstimatorOptions & options) const override
  {
    const DapsSettings & settings = options.Of<DapsSettings>();
    if (settings.inner == "exact" && settings.dataWeight != 1.0 && problem.likelihood && !IsLinear(*problem.likelihood))
    {
      throw UsageError("method daps: given --daps-data-weight with --daps-inner exact and the non-linear model " +
                       problem.likelihood->Model().Name() + "; required a chain (langevin) or the weight 1");
    }
    if (settings.inner == "metropolis" && settings.priorScore != "gaussian")
    {
      throw UsageError("method daps: given --daps-prior-score " + settings.priorScore +
                       " with --daps-inner metropolis, which needs a density and not a score; required gaussian");
    }
  }
  std::int64_t
  CallsPerStep(const EstimatorOptions & options) const override
  {
    const DapsSettings & settings = options.Of<DapsSettings>();
    const std::int64_t estimate = settings.estimate == "flow" ? settings.flowSteps : 1;
    const bool asks = settings.inner != "exact" && settings.priorScore != "gaussian";
    return estimate + (asks ? settings.innerSteps : 0);
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    state.x = InnerDraw(context, level, state);
    const double next = context.schedule[level + 1];
    if (next > 0.0)
    {
      state.x = state.x + context.random.NormalLike(state.x) * next;
    }
  }
};
} // namespace

void
DapsSettings::Visit(OptionVisitor & v)
{
  const bool isChain = inner != "exact";
  v.Visit(Field("daps-estimate", "of x0 given x: its mean, or the end of the probability-flow ODE (as published)")
              .Choices({"tweedie", "flow"}),
          estimate);
  v.Visit(Field("daps-flow-steps", "Euler steps of the ODE").Range(1, 10000).Search(1, 10, estimate == "flow"),
          flowSteps);
  v.Visit(Field("daps-radius", "spread of x0 given x: calibrated to the prior, or sigma (as published)")
              .Choices({"calibrated", "sigma"}),
          radius);
  v.Visit(Field("daps-inner",
                "draw of x0 given x and the data: exact, or a chain; underdamped is what the paper's code calls HMC, "
                "without an accept step")
              .Choices({"exact", "langevin", "underdamped", "metropolis"}),
          inner);
  v.Visit(Field("daps-inner-steps", "of the inner chain").Range(1, 1000000).Search(10, 200, isChain), innerSteps);
  v.Visit(Field("daps-rate", "step of the inner chain, at most the inverse curvature; 0: a tenth of that")
              .Unit("prior units squared")
              .Range(0, 1e6)
              .Search(1e-6, 1e-3, isChain),
          rate);
  v.Visit(Field("daps-rate-end", "factor on the step at the last level").Range(1e-6, 1), rateEnd);
  v.Visit(Field("daps-momentum", "of the underdamped chain").Range(0, 0.9999).Search(0, 0.95, inner == "underdamped"),
          momentum);
  v.Visit(Field("daps-prior-score",
                "inside the chain: of a Gaussian around the estimate, of the prior at its lowest noise tied to x, or "
                "of the prior alone")
              .Choices({"gaussian", "exact", "score-min"}),
          priorScore);
  v.Visit(Field("daps-spread",
                "calibrated: x0 spreads by r^2, at most by this share of the next level's variance; 0: 0.25 for a "
                "network, else any")
              .Range(0.0, 1e6)
              .Search(0.05, 1.0),
          spread);
  v.Visit(Field("daps-data-weight", "power of the likelihood; 1: Bayes' rule; the released code has 50 at noise 0.05")
              .Range(1e-6, 1e6)
              .Search(0.25, 50.0, isChain),
          dataWeight);
}

std::unique_ptr<Estimator>
MakeDapsEstimator()
{
  return std::make_unique<DapsEstimator>();
}
} // namespace tweedie
