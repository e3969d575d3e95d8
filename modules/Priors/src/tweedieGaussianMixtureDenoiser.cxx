// SPDX-License-Identifier: Apache-2.0
#include "tweedieGaussianMixtureDenoiser.h"

#include "tweedieError.h"
#include "tweedieGaussianComponents.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
const char * const name = "GaussianMixtureDenoiser";

at::Tensor
DoubleOf(const at::Tensor & x)
{
  return x.to(x.is_complex() ? at::kComplexDouble : at::kDouble).contiguous();
}

at::Tensor
CheckedWeights(const at::Tensor & weights, const at::Tensor & means)
{
  if (means.dim() < 1 || weights.sizes() != at::IntArrayRef({means.size(0)}) || weights.numel() == 0 ||
      !(weights > 0).logical_and(at::isfinite(weights)).all().item<bool>())
  {
    throw DataError("GaussianMixtureDenoiser: the weights given; one positive weight per component mean is required");
  }
  const auto positive = weights.to(at::kDouble);
  return positive / positive.sum();
}

/** What D and Cov[x0 | x] are made of, at one state. */
struct Responsibility
{
  at::Tensor weights;    ///< q_k, [K, B, 1]
  at::Tensor denoised;   ///< D, [B, n]
  at::Tensor deviations; ///< d_k - D, [K, B, n]

  Responsibility(const GaussianComponents & law, const at::Tensor & prior, const at::Tensor & x, const at::Tensor & s2)
  {
    const auto logarithms = law.LogDensity(x, s2) + prior.to(x.device()).log().unsqueeze(1);
    weights = at::softmax(logarithms, 0).unsqueeze(-1);
    const auto components = law.Denoise(x, s2);
    denoised = (weights * components).sum(0);
    deviations = components - denoised;
  }
};
} // namespace

GaussianMixtureDenoiser::GaussianMixtureDenoiser(const at::Tensor & weights,
                                                 const at::Tensor & means,
                                                 const at::Tensor & covariances)
    : m_Weights(CheckedWeights(weights, means)), m_Means(DoubleOf(means)),
      m_Law(std::make_unique<GaussianComponents>(name, ToRealComponents(m_Means), covariances))
{
}

GaussianMixtureDenoiser::~GaussianMixtureDenoiser() = default;

std::shared_ptr<const GaussianMixtureDenoiser>
GaussianMixtureDenoiser::Conditioned(const at::Tensor & matrix,
                                     const at::Tensor & measurement,
                                     double componentVariance) const
{
  const auto shape = DomainShape();
  const RealMeasurement real(name, matrix, measurement, componentVariance, m_Means[0].numel(), IsComplex());
  at::Tensor logEvidence;
  const auto law = m_Law->Conditioned(name, real.matrix, real.data, componentVariance, logEvidence);
  // A component far from the data may get weight 0 in double: keep it, at the smallest weight there is.
  const auto weights = at::softmax(m_Weights.log() + logEvidence, 0).clamp_min(1e-300);
  const auto means = FromRealComponents(law.means.squeeze(1), shape, m_Means.scalar_type());
  return std::make_shared<const GaussianMixtureDenoiser>(weights, means, law.Covariances());
}

at::Tensor
GaussianMixtureDenoiser::Weights() const
{
  return m_Weights;
}

at::Tensor
GaussianMixtureDenoiser::ComponentMeans() const
{
  return m_Means;
}

at::Tensor
GaussianMixtureDenoiser::Covariance() const
{
  const auto w = m_Weights.reshape({-1, 1, 1});
  const auto deviations = m_Law->means - (w * m_Law->means).sum(0, true); // [K, 1, n]
  return (w * (m_Law->Covariances() + deviations.transpose(1, 2) * deviations)).sum(0);
}

std::string
GaussianMixtureDenoiser::Name() const
{
  return name;
}

at::Tensor
GaussianMixtureDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  CheckState(x);
  const Responsibility at(*m_Law, m_Weights, ToRealComponents(x), SigmaSquared(sigma, x));
  return FromRealComponents(at.denoised, DomainShape(), x.scalar_type());
}

at::Tensor
GaussianMixtureDenoiser::CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const
{
  CheckState(x);
  CheckState(u);
  const auto s2 = SigmaSquared(sigma, x);
  const auto vector = ToRealComponents(u);
  const Responsibility at(*m_Law, m_Weights, ToRealComponents(x), s2);
  const auto within = s2 * m_Law->Gain(vector, s2);
  const auto between = at.deviations * (at.deviations * vector).sum(-1, true);
  return FromRealComponents((at.weights * (within + between)).sum(0), DomainShape(), u.scalar_type());
}

at::Tensor
GaussianMixtureDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  return CovarianceProduct(x, sigma, v) / BroadcastSigma(sigma, v).square();
}

at::Tensor
GaussianMixtureDenoiser::CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const
{
  CheckState(x);
  const auto s2 = SigmaSquared(sigma, x);
  const auto n = m_Law->values.size(-1);
  const auto count = m_Weights.size(0);
  const Responsibility at(*m_Law, m_Weights, ToRealComponents(x), s2);
  // One number per eigen-direction of each component, and one per component for the spread of their means.
  const auto z = random.Normal({count, n + 1}, at::kDouble).to(x.device()).transpose(0, 1); // [K, B, n + 1]
  const auto within = m_Law->Colour(m_Law->ConditionalValues(s2), z.slice(2, 0, n));
  const auto between = at.deviations * z.slice(2, n);
  return FromRealComponents((at.weights.sqrt() * (within + between)).sum(0), DomainShape(), x.scalar_type());
}

std::vector<std::int64_t>
GaussianMixtureDenoiser::DomainShape() const
{
  return m_Means.sizes().slice(1).vec();
}

bool
GaussianMixtureDenoiser::IsComplex() const
{
  return m_Means.is_complex();
}

at::Tensor
GaussianMixtureDenoiser::Mean() const
{
  const auto mean = (m_Weights.reshape({-1, 1, 1}) * m_Law->means).sum(0); // [1, n]
  return FromRealComponents(mean, DomainShape(), m_Means.scalar_type()).squeeze(0);
}

at::Tensor
GaussianMixtureDenoiser::MarginalVariance() const
{
  const auto variances = Covariance().diagonal();
  return (IsComplex() ? variances.reshape({-1, 2}).sum(1) : variances).reshape(DomainShape());
}

at::Tensor
GaussianMixtureDenoiser::Draw(RandomStreams & random) const
{
  const auto cumulative = m_Weights.cumsum(0).slice(0, 0, m_Weights.size(0) - 1);
  const auto chosen = (random.Uniform({1}, at::kDouble) >= cumulative).sum(1); // [streams]
  const auto z = random.Normal({m_Law->values.size(-1)}, at::kDouble);
  const auto all = m_Law->means + m_Law->Colour(m_Law->values, z.unsqueeze(0)); // [K, streams, n]
  const auto index = chosen.reshape({1, -1, 1}).expand({1, all.size(1), all.size(2)});
  return FromRealComponents(all.gather(0, index).squeeze(0), DomainShape(), m_Means.scalar_type());
}
} // namespace tweedie
