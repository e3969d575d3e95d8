// SPDX-License-Identifier: Apache-2.0
#include "tweedieCountingDenoiser.h"

#include "tweedieError.h"
#include "tweedieWorkMeter.h"

namespace tweedie
{
CountingDenoiser::CountingDenoiser(DenoiserPointer denoiser, std::shared_ptr<std::int64_t> count, double variance)
    : m_Denoiser(std::move(denoiser)), m_Count(std::move(count)), m_Variance(variance)
{
  if (!m_Denoiser)
  {
    throw UsageError("estimator: no prior was given; a denoiser is required");
  }
}

std::string
CountingDenoiser::Name() const
{
  return m_Denoiser->Name();
}

at::Tensor
CountingDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  ++*m_Count;
  const WorkSpan span(WorkKind::Network);
  return m_Denoiser->Denoise(x, sigma);
}

bool
CountingDenoiser::HasJacobianProduct() const
{
  return m_Denoiser->HasJacobianProduct();
}

at::Tensor
CountingDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  ++*m_Count;
  const WorkSpan span(WorkKind::Network);
  return m_Denoiser->JacobianProduct(x, sigma, v);
}

bool
CountingDenoiser::HasCovarianceProduct() const
{
  return m_Denoiser->HasCovarianceProduct();
}

// Products of a closed form inside a conjugate gradient are arithmetic of the solver, not calls of a network.
at::Tensor
CountingDenoiser::CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const
{
  const WorkSpan span(WorkKind::Network);
  return m_Denoiser->CovarianceProduct(x, sigma, u);
}

bool
CountingDenoiser::HasCovarianceDraw() const
{
  return m_Denoiser->HasCovarianceDraw();
}

at::Tensor
CountingDenoiser::CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const
{
  const WorkSpan span(WorkKind::Network);
  return m_Denoiser->CovarianceDraw(x, sigma, random);
}

at::Tensor
CountingDenoiser::PriorMean() const
{
  return m_Denoiser->PriorMean();
}

double
CountingDenoiser::PriorVariance() const
{
  return m_Denoiser->PriorVariance();
}

double
CountingDenoiser::GuidanceVariance(double sigma) const
{
  return m_Variance > 0.0 ? IsotropicVariance(m_Variance, sigma) : m_Denoiser->GuidanceVariance(sigma);
}

bool
CountingDenoiser::NeedsNoise() const
{
  return m_Denoiser->NeedsNoise();
}

double
CountingDenoiser::SigmaMinimum() const
{
  return m_Denoiser->SigmaMinimum();
}

double
CountingDenoiser::SigmaMaximum() const
{
  return m_Denoiser->SigmaMaximum();
}
} // namespace tweedie
