// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCountingDenoiser_h
#define tweedieCountingDenoiser_h

#include "tweedieDenoiser.h"

#include <cstdint>
#include <memory>

namespace tweedie
{
/** Another denoiser as a run sees it: counts the calls (one for a batch), and takes its error variance from the
 * options where they say v. */
class CountingDenoiser final : public Denoiser
{
public:
  /** variance: v of IsotropicVariance; 0: the denoiser's own error variance. */
  CountingDenoiser(DenoiserPointer denoiser, std::shared_ptr<std::int64_t> count, double variance = 0.0);

  std::string Name() const override;
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  bool HasJacobianProduct() const override;
  at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const override;
  bool HasCovarianceProduct() const override;
  at::Tensor CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const override;
  bool HasCovarianceDraw() const override;
  at::Tensor CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const override;
  at::Tensor PriorMean() const override;
  double PriorVariance() const override;
  double GuidanceVariance(double sigma) const override;
  bool NeedsNoise() const override;
  double SigmaMinimum() const override;
  double SigmaMaximum() const override;

private:
  DenoiserPointer m_Denoiser;
  std::shared_ptr<std::int64_t> m_Count;
  double m_Variance;
};
} // namespace tweedie

#endif
