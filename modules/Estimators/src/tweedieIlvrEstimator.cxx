// SPDX-License-Identifier: Apache-2.0
#include "tweedieIlvrEstimator.h"

#include "tweedieDenoiserGraph.h"
#include "tweedieImplicitStep.h"
#include "tweediePseudoInverse.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
class IlvrEstimator final : public Estimator
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
    return needs;
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const double next = context.schedule[level + 1];
    const at::Tensor denoised = context.prior->Denoise(state.x, SigmaTensor(state.x, context.schedule[level]));
    state.x = PriorStep(context, level, state.x, denoised);
    if (context.likelihood)
    {
      const PseudoInverse inverse(context.likelihood, state.x.options(), context.options.Of<IlvrSettings>().threshold);
      state.x = inverse.Replace(state.x, next > 0.0 ? context.random.NormalLike(state.x) * next : at::Tensor());
    }
  }
};
} // namespace

void
IlvrSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("ilvr-threshold", "eigenvalues of A^H A below this share of the largest count as not measured")
              .Range(1e-12, 1)
              .Search(1e-3, 0.5),
          threshold);
}

std::unique_ptr<Estimator>
MakeIlvrEstimator()
{
  return std::make_unique<IlvrEstimator>();
}
} // namespace tweedie
