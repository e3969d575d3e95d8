// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNonNegativeDenoiser_h
#define tweedieNonNegativeDenoiser_h

#include "tweedieDenoiser.h"

namespace tweedie
{
/** A prior of real images that are known not to be negative:
 *
 *    D+(x, sigma) = max(D(x, sigma), 0),    J+ = 1[D > 0] J
 *
 * which is never further from E[x0 | x] of such images than D is, and no more than that: not the denoiser of the prior
 * cut at zero. Real states only. */
class NonNegativeDenoiser final : public Denoiser
{
public:
  explicit NonNegativeDenoiser(DenoiserPointer prior);

  std::string Name() const override;
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  bool HasJacobianProduct() const override;
  at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const override;
  at::Tensor PriorMean() const override;
  double PriorVariance() const override;
  double GuidanceVariance(double sigma) const override;
  bool NeedsNoise() const override;
  double MemoryPerPixel(bool withGradient) const override;
  double SigmaMinimum() const override;
  double SigmaMaximum() const override;

private:
  DenoiserPointer m_Prior;
};
} // namespace tweedie

#endif
