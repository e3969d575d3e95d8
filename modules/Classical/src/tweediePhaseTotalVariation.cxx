// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseTotalVariation.h"

#include "tweedieError.h"
#include "tweedieMagnitudeModel.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieTotalVariation.h"

#include <ATen/ATen.h>

namespace tweedie
{
PhaseIterates
RefineByTotalVariation(const LinearOperatorPointer & A,
                       const at::Tensor & diagonal,
                       const at::Tensor & amplitude,
                       const at::Tensor & measured,
                       const at::Tensor & starts,
                       const PhaseConstraints & constraints,
                       const at::Tensor & lambda,
                       const PhaseTotalVariationOptions & options)
{
  if (options.iterations < 1 || options.dualSteps < 1 || !lambda.ge(0.0).all().item<bool>())
  {
    throw UsageError("phase retrieval with total variation: given no iterations or a negative weight; required some, "
                     "and a weight of 0 or more");
  }
  const auto real = at::toRealValueType(starts.scalar_type());
  const double largest = diagonal.max().to(at::kDouble).item<double>();
  const at::Tensor known = measured.defined() ? measured.to(real) : at::ones_like(amplitude, real);
  const at::Tensor b = amplitude.to(real).clamp_min(0.0);
  TotalVariationOptions inner;
  inner.iterations = 1;
  inner.dualSteps = options.dualSteps;
  inner.largestEigenvalue = 1.0;
  const LinearOperatorPointer same = Identity(A->DomainShape());
  const at::Tensor weight = (lambda.to(at::kDouble) / largest).expand({starts.size(0)});
  at::Tensor x = starts;
  TotalVariationResult state;
  for (std::int64_t i = 0; i < options.iterations; ++i)
  {
    const at::Tensor u = WaveOf(*A, x);
    const at::Tensor step = A->Adjoint((PhaseFactor(u) * b - u) * known) / largest;
    const at::Tensor v = x + (constraints.isReal ? at::real(step) : step);
    state.image = state.dual.defined() ? v : at::Tensor();
    state = SolveTotalVariation(same, v.contiguous(), weight, inner, state);
    x = constraints.isReal && constraints.isNonNegative ? state.image.clamp_min(0.0) : state.image;
  }
  return {x, AmplitudeResidual(WaveOf(*A, x), b, known), 2 * options.iterations * A->RangeShape()[0]};
}
} // namespace tweedie
