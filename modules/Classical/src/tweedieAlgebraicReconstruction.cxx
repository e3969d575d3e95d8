// SPDX-License-Identifier: Apache-2.0
#include "tweedieAlgebraicReconstruction.h"

#include "tweedieError.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string>

namespace tweedie
{
namespace
{
using Progress = std::function<bool(std::int64_t)>;

void
RequireData(const char * where, const LinearOperatorPointer & model, const at::Tensor & y)
{
  if (!model || !y.defined() || y.dim() < 2 || !y.is_floating_point() || !y.isfinite().all().item<bool>())
  {
    throw DataError(std::string(where) + ": given no operator, or data that are not real and finite; required real "
                                         "[batch, range...]");
  }
  if (model->RequiresComplex())
  {
    throw UsageError(std::string(where) + ": given " + model->Name() + ", which is complex; required a real operator");
  }
}

void
RequireIterations(const char * where, std::int64_t iterations)
{
  if (iterations < 1)
  {
    throw UsageError(std::string(where) + ": given " + std::to_string(iterations) + " iterations; required at least 1");
  }
}

void
Tell(const char * where, const Progress & progress, std::int64_t iteration)
{
  if (progress && !progress(iteration))
  {
    throw Aborted(std::string(where) + ": stopped after iteration " + std::to_string(iteration));
  }
}

at::Tensor
StartImage(const char * where, const LinearOperator & model, const at::Tensor & y, const at::Tensor & start)
{
  std::vector<std::int64_t> sizes = model.DomainShape();
  sizes.insert(sizes.begin(), y.size(0));
  if (!start.defined())
  {
    return at::zeros(sizes, y.options());
  }
  if (start.dim() != static_cast<std::int64_t>(sizes.size()) || (start.size(0) != 1 && start.size(0) != sizes[0]) ||
      start.sizes().slice(1) != at::IntArrayRef(sizes).slice(1))
  {
    throw DataError(std::string(where) + ": given a start image of another shape than " + model.Name() + "'s domain");
  }
  return start.to(y.options()).expand(sizes).contiguous();
}

/** 1 / x, 0 where x is 0 (or rounding beside its largest value). */
at::Tensor
Reciprocal(const at::Tensor & x)
{
  const at::Tensor seen = x.gt(x.abs().max() * 1e-6);
  return at::where(seen, x.reciprocal(), at::zeros_like(x));
}

/** A subset with its weights. */
struct SirtPart
{
  const MeasurementSubset * subset;
  at::Tensor rows;    ///< R
  at::Tensor columns; ///< lambda C
};

SirtPart
MakePart(const MeasurementSubset & subset, double relaxation)
{
  std::vector<std::int64_t> domain = subset.model->DomainShape();
  domain.insert(domain.begin(), subset.model->BatchSize());
  const at::Tensor ones = at::ones(domain, subset.data.options());
  const at::Tensor sums = subset.model->Forward(ones);
  return {&subset, Reciprocal(sums), Reciprocal(subset.model->Adjoint(at::ones_like(sums))) * relaxation};
}

/** The likelihood of counts at one image. */
class CountFit
{
public:
  CountFit(const at::Tensor & lines, const at::Tensor & photons, double rest, const at::Tensor & shifted)
      : passed((-lines.to(at::kDouble)).exp() * photons), expected(passed + rest), m_Shifted(shifted)
  {
  }
  at::Tensor
  NegativeLog() const
  {
    return SampleSums(expected - m_Shifted * expected.log());
  }
  at::Tensor
  Pull() const
  {
    return passed * (1.0 - m_Shifted / expected);
  }

  at::Tensor passed;
  at::Tensor expected;

private:
  at::Tensor m_Shifted;
};
} // namespace

at::Tensor
SolveSirt(const std::vector<MeasurementSubset> & subsets, const SirtOptions & options)
{
  constexpr const char * where = "SIRT";
  const at::NoGradGuard noGradient;
  RequireIterations(where, options.iterations);
  if (subsets.empty() || !(options.relaxation > 0.0 && options.relaxation < 2.0))
  {
    throw UsageError("SIRT: given " + std::to_string(subsets.size()) + " subsets and a relaxation of " +
                     std::to_string(options.relaxation) + "; required at least one, and above 0 and below 2");
  }
  std::vector<SirtPart> parts;
  for (const MeasurementSubset & subset : subsets)
  {
    RequireData(where, subset.model, subset.data);
    if (subset.model->DomainShape() != subsets.front().model->DomainShape())
    {
      throw UsageError("SIRT: given subsets of different images; required one image");
    }
    parts.push_back(MakePart(subset, options.relaxation));
  }
  at::Tensor x = StartImage(where, *subsets.front().model, subsets.front().data, options.start);
  for (std::int64_t i = 1; i <= options.iterations; ++i)
  {
    for (const SirtPart & part : parts)
    {
      const at::Tensor residual = (part.subset->data - part.subset->model->Forward(x)) * part.rows;
      x = x + part.columns * part.subset->model->Adjoint(residual);
      x = options.nonNegative ? x.clamp_min(0.0) : x;
    }
    Tell(where, options.progress, i);
  }
  return x;
}

CglsResult
SolveCgls(const LinearOperatorPointer & A,
          const at::Tensor & y,
          const at::Tensor & weights,
          const CglsOptions & options)
{
  constexpr const char * where = "CGLS";
  const at::NoGradGuard noGradient;
  RequireIterations(where, options.iterations);
  RequireData(where, A, y);
  const at::Tensor w = weights.defined() ? weights.to(y.options()) : at::ones({}, y.options());
  if (!w.ge(0).logical_and(w.isfinite()).all().item<bool>())
  {
    throw DataError("CGLS: given weights that are negative or not finite; required finite ones >= 0");
  }
  at::Tensor x = StartImage(where, *A, y, options.start);
  at::Tensor r = y - A->Forward(x);
  at::Tensor s = A->Adjoint(r * w);
  at::Tensor p = s;
  at::Tensor gamma = SampleSums(s.square());
  const at::Tensor enough = gamma * 1e-28; // the gradient is gone, to the rounding of doubles
  at::Tensor steps = at::zeros({y.size(0)}, at::kLong);
  for (std::int64_t i = 1; i <= options.iterations; ++i)
  {
    at::Tensor active = gamma.gt(enough);
    if (options.expected.defined())
    {
      active = active.logical_and(SampleSums(r.square() * w).gt(options.expected.to(gamma.options())));
    }
    if (!active.any().item<bool>())
    {
      break;
    }
    const at::Tensor q = A->Forward(p);
    const at::Tensor curvature = SampleSums(q.square() * w);
    const at::Tensor alpha = at::where(active.logical_and(curvature.gt(0)), gamma / curvature, at::zeros_like(gamma));
    x = x + PerSample(alpha, x) * p;
    r = r - PerSample(alpha, r) * q;
    s = A->Adjoint(r * w);
    const at::Tensor next = SampleSums(s.square());
    p = s + PerSample(at::where(gamma.gt(0), next / gamma, at::zeros_like(gamma)), s) * p;
    gamma = at::where(active, next, gamma);
    steps += active.to(at::kCPU, at::kLong);
    Tell(where, options.progress, i);
  }
  const std::int64_t * first = steps.data_ptr<std::int64_t>();
  return {x, std::vector<std::int64_t>(first, first + steps.numel())};
}

at::Tensor
SolveTransmission(const LinearOperatorPointer & A,
                  const at::Tensor & counts,
                  const at::Tensor & photons,
                  const TransmissionTomographyOptions & options)
{
  constexpr const char * where = "ML-TR";
  const at::NoGradGuard noGradient;
  RequireIterations(where, options.iterations);
  RequireData(where, A, counts);
  const bool isPositive = photons.defined() && photons.gt(0).logical_and(photons.isfinite()).all().item<bool>();
  if (!isPositive || !(options.scatter >= 0.0) || !(options.electronic >= 0.0))
  {
    throw DataError("ML-TR: given photons that are not positive, or scatter or electronic noise below 0; required "
                    "finite counts > 0, and >= 0");
  }
  const double variance = options.electronic * options.electronic;
  const at::Tensor shifted = (counts.to(at::kDouble) + variance).clamp_min(0.0);
  const auto fit = [&](const at::Tensor & x)
  { return CountFit(A->Forward(x), photons.to(at::kDouble), options.scatter + variance, shifted); };
  at::Tensor x = StartImage(where, *A, counts, options.start).clamp_min(0.0);
  const at::Tensor lengths = A->Forward(at::ones_like(x)).to(at::kDouble);
  CountFit now = fit(x);
  for (std::int64_t i = 1; i <= options.iterations; ++i)
  {
    const auto type = counts.scalar_type();
    const at::Tensor pull = A->Adjoint(now.Pull().to(type));
    const at::Tensor stiffness = A->Adjoint((lengths * now.passed.square() / now.expected).to(type));
    const at::Tensor step = pull * Reciprocal(stiffness);
    at::Tensor share = at::ones({x.size(0)}, at::kDouble).to(x.device());
    at::Tensor next = (x + step).clamp_min(0.0);
    CountFit then = fit(next);
    // Fisher's curvature is no bound of the true one: where the likelihood fell the step is halved.
    for (int halving = 0; halving < 10; ++halving)
    {
      const at::Tensor fell = then.NegativeLog().gt(now.NegativeLog() + 1e-12 * now.NegativeLog().abs());
      if (!fell.any().item<bool>())
      {
        break;
      }
      share = at::where(fell, share * 0.5, share);
      next = (x + PerSample(share, x) * step).clamp_min(0.0);
      then = fit(next);
    }
    x = next;
    now = then;
    Tell(where, options.progress, i);
  }
  return x;
}
} // namespace tweedie
