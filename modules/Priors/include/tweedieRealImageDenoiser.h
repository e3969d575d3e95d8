// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRealImageDenoiser_h
#define tweedieRealImageDenoiser_h

#include "tweedieDenoiser.h"

namespace tweedie
{
/** A prior of complex images as a prior of real ones: the imaginary part of x0 is known to be zero, so that of x is
 * noise alone,
 *
 *    D(x, sigma) = Re D_complex(x + i sigma n, sigma),   n one fixed draw of N(0, I) for each image size.
 *
 * State: real [batch, 1, 1, y, x]. The draw is fixed so that D is a function of x; what it adds to D is below the
 * error of the prior itself. */
class RealImageDenoiser final : public Denoiser
{
public:
  explicit RealImageDenoiser(DenoiserPointer complexPrior);

  std::string Name() const override;
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  bool HasJacobianProduct() const override;
  at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const override;
  /** That of a complex image whose phase lies anywhere has half of its power in either part. */
  double PriorVariance() const override;
  double GuidanceVariance(double sigma) const override;
  bool NeedsNoise() const override;
  double MemoryPerPixel(bool withGradient) const override;
  double SigmaMinimum() const override;
  double SigmaMaximum() const override;

private:
  at::Tensor Complex(const at::Tensor & x, const at::Tensor & sigma) const;

  DenoiserPointer m_Prior;
};
} // namespace tweedie

#endif
