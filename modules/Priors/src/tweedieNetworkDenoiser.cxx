// SPDX-License-Identifier: Apache-2.0
#include "tweedieNetworkDenoiser.h"

#include "tweedieError.h"
#include "tweedieModelFile.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

namespace tweedie
{
namespace
{
/** The named weights of a model file, without the golden pairs. */
UNet::NamedTensors
WeightsOf(const ModelFile & model, c10::Device device)
{
  UNet::NamedTensors weights;
  for (const auto & [name, tensor] : model.tensors)
  {
    if (name.rfind("golden.", 0) != 0)
    {
      weights.emplace_back(name, tensor.to(device));
    }
  }
  return weights;
}

bool
MultipliesBrainFloat()
{
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

/** Complex [B, 1, 1, y, x] or real [B, C, 1, y, x] -> [B, C, y, x]. */
at::Tensor
ToChannels(const at::Tensor & x, std::int64_t channels, const std::string & name)
{
  const bool complex = x.is_complex();
  if (x.dim() != 5 || x.size(2) != 1 || x.size(1) != (complex ? 1 : channels) || (complex && channels != 2))
  {
    throw DataError("Prior '" + name + "': a " + std::string(complex ? "complex" : "real") + " image of " +
                    std::to_string(x.dim() > 1 ? x.size(1) : 0) + " channel(s) given; " +
                    (channels == 2 ? "one complex channel" : std::to_string(channels) + " real channel(s)") +
                    " in 2-D slices required");
  }
  return complex ? at::view_as_real(x.squeeze(2).squeeze(1)).permute({0, 3, 1, 2}) : x.squeeze(2);
}

at::Tensor
FromChannels(const at::Tensor & channels, bool complex)
{
  return complex ? at::view_as_complex(channels.permute({0, 2, 3, 1}).contiguous()).unsqueeze(1).unsqueeze(2)
                 : channels.unsqueeze(2);
}
} // namespace

bool
IsBrainFloat(const std::string & precision, c10::Device device)
{
  if (precision != "auto" && precision != "float32" && precision != "bfloat16")
  {
    throw UsageError("--precision: given '" + precision + "'; required auto, float32 or bfloat16");
  }
  return precision == "bfloat16" || (precision == "auto" && device.is_cpu() && MultipliesBrainFloat());
}

at::Tensor
DenoisePreconditioned(
    const UNet & network, double sigmaData, const at::Tensor & x, const at::Tensor & sigma, bool brainFloat)
{
  const auto s = sigma.to(at::kDouble).expand({x.size(0)});
  const auto total = s * s + sigmaData * sigmaData;
  const auto shaped = [&](const at::Tensor & value) { return value.to(at::kFloat).view({-1, 1, 1, 1}); };
  const auto raw = network.Forward(x * shaped(total.rsqrt()), (s.log() / 4.0).to(at::kFloat), brainFloat);
  return x * shaped(sigmaData * sigmaData / total) + raw * shaped(s * sigmaData * total.rsqrt());
}

NetworkDenoiser::NetworkDenoiser(ModelCard card, UNet network) : m_Card(std::move(card)), m_Network(std::move(network))
{
}

NetworkDenoiser::NetworkDenoiser(const ModelFile & model,
                                 const std::string & source,
                                 c10::Device device,
                                 bool brainFloat)
    : m_Card(ModelCard::FromJson(model.card, source)), m_Network(m_Card.network, WeightsOf(model, device)),
      m_BrainFloat(brainFloat)
{
}

double
NetworkDenoiser::MemoryPerPixel(bool withGradient) const
{
  // Measured on networks of 64 channels: four layers of full size live at a time; a gradient keeps some 17 of them.
  constexpr double layers = 4.0;
  constexpr double keptLayers = 18.0;
  const double widest = m_Card.network.widths.front();
  return withGradient ? keptLayers * widest * sizeof(float)
                      : layers * widest * (m_BrainFloat ? sizeof(c10::BFloat16) : sizeof(float));
}

at::Tensor
NetworkDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  const auto image = ToChannels(x, m_Card.network.channels, m_Card.name);
  return FromChannels(DenoisePreconditioned(m_Network,
                                            m_Card.sigmaData,
                                            image.to(at::kFloat),
                                            sigma.to(x.device()),
                                            m_BrainFloat && !x.requires_grad()),
                      x.is_complex())
      .to(x.scalar_type());
}

at::Tensor
NetworkDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  const at::AutoGradMode enable(true);
  const auto leaf = x.detach().requires_grad_(true);
  const auto denoised = Denoise(leaf, sigma);
  return torch::autograd::grad({denoised}, {leaf}, {v})[0];
}
} // namespace tweedie
