// SPDX-License-Identifier: Apache-2.0
#include "tweedieConjugateGradient.h"

#include "tweedieConjugateGradientPaths.h"
#include "tweedieError.h"
#include "tweedieSampleKernels.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace tweedie
{
namespace
{
at::Tensor
Real(const at::Tensor & x)
{
  return x.is_complex() ? at::view_as_real(x) : x;
}

bool
HasFusedLoops(const at::Tensor & x)
{
  const auto type = at::toRealValueType(x.scalar_type());
  return x.device().is_cpu() && (type == at::kFloat || type == at::kDouble);
}
} // namespace

void
ThrowResidualNotFinite(std::int64_t iteration)
{
  throw NumericalError("ConjugateGradient: the residual after " + std::to_string(iteration) +
                       " products is not finite; required finite data and a positive definite operator");
}

at::Tensor
SampleDotOnDevice(const at::Tensor & a, const at::Tensor & b)
{
  const at::Tensor left = Real(a).to(at::kDouble).reshape({a.size(0), -1});
  return left.mul(Real(b).reshape({a.size(0), -1})).sum(1);
}

at::Tensor
SampleDot(const at::Tensor & a, const at::Tensor & b)
{
  if (!a.defined() || !b.defined() || a.dim() < 1 || a.sizes() != b.sizes() || a.is_complex() != b.is_complex())
  {
    throw DataError("SampleDot: two tensors that differ in shape or kind; required equal [batch, ...]");
  }
  const at::NoGradGuard noGrad;
  if (!HasFusedLoops(a) || a.scalar_type() != b.scalar_type() || a.device() != b.device() || a.size(0) == 0)
  {
    return SampleDotOnDevice(a, b);
  }
  const at::Tensor left = Real(a.contiguous().resolve_conj());
  const at::Tensor right = Real(b.contiguous().resolve_conj());
  at::Tensor result = at::empty({a.size(0)}, at::kDouble);
  const SampleExtent extent{a.size(0), left.numel() / a.size(0)};
  if (left.scalar_type() == at::kFloat)
  {
    BatchDot(extent, left.data_ptr<float>(), right.data_ptr<float>(), result.data_ptr<double>());
  }
  else
  {
    BatchDot(extent, left.data_ptr<double>(), right.data_ptr<double>(), result.data_ptr<double>());
  }
  return result;
}

ConjugateGradientResult
ConjugateGradientOnDevice(const LinearSystem & system)
{
  const at::Tensor & b = system.rightHandSide;
  const at::Tensor reference = SampleDotOnDevice(b, b);
  const at::Tensor isZero = reference == 0.0;
  const bool hasStart = system.start.defined();
  std::int64_t iterations = hasStart ? 1 : 0;
  at::Tensor x = hasStart ? at::where(PerSample(isZero, b).to(at::kBool), at::zeros_like(b), system.start.to(b))
                          : at::zeros_like(b);
  at::Tensor r = hasStart ? b - system.product(x) : b.clone();
  at::Tensor p = r.clone();
  at::Tensor squared = SampleDotOnDevice(r, r);
  const at::Tensor target = reference * (system.tolerance * system.tolerance);
  at::Tensor active = squared > target;
  // One number per iteration crosses to the host: NaN if any sample is not finite, else how many are active.
  const auto countActive = [&]
  {
    const double count = (active.sum() + (squared + reference).sum() * 0.0).item<double>();
    if (!(count >= 0.0))
    {
      ThrowResidualNotFinite(iterations);
    }
    return count;
  };
  while (iterations < system.maximumIterations && countActive() > 0.0)
  {
    const at::Tensor q = system.product(p);
    ++iterations;
    const at::Tensor curvature = SampleDotOnDevice(p, q);
    active = active.logical_and(curvature.gt(0.0).logical_or(curvature.isfinite().logical_not()));
    const at::Tensor moves = PerSample(active, x).to(at::kBool);
    const at::Tensor alpha = PerSample(at::where(active, squared / curvature, at::zeros_like(squared)), x);
    x = at::where(moves, x + alpha * p, x);
    r = at::where(moves, r - alpha * q, r);
    const at::Tensor after = at::where(active, SampleDotOnDevice(r, r), squared);
    const at::Tensor beta = PerSample(at::where(active, after / squared, at::zeros_like(squared)), x);
    p = at::where(moves, r + beta * p, p);
    squared = after;
    active = active.logical_and(squared.gt(target));
  }
  countActive();
  const at::Tensor relative =
      at::where(isZero, at::zeros_like(squared), (squared / reference).sqrt()).cpu().contiguous();
  const double * values = relative.data_ptr<double>();
  return {x, std::vector<double>(values, values + relative.numel()), iterations};
}

ConjugateGradientResult
ConjugateGradient(const std::function<at::Tensor(const at::Tensor &)> & product,
                  const at::Tensor & b,
                  const at::Tensor & start,
                  std::int64_t maximumIterations,
                  double tolerance)
{
  if (!b.defined() || b.dim() < 1 || !(b.is_complex() || b.is_floating_point()))
  {
    throw DataError("ConjugateGradient: a right-hand side without batch or of integers; required [batch, ...]");
  }
  if (start.defined() && (start.sizes() != b.sizes() || start.scalar_type() != b.scalar_type()))
  {
    throw DataError("ConjugateGradient: a start of another shape or type; required those of the right-hand side");
  }
  if (!(tolerance >= 0.0) || maximumIterations < 0)
  {
    throw UsageError("ConjugateGradient: tolerance " + std::to_string(tolerance) + " and " +
                     std::to_string(maximumIterations) + " iterations; required numbers that are not negative");
  }
  const at::NoGradGuard noGrad;
  const LinearSystem system{product, b.resolve_conj(), start, maximumIterations, tolerance};
  return HasFusedLoops(b) ? ConjugateGradientOnCpu(system) : ConjugateGradientOnDevice(system);
}
} // namespace tweedie
