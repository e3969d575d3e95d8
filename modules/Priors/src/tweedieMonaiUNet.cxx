// SPDX-License-Identifier: Apache-2.0
#include "tweedieMonaiUNet.h"

#include "tweedieUNetAssembler.h"

namespace tweedie
{
namespace
{
constexpr const char * familyName = "monai-diffusion-unet";

struct Options
{
  std::int64_t channels = 1;
  std::int64_t outputs = 1;
  std::vector<double> widths;
  std::vector<double> attention;
  std::vector<double> blocks;
  std::vector<double> headChannels;
  std::int64_t groups = 32;
  double epsilon = 1e-6;
  bool hasResidualResampling = false;
  bool hasLastLayer = true;
  bool hasJointMatrix = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("channels", "in_channels").Range(1, 64), channels);
    v.Visit(Field("outputs", "out_channels").Range(1, 128), outputs);
    v.Visit(Field("widths", "channels").Range(1, 8192), widths);
    v.Visit(Field("attention", "attention_levels").Range(0, 1), attention);
    v.Visit(Field("blocks", "num_res_blocks").Range(1, 64), blocks);
    v.Visit(Field("head-channels", "num_head_channels").Range(1, 8192), headChannels);
    v.Visit(Field("groups", "norm_num_groups").Range(1, 1024), groups);
    v.Visit(Field("epsilon", "norm_eps").Above(0), epsilon);
    v.Visit(Field("residual-resampling", "resblock_updown"), hasResidualResampling);
    v.Visit(Field("attention-out", "include_fc"), hasLastLayer);
    v.Visit(Field("attention-joint", "use_combined_linear"), hasJointMatrix);
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
    return MakeConvolution(m_Source, "conv_in.conv", {m_Options.channels, width});
  }

  LayerPointer
  Block(const UNetPlace & place, std::int64_t in, std::int64_t out) override
  {
    const std::string name = place.side == UNetSide::Middle
                                 ? "middle_block.resnet_" + std::to_string(place.index + 1)
                                 : BlockName(place) + ".resnets." + std::to_string(place.index);
    return MakeBlock(name, in, out, Resampling::None);
  }

  LayerPointer
  Attention(const UNetPlace & place, std::int64_t width) override
  {
    const bool isMiddle = place.side == UNetSide::Middle;
    if (!isMiddle && m_Options.attention[place.level] == 0.0)
    {
      return nullptr;
    }
    const std::string name =
        isMiddle ? "middle_block.attention" : BlockName(place) + ".attentions." + std::to_string(place.index);
    AttentionShape shape;
    shape.channels = width;
    shape.heads = HeadsOf(familyName, width, static_cast<std::int64_t>(m_Options.headChannels[place.level]), 1);
    shape.norm = {m_Options.groups, m_Options.epsilon};
    AttentionNames names{name + ".norm", name + ".attn.to_q", name + ".attn.to_k", name + ".attn.to_v", "", ""};
    names.joint = m_Options.hasJointMatrix ? name + ".attn.qkv" : "";
    names.out = m_Options.hasLastLayer ? name + ".attn.out_proj" : "";
    return MakeAttention(m_Source, names, shape);
  }

  std::vector<LayerPointer>
  Halve(const UNetPlace & place, std::int64_t width) override
  {
    const std::string name = BlockName(place) + ".downsampler";
    return {m_Options.hasResidualResampling ? MakeBlock(name, width, width, Resampling::Down)
                                            : MakeConvolution(m_Source, name + ".op.conv", {width, width, 3, 2})};
  }

  std::vector<LayerPointer>
  Double(const UNetPlace & place, std::int64_t width) override
  {
    const std::string name = BlockName(place) + ".upsampler";
    if (m_Options.hasResidualResampling)
    {
      return {MakeBlock(name, width, width, Resampling::Up)};
    }
    return {MakeResampling(Resampling::Up), MakeConvolution(m_Source, name + ".postconv.conv", {width, width})};
  }

  std::vector<LayerPointer>
  Output(std::int64_t width) override
  {
    return {MakeActivation(m_Source, "out.0", width, {m_Options.groups, m_Options.epsilon}),
            MakeConvolution(m_Source, "out.2.conv", {width, m_Options.outputs})};
  }

private:
  std::string
  BlockName(const UNetPlace & place) const
  {
    return place.side == UNetSide::Down ? "down_blocks." + std::to_string(place.level)
                                        : "up_blocks." + std::to_string(m_Options.widths.size() - 1 - place.level);
  }

  LayerPointer
  MakeBlock(const std::string & name, std::int64_t in, std::int64_t out, Resampling resampling)
  {
    const auto embedding = 4 * static_cast<std::int64_t>(m_Options.widths[0]);
    return MakeResidualBlock(m_Source,
                             {name + ".norm1",
                              name + ".conv1.conv",
                              name + ".time_emb_proj",
                              name + ".norm2",
                              name + ".conv2.conv",
                              name + ".skip_connection.conv"},
                             {in, out, embedding, {m_Options.groups, m_Options.epsilon}, false, resampling});
  }

  const Options & m_Options;
};
} // namespace

NetworkPointer
MakeMonaiUNet(const std::string & json, const NamedTensors & weights)
{
  Options options;
  ReadFamilyOptions(familyName, json, [&](OptionVisitor & v) { options.Visit(v); });
  RequireLevels(familyName, options.widths, {&options.attention, &options.blocks, &options.headChannels});
  WeightSource source(familyName, weights);
  const auto levels = LevelsOf(options.widths, options.blocks);
  auto stages = Assembler(options, source).Assemble(levels);
  const auto width = static_cast<std::int64_t>(options.widths[0]);
  return std::make_shared<StagedNetwork>(source,
                                         LabelEmbedding{width, 4 * width, "time_embed.0", "time_embed.2"},
                                         ShapeOf(options.channels, options.outputs, levels),
                                         std::move(stages));
}
} // namespace tweedie
