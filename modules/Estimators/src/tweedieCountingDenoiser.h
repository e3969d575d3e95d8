// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCountingDenoiser_h
#define tweedieCountingDenoiser_h

#include "tweedieDenoiser.h"

#include <cstdint>
#include <memory>

namespace tweedie
{
/** Another denoiser, and how often it was called: a call for a batch counts once. */
class CountingDenoiser final : public Denoiser
{
public:
  CountingDenoiser(DenoiserPointer denoiser, std::shared_ptr<std::int64_t> count);

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
  double SigmaMinimum() const override;
  double SigmaMaximum() const override;

private:
  DenoiserPointer m_Denoiser;
  std::shared_ptr<std::int64_t> m_Count;
};
} // namespace tweedie

#endif
