// SPDX-License-Identifier: Apache-2.0
#include "tweedieDdsEstimator.h"

#include "tweedieConjugateGradient.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieImplicitStep.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
/** gamma W as weights of the data: r^2 / s_c^2, or the number asked for; zero where nothing was sampled. */
at::Tensor
DataWeights(const GaussianLikelihood & likelihood, double gamma, double variance)
{
  const at::Tensor & noise = likelihood.ComponentVariance();
  const at::Tensor weights = gamma > 0.0 ? at::full_like(noise, gamma) : variance / noise;
  return likelihood.Sampled().defined() ? weights * likelihood.Sampled() : weights;
}

/** Conjugate gradients for the step d from D, (I + A^H W A) d = A^H W (y - A D) from zero: the iterates are those of
 * the equation for D + d from D. */
at::Tensor
Corrected(const ChainContext & context, const at::Tensor & denoised, double sigma)
{
  const DdsSettings & settings = context.options.Of<DdsSettings>();
  const auto & likelihood = dynamic_cast<const GaussianLikelihood &>(*context.likelihood);
  const auto & model = dynamic_cast<const LinearOperator &>(likelihood.Model());
  const at::Tensor weights = DataWeights(likelihood, settings.gamma, context.prior->GuidanceVariance(sigma));
  const auto product = [&](const at::Tensor & d) { return d + model.Adjoint(model.Forward(d) * weights); };
  const at::Tensor right = model.Adjoint(likelihood.Residual(denoised) * weights);
  return denoised + ConjugateGradient(product, right, {}, settings.iterations, 0.0).solution;
}

class DdsEstimator final : public Estimator
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
    needs.linear = true;
    return needs;
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const double sigma = context.schedule[level];
    const at::Tensor denoised = context.prior->Denoise(state.x, SigmaTensor(state.x, sigma));
    const at::Tensor clean = context.likelihood ? Corrected(context, denoised, sigma) : denoised;
    const at::Tensor noise = (state.x - denoised) / sigma;
    state.x = ImplicitStep(context, level, clean, noise, context.options.Of<DdsSettings>().eta);
  }
};
} // namespace

void
DdsSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("dds-iterations", "conjugate-gradient steps of each noise level").Range(1, 10000).Search(1, 30),
          iterations);
  v.Visit(Field("dds-gamma", "weight of the data against the denoised image; 0: from the noise levels of both")
              .Range(0, 1e12)
              .Search(0.1, 1000.0),
          gamma);
  v.Visit(Field("dds-eta", "share of the noise that a step draws anew: 0 deterministic, 1 ancestral")
              .Range(0, 1)
              .Search(0, 1),
          eta);
}

std::unique_ptr<Estimator>
MakeDdsEstimator()
{
  return std::make_unique<DdsEstimator>();
}
} // namespace tweedie
