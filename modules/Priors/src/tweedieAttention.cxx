// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieNetworkLayers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace tweedie
{
namespace
{
/** Products of queries and keys that are held at a time: 256 MB in float32. */
constexpr std::int64_t largestScores = std::int64_t{1} << 26U;

/** Rows of a joint matrix or bias into the order query key value, head, channel. */
at::Tensor
InParts(const at::Tensor & joint, AttentionOrder order, std::int64_t heads)
{
  const std::int64_t depth = joint.size(0) / (3 * heads);
  const auto rest = joint.numel() / joint.size(0);
  at::Tensor rows;
  switch (order)
  {
  case AttentionOrder::Parts:
    return joint;
  case AttentionOrder::Heads:
    rows = joint.reshape({heads, 3, depth, rest}).permute({1, 0, 2, 3});
    break;
  case AttentionOrder::Woven:
    rows = joint.reshape({heads, depth, 3, rest}).permute({2, 0, 1, 3});
    break;
  }
  return rows.reshape(joint.sizes()).contiguous();
}

class Attention final : public NetworkLayer
{
public:
  Attention(WeightSource & source, const AttentionNames & names, const AttentionShape & shape) : m_Shape(shape)
  {
    const std::int64_t channels = shape.channels;
    if (!names.norm.empty())
    {
      m_Norm.emplace(source, names.norm, channels, shape.norm);
    }
    if (names.joint.empty())
    {
      std::vector<at::Tensor> weights;
      std::vector<at::Tensor> biases;
      for (const auto & name : {names.query, names.key, names.value})
      {
        weights.push_back(Matrix(source, name, channels));
        biases.push_back(source.Take(name + ".bias", {channels}));
      }
      m_Weight = at::cat(weights);
      m_Bias = at::cat(biases);
    }
    else
    {
      m_Weight = InParts(Matrix(source, names.joint, 3 * channels), shape.order, shape.heads);
      m_Bias = InParts(source.Take(names.joint + ".bias", {3 * channels}), shape.order, shape.heads);
    }
    if (!names.out.empty())
    {
      m_OutWeight = Matrix(source, names.out, channels);
      m_OutBias = source.Take(names.out + ".bias", {channels});
    }
  }

  at::Tensor
  Run(const at::Tensor & x, const at::Tensor &) const override
  {
    const auto batch = x.size(0);
    const auto depth = m_Shape.channels / m_Shape.heads;
    const auto pixels = (m_Norm ? (*m_Norm)(x) : x).flatten(2).transpose(1, 2);
    const auto joint =
        at::linear(pixels, m_Weight, m_Bias).view({batch, -1, 3, m_Shape.heads, depth}).permute({2, 0, 3, 1, 4});
    const auto query = joint[0] / std::sqrt(static_cast<double>(depth));
    auto h = Attend(query, joint[1].transpose(2, 3), joint[2]).transpose(1, 2).reshape({batch, -1, m_Shape.channels});
    h = m_OutWeight.defined() ? at::linear(h, m_OutWeight, m_OutBias) : h;
    h = x + h.transpose(1, 2).reshape(x.sizes());
    return m_Shape.outputFactor == 1.0 ? h : h * m_Shape.outputFactor;
  }

private:
  at::Tensor
  Matrix(WeightSource & source, const std::string & name, std::int64_t rows) const
  {
    std::vector<std::int64_t> shape{rows, m_Shape.channels};
    shape.insert(shape.end(), m_Shape.trailing.begin(), m_Shape.trailing.end());
    return source.Take(name + ".weight", shape).view({rows, m_Shape.channels});
  }

  /** [batch, head, pixel, depth]; some of the queries at a time. */
  static at::Tensor
  Attend(const at::Tensor & query, const at::Tensor & key, const at::Tensor & value)
  {
    const auto pixels = query.size(2);
    const auto step = std::max<std::int64_t>(largestScores / (query.size(0) * query.size(1) * pixels), 1);
    std::vector<at::Tensor> parts;
    for (std::int64_t begin = 0; begin < pixels; begin += step)
    {
      const auto some = query.narrow(2, begin, std::min(step, pixels - begin));
      parts.push_back(at::matmul(at::softmax(at::matmul(some, key), -1), value));
    }
    return parts.size() == 1 ? parts[0] : at::cat(parts, 2);
  }

  AttentionShape m_Shape;
  std::optional<GroupNorm> m_Norm;
  at::Tensor m_Weight;
  at::Tensor m_Bias;
  at::Tensor m_OutWeight;
  at::Tensor m_OutBias;
};
} // namespace

std::int64_t
HeadsOf(const std::string & family, std::int64_t width, std::int64_t headChannels, std::int64_t heads)
{
  const std::int64_t count = headChannels > 0 ? width / headChannels : heads;
  if (count < 1 || width % count != 0 || (headChannels > 0 && width % headChannels != 0))
  {
    throw DataError(family + ": " + std::to_string(width) + " channels in heads of " +
                    std::to_string(headChannels > 0 ? headChannels : width / std::max<std::int64_t>(heads, 1)) +
                    " given; required heads of one size");
  }
  return count;
}

LayerPointer
MakeAttention(WeightSource & source, const AttentionNames & names, const AttentionShape & shape)
{
  return std::make_shared<Attention>(source, names, shape);
}
} // namespace tweedie
