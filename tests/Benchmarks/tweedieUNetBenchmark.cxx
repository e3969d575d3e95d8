// SPDX-License-Identifier: Apache-2.0
// The network's forward pass against the same layers called one after the other through ATen.
#include "tweediePairedTiming.h"
#include "tweedieRandom.h"
#include "tweedieUNet.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <map>

namespace tweedie
{
namespace benchmarks
{
namespace
{
/** Convolution, group norm, SiLU, pooling, doubling: what the architecture asks for, without conditioning, names, or
 * any arithmetic around the layers. Weights are in the layout that the convolutions want. */
class BareLayers
{
public:
  explicit BareLayers(const UNet & network) : m_Options(network.Options())
  {
    for (const auto & [name, weight] : network.Weights())
    {
      m_Weights[name] = weight.dim() == 4 ? weight.contiguous(at::MemoryFormat::ChannelsLast) : weight;
    }
  }

  at::Tensor
  Run(const at::Tensor & x) const
  {
    at::Tensor h = at::pixel_unshuffle(x, m_Options.shuffle).contiguous(at::MemoryFormat::ChannelsLast);
    h = Convolve(h, "in", true);
    std::vector<at::Tensor> skips;
    const std::size_t levels = m_Options.widths.size();
    for (std::size_t level = 0; level < levels; ++level)
    {
      if (level > 0)
      {
        skips.push_back(h);
        h = at::avg_pool2d(h, 2);
      }
      h = Blocks(h, "down." + std::to_string(level));
    }
    for (std::size_t level = levels - 1; level-- > 0;)
    {
      const at::Tensor doubled = at::upsample_nearest2d(h, at::IntArrayRef({2 * h.size(2), 2 * h.size(3)}));
      h = Blocks(at::cat({doubled, skips[level]}, 1), "up." + std::to_string(level));
    }
    return at::pixel_shuffle(Convolve(Activate(h, "out.act"), "out", true).contiguous(), m_Options.shuffle);
  }

private:
  at::Tensor
  Convolve(const at::Tensor & x, const std::string & name, bool bias) const
  {
    const auto & weight = m_Weights.at(name + ".weight");
    return at::conv2d(x, weight, bias ? m_Weights.at(name + ".bias") : at::Tensor(), 1, weight.size(2) / 2);
  }
  at::Tensor
  Activate(const at::Tensor & x, const std::string & name) const
  {
    const auto & gain = m_Weights.at(name + ".gain");
    return at::silu(at::group_norm(x, x.size(1) / 16, gain, m_Weights.at(name + ".offset")));
  }
  at::Tensor
  Blocks(at::Tensor x, const std::string & place) const
  {
    for (std::int64_t b = 0; b < m_Options.blocks; ++b)
    {
      const std::string name = place + "." + std::to_string(b);
      at::Tensor h = Convolve(Activate(x, name + ".act1"), name + ".first", false);
      h = Convolve(Activate(h, name + ".act2"), name + ".second", true);
      x = h + (m_Weights.count(name + ".skip.weight") != 0 ? Convolve(x, name + ".skip", false) : x);
    }
    return x;
  }

  UNetOptions m_Options;
  std::map<std::string, at::Tensor> m_Weights;
};

/** Arguments: rows, columns, batch. */
void
UNetForward(benchmark::State & state)
{
  const at::NoGradGuard noGrad;
  const UNet network(UNetOptions(), 1);
  const BareLayers bare(network);
  const auto x = RandomStreams(1, {0}).Normal({state.range(2), 2, state.range(0), state.range(1)}, at::kFloat)[0];
  const auto c = at::zeros({state.range(2)});
  RunPaired(
      state, [&] { benchmark::DoNotOptimize(network.Forward(x, c)); }, [&] { benchmark::DoNotOptimize(bare.Run(x)); });
}

BENCHMARK(UNetForward)
    ->ArgNames({"rows", "columns", "batch"})
    ->Args({128, 128, 1})
    ->Args({192, 224, 1})
    ->Args({192, 224, 4})
    ->UseManualTime()
    ->Iterations(7)
    ->Unit(benchmark::kMillisecond);
} // namespace
} // namespace benchmarks
} // namespace tweedie
