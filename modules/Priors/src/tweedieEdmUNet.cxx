// SPDX-License-Identifier: Apache-2.0
#include "tweedieEdmUNet.h"

#include "tweedieError.h"
#include "tweedieUNetAssembler.h"

#include <cmath>

namespace tweedie
{
namespace
{
constexpr const char * familyName = "edm-unet";
constexpr std::int64_t dhariwalHeadChannels = 64;

struct Options
{
  std::string kind = "song";
  std::int64_t resolution = 64;
  std::int64_t channels = 1;
  std::int64_t outputs = 1;
  std::int64_t features = 128;
  std::int64_t labelFeatures = 128;
  std::int64_t embedding = 512;
  std::vector<double> widths;
  std::vector<double> attention;
  std::int64_t blocks = 4;
  bool hasFourierLabel = false;
  bool hasResidualEncoder = false;
  std::vector<double> taps = {1.0, 1.0};

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("kind", "SongUNet or DhariwalUNet").Choices({"song", "dhariwal"}), kind);
    v.Visit(Field("resolution", "img_resolution, after which layers are named").Range(1, 65536), resolution);
    v.Visit(Field("channels", "in_channels").Range(1, 64), channels);
    v.Visit(Field("outputs", "out_channels").Range(1, 128), outputs);
    v.Visit(Field("features", "model_channels").Range(2, 8192), features);
    v.Visit(Field("label-features", "model_channels times channel_mult_noise").Range(2, 8192), labelFeatures);
    v.Visit(Field("embedding", "model_channels times channel_mult_emb").Range(1, 65536), embedding);
    v.Visit(Field("widths", "model_channels times channel_mult").Range(1, 8192), widths);
    v.Visit(Field("attention", "1: levels of attn_resolutions").Range(0, 1), attention);
    v.Visit(Field("blocks", "num_blocks").Range(1, 64), blocks);
    v.Visit(Field("fourier-label", "embedding_type fourier"), hasFourierLabel);
    v.Visit(Field("residual-encoder", "encoder_type residual"), hasResidualEncoder);
    v.Visit(Field("taps", "resample_filter").Range(0), taps);
  }
};

class Assembler final : public UNetAssembler
{
public:
  Assembler(const Options & options, WeightSource & source)
      : UNetAssembler(source), m_Options(options),
        m_IsSong(options.kind == "song"), m_Norm{32, m_IsSong ? 1e-6 : 1e-5, 4},
        m_Factor(m_IsSong ? std::sqrt(0.5) : 1.0)
  {
  }

protected:
  LayerPointer
  Input(std::int64_t width) override
  {
    return MakeConvolution(m_Source, Name("enc", 0, "conv"), {m_Options.channels, width});
  }

  LayerPointer
  Block(const UNetPlace & place, std::int64_t in, std::int64_t out) override
  {
    return MakeBlock(BlockName(place), in, out, Resampling::None);
  }

  LayerPointer
  Attention(const UNetPlace & place, std::int64_t width) override
  {
    const bool isLast = place.side != UNetSide::Up || !m_IsSong || place.index == m_Options.blocks;
    AttentionShape shape;
    shape.channels = width;
    shape.heads = m_IsSong ? 1 : width / dhariwalHeadChannels;
    if ((place.side != UNetSide::Middle && m_Options.attention[place.level] == 0.0) || !isLast || shape.heads == 0)
    {
      return nullptr;
    }
    shape.heads = HeadsOf(familyName, width, 0, shape.heads);
    shape.norm = m_Norm;
    shape.order = AttentionOrder::Woven;
    shape.trailing = {1, 1};
    shape.outputFactor = m_Factor;
    const std::string name = BlockName(place);
    return MakeAttention(m_Source, {name + ".norm2", "", "", "", name + ".qkv", name + ".proj"}, shape);
  }

  std::vector<LayerPointer>
  Halve(const UNetPlace & place, std::int64_t width) override
  {
    return {MakeBlock(Name("enc", place.level + 1, "down"), width, width, Resampling::Down)};
  }

  LayerPointer
  Auxiliary(const UNetPlace & place, std::int64_t width) override
  {
    if (!m_Options.hasResidualEncoder)
    {
      return nullptr;
    }
    const std::int64_t in = place.level == 0 ? m_Options.channels : m_AuxiliaryWidth;
    m_AuxiliaryWidth = width;
    return MakeFilteredConvolution(m_Source, Name("enc", place.level + 1, "aux_residual"), {in, width}, m_Options.taps);
  }

  std::vector<LayerPointer>
  Double(const UNetPlace & place, std::int64_t width) override
  {
    return {MakeBlock(Name("dec", place.level - 1, "up"), width, width, Resampling::Up)};
  }

  std::vector<LayerPointer>
  Output(std::int64_t width) override
  {
    const std::string norm = m_IsSong ? Name("dec", 0, "aux_norm") : "out_norm";
    const std::string convolution = m_IsSong ? Name("dec", 0, "aux_conv") : "out_conv";
    return {MakeActivation(m_Source, norm, width, m_Norm),
            MakeConvolution(m_Source, convolution, {width, m_Options.outputs})};
  }

private:
  std::string
  Name(const std::string & side, std::size_t level, const std::string & part) const
  {
    const std::string size = std::to_string(m_Options.resolution >> level);
    return side + "." + size + "x" + size + "_" + part;
  }

  std::string
  BlockName(const UNetPlace & place) const
  {
    const std::string index = std::to_string(place.index);
    return place.side == UNetSide::Middle
               ? Name("dec", place.level, "in" + index)
               : Name(place.side == UNetSide::Down ? "enc" : "dec", place.level, "block" + index);
  }

  LayerPointer
  MakeBlock(const std::string & name, std::int64_t in, std::int64_t out, Resampling resampling)
  {
    return MakeResidualBlock(
        m_Source,
        {name + ".norm0", name + ".conv0", name + ".affine", name + ".norm1", name + ".conv1", name + ".skip"},
        {in,
         out,
         m_Options.embedding,
         m_Norm,
         !m_IsSong,
         resampling,
         m_Factor,
         m_IsSong && resampling != Resampling::None,
         m_Options.taps});
  }

  const Options & m_Options;
  bool m_IsSong;
  Normalisation m_Norm;
  double m_Factor;
  std::int64_t m_AuxiliaryWidth = 0;
};
} // namespace

NetworkPointer
MakeEdmUNet(const std::string & json, const NamedTensors & weights)
{
  Options options;
  ReadFamilyOptions(familyName, json, [&](OptionVisitor & v) { options.Visit(v); });
  RequireLevels(familyName, options.widths, {&options.attention});
  if (options.taps != std::vector<double>{1.0, 1.0} && options.taps != std::vector<double>{1.0, 3.0, 3.0, 1.0})
  {
    throw DataError(std::string(familyName) +
                    ": taps given that are neither 1, 1 nor 1, 3, 3, 1; one of them required");
  }
  WeightSource source(familyName, weights);
  const auto levels = LevelsOf(options.widths, options.blocks);
  const bool isSong = options.kind == "song";
  auto stages = Assembler(options, source).Assemble(levels, isSong ? options.features : 0);
  LabelEmbedding embedding{options.labelFeatures, options.embedding, "map_layer0", "map_layer1"};
  embedding.shift = isSong ? 1.0 : 0.0;
  embedding.sineFirst = isSong;
  embedding.frequencies = options.hasFourierLabel ? "map_noise.freqs" : "";
  return std::make_shared<StagedNetwork>(
      source, embedding, ShapeOf(options.channels, options.outputs, levels), std::move(stages));
}
} // namespace tweedie
