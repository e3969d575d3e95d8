// SPDX-License-Identifier: Apache-2.0
#include "tweedieDiffusersUNet.h"

#include "tweedieUNetAssembler.h"

namespace tweedie
{
namespace
{
constexpr const char * familyName = "diffusers-unet2d";

struct Options
{
  std::int64_t channels = 1;
  std::int64_t outputs = 1;
  std::vector<double> widths;
  std::vector<double> downAttention;
  std::vector<double> upAttention;
  std::int64_t blocks = 2;
  std::int64_t embedding = 0;
  bool sineFirst = false;
  double frequencyShift = 0.0;
  std::int64_t groups = 32;
  double epsilon = 1e-5;
  std::int64_t headChannels = 8;
  bool hasMiddleAttention = true;
  std::int64_t middleGroups = 32;
  double middleScale = 1.0;
  bool scalesAndShifts = false;
  bool residualDown = false;
  bool residualUp = false;
  bool padsEnd = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("channels", "in_channels").Range(1, 64), channels);
    v.Visit(Field("outputs", "out_channels").Range(1, 128), outputs);
    v.Visit(Field("widths", "block_out_channels").Range(1, 8192), widths);
    v.Visit(Field("down-attention", "1: AttnDownBlock2D, 0: DownBlock2D").Range(0, 1), downAttention);
    v.Visit(Field("up-attention", "1: AttnUpBlock2D, 0: UpBlock2D, from the deepest level").Range(0, 1), upAttention);
    v.Visit(Field("blocks", "layers_per_block").Range(1, 64), blocks);
    v.Visit(Field("embedding", "time_embedding_dim").Range(1, 65536), embedding);
    v.Visit(Field("sine-first", "not flip_sin_to_cos"), sineFirst);
    v.Visit(Field("frequency-shift", "freq_shift").Range(0), frequencyShift);
    v.Visit(Field("groups", "norm_num_groups").Range(1, 1024), groups);
    v.Visit(Field("epsilon", "norm_eps").Above(0), epsilon);
    v.Visit(Field("head-channels", "attention_head_dim; 0: one head").Range(0, 8192), headChannels);
    v.Visit(Field("middle-attention", "add_attention"), hasMiddleAttention);
    v.Visit(Field("middle-groups", "attn_norm_num_groups; 0: no norm").Range(0, 1024), middleGroups);
    v.Visit(Field("middle-scale", "mid_block_scale_factor").Above(0), middleScale);
    v.Visit(Field("scale-shift", "resnet_time_scale_shift"), scalesAndShifts);
    v.Visit(Field("residual-down", "downsample_type resnet"), residualDown);
    v.Visit(Field("residual-up", "upsample_type resnet"), residualUp);
    v.Visit(Field("pads-end", "downsample_padding 0"), padsEnd);
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
    return MakeConvolution(m_Source, "conv_in", {m_Options.channels, width});
  }

  LayerPointer
  Block(const UNetPlace & place, std::int64_t in, std::int64_t out) override
  {
    const std::string name = BlockName(place) + ".resnets." + std::to_string(place.index);
    return MakeBlock(name, in, out, Resampling::None, FactorOf(place));
  }

  LayerPointer
  Attention(const UNetPlace & place, std::int64_t width) override
  {
    const bool isMiddle = place.side == UNetSide::Middle;
    if (!Attends(place))
    {
      return nullptr;
    }
    const std::string name = BlockName(place) + ".attentions." + std::to_string(place.index);
    const std::int64_t groups = isMiddle ? m_Options.middleGroups : m_Options.groups;
    AttentionShape shape;
    shape.channels = width;
    shape.heads = HeadsOf(familyName, width, m_Options.headChannels, 1);
    shape.norm = {groups, m_Options.epsilon};
    shape.outputFactor = FactorOf(place);
    return MakeAttention(m_Source,
                         {groups > 0 ? name + ".group_norm" : "",
                          name + ".to_q",
                          name + ".to_k",
                          name + ".to_v",
                          "",
                          name + ".to_out.0"},
                         shape);
  }

  std::vector<LayerPointer>
  Halve(const UNetPlace & place, std::int64_t width) override
  {
    const std::string name = BlockName(place) + ".downsamplers.0";
    if (m_Options.residualDown && Attends(place)) // DownBlock2D does not look at the option
    {
      return {MakeBlock(name, width, width, Resampling::Down, 1.0)};
    }
    const auto padding = m_Options.padsEnd ? StridePadding::End : StridePadding::BothSides;
    return {MakeConvolution(m_Source, name + ".conv", {width, width, 3, 2, padding})};
  }

  std::vector<LayerPointer>
  Double(const UNetPlace & place, std::int64_t width) override
  {
    const std::string name = BlockName(place) + ".upsamplers.0";
    if (m_Options.residualUp && Attends(place))
    {
      return {MakeBlock(name, width, width, Resampling::Up, 1.0)};
    }
    return {MakeResampling(Resampling::Up), MakeConvolution(m_Source, name + ".conv", {width, width})};
  }

  std::vector<LayerPointer>
  Output(std::int64_t width) override
  {
    return {MakeActivation(m_Source, "conv_norm_out", width, {m_Options.groups, m_Options.epsilon}),
            MakeConvolution(m_Source, "conv_out", {width, m_Options.outputs})};
  }

private:
  bool
  Attends(const UNetPlace & place) const
  {
    switch (place.side)
    {
    case UNetSide::Down:
      return m_Options.downAttention[place.level] != 0.0;
    case UNetSide::Up:
      return m_Options.upAttention[m_Options.widths.size() - 1 - place.level] != 0.0;
    default:
      return m_Options.hasMiddleAttention;
    }
  }

  std::string
  BlockName(const UNetPlace & place) const
  {
    switch (place.side)
    {
    case UNetSide::Down:
      return "down_blocks." + std::to_string(place.level);
    case UNetSide::Up:
      return "up_blocks." + std::to_string(m_Options.widths.size() - 1 - place.level);
    default:
      return "mid_block";
    }
  }

  double
  FactorOf(const UNetPlace & place) const
  {
    return place.side == UNetSide::Middle ? 1.0 / m_Options.middleScale : 1.0;
  }

  LayerPointer
  MakeBlock(const std::string & name, std::int64_t in, std::int64_t out, Resampling resampling, double factor)
  {
    const Normalisation norm{m_Options.groups, m_Options.epsilon};
    return MakeResidualBlock(m_Source,
                             {name + ".norm1",
                              name + ".conv1",
                              name + ".time_emb_proj",
                              name + ".norm2",
                              name + ".conv2",
                              name + ".conv_shortcut"},
                             {in, out, m_Options.embedding, norm, m_Options.scalesAndShifts, resampling, factor});
  }

  const Options & m_Options;
};
} // namespace

NetworkPointer
MakeDiffusersUNet(const std::string & json, const NamedTensors & weights)
{
  Options options;
  ReadFamilyOptions(familyName, json, [&](OptionVisitor & v) { options.Visit(v); });
  RequireLevels(familyName, options.widths, {&options.downAttention, &options.upAttention});
  WeightSource source(familyName, weights);
  const auto levels = LevelsOf(options.widths, options.blocks);
  auto stages = Assembler(options, source).Assemble(levels);
  LabelEmbedding embedding{static_cast<std::int64_t>(options.widths[0]),
                           options.embedding,
                           "time_embedding.linear_1",
                           "time_embedding.linear_2",
                           options.frequencyShift,
                           options.sineFirst};
  return std::make_shared<StagedNetwork>(
      source, embedding, ShapeOf(options.channels, options.outputs, levels), std::move(stages));
}
} // namespace tweedie
