// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGaussianDenoiser_h
#define tweedieGaussianDenoiser_h

#include "tweedieClosedFormDenoiser.h"

#include <memory>

namespace tweedie
{
struct GaussianComponents;

/** Gaussian prior N(m, P) with a full covariance, eigen-decomposed once:
 *
 *    D(x, s) = m + P (P + s^2)^-1 (x - m),   J = P (P + s^2)^-1,   Cov[x0 | x] = P s^2 (P + s^2)^-1
 *
 * P acts on the n real components of one sample: its elements in memory order, and for a complex state the real and
 * the imaginary part of each element one after the other (re0, im0, re1, ...). Memory and time O(n^2) per sample. */
class GaussianDenoiser final : public ClosedFormDenoiser
{
public:
  /** mean [shape...], real or complex; covariance [n, n] real, symmetric, positive semi-definite. Throws DataError when
   * covariance has another shape, is not symmetric to 1e-9 of its largest entry, or has an eigenvalue below -1e-9 of
   * its largest. */
  GaussianDenoiser(const at::Tensor & mean, const at::Tensor & covariance);
  ~GaussianDenoiser() override;

  /** The exact posterior for y = A x + n:
   *
   *    K = P A^T (A P A^T + s_c^2 I)^-1,   mean m + K (y - A m),   covariance P - K A P
   *
   * matrix A [rows, elements of one sample], real or complex; measurement y [rows], complex where A or x is;
   * componentVariance = s_c^2 > 0, the variance of each real component of n. Throws DataError for other shapes. */
  std::shared_ptr<const GaussianDenoiser>
  Conditioned(const at::Tensor & matrix, const at::Tensor & measurement, double componentVariance) const;

  /** [n, n] over the real components. */
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
  at::Tensor m_Mean;
  std::unique_ptr<const GaussianComponents> m_Law;
};
} // namespace tweedie

#endif
