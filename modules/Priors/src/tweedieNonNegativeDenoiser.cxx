// SPDX-License-Identifier: Apache-2.0
#include "tweedieNonNegativeDenoiser.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

namespace tweedie
{
NonNegativeDenoiser::NonNegativeDenoiser(DenoiserPointer prior) : m_Prior(std::move(prior)) {}

std::string
NonNegativeDenoiser::Name() const
{
  return m_Prior->Name();
}

at::Tensor
NonNegativeDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  if (x.is_complex())
  {
    throw DataError("prior of images that are not negative: given a complex image; required a real one");
  }
  return at::relu(m_Prior->Denoise(x, sigma));
}

bool
NonNegativeDenoiser::HasJacobianProduct() const
{
  return m_Prior->HasJacobianProduct();
}

at::Tensor
NonNegativeDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  const at::Tensor isKept = m_Prior->Denoise(x, sigma).detach().gt(0.0).to(v.scalar_type());
  return m_Prior->JacobianProduct(x, sigma, v * isKept);
}

at::Tensor
NonNegativeDenoiser::PriorMean() const
{
  return m_Prior->PriorMean();
}

double
NonNegativeDenoiser::PriorVariance() const
{
  return m_Prior->PriorVariance();
}

double
NonNegativeDenoiser::GuidanceVariance(double sigma) const
{
  return m_Prior->GuidanceVariance(sigma);
}

bool
NonNegativeDenoiser::NeedsNoise() const
{
  return m_Prior->NeedsNoise();
}

double
NonNegativeDenoiser::MemoryPerPixel(bool withGradient) const
{
  return m_Prior->MemoryPerPixel(withGradient);
}

double
NonNegativeDenoiser::SigmaMinimum() const
{
  return m_Prior->SigmaMinimum();
}

double
NonNegativeDenoiser::SigmaMaximum() const
{
  return m_Prior->SigmaMaximum();
}
} // namespace tweedie
