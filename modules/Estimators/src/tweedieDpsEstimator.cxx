// SPDX-License-Identifier: Apache-2.0
#include "tweedieDpsEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieConjugateGradient.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieError.h"

#include <ATen/ATen.h>

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

/** The published step, a gradient of the un-squared norm per sample,
 *
 *    x' = ancestral(x, D) - zeta c grad_x ||y - A D(x)||,
 *    c = sqrt(m v) / steps * sqrt((1 + s^2 / v)(1 + s'^2 / v))
 *
 * The last factor is the change from variance-preserving variables, in which the method is published for data of unit
 * variance; sqrt(m) / steps (m real measurements) makes zeta independent of image size and number of levels. */
void
NormalizedStep(const ChainContext & context, std::size_t level, ChainState & state)
{
  const double sigma = context.schedule[level];
  const double next = context.schedule[level + 1];
  const double a = (next / sigma) * (next / sigma);
  const double v = context.variance;
  DenoiserGraph graph(*context.prior, state.x, sigma);
  const at::Tensor denoised = graph.Denoised();
  const at::Tensor residual = context.likelihood->Residual(denoised);
  const at::Tensor norm = SampleDot(residual, residual).sqrt().clamp_min(1e-300);
  const double steps = static_cast<double>(context.schedule.size() - 1);
  const double change = std::sqrt((1.0 + sigma * sigma / v) * (1.0 + next * next / v));
  const at::Tensor length = (Measurements(residual).to(norm.device()) * v).sqrt() / norm;
  const at::Tensor pull = graph.JacobianProduct(context.likelihood->Model().Vjp(denoised, residual));
  at::Tensor x = state.x * a + denoised * (1.0 - a);
  if (next > 0.0)
  {
    x = x + context.random.NormalLike(x) * (next * std::sqrt(1.0 - a));
  }
  state.x = x + pull * PerSample(length * (context.options.Of<DpsSettings>().zeta * change / steps), pull);
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
  Validate(const PosteriorProblem &, const EstimatorOptions & options) const override
  {
    if (options.Of<DpsSettings>().normalize && options.guidance != "dps")
    {
      throw UsageError("method dps: given guidance " + options.guidance +
                       "; its normalised step requires guidance dps (--dps-normalize false takes any)");
    }
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    if (context.options.Of<DpsSettings>().normalize && context.likelihood)
    {
      NormalizedStep(context, level, state);
      return;
    }
    AncestralStep(context, level, context.options.Of<DpsSettings>().secondOrder, state);
  }
};
} // namespace

void
DpsSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("dps-zeta", "length of the normalised step").Range(0, 1e6).Search(0.1, 10.0, normalize), zeta);
  v.Visit(Field("dps-normalize", "divide the data gradient by the residual's norm, as published"), normalize);
  v.Visit(Field("dps-second-order", "without normalize: correct each step by a second call (Heun)"), secondOrder);
}

std::unique_ptr<Estimator>
MakeDpsEstimator()
{
  return std::make_unique<DpsEstimator>();
}
} // namespace tweedie
