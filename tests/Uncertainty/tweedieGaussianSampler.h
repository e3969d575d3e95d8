// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGaussianSampler_h
#define tweedieGaussianSampler_h

#include "tweedieClosedFormProblems.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace test
{
enum class Sampling
{
  Exact,
  IgnoresData, ///< draws from the prior
  HalfSpread,
  Shifted ///< by half the posterior's standard deviation
};

/** Truths x ~ N(0, P), data y = A x + N(0, s^2 I) of half as many numbers, and draws from N(mu(y), C) or a wrong law.
 */
class GaussianSampler
{
public:
  explicit GaussianSampler(std::int64_t n = 12, double noise = 0.5)
      : m_Noise(noise), m_Prior(RandomCovariance(1, n, 0.1, 4.0)),
        m_Operator(Normal(2, {n / 2, n}) / std::sqrt(double(n)))
  {
    const at::Tensor cross = at::matmul(m_Operator, m_Prior);
    const at::Tensor data = at::matmul(cross, m_Operator.t()) + m_Noise * m_Noise * at::eye(n / 2, at::kDouble);
    m_Gain = at::linalg_solve(data, cross).t();
    m_Covariance = m_Prior - at::matmul(m_Gain, cross);
    m_Root = at::linalg_cholesky(m_Covariance);
    m_PriorRoot = at::linalg_cholesky(m_Prior);
  }

  const at::Tensor &
  Prior() const
  {
    return m_Prior;
  }

  struct Cases
  {
    at::Tensor truth;   ///< [cases, n]
    at::Tensor data;    ///< [cases, n / 2]
    at::Tensor mean;    ///< [cases, n]
    at::Tensor samples; ///< [cases, count, n]
  };

  /** noiseFactor: true noise over that which the sampler knows. */
  Cases
  Draw(std::uint64_t seed,
       std::int64_t cases,
       std::int64_t count,
       Sampling kind = Sampling::Exact,
       double noiseFactor = 1.0) const
  {
    const std::int64_t n = m_Prior.size(0);
    RandomStreams random(seed, {0});
    const auto normal = [&](at::IntArrayRef shape) { return random.Normal(shape, at::kDouble).squeeze(0); };
    Cases drawn;
    drawn.truth = at::matmul(normal({cases, n}), m_PriorRoot.t());
    drawn.data = at::matmul(drawn.truth, m_Operator.t()) + noiseFactor * m_Noise * normal({cases, n / 2});
    drawn.mean = at::matmul(drawn.data, m_Gain.t());
    const bool ignores = kind == Sampling::IgnoresData;
    const at::Tensor spread = at::matmul(normal({cases, count, n}), (ignores ? m_PriorRoot : m_Root).t());
    const at::Tensor centre = ignores ? at::zeros_like(drawn.mean) : drawn.mean;
    drawn.samples = centre.unsqueeze(1) + (kind == Sampling::HalfSpread ? 0.5 * spread : spread);
    if (kind == Sampling::Shifted)
    {
      drawn.samples = drawn.samples + m_Covariance.diagonal().sqrt() / 2.0;
    }
    return drawn;
  }

  /** log p(y | x) of images [B, n] up to a constant. */
  at::Tensor
  LogLikelihood(const at::Tensor & images, const at::Tensor & data) const
  {
    return -0.5 * WhitenedResidual(images, data).square().sum(1);
  }

  /** (y - A x)/s: [B, n / 2]. */
  at::Tensor
  WhitenedResidual(const at::Tensor & images, const at::Tensor & data) const
  {
    return (data - at::matmul(images, m_Operator.t())) / m_Noise;
  }

  /** A^T y. */
  at::Tensor
  Adjoint(const at::Tensor & data) const
  {
    return at::matmul(data, m_Operator);
  }

  const at::Tensor &
  Covariance() const
  {
    return m_Covariance;
  }
  const at::Tensor &
  Operator() const
  {
    return m_Operator;
  }
  double
  Noise() const
  {
    return m_Noise;
  }

private:
  double m_Noise;
  at::Tensor m_Prior;
  at::Tensor m_Operator;
  at::Tensor m_Gain;
  at::Tensor m_Covariance;
  at::Tensor m_Root;
  at::Tensor m_PriorRoot;
};
} // namespace test
} // namespace tweedie

#endif
