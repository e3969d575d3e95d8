// SPDX-License-Identifier: Apache-2.0
#include "tweediePriorTable.h"

#include "tweedieError.h"
#include "tweedieModelFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr std::int64_t GoldenSize = 48; // pixels a side: exercises the padding too

at::Tensor
GoldenSigmas(const ModelCard & card)
{
  return at::logspace(std::log10(card.sigmaMinimum), std::log10(card.sigmaMaximum), 6, 10.0, at::kDouble)
      .to(at::kFloat);
}

at::Tensor
RunGolden(const NetworkDenoiser & prior, const at::Tensor & x, const at::Tensor & sigma)
{
  const at::NoGradGuard noGrad;
  return prior.DenoiseChannels(x, sigma);
}
} // namespace

std::shared_ptr<const NetworkDenoiser>
LoadPrior(const std::string & path, c10::Device device, bool brainFloat)
{
  return std::make_shared<NetworkDenoiser>(ReadModelFile(path), path, device, brainFloat);
}

void
SavePrior(const std::string & path, const ModelCard & card, const UNet & network)
{
  ModelFile model;
  NamedTensors stored; // what a reader will get back
  model.card = card.ToJson();
  for (const auto & [name, weight] : network.Weights())
  {
    const auto half = weight.detach().cpu().to(at::kHalf).contiguous();
    model.tensors.emplace_back(name, half);
    stored.emplace_back(name, half.to(at::kFloat));
  }
  const NetworkDenoiser reader(card, UNet(card.network, stored));
  const auto sigma = GoldenSigmas(card);
  RandomStreams random(1, {0, 1, 2, 3, 4, 5});
  const auto x = random.Normal({card.network.channels, GoldenSize, GoldenSize - 2}, at::kFloat) *
                 (sigma * sigma + card.sigmaData * card.sigmaData).sqrt().view({-1, 1, 1, 1});
  model.tensors.emplace_back("golden.sigma", sigma);
  model.tensors.emplace_back("golden.x", x);
  model.tensors.emplace_back("golden.denoised", RunGolden(reader, x, sigma));
  WriteModelFile(path, model);
}

std::vector<GoldenResult>
VerifyPrior(const std::string & path, c10::Device device)
{
  const auto model = ReadModelFile(path);
  const NetworkDenoiser prior(model, path, device);
  if (std::none_of(
          model.tensors.begin(), model.tensors.end(), [](const auto & entry) { return entry.first == "golden.sigma"; }))
  {
    return {};
  }
  const auto sigma = model.Tensor("golden.sigma").to(device);
  const auto expected = model.Tensor("golden.denoised").to(device);
  const auto actual = RunGolden(prior, model.Tensor("golden.x").to(device), sigma);
  std::vector<GoldenResult> results;
  for (std::int64_t i = 0; i < sigma.size(0); ++i)
  {
    const double error = (actual[i] - expected[i]).norm().item<double>();
    results.push_back({sigma[i].item<double>(), error / expected[i].norm().item<double>()});
  }
  return results;
}
} // namespace tweedie
