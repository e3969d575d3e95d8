// SPDX-License-Identifier: Apache-2.0
#include "tweedieFeatureNetwork.h"

#include "tweedieError.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr std::int64_t imagesAtOnce = 16;
constexpr const char * required = "one that takes images [n, 1 or 3, y, x]";

void
RequireImages(const at::Tensor & images)
{
  const bool isImage = images.defined() && images.dim() == 4 && !images.is_complex() && images.numel() > 0 &&
                       (images.size(1) == 1 || images.size(1) == 3);
  if (!isImage)
  {
    throw DataError("feature network: images of another kind; required real ones, [n, 1 or 3, y, x]");
  }
  if (!images.isfinite().all().item<bool>())
  {
    throw DataError("feature network: images that are not finite; required finite ones");
  }
}

/** The outputs for n images, checked. */
std::vector<at::Tensor>
Outputs(const ScriptModule & network, const at::Tensor & images)
{
  std::vector<at::Tensor> outputs = network.Forward(images, required);
  const auto isFeature = [&](const at::Tensor & x)
  { return x.defined() && x.is_floating_point() && x.dim() >= 2 && x.size(0) == images.size(0); };
  if (outputs.empty() || !std::all_of(outputs.begin(), outputs.end(), isFeature))
  {
    throw DataError(network.Where() + " gave another kind of output; required one real tensor [n, ...], " +
                    "or a list or tuple of them");
  }
  for (at::Tensor & output : outputs)
  {
    output = output.detach().cpu();
  }
  return outputs;
}

/** Whether greyscale images have to be repeated: the network refuses one channel. Its refusal of three is reported. */
bool
RefusesOneChannel(const ScriptModule & network, const at::Tensor & image)
{
  try
  {
    network.Forward(image, required);
    return false;
  }
  catch (const DataError &)
  {
    return true;
  }
}

/** Per batch its outputs. */
std::vector<std::vector<at::Tensor>>
RunInBatches(const ScriptModule & network, const at::Tensor & images)
{
  const bool repeat = images.size(1) == 1 && RefusesOneChannel(network, images.narrow(0, 0, 1));
  std::vector<std::vector<at::Tensor>> batches;
  for (std::int64_t i = 0; i < images.size(0); i += imagesAtOnce)
  {
    const at::Tensor batch = images.narrow(0, i, std::min(imagesAtOnce, images.size(0) - i));
    batches.push_back(Outputs(network, repeat ? batch.expand({-1, 3, -1, -1}).contiguous() : batch));
  }
  return batches;
}

/** The outputs of all images, one tensor each. */
std::vector<at::Tensor>
Joined(const std::vector<std::vector<at::Tensor>> & batches, const ScriptModule & network)
{
  std::vector<at::Tensor> features;
  for (std::size_t output = 0; output < batches.front().size(); ++output)
  {
    std::vector<at::Tensor> parts;
    for (const auto & batch : batches)
    {
      if (batch.size() != batches.front().size())
      {
        throw DataError(network.Where() + " gave " + std::to_string(batch.size()) + " outputs after " +
                        std::to_string(batches.front().size()) + "; required the same number for all images");
      }
      parts.push_back(batch[output]);
    }
    features.push_back(at::cat(parts));
  }
  return features;
}
} // namespace

FeatureNetwork::FeatureNetwork(const std::string & path, c10::Device device)
    : m_Device(device), m_Network("feature network", path, device)
{
}

std::vector<at::Tensor>
FeatureNetwork::Features(const at::Tensor & images) const
{
  RequireImages(images);
  const at::NoGradGuard noGradient;
  return Joined(RunInBatches(m_Network, images.detach().to(m_Device, at::kFloat).contiguous()), m_Network);
}
} // namespace tweedie
