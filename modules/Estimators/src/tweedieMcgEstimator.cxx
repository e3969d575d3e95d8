// SPDX-License-Identifier: Apache-2.0
#include "tweedieMcgEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieConjugateGradient.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieImplicitStep.h"
#include "tweediePseudoInverse.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** zeta c / ||r|| per sample, the factor of the pull J^T r. */
at::Tensor
PullLength(const ChainContext & context, std::size_t level, const at::Tensor & residual, const at::Tensor & rank)
{
  const double sigma = context.schedule[level];
  const double next = context.schedule[level + 1];
  const double v = context.variance;
  const double steps = static_cast<double>(context.schedule.size() - 1);
  const double change = std::sqrt((1.0 + sigma * sigma / v) * (1.0 + next * next / v));
  const at::Tensor norm = SampleDot(residual, residual).sqrt().clamp_min(1e-300);
  return (rank.to(norm.device()) * v).sqrt() / norm * (context.options.Of<McgSettings>().zeta * change / steps);
}

class McgEstimator final : public Estimator
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
    needs.decomposition = true;
    needs.jacobian = true;
    return needs;
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const double sigma = context.schedule[level];
    const double next = context.schedule[level + 1];
    if (!context.likelihood)
    {
      state.x = PriorStep(context, level, state.x, context.prior->Denoise(state.x, SigmaTensor(state.x, sigma)));
      return;
    }
    const PseudoInverse inverse(context.likelihood, state.x.options(), context.options.Of<McgSettings>().threshold);
    DenoiserGraph graph(*context.prior, state.x, sigma);
    const at::Tensor denoised = graph.Denoised();
    const at::Tensor residual = inverse.OfResidual(denoised);
    const at::Tensor pull = graph.JacobianProduct(residual);
    const at::Tensor length = PullLength(context, level, residual, inverse.Rank());
    const at::Tensor x = PriorStep(context, level, state.x, denoised) + pull * PerSample(length, pull);
    state.x = inverse.Replace(x, next > 0.0 ? context.random.NormalLike(x) * next : at::Tensor());
  }
};
} // namespace

void
McgSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("mcg-zeta", "length of the gradient step").Range(0, 1e6).Search(1e-3, 10.0), zeta);
  v.Visit(Field("mcg-threshold", "eigenvalues of A^H A below this share of the largest count as not measured")
              .Range(1e-12, 1)
              .Search(1e-3, 0.5),
          threshold);
}

std::unique_ptr<Estimator>
MakeMcgEstimator()
{
  return std::make_unique<McgEstimator>();
}
} // namespace tweedie
