// SPDX-License-Identifier: Apache-2.0
#include "tweedieGuidedDiffusionUNet.h"

#include "tweedieUNetAssembler.h"

namespace tweedie
{
namespace
{
constexpr const char * familyName = "guided-diffusion";

struct Options
{
  std::int64_t channels = 1;
  std::int64_t outputs = 1;
  std::int64_t features = 128;
  std::vector<double> widths;
  std::vector<double> attention;
  std::int64_t blocks = 2;
  std::int64_t heads = 1;
  std::int64_t headsUp = 1;
  std::int64_t headChannels = 0;
  bool scalesAndShifts = true;
  bool hasResidualResampling = false;
  bool hasConvolutionalResampling = true;
  bool hasNewAttentionOrder = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("channels", "in_channels").Range(1, 64), channels);
    v.Visit(Field("outputs", "out_channels").Range(1, 128), outputs);
    v.Visit(Field("features", "model_channels").Range(2, 8192), features);
    v.Visit(Field("widths", "model_channels times channel_mult").Range(1, 8192), widths);
    v.Visit(Field("attention", "1: levels with attention").Range(0, 1), attention);
    v.Visit(Field("blocks", "num_res_blocks").Range(1, 64), blocks);
    v.Visit(Field("heads", "num_heads").Range(1, 1024), heads);
    v.Visit(Field("heads-up", "num_heads_upsample").Range(1, 1024), headsUp);
    v.Visit(Field("head-channels", "num_head_channels; 0: heads count").Range(0, 8192), headChannels);
    v.Visit(Field("scale-shift", "use_scale_shift_norm"), scalesAndShifts);
    v.Visit(Field("residual-resampling", "resblock_updown"), hasResidualResampling);
    v.Visit(Field("convolutional-resampling", "conv_resample"), hasConvolutionalResampling);
    v.Visit(Field("new-attention-order", "use_new_attention_order"), hasNewAttentionOrder);
  }
};

class Assembler final : public UNetAssembler
{
public:
  Assembler(const Options & options, WeightSource & source) : UNetAssembler(source), m_Options(options) {}

protected:
  LayerPointer
  Input(std::int64_t width) override
  {
    return MakeConvolution(m_Source, "input_blocks.0.0", {m_Options.channels, width});
  }

  LayerPointer
  Block(const UNetPlace & place, std::int64_t in, std::int64_t out) override
  {
    const std::string name =
        place.side == UNetSide::Middle ? "middle_block." + std::to_string(2 * place.index) : BlockName(place) + ".0";
    return MakeBlock(name, in, out);
  }

  LayerPointer
  Attention(const UNetPlace & place, std::int64_t width) override
  {
    const bool isMiddle = place.side == UNetSide::Middle;
    if (!isMiddle && m_Options.attention[place.level] == 0.0)
    {
      return nullptr;
    }
    const std::string name = isMiddle ? "middle_block.1" : BlockName(place) + ".1";
    AttentionShape shape;
    shape.channels = width;
    shape.heads = HeadsOf(
        familyName, width, m_Options.headChannels, place.side == UNetSide::Up ? m_Options.headsUp : m_Options.heads);
    shape.order = m_Options.hasNewAttentionOrder ? AttentionOrder::Parts : AttentionOrder::Heads;
    shape.trailing = {1};
    return MakeAttention(m_Source, {name + ".norm", "", "", "", name + ".qkv", name + ".proj_out"}, shape);
  }

  std::vector<LayerPointer>
  Halve(const UNetPlace & place, std::int64_t width) override
  {
    const std::string name = BlockName({place.side, place.level, place.index + 1}) + ".0";
    if (m_Options.hasResidualResampling)
    {
      return {MakeBlock(name, width, width, Resampling::Down)};
    }
    return {m_Options.hasConvolutionalResampling ? MakeConvolution(m_Source, name + ".op", {width, width, 3, 2})
                                                 : MakeResampling(Resampling::Down)};
  }

  std::vector<LayerPointer>
  Double(const UNetPlace & place, std::int64_t width) override
  {
    const std::string name = BlockName(place) + (m_Options.attention[place.level] != 0.0 ? ".2" : ".1");
    if (m_Options.hasResidualResampling)
    {
      return {MakeBlock(name, width, width, Resampling::Up)};
    }
    std::vector<LayerPointer> layers{MakeResampling(Resampling::Up)};
    if (m_Options.hasConvolutionalResampling)
    {
      layers.push_back(MakeConvolution(m_Source, name + ".conv", {width, width}));
    }
    return layers;
  }

  std::vector<LayerPointer>
  Output(std::int64_t width) override
  {
    return {MakeActivation(m_Source, "out.0", width, {}),
            MakeConvolution(m_Source, "out.2", {width, m_Options.outputs})};
  }

private:
  /** The sides number their blocks, of blocks + 1 a level, the one down after its input. */
  std::string
  BlockName(const UNetPlace & place) const
  {
    const auto level = static_cast<std::int64_t>(place.level);
    const auto levels = static_cast<std::int64_t>(m_Options.widths.size());
    const bool isDown = place.side == UNetSide::Down;
    const std::int64_t before = (isDown ? level : levels - 1 - level) * (m_Options.blocks + 1) + (isDown ? 1 : 0);
    return (isDown ? "input_blocks." : "output_blocks.") + std::to_string(before + place.index);
  }

  LayerPointer
  MakeBlock(const std::string & name, std::int64_t in, std::int64_t out, Resampling resampling = Resampling::None)
  {
    return MakeResidualBlock(m_Source,
                             {name + ".in_layers.0",
                              name + ".in_layers.2",
                              name + ".emb_layers.1",
                              name + ".out_layers.0",
                              name + ".out_layers.3",
                              name + ".skip_connection"},
                             {in, out, 4 * m_Options.features, {}, m_Options.scalesAndShifts, resampling});
  }

  const Options & m_Options;
};
} // namespace

NetworkPointer
MakeGuidedDiffusionUNet(const std::string & json, const NamedTensors & weights)
{
  Options options;
  ReadFamilyOptions(familyName, json, [&](OptionVisitor & v) { options.Visit(v); });
  RequireLevels(familyName, options.widths, {&options.attention});
  WeightSource source(familyName, weights);
  const auto levels = LevelsOf(options.widths, options.blocks);
  auto stages = Assembler(options, source).Assemble(levels);
  return std::make_shared<StagedNetwork>(
      source,
      LabelEmbedding{options.features, 4 * options.features, "time_embed.0", "time_embed.2"},
      ShapeOf(options.channels, options.outputs, levels),
      std::move(stages));
}
} // namespace tweedie
