// SPDX-License-Identifier: Apache-2.0
#include "tweedieFeatureNetwork.h"

#include "tweedieError.h"
#include "tweedieGuard.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <filesystem>
#include <new>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace tweedie
{
struct FeatureNetwork::Network
{
  torch::jit::Module module;
};

namespace
{
constexpr std::int64_t imagesAtOnce = 16;

/** The last line of a message, which in those of TorchScript's interpreter holds the cause below a traceback. */
std::string
LastLine(const std::exception & exception)
{
  const auto * error = dynamic_cast<const c10::Error *>(&exception);
  std::istringstream text(error != nullptr ? error->what_without_backtrace() : exception.what());
  std::string last;
  for (std::string line; std::getline(text, line);)
  {
    const auto start = line.find_first_not_of(" \t\r");
    last = start == std::string::npos ? last : line.substr(start);
  }
  return last;
}

/** To be called while LibTorch's exception is handled: out of memory stays that, all else is a fault of the file. */
[[noreturn]] void
ThrowAsDataError(const std::exception & exception, const std::string & where, const std::string & required)
{
  if (dynamic_cast<const std::bad_alloc *>(&exception) != nullptr)
  {
    throw;
  }
  const std::string cause = LastLine(exception);
  const Error translated = TranslateException(std::make_exception_ptr(std::runtime_error(cause)));
  if (translated.Code() == ExitCode::Numerical)
  {
    throw NumericalError(where + ": " + translated.what());
  }
  throw DataError(where + ": " + cause + "; required " + required);
}

torch::jit::Module
LoadModule(const std::string & path, c10::Device device)
{
  std::error_code ignored; // whatever keeps the file from being looked at, it cannot be loaded
  if (!std::filesystem::is_regular_file(path, ignored))
  {
    throw DataError("feature network: given " + path + ", which is no file; required a TorchScript file");
  }
  try
  {
    torch::jit::Module module = torch::jit::load(path, device);
    module.eval();
    return module;
  }
  catch (const std::exception & exception)
  {
    ThrowAsDataError(exception, "feature network: " + path, "a TorchScript file");
  }
}

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

/** The output as a list of tensors of n images each. */
std::vector<at::Tensor>
Outputs(const c10::IValue & value, std::int64_t count, const std::string & path)
{
  std::vector<at::Tensor> outputs;
  if (value.isTensor())
  {
    outputs.push_back(value.toTensor());
  }
  else if (value.isTensorList())
  {
    outputs = value.toTensorVector();
  }
  else if (value.isTuple())
  {
    for (const c10::IValue & element : value.toTupleRef().elements())
    {
      outputs.push_back(element.isTensor() ? element.toTensor() : at::Tensor());
    }
  }
  const auto isFeature = [count](const at::Tensor & x)
  { return x.defined() && x.is_floating_point() && x.dim() >= 2 && x.size(0) == count; };
  if (outputs.empty() || !std::all_of(outputs.begin(), outputs.end(), isFeature))
  {
    throw DataError("feature network: " + path + " gave another kind of output; required one real tensor [n, ...], " +
                    "or a list or tuple of them");
  }
  for (at::Tensor & output : outputs)
  {
    output = output.detach().cpu(); // detached: parameters ask for gradients, even where none is recorded
  }
  return outputs;
}

/** Whether greyscale images have to be repeated: the network refuses one channel. Its refusal of three is reported. */
bool
RefusesOneChannel(const torch::jit::Method & forward, const at::Tensor & image)
{
  try
  {
    forward({image});
    return false;
  }
  catch (const std::exception &)
  {
    return true;
  }
}

/** Per batch its outputs. */
std::vector<std::vector<at::Tensor>>
RunInBatches(const torch::jit::Method & forward, const at::Tensor & images, const std::string & path)
{
  const bool repeat = images.size(1) == 1 && RefusesOneChannel(forward, images.narrow(0, 0, 1));
  std::vector<std::vector<at::Tensor>> batches;
  for (std::int64_t i = 0; i < images.size(0); i += imagesAtOnce)
  {
    const at::Tensor batch = images.narrow(0, i, std::min(imagesAtOnce, images.size(0) - i));
    const at::Tensor input = repeat ? batch.expand({-1, 3, -1, -1}).contiguous() : batch;
    batches.push_back(Outputs(forward({input}), batch.size(0), path));
  }
  return batches;
}

/** The outputs of all images, one tensor each. */
std::vector<at::Tensor>
Joined(const std::vector<std::vector<at::Tensor>> & batches, const std::string & path)
{
  std::vector<at::Tensor> features;
  for (std::size_t output = 0; output < batches.front().size(); ++output)
  {
    std::vector<at::Tensor> parts;
    for (const auto & batch : batches)
    {
      if (batch.size() != batches.front().size())
      {
        throw DataError("feature network: " + path + " gave " + std::to_string(batch.size()) + " outputs after " +
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
    : m_Path(path), m_Device(device), m_Network(std::make_shared<Network>(Network{LoadModule(path, device)}))
{
  if (!m_Network->module.find_method("forward"))
  {
    throw DataError("feature network: " + path + " has no forward; required a module with one");
  }
}

std::vector<at::Tensor>
FeatureNetwork::Features(const at::Tensor & images) const
{
  RequireImages(images);
  const at::NoGradGuard noGradient;
  // The optimiser watches the first calls and then replaces the code: the same images would not give the same bits.
  const torch::jit::GraphOptimizerEnabledGuard plain(false);
  const torch::jit::Method forward = m_Network->module.get_method("forward");
  try
  {
    return Joined(RunInBatches(forward, images.detach().to(m_Device, at::kFloat).contiguous(), m_Path), m_Path);
  }
  catch (const Error &)
  {
    throw;
  }
  catch (const std::exception & exception)
  {
    ThrowAsDataError(exception, "feature network: " + m_Path, "one that takes images [n, 1 or 3, y, x]");
  }
}
} // namespace tweedie
