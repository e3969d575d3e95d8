// SPDX-License-Identifier: Apache-2.0
#include "tweedieNetworkDenoiser.h"

#include "tweedieError.h"
#include "tweedieModelFile.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr const char * goldenPrefix = "golden.";
constexpr const char * schedulePrefix = "schedule.";
constexpr const char * scheduleName = "schedule.alphas_cumprod";

bool
StartsWith(const std::string & text, const std::string & beginning)
{
  return text.compare(0, beginning.size(), beginning) == 0;
}

/** The named weights of a model file, without golden pairs and schedule. */
NamedTensors
WeightsOf(const ModelFile & model, c10::Device device)
{
  NamedTensors weights;
  for (const auto & [name, tensor] : model.tensors)
  {
    if (!StartsWith(name, goldenPrefix) && !StartsWith(name, schedulePrefix))
    {
      weights.emplace_back(name, tensor.to(device));
    }
  }
  return weights;
}

/** Undefined where the file has none. */
at::Tensor
ScheduleOf(const ModelFile & model)
{
  const auto found = std::find_if(
      model.tensors.begin(), model.tensors.end(), [](const auto & entry) { return entry.first == scheduleName; });
  return found == model.tensors.end() ? at::Tensor() : found->second;
}

/** What make() returns; its errors say which file it was. */
template <typename TMake>
auto
OfFile(const std::string & source, const TMake & make)
{
  try
  {
    return make();
  }
  catch (const DataError & e)
  {
    throw DataError(source + ": " + e.what());
  }
}

NetworkPointer
NetworkOf(const ModelCard & card, const ModelFile & model, c10::Device device)
{
  auto network = FindNetworkFamily(card.architecture).make(card.NetworkText(), WeightsOf(model, device));
  if (network->ImageChannels() != card.ImageChannels())
  {
    throw DataError("a network of " + std::to_string(network->ImageChannels()) + " channels, of which the card names " +
                    std::to_string(card.ImageChannels()) + "; required a name each");
  }
  return network;
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

NetworkDenoiser::NetworkDenoiser(ModelCard card, UNet network)
    : m_Card(std::move(card)), m_Parametrisation(m_Card.parametrisation, m_Card.sigmaData),
      m_Network(std::make_shared<const UNet>(std::move(network)))
{
}

NetworkDenoiser::NetworkDenoiser(const ModelFile & model,
                                 const std::string & source,
                                 c10::Device device,
                                 bool brainFloat)
    : m_Card(ModelCard::FromJson(model.card, source)),
      m_Parametrisation(
          OfFile(source, [&] { return Parametrisation(m_Card.parametrisation, m_Card.sigmaData, ScheduleOf(model)); })),
      m_Network(OfFile(source, [&] { return NetworkOf(m_Card, model, device); })),
      m_BrainFloat(brainFloat && m_Network->HasBrainFloat())
{
}

const UNet &
NetworkDenoiser::OwnNetwork() const
{
  if (const auto * network = dynamic_cast<const UNet *>(m_Network.get()))
  {
    return *network;
  }
  throw DataError("Prior '" + m_Card.name + "': a network of the family " + m_Card.architecture +
                  " given; required one that tweedie train made");
}

at::Tensor
NetworkDenoiser::Evaluate(const at::Tensor & x, const at::Tensor & sigma, bool brainFloat) const
{
  const double offset = m_Card.dataOffset;
  const double scale = m_Card.dataScale;
  const auto image = x.to(at::kFloat);
  const auto level = sigma.to(x.device(), at::kDouble);
  if (offset == 0.0 && scale == 1.0)
  {
    return DenoisePreconditioned(*m_Network, m_Parametrisation, image, level, brainFloat);
  }
  return offset + scale * DenoisePreconditioned(
                              *m_Network, m_Parametrisation, (image - offset) / scale, level / scale, brainFloat);
}

at::Tensor
NetworkDenoiser::DenoiseChannels(const at::Tensor & x, const at::Tensor & sigma) const
{
  return Evaluate(x, sigma, false);
}

at::Tensor
NetworkDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  const auto image = ToChannels(x, m_Network->ImageChannels(), m_Card.name);
  return FromChannels(Evaluate(image, sigma, m_BrainFloat && !x.requires_grad()), x.is_complex()).to(x.scalar_type());
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
