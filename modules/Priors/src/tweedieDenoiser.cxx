// SPDX-License-Identifier: Apache-2.0
#include "tweedieDenoiser.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>
#include <vector>

namespace tweedie
{
namespace
{
[[noreturn]] void
ThrowMissing(const Denoiser & denoiser, const char * what)
{
  throw UsageError(denoiser.Name() + ": has no " + what + "; a denoiser with one is required");
}
} // namespace

at::Tensor
Denoiser::JacobianProduct(const at::Tensor &, const at::Tensor &, const at::Tensor &) const
{
  ThrowMissing(*this, "Jacobian product");
}

at::Tensor
Denoiser::CovarianceProduct(const at::Tensor &, const at::Tensor &, const at::Tensor &) const
{
  ThrowMissing(*this, "covariance product");
}

at::Tensor
Denoiser::CovarianceDraw(const at::Tensor &, const at::Tensor &, RandomStreams &) const
{
  ThrowMissing(*this, "covariance draw");
}

double
IsotropicVariance(double variance, double sigma)
{
  return variance * sigma * sigma / (variance + sigma * sigma);
}

double
Denoiser::GuidanceVariance(double sigma) const
{
  return IsotropicVariance(PriorVariance(), sigma);
}

double
Denoiser::SigmaMaximum() const
{
  return 100.0 * std::sqrt(PriorVariance());
}

at::Tensor
BroadcastSigma(const at::Tensor & sigma, const at::Tensor & x)
{
  const auto real = sigma.to(x.device(), c10::toRealValueType(x.scalar_type()));
  if (real.dim() == 0)
  {
    return real;
  }
  if (real.dim() != 1 || (real.size(0) != 1 && (x.dim() == 0 || real.size(0) != x.size(0))))
  {
    std::ostringstream message;
    message << "BroadcastSigma: sigma of shape " << sigma.sizes() << " for x of shape " << x.sizes()
            << "; a scalar or one value per sample is required";
    throw DataError(message.str());
  }
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape.front() = real.size(0);
  return real.reshape(shape);
}

at::Tensor
ScoreFromDenoised(const at::Tensor & x, const at::Tensor & denoised, const at::Tensor & sigma)
{
  return (denoised - x) / BroadcastSigma(sigma, x).square();
}

at::Tensor
EpsFromDenoised(const at::Tensor & x, const at::Tensor & denoised, const at::Tensor & sigma)
{
  return (x - denoised) / BroadcastSigma(sigma, x);
}

at::Tensor
DenoisedFromScore(const at::Tensor & x, const at::Tensor & score, const at::Tensor & sigma)
{
  return x + BroadcastSigma(sigma, x).square() * score;
}

at::Tensor
DenoisedFromEps(const at::Tensor & x, const at::Tensor & eps, const at::Tensor & sigma)
{
  return x - BroadcastSigma(sigma, x) * eps;
}
} // namespace tweedie
