// SPDX-License-Identifier: Apache-2.0
#include "tweedieStagedNetwork.h"

#include "tweedieError.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double longestPeriod = 10000.0; // of the features, Vaswani et al. 2017
}

StagedNetwork::StagedNetwork(WeightSource & source,
                             const LabelEmbedding & embedding,
                             const Shape & shape,
                             std::vector<NetworkStage> stages)
    : m_Family(source.Family()), m_Embedding(embedding), m_Shape(shape), m_Stages(std::move(stages)),
      m_FirstWeight(source.Take(embedding.first + ".weight", {embedding.width, embedding.features})),
      m_FirstBias(source.Take(embedding.first + ".bias", {embedding.width})),
      m_SecondWeight(source.Take(embedding.second + ".weight", {embedding.width, embedding.width})),
      m_SecondBias(source.Take(embedding.second + ".bias", {embedding.width}))
{
  if (shape.outputs != shape.channels && shape.outputs != 2 * shape.channels)
  {
    throw DataError(m_Family + ": " + std::to_string(shape.outputs) + " output channels for " +
                    std::to_string(shape.channels) + " of the image given; required as many, or twice as many");
  }
  if (embedding.features < 2 || embedding.features % 2 != 0 ||
      static_cast<double>(embedding.features) / 2.0 <= embedding.shift)
  {
    throw DataError(m_Family + ": " + std::to_string(embedding.features) +
                    " features of the noise level given; required an even number");
  }
  if (!embedding.frequencies.empty())
  {
    constexpr double turn = 2.0 * 3.14159265358979323846;
    m_Frequencies = source.Take(embedding.frequencies, {embedding.features / 2}) * turn;
  }
  source.RequireAllTaken();
}

at::Tensor
StagedNetwork::Embed(const at::Tensor & c) const
{
  const auto half = m_Embedding.features / 2;
  auto frequencies = m_Frequencies;
  if (!frequencies.defined())
  {
    // In float32, in this order: labels reach 1000, where a rounding of f is a turn of 1e-4.
    const auto exponent = at::arange(half, c.options().dtype(at::kFloat)) * -std::log(longestPeriod);
    frequencies = (exponent / (static_cast<double>(half) - m_Embedding.shift)).exp();
  }
  const auto angles = c.to(at::kFloat).unsqueeze(1) * frequencies.unsqueeze(0);
  const auto features =
      m_Embedding.sineFirst ? at::cat({angles.sin(), angles.cos()}, 1) : at::cat({angles.cos(), angles.sin()}, 1);
  const auto h = at::silu(at::linear(features, m_FirstWeight, m_FirstBias));
  return at::silu(at::linear(h, m_SecondWeight, m_SecondBias));
}

double
StagedNetwork::MemoryPerPixel(bool withGradient, bool) const
{
  const auto blocks = static_cast<double>(m_Shape.blocks);
  // Without a gradient: what the blocks leave for the other side, and one block at work. With one: a block keeps some
  // nine layers of its size; the levels below add a half.
  constexpr double atWork = 8.0;
  constexpr double keptByBlock = 9.0;
  const double layers = withGradient ? 1.5 * keptByBlock * (2.0 * blocks + 1.0) : blocks + atWork;
  return layers * static_cast<double>(m_Shape.width) * sizeof(float);
}

at::Tensor
StagedNetwork::Forward(const at::Tensor & x, const at::Tensor & c, bool) const
{
  const auto sizeY = x.size(2);
  const auto sizeX = x.size(3);
  const auto multiple = m_Shape.sizeMultiple;
  const auto padY = (multiple - sizeY % multiple) % multiple;
  const auto padX = (multiple - sizeX % multiple) % multiple;
  if (padY >= sizeY || padX >= sizeX)
  {
    throw DataError(m_Family + ": an image of " + std::to_string(sizeY) + " x " + std::to_string(sizeX) +
                    " pixels given; required at least " + std::to_string(multiple / 2 + 1) + " each way");
  }
  const auto embedding = Embed(c);
  auto h = padY || padX ? at::reflection_pad2d(x, {0, padX, 0, padY}) : x;
  auto auxiliary = h;
  std::vector<at::Tensor> skips;
  for (const auto & stage : m_Stages)
  {
    if (stage.takesSkip)
    {
      h = at::cat({h, skips.back()}, 1);
      skips.pop_back();
    }
    for (const auto & layer : stage.layers)
    {
      h = layer->Run(h, embedding);
    }
    if (stage.auxiliary)
    {
      h = (h + stage.auxiliary->Run(auxiliary, embedding)) / std::sqrt(2.0);
      auxiliary = h;
    }
    if (stage.givesSkip)
    {
      skips.push_back(h);
    }
  }
  return h.narrow(1, 0, m_Shape.channels).narrow(2, 0, sizeY).narrow(3, 0, sizeX).contiguous();
}
} // namespace tweedie
