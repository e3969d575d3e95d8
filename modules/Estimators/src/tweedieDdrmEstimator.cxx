// SPDX-License-Identifier: Apache-2.0
#include "tweedieDdrmEstimator.h"

#include "tweedieChainSteps.h"
#include "tweedieDenoiserGraph.h"
#include "tweedieGaussianLikelihood.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
/** [entries] or [entries, 1, ...], one number per batch entry, shaped to broadcast against components. */
at::Tensor
PerEntry(const at::Tensor & numbers, const at::Tensor & components)
{
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(components.dim()), 1);
  sizes.front() = -1;
  return numbers.reshape(sizes);
}

/** Share of the largest eigenvalue below which a component counts as not measured: the singular value of the data's own
 * rounding. */
double
Threshold(at::ScalarType type)
{
  return c10::toRealValueType(type) == at::kDouble ? 1e-12 : 1e-6;
}

/** The data in the basis of the operator. */
struct SpectralData
{
  NormalDecompositionPointer basis;
  at::Tensor measured; ///< bool: the data say something about the component
  at::Tensor value;    ///< y_, 0 where not measured
  at::Tensor noise;    ///< t, 1 where not measured

  /** like: a state [B, shape...]. */
  SpectralData(const Likelihood & likelihood, const at::Tensor & like)
  {
    const auto & gaussian = dynamic_cast<const GaussianLikelihood &>(likelihood);
    const auto & model = dynamic_cast<const LinearOperator &>(likelihood.Model());
    basis = model.Decompose(like.options());
    const at::Tensor values = basis->Eigenvalues();
    const at::Tensor largest = PerEntry(values.flatten(1).amax(1), values);
    measured = values.gt(largest * Threshold(like.scalar_type()));
    const at::Tensor precision = values / PerEntry(gaussian.ComponentVariance(), values); // l / s_c^2
    const at::Tensor one = at::ones_like(precision);
    const at::Tensor safe = at::where(measured, precision, one);
    noise = at::where(measured, safe.rsqrt(), one);
    // -gradient at 0 = A^H y / s_c^2.
    const at::Tensor information = basis->Analyze(-gaussian.Gradient(at::zeros_like(like)));
    value = information / safe * measured;
  }
};

void
SpectralStep(const ChainContext & context, std::size_t level, const at::Tensor & denoised, ChainState & state)
{
  const DdrmSettings & settings = context.options.Of<DdrmSettings>();
  const double sigma = context.schedule[level];
  const double next = context.schedule[level + 1];
  const double kept = std::sqrt(1.0 - settings.eta * settings.eta) * next;
  const at::Tensor fresh = context.random.NormalLike(state.x);
  if (!context.likelihood)
  {
    state.x = denoised + (state.x - denoised) * (kept / sigma) + fresh * (settings.eta * next);
    return;
  }
  const SpectralData data(*context.likelihood, state.x);
  const at::Tensor d = data.basis->Analyze(denoised);
  const at::Tensor z = data.basis->Analyze(fresh);
  const at::Tensor alone = d + (data.basis->Analyze(state.x) - d) * (kept / sigma);
  const at::Tensor far = d + (data.value - d) * (kept / data.noise);
  const at::Tensor near = d * (1.0 - settings.etaB) + data.value * settings.etaB;
  const at::Tensor known = data.measured.logical_and(data.noise.le(next));
  const at::Tensor rest = next * next - (data.noise * settings.etaB).square();
  const at::Tensor deviation = at::where(known, rest.clamp_min(0.0).sqrt(), at::full_like(rest, settings.eta * next));
  const at::Tensor mean = at::where(known, near, at::where(data.measured, far, alone));
  state.x = data.basis->Synthesize(mean + z * deviation);
}

class DdrmEstimator final : public Estimator
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
  ChainState
  Start(const ChainContext & context) const override
  {
    const double sigma = context.schedule.front();
    const at::Tensor origin = ChainOrigin(context);
    const at::Tensor noise = context.random.NormalLike(origin);
    const at::Tensor around = origin + noise * sigma;
    if (!context.likelihood)
    {
      return {around, {}, {}};
    }
    const SpectralData data(*context.likelihood, origin);
    const at::Tensor rest = (sigma * sigma - data.noise.square()).clamp_min(0.0).sqrt();
    const at::Tensor known = data.value + data.basis->Analyze(noise) * rest;
    const at::Tensor better = data.measured.logical_and(data.noise.lt(sigma));
    return {data.basis->Synthesize(at::where(better, known, data.basis->Analyze(around))), {}, {}};
  }
  void
  Step(const ChainContext & context, std::size_t level, ChainState & state) const override
  {
    const at::Tensor denoised = context.prior->Denoise(state.x, SigmaTensor(state.x, context.schedule[level]));
    if (context.schedule[level + 1] == 0.0)
    {
      state.x = denoised;
      return;
    }
    SpectralStep(context, level, denoised, state);
  }
};
} // namespace

void
DdrmSettings::Visit(OptionVisitor & v)
{
  v.Visit(Field("ddrm-eta", "share of fresh noise where the data do not know a component better than the state")
              .Range(0, 1)
              .Search(0, 1),
          eta);
  v.Visit(Field("ddrm-eta-b", "share of the measured value where they do").Range(0, 1).Search(0, 1), etaB);
}

std::unique_ptr<Estimator>
MakeDdrmEstimator()
{
  return std::make_unique<DdrmEstimator>();
}
} // namespace tweedie
