// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFourierGaussianDenoiser_h
#define tweedieFourierGaussianDenoiser_h

#include "tweedieClosedFormDenoiser.h"

#include <memory>

namespace tweedie
{
/** Stationary complex Gaussian prior, diagonal in Fourier space: F(x0 - m) has independent samples whose real and
 * imaginary parts are independent with variance S each.
 *
 *    D(x, s) = m + F^H S (S + s^2)^-1 F (x - m),   Cov[x0 | x] = F^H S s^2 (S + s^2)^-1 F
 *
 * F is the centred unitary transform (DC at index floor(N/2)) over the last one, two or three axes. A measurement of
 * single k-space samples (single-coil Cartesian MRI) keeps the law in this class. Complex state only. */
class FourierGaussianDenoiser final : public ClosedFormDenoiser
{
public:
  /** spectrum S [shape...] >= 0, finite, in centred order; mean [shape...] complex, or undefined for zero; transformed
   * = number of last axes the transform runs over (1..3). Throws DataError. */
  explicit FourierGaussianDenoiser(const at::Tensor & spectrum,
                                   const at::Tensor & mean = {},
                                   std::int64_t transformed = 2);

  /** The exact posterior for y = mask F x + n: where mask = 1 the variance becomes S s_c^2 / (S + s_c^2) and the mean's
   * k-space sample moves by S / (S + s_c^2) (y - F m); elsewhere nothing changes.
   *
   * mask of zeros and ones, and y complex, both of a shape that broadcasts to [shape...]; componentVariance = s_c^2 >
   * 0, the variance of each real component of n. Throws DataError. */
  std::shared_ptr<const FourierGaussianDenoiser>
  Conditioned(const at::Tensor & mask, const at::Tensor & measurement, double componentVariance) const;

  /** S [shape...], centred: variance of each real component of each k-space sample. */
  at::Tensor Spectrum() const;

  /** F x and F^H y, centred and unitary, for tensors [..., shape...]. */
  at::Tensor Transform(const at::Tensor & x) const;
  at::Tensor InverseTransform(const at::Tensor & y) const;

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
  /** F^H diag(weight) F v for a weight [1 or batch, shape...] in the transform's own (uncentred) order. */
  at::Tensor Filter(const at::Tensor & v, const at::Tensor & weight) const;
  /** S in the transform's own order as [1, shape...], and sigma^2 to go with it, in the real type of x. */
  at::Tensor PlainSpectrum(const at::Tensor & x) const;

  std::vector<std::int64_t> m_Axes;
  at::Tensor m_Spectrum;      ///< centred
  at::Tensor m_PlainSpectrum; ///< DC first
  at::Tensor m_Mean;
};
} // namespace tweedie

#endif
