// SPDX-License-Identifier: Apache-2.0
#include "tweedieFourierGaussianDenoiser.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
const char * const name = "FourierGaussianDenoiser";

[[noreturn]] void
ThrowData(const std::string & given, const char * required)
{
  throw DataError(std::string(name) + ": " + given + "; " + required + " is required");
}

/** v as a full tensor of the spectrum's shape. */
at::Tensor
Expanded(const at::Tensor & v, const at::Tensor & spectrum, const char * what)
{
  // Also catches a tensor that is larger than the spectrum, which expand() would refuse with a message of its own.
  const bool fits = [&]
  {
    for (std::int64_t i = 1; i <= v.dim(); ++i)
    {
      if (i > spectrum.dim() || (v.size(-i) != 1 && v.size(-i) != spectrum.size(-i)))
      {
        return false;
      }
    }
    return true;
  }();
  if (!fits)
  {
    std::ostringstream given;
    given << what << " of shape " << v.sizes() << " for a spectrum of shape " << spectrum.sizes();
    ThrowData(given.str(), "one that broadcasts to it");
  }
  return v.expand(spectrum.sizes());
}
} // namespace

FourierGaussianDenoiser::FourierGaussianDenoiser(const at::Tensor & spectrum,
                                                 const at::Tensor & mean,
                                                 std::int64_t transformed)
{
  if (transformed < 1 || transformed > 3 || spectrum.dim() < transformed)
  {
    ThrowData(std::to_string(transformed) + " transformed axes", "one to three, at most as many as the spectrum has,");
  }
  if (spectrum.is_complex() || !(spectrum >= 0).logical_and(at::isfinite(spectrum)).all().item<bool>())
  {
    ThrowData("a spectrum with complex, negative or non-finite values", "a real one, finite and not negative,");
  }
  for (std::int64_t axis = -transformed; axis < 0; ++axis)
  {
    m_Axes.push_back(axis);
  }
  m_Spectrum = spectrum.to(at::kDouble).contiguous();
  m_PlainSpectrum = at::fft_ifftshift(m_Spectrum, m_Axes).unsqueeze(0).contiguous();
  m_Mean = mean.defined() ? mean.to(at::kComplexDouble).contiguous()
                          : at::zeros(m_Spectrum.sizes(), m_Spectrum.options().dtype(at::kComplexDouble));
  if ((mean.defined() && !mean.is_complex()) || m_Mean.sizes() != m_Spectrum.sizes())
  {
    ThrowData("a mean that is real or of another shape", "a complex one of the spectrum's shape");
  }
}

std::shared_ptr<const FourierGaussianDenoiser>
FourierGaussianDenoiser::Conditioned(const at::Tensor & mask,
                                     const at::Tensor & measurement,
                                     double componentVariance) const
{
  const auto sampled = Expanded(mask.to(at::kDouble), m_Spectrum, "mask");
  const auto data = Expanded(measurement, m_Spectrum, "measurement").to(at::kComplexDouble);
  if (!(sampled * (1.0 - sampled)).eq(0).all().item<bool>() || !measurement.is_complex())
  {
    ThrowData("a mask with other values, or real data", "a mask of zeros and ones, with complex data,");
  }
  if (!(componentVariance > 0.0) || !std::isfinite(componentVariance))
  {
    ThrowData("variance " + std::to_string(componentVariance), "a positive one");
  }
  const auto gain = sampled * m_Spectrum / (m_Spectrum + componentVariance);
  const auto change = InverseTransform(gain * (data - Transform(m_Mean)));
  return std::make_shared<const FourierGaussianDenoiser>(
      m_Spectrum * (1.0 - gain), m_Mean + change, static_cast<std::int64_t>(m_Axes.size()));
}

at::Tensor
FourierGaussianDenoiser::Spectrum() const
{
  return m_Spectrum;
}

at::Tensor
FourierGaussianDenoiser::Transform(const at::Tensor & x) const
{
  return at::fft_fftshift(at::fft_fftn(at::fft_ifftshift(x, m_Axes), c10::nullopt, m_Axes, "ortho"), m_Axes);
}

at::Tensor
FourierGaussianDenoiser::InverseTransform(const at::Tensor & y) const
{
  return at::fft_fftshift(at::fft_ifftn(at::fft_ifftshift(y, m_Axes), c10::nullopt, m_Axes, "ortho"), m_Axes);
}

at::Tensor
FourierGaussianDenoiser::Filter(const at::Tensor & v, const at::Tensor & weight) const
{
  // The image-side shifts of the centred transform cancel: a circular convolution does not see where the origin lies.
  return at::fft_ifftn(at::fft_fftn(v, c10::nullopt, m_Axes, "ortho") * weight, c10::nullopt, m_Axes, "ortho");
}

at::Tensor
FourierGaussianDenoiser::PlainSpectrum(const at::Tensor & x) const
{
  return m_PlainSpectrum.to(x.device(), c10::toRealValueType(x.scalar_type()));
}

std::string
FourierGaussianDenoiser::Name() const
{
  return name;
}

at::Tensor
FourierGaussianDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  CheckState(x);
  CheckState(v);
  const auto spectrum = PlainSpectrum(v);
  return Filter(v, spectrum / (spectrum + BroadcastSigma(sigma, v).square()).clamp_min(1e-30));
}

at::Tensor
FourierGaussianDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  CheckState(x);
  const auto mean = m_Mean.to(x.device(), x.scalar_type());
  return mean + JacobianProduct(x, sigma, x - mean);
}

at::Tensor
FourierGaussianDenoiser::CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const
{
  return BroadcastSigma(sigma, u).square() * JacobianProduct(x, sigma, u);
}

at::Tensor
FourierGaussianDenoiser::CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const
{
  CheckState(x);
  const auto spectrum = PlainSpectrum(x);
  const auto s2 = BroadcastSigma(sigma, x).square();
  const auto weight = (spectrum * s2 / (spectrum + s2).clamp_min(1e-30)).sqrt();
  return Filter(random.NormalLike(x), weight);
}

std::vector<std::int64_t>
FourierGaussianDenoiser::DomainShape() const
{
  return m_Spectrum.sizes().vec();
}

bool
FourierGaussianDenoiser::IsComplex() const
{
  return true;
}

at::Tensor
FourierGaussianDenoiser::Mean() const
{
  return m_Mean;
}

at::Tensor
FourierGaussianDenoiser::MarginalVariance() const
{
  return (2.0 * m_Spectrum.mean(m_Axes, true)).expand(m_Spectrum.sizes()).contiguous();
}

at::Tensor
FourierGaussianDenoiser::Draw(RandomStreams & random) const
{
  const auto z = random.Normal(m_Spectrum.sizes(), at::kComplexDouble);
  return m_Mean + Filter(z, m_PlainSpectrum.sqrt());
}
} // namespace tweedie
