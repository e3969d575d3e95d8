// SPDX-License-Identifier: Apache-2.0
#include "tweedieGaussianDenoiser.h"

#include "tweedieGaussianComponents.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
const char * const name = "GaussianDenoiser";

at::Tensor
DoubleOf(const at::Tensor & x)
{
  return x.to(x.is_complex() ? at::kComplexDouble : at::kDouble).contiguous();
}
} // namespace

GaussianDenoiser::GaussianDenoiser(const at::Tensor & mean, const at::Tensor & covariance)
    : m_Mean(DoubleOf(mean)),
      m_Law(std::make_unique<GaussianComponents>(name, ToRealComponents(m_Mean.unsqueeze(0)), covariance.unsqueeze(0)))
{
}

GaussianDenoiser::~GaussianDenoiser() = default;

std::shared_ptr<const GaussianDenoiser>
GaussianDenoiser::Conditioned(const at::Tensor & matrix, const at::Tensor & measurement, double componentVariance) const
{
  const RealMeasurement real(name, matrix, measurement, componentVariance, m_Mean.numel(), IsComplex());
  at::Tensor logEvidence;
  const auto law = m_Law->Conditioned(name, real.matrix, real.data, componentVariance, logEvidence);
  const auto mean = FromRealComponents(law.means.squeeze(1), m_Mean.sizes(), m_Mean.scalar_type());
  return std::make_shared<const GaussianDenoiser>(mean.squeeze(0), law.Covariances().squeeze(0));
}

at::Tensor
GaussianDenoiser::Covariance() const
{
  return m_Law->Covariances().squeeze(0);
}

std::string
GaussianDenoiser::Name() const
{
  return name;
}

at::Tensor
GaussianDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  CheckState(x);
  const auto denoised = m_Law->Denoise(ToRealComponents(x), SigmaSquared(sigma, x));
  return FromRealComponents(denoised.squeeze(0), m_Mean.sizes(), x.scalar_type());
}

at::Tensor
GaussianDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  CheckState(x);
  CheckState(v);
  const auto product = m_Law->Gain(ToRealComponents(v), SigmaSquared(sigma, x));
  return FromRealComponents(product.squeeze(0), m_Mean.sizes(), v.scalar_type());
}

at::Tensor
GaussianDenoiser::CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const
{
  return BroadcastSigma(sigma, u).square() * JacobianProduct(x, sigma, u);
}

at::Tensor
GaussianDenoiser::CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const
{
  CheckState(x);
  const auto z = random.Normal({m_Law->values.size(-1)}, at::kDouble).to(x.device());
  const auto draw = m_Law->Colour(m_Law->ConditionalValues(SigmaSquared(sigma, x)), z.unsqueeze(0));
  return FromRealComponents(draw.squeeze(0), m_Mean.sizes(), x.scalar_type());
}

std::vector<std::int64_t>
GaussianDenoiser::DomainShape() const
{
  return m_Mean.sizes().vec();
}

bool
GaussianDenoiser::IsComplex() const
{
  return m_Mean.is_complex();
}

at::Tensor
GaussianDenoiser::Mean() const
{
  return m_Mean;
}

at::Tensor
GaussianDenoiser::MarginalVariance() const
{
  const auto variances = Covariance().diagonal();
  return (IsComplex() ? variances.reshape({-1, 2}).sum(1) : variances).reshape(m_Mean.sizes());
}

at::Tensor
GaussianDenoiser::Draw(RandomStreams & random) const
{
  const auto z = random.Normal({m_Law->values.size(-1)}, at::kDouble);
  const auto draw = m_Law->means + m_Law->Colour(m_Law->values, z.unsqueeze(0));
  return FromRealComponents(draw.squeeze(0), m_Mean.sizes(), m_Mean.scalar_type());
}
} // namespace tweedie
