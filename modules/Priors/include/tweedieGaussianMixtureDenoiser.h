// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGaussianMixtureDenoiser_h
#define tweedieGaussianMixtureDenoiser_h

#include "tweedieClosedFormDenoiser.h"

#include <memory>

namespace tweedie
{
struct GaussianComponents;

/** Gaussian mixture prior sum_k w_k N(m_k, P_k) with full covariances:
 *
 *    q_k ~ w_k N(x; m_k, P_k + s^2),   d_k = m_k + P_k (P_k + s^2)^-1 (x - m_k),   D = sum_k q_k d_k
 *    Cov[x0 | x] = sum_k q_k (P_k s^2 (P_k + s^2)^-1 + (d_k - D)(d_k - D)^T) = s^2 J
 *
 * Real components are ordered as in GaussianDenoiser. */
class GaussianMixtureDenoiser final : public ClosedFormDenoiser
{
public:
  /** weights [K] positive (normalised here), means [K, shape...] real or complex, covariances [K, n, n] real. Throws
   * DataError as GaussianDenoiser does, or when a weight is not positive. */
  GaussianMixtureDenoiser(const at::Tensor & weights, const at::Tensor & means, const at::Tensor & covariances);
  ~GaussianMixtureDenoiser() override;

  /** The exact posterior for y = A x + n, again a mixture: each component conditioned as GaussianDenoiser is, its
   * weight multiplied by its evidence N(y; A m_k, A P_k A^T + s_c^2 I). Arguments as there. */
  std::shared_ptr<const GaussianMixtureDenoiser>
  Conditioned(const at::Tensor & matrix, const at::Tensor & measurement, double componentVariance) const;

  /** [K], sum 1. */
  at::Tensor Weights() const;
  /** [K, shape...]. */
  at::Tensor ComponentMeans() const;
  /** Covariance of the mixture [n, n] over the real components. */
  at::Tensor Covariance() const;

  std::string Name() const override;
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const override;
  at::Tensor CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const override;
  at::Tensor CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const override;

  std::vector<std::int64_t> DomainShape() const override;
  bool IsComplex() const override;
  at::Tensor Mean() const override;
  at::Tensor MarginalVariance() const override;
  at::Tensor Draw(RandomStreams & random) const override;

private:
  at::Tensor m_Weights;
  at::Tensor m_Means;
  std::unique_ptr<const GaussianComponents> m_Law;
};
} // namespace tweedie

#endif
