// SPDX-License-Identifier: Apache-2.0
#include "tweedieTikhonov.h"

#include "tweedieConjugateGradient.h"
#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieRandom.h"
#include "tweedieSampleNumbers.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string>

namespace tweedie
{
namespace
{
at::ScalarType
RealType(const at::Tensor & x)
{
  return at::toRealValueType(x.scalar_type());
}

/** m for every sample of the batch, in the type of the image that goes with y. */
at::Tensor
Mean(const char * where, const LinearOperatorPointer & op, const at::Tensor & y, const at::Tensor & m)
{
  if (!op || !y.defined() || y.dim() < 1 || !m.defined())
  {
    throw DataError(std::string(where) + ": given no operator, data or mean; required [batch, range...] and [1 or "
                                         "batch, domain...]");
  }
  const std::int64_t batch = std::max({y.size(0), m.size(0), op->BatchSize()});
  auto sizes = m.sizes().vec();
  sizes[0] = batch;
  return m.detach().expand(sizes).contiguous();
}

/** The diagonal of product = C z [B, domain...], for z of this shape and type. */
at::Tensor
Diagonal(const std::function<at::Tensor(const at::Tensor &)> & product,
         const at::Tensor & like,
         const TikhonovOptions & options,
         const std::function<void()> & report)
{
  const std::int64_t pixels = like[0].numel();
  const bool isExact = options.probes >= pixels;
  RandomStreams random(options.seed, {0});
  auto one = like.sizes().vec();
  one[0] = 1;
  at::Tensor sum = at::zeros(like.sizes(), like.options().dtype(RealType(like)));
  for (std::int64_t i = 0; i < (isExact ? pixels : options.probes); ++i)
  {
    at::Tensor probe = at::zeros(one, sum.options());
    if (isExact)
    {
      probe.view({-1})[i] = 1.0;
    }
    else
    {
      const at::Tensor white = random.Normal(at::IntArrayRef(one).slice(1), RealType(like));
      probe.copy_(at::where(white.lt(0.0), -at::ones_like(white), at::ones_like(white)));
    }
    const at::Tensor answer = product(probe.to(like.scalar_type()).expand(like.sizes()).contiguous());
    sum.add_(probe * (answer.is_complex() ? at::real(answer) : answer));
    report();
  }
  return isExact ? sum : sum / static_cast<double>(options.probes);
}
} // namespace

GaussianPosterior
SolveTikhonov(const LinearOperatorPointer & A,
              const at::Tensor & y,
              const at::Tensor & sigma,
              const at::Tensor & m,
              const at::Tensor & v,
              const TikhonovOptions & options)
{
  const at::NoGradGuard noGradient;
  const at::Tensor center = Mean("Tikhonov", A, y, m);
  const bool fits = v.defined() && v.dim() <= 1 && (v.numel() == 1 || v.numel() == center.size(0));
  if (!fits || !v.gt(0).logical_and(v.isfinite()).all().item<bool>())
  {
    throw DataError("Tikhonov: given a variance of wrong size or not positive; required one number > 0, or one per "
                    "sample");
  }
  if (options.probes < 0)
  {
    throw UsageError("Tikhonov: given " + std::to_string(options.probes) + " probes; required 0 or more");
  }
  ProximalOptions solver;
  solver.tolerance = options.tolerance;
  solver.maximumIterations = options.iterations;
  solver.decompose = true;
  const std::int64_t solutions = 1 + std::min(options.probes, center[0].numel());
  std::int64_t done = 0;
  const auto report = [&]
  {
    if (options.progress && !options.progress(++done, solutions))
    {
      throw Aborted("Tikhonov: stopped after " + std::to_string(done) + " of " + std::to_string(solutions) +
                    " solutions");
    }
  };
  GaussianPosterior result;
  result.mean = GaussianLikelihood(A, y, sigma, {}, solver).Proximal(center, v);
  report();
  if (options.probes > 0)
  {
    // Without data and with the prior mean z the posterior mean is C z / v.
    const GaussianLikelihood none(A, at::zeros_like(y), sigma, {}, solver);
    const at::Tensor share =
        Diagonal([&](const at::Tensor & z) { return none.Proximal(z, v); }, center, options, report);
    const double components = center.is_complex() ? 2.0 : 1.0;
    result.standardDeviation = (share.clamp(0.0, 1.0) * PerSample(v, center) * components).sqrt();
  }
  return result;
}
} // namespace tweedie
