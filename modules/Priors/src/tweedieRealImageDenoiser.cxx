// SPDX-License-Identifier: Apache-2.0
#include "tweedieRealImageDenoiser.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr std::uint64_t seed = 0x7265616c; // of the imaginary noise, any number will do
}

RealImageDenoiser::RealImageDenoiser(DenoiserPointer complexPrior) : m_Prior(std::move(complexPrior)) {}

std::string
RealImageDenoiser::Name() const
{
  return m_Prior->Name();
}

at::Tensor
RealImageDenoiser::Complex(const at::Tensor & x, const at::Tensor & sigma) const
{
  if (x.is_complex())
  {
    throw DataError("prior of real images: given a complex image; required a real one");
  }
  const at::Tensor noise = RandomStreams(seed, {0}).Normal(x.sizes().slice(1), x.scalar_type()).to(x.device());
  return at::complex(x, (noise * BroadcastSigma(sigma, x)).expand_as(x));
}

at::Tensor
RealImageDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  return at::real(m_Prior->Denoise(Complex(x, sigma), sigma)).contiguous();
}

bool
RealImageDenoiser::HasJacobianProduct() const
{
  return m_Prior->HasJacobianProduct();
}

at::Tensor
RealImageDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  const at::Tensor full = at::complex(v, at::zeros_like(v));
  return at::real(m_Prior->JacobianProduct(Complex(x, sigma), sigma, full)).contiguous();
}

double
RealImageDenoiser::PriorVariance() const
{
  return 2.0 * m_Prior->PriorVariance();
}

double
RealImageDenoiser::GuidanceVariance(double sigma) const
{
  return m_Prior->GuidanceVariance(sigma);
}

double
RealImageDenoiser::MemoryPerPixel(bool withGradient) const
{
  return m_Prior->MemoryPerPixel(withGradient);
}

bool
RealImageDenoiser::NeedsNoise() const
{
  return m_Prior->NeedsNoise();
}

double
RealImageDenoiser::SigmaMinimum() const
{
  return m_Prior->SigmaMinimum();
}

double
RealImageDenoiser::SigmaMaximum() const
{
  return m_Prior->SigmaMaximum();
}
} // namespace tweedie
