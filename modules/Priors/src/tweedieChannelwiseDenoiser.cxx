// SPDX-License-Identifier: Apache-2.0
#include "tweedieChannelwiseDenoiser.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <sstream>
#include <vector>

namespace tweedie
{
namespace
{
/** [batch, channel, z, y, x] as [batch * channel, 1, z, y, x]. */
at::Tensor
Images(const at::Tensor & x, std::int64_t channels)
{
  if (x.dim() != 5 || x.size(1) != channels)
  {
    std::ostringstream message;
    message << "prior of stacks: given a tensor " << x.sizes() << "; required [batch, " << channels << ", z, y, x]";
    throw DataError(message.str());
  }
  return x.flatten(0, 1).unsqueeze(1);
}

at::Tensor
Stacks(const at::Tensor & images, std::int64_t channels)
{
  return images.squeeze(1).unflatten(0, {-1, channels});
}

/** One noise level for each of the images of a batch. */
at::Tensor
Levels(const at::Tensor & sigma, const at::Tensor & x)
{
  return sigma.reshape({-1}).expand({x.size(0)}).repeat_interleave(x.size(1));
}
} // namespace

ChannelwiseDenoiser::ChannelwiseDenoiser(DenoiserPointer prior, std::int64_t channels, const at::Tensor & support)
    : m_Prior(std::move(prior)), m_Channels(channels), m_Support(support)
{
}

at::Tensor
ChannelwiseDenoiser::Supported(const at::Tensor & x) const
{
  return m_Support.defined() ? x * m_Support.to(x.device(), c10::toRealValueType(x.scalar_type())) : x;
}

std::string
ChannelwiseDenoiser::Name() const
{
  return m_Prior->Name() + " channel by channel";
}

at::Tensor
ChannelwiseDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  return Supported(Stacks(m_Prior->Denoise(Images(x, m_Channels), Levels(sigma, x)), m_Channels));
}

bool
ChannelwiseDenoiser::HasJacobianProduct() const
{
  return m_Prior->HasJacobianProduct();
}

at::Tensor
ChannelwiseDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  const at::Tensor inside = Images(Supported(v), m_Channels);
  return Stacks(m_Prior->JacobianProduct(Images(x, m_Channels), Levels(sigma, x), inside), m_Channels);
}

bool
ChannelwiseDenoiser::HasCovarianceProduct() const
{
  return m_Prior->HasCovarianceProduct();
}

at::Tensor
ChannelwiseDenoiser::CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const
{
  const at::Tensor inside = Images(Supported(u), m_Channels);
  return Supported(Stacks(m_Prior->CovarianceProduct(Images(x, m_Channels), Levels(sigma, x), inside), m_Channels));
}

bool
ChannelwiseDenoiser::HasCovarianceDraw() const
{
  return m_Prior->HasCovarianceDraw();
}

at::Tensor
ChannelwiseDenoiser::CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const
{
  // Channel by channel: there is a stream for each entry of the batch, not for each of its images.
  const at::Tensor levels = sigma.reshape({-1}).expand({x.size(0)});
  std::vector<at::Tensor> draws;
  for (std::int64_t channel = 0; channel < m_Channels; ++channel)
  {
    draws.push_back(m_Prior->CovarianceDraw(x.narrow(1, channel, 1).contiguous(), levels, random));
  }
  return Supported(at::cat(draws, 1));
}

at::Tensor
ChannelwiseDenoiser::PriorMean() const
{
  const at::Tensor mean = m_Prior->PriorMean();
  return mean.defined() ? at::cat(std::vector<at::Tensor>(static_cast<std::size_t>(m_Channels), mean), mean.dim() - 4)
                        : mean;
}

double
ChannelwiseDenoiser::PriorVariance() const
{
  return m_Prior->PriorVariance();
}

double
ChannelwiseDenoiser::GuidanceVariance(double sigma) const
{
  return m_Prior->GuidanceVariance(sigma);
}

bool
ChannelwiseDenoiser::NeedsNoise() const
{
  return m_Prior->NeedsNoise();
}

double
ChannelwiseDenoiser::MemoryPerPixel(bool withGradient) const
{
  return static_cast<double>(m_Channels) * m_Prior->MemoryPerPixel(withGradient);
}

double
ChannelwiseDenoiser::SigmaMinimum() const
{
  return m_Prior->SigmaMinimum();
}

double
ChannelwiseDenoiser::SigmaMaximum() const
{
  return m_Prior->SigmaMaximum();
}
} // namespace tweedie
