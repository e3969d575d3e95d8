// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieChannelwiseDenoiser_h
#define tweedieChannelwiseDenoiser_h

#include "tweedieDenoiser.h"

#include <cstdint>

namespace tweedie
{
/** A prior of images as one of stacks of them, whose channels are independent: each is an image of its own,
 *
 *    D(x, sigma)[s] = D(x[s], sigma).
 *
 * For the images of several sets of coil maps, which are nothing where a set has no maps: with a support M of zeros and
 * ones D is M D(x[s], sigma) and Cov[x0 | x] is M Cov M. No data say anything there, and a prior of whole images would
 * draw one. State: [batch, channel, z, y, x], of one channel for the prior within.
 */
class ChannelwiseDenoiser final : public Denoiser
{
public:
  /** support: [channel, z, y, x], zeros and ones; undefined: ones. */
  ChannelwiseDenoiser(DenoiserPointer prior, std::int64_t channels, const at::Tensor & support = {});

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
  double MemoryPerPixel(bool withGradient) const override;
  double SigmaMinimum() const override;
  double SigmaMaximum() const override;

private:
  at::Tensor Supported(const at::Tensor & x) const;

  DenoiserPointer m_Prior;
  std::int64_t m_Channels;
  at::Tensor m_Support;
};
} // namespace tweedie

#endif
