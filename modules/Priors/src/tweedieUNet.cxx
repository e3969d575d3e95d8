// SPDX-License-Identifier: Apache-2.0
#include "tweedieUNet.h"

#include "tweedieError.h"
#include "tweedieNormActivation.h"
#include "tweedieOptionsJson.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t GroupChannels = 16; // channels per normalisation group
constexpr std::int64_t FourierFeatures = 32;

bool
EndsWith(const std::string & text, const std::string & ending)
{
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

/** Nearest-neighbour doubling. */
at::Tensor
Double(const at::Tensor & x)
{
  return at::upsample_nearest2d(x, at::IntArrayRef({2 * x.size(2), 2 * x.size(3)}));
}

std::string
ShapeText(at::IntArrayRef shape)
{
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i)
  {
    text += (i ? ", " : "") + std::to_string(shape[i]);
  }
  return text + "]";
}

void
RequireShape(const std::string & name, const at::Tensor & given, at::IntArrayRef required)
{
  if (given.sizes() != required)
  {
    throw DataError("UNet: tensor '" + name + "' has shape " + ShapeText(given.sizes()) + "; " + ShapeText(required) +
                    " required");
  }
}
} // namespace

void
UNetOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("channels", "image channels (2: real and imaginary part)").Range(1, 64), channels);
  v.Visit(Field("shuffle", "pixel-unshuffle of the first layer").Range(1, 8), shuffle);
  v.Visit(Field("widths", "channels of each level, multiples of 16").Range(16, 4096), widths);
  v.Visit(Field("blocks", "residual blocks per level").Range(1, 16), blocks);
  v.Visit(Field("embedding", "channels of the noise-level embedding").Range(1, 4096), embedding);
}

/** What one call of Forward hands down to its layers. */
struct UNet::Pass
{
  at::ScalarType type;
  at::Tensor embedding; ///< [batch, embedding], after SiLU
};

UNet::UNet(const UNetOptions & options, std::uint64_t seed) : m_Options(options)
{
  ValidateOptions(options);
  DeclareAll();
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  for (auto & [name, weight] : m_Weights)
  {
    const bool isMatrix = weight.dim() >= 2;
    if (EndsWith(name, "gain"))
    {
      weight.fill_(1.0);
    }
    else if (isMatrix && !EndsWith(name, "second.weight") && !EndsWith(name, "condition.weight") &&
             name != "out.weight")
    {
      const double fanIn = static_cast<double>(weight.numel() / weight.size(0));
      weight.normal_(0.0, std::sqrt(1.0 / fanIn), generator);
    }
  }
}

UNet::UNet(const UNetOptions & options, const NamedTensors & weights) : m_Options(options)
{
  ValidateOptions(options);
  DeclareAll();
  if (weights.size() != m_Weights.size())
  {
    throw DataError("UNet: " + std::to_string(weights.size()) + " tensors given; " + std::to_string(m_Weights.size()) +
                    " required by the architecture");
  }
  for (auto & [name, weight] : m_Weights)
  {
    const auto found =
        std::find_if(weights.begin(), weights.end(), [&n = name](const auto & entry) { return entry.first == n; });
    if (found == weights.end())
    {
      throw DataError("UNet: no tensor '" + name + "'");
    }
    RequireShape(name, found->second, weight.sizes());
    weight = found->second.to(at::kFloat).contiguous();
  }
}

void
UNet::Adopt(const NamedTensors & weights)
{
  std::size_t adopted = 0;
  for (auto & [name, weight] : m_Weights)
  {
    const auto found =
        std::find_if(weights.begin(), weights.end(), [&n = name](const auto & entry) { return entry.first == n; });
    if (found != weights.end())
    {
      RequireShape(name, found->second, weight.sizes());
      weight.copy_(found->second);
      ++adopted;
    }
    else if (EndsWith(name, ".skip.weight") && name.rfind("up.", 0) == 0)
    {
      // Input: the new level below, then what used to be the deepest one. The rest of the block starts at zero.
      const auto out = weight.size(0);
      weight.zero_().narrow(1, weight.size(1) - out, out).squeeze(3).squeeze(2).fill_diagonal_(1.0);
    }
  }
  if (adopted != weights.size())
  {
    throw DataError("UNet: " + std::to_string(weights.size() - adopted) + " tensors are left over");
  }
}

void
UNet::Declare(const std::string & name, std::vector<std::int64_t> shape)
{
  m_Weights.emplace_back(name, at::zeros(shape, at::kFloat));
}

void
UNet::DeclareBlock(const std::string & name, std::int64_t in, std::int64_t out)
{
  Declare(name + ".act1.gain", {in});
  Declare(name + ".act1.offset", {in});
  Declare(name + ".first.weight", {out, in, 3, 3});
  Declare(name + ".act2.gain", {out});
  Declare(name + ".act2.offset", {out});
  Declare(name + ".act2.condition.weight", {2 * out, m_Options.embedding});
  Declare(name + ".second.weight", {out, out, 3, 3});
  Declare(name + ".second.bias", {out});
  if (in != out)
  {
    Declare(name + ".skip.weight", {out, in, 1, 1});
  }
}

void
UNet::DeclareAll()
{
  for (const double width : m_Options.widths)
  {
    if (std::fmod(width, static_cast<double>(GroupChannels)) != 0.0)
    {
      throw UsageError("--widths: given " + std::to_string(width) + "; required multiples of 16");
    }
  }
  const std::int64_t folded = m_Options.channels * m_Options.shuffle * m_Options.shuffle;
  Declare("embed.first.weight", {m_Options.embedding, 2 * FourierFeatures});
  Declare("embed.first.bias", {m_Options.embedding});
  Declare("embed.second.weight", {m_Options.embedding, m_Options.embedding});
  Declare("embed.second.bias", {m_Options.embedding});
  Declare("in.weight", {Width(0), folded, 3, 3});
  Declare("in.bias", {Width(0)});
  const std::size_t levels = m_Options.widths.size();
  for (std::size_t level = 0; level < levels; ++level)
  {
    for (std::int64_t b = 0; b < m_Options.blocks; ++b)
    {
      const std::int64_t in = b == 0 && level > 0 ? Width(level - 1) : Width(level);
      DeclareBlock("down." + std::to_string(level) + "." + std::to_string(b), in, Width(level));
    }
  }
  for (std::size_t level = levels - 1; level-- > 0;)
  {
    for (std::int64_t b = 0; b < m_Options.blocks; ++b)
    {
      const std::int64_t in = b == 0 ? Width(level + 1) + Width(level) : Width(level);
      DeclareBlock("up." + std::to_string(level) + "." + std::to_string(b), in, Width(level));
    }
  }
  Declare("out.act.gain", {Width(0)});
  Declare("out.act.offset", {Width(0)});
  Declare("out.weight", {folded, Width(0), 3, 3});
  Declare("out.bias", {folded});
}

const at::Tensor &
UNet::Weight(const std::string & name) const
{
  for (const auto & entry : m_Weights)
  {
    if (entry.first == name)
    {
      return entry.second;
    }
  }
  throw DataError("UNet: no tensor '" + name + "'");
}

at::Tensor
UNet::Convolve(const Pass & pass, const at::Tensor & x, const std::string & name) const
{
  const auto weight = Weight(name + ".weight").to(pass.type).contiguous(at::MemoryFormat::ChannelsLast);
  const auto bias =
      EndsWith(name, "second") || name == "in" || name == "out" ? Weight(name + ".bias").to(pass.type) : at::Tensor();
  const auto padding = weight.size(2) / 2;
  return at::conv2d(x, weight, bias, 1, padding);
}

at::Tensor
UNet::Activate(const Pass & pass, const at::Tensor & x, const std::string & name, bool conditioned) const
{
  const auto batch = x.size(0);
  auto gain = Weight(name + ".gain").unsqueeze(0);
  auto offset = Weight(name + ".offset").unsqueeze(0);
  if (conditioned)
  {
    const auto shift = at::linear(pass.embedding, Weight(name + ".condition.weight")).chunk(2, 1);
    gain = gain * (1.0 + shift[0]);
    offset = offset * (1.0 + shift[0]) + shift[1];
  }
  return NormActivation(x, gain.expand({batch, -1}), offset.expand({batch, -1}), x.size(1) / GroupChannels);
}

at::Tensor
UNet::Block(const Pass & pass, const at::Tensor & x, const std::string & name) const
{
  auto h = Convolve(pass, Activate(pass, x, name + ".act1", false), name + ".first");
  h = Convolve(pass, Activate(pass, h, name + ".act2", true), name + ".second");
  const bool sameWidth = x.size(1) == h.size(1);
  return h + (sameWidth ? x : Convolve(pass, x, name + ".skip"));
}

at::Tensor
UNet::Embed(const at::Tensor & c) const
{
  const auto frequencies =
      at::exp(at::linspace(std::log(0.5), std::log(64.0), FourierFeatures, c.options().dtype(at::kFloat)));
  const auto angles = c.to(at::kFloat).unsqueeze(1) * frequencies.unsqueeze(0);
  const auto features = at::cat({at::cos(angles), at::sin(angles)}, 1);
  const auto h = at::silu(at::linear(features, Weight("embed.first.weight"), Weight("embed.first.bias")));
  return at::silu(at::linear(h, Weight("embed.second.weight"), Weight("embed.second.bias")));
}

at::Tensor
UNet::Body(const Pass & pass, at::Tensor h) const
{
  const std::size_t levels = m_Options.widths.size();
  std::vector<at::Tensor> skips;
  const auto blocks = [&](const std::string & side, std::size_t level)
  {
    for (std::int64_t b = 0; b < m_Options.blocks; ++b)
    {
      h = Block(pass, h, side + "." + std::to_string(level) + "." + std::to_string(b));
    }
  };
  for (std::size_t level = 0; level < levels; ++level)
  {
    if (level > 0)
    {
      skips.push_back(h);
      h = at::avg_pool2d(h, 2);
    }
    blocks("down", level);
  }
  for (std::size_t level = levels - 1; level-- > 0;)
  {
    h = at::cat({Double(h), skips[level]}, 1);
    blocks("up", level);
  }
  return h;
}

at::Tensor
UNet::Forward(const at::Tensor & x, const at::Tensor & c, bool brainFloat) const
{
  const auto sizeY = x.size(2);
  const auto sizeX = x.size(3);
  const auto multiple = SizeMultiple();
  const auto padY = (multiple - sizeY % multiple) % multiple;
  const auto padX = (multiple - sizeX % multiple) % multiple;
  const auto padded = padY || padX ? at::constant_pad_nd(x, {0, padX, 0, padY}, 0.0) : x;

  const Pass outer{at::kFloat, Embed(c)};
  const Pass inner{brainFloat ? at::kBFloat16 : at::kFloat, outer.embedding};
  const auto folded = at::pixel_unshuffle(padded, m_Options.shuffle).contiguous(at::MemoryFormat::ChannelsLast);
  auto h = Convolve(outer, folded, "in").to(inner.type);
  h = Body(inner, h).to(at::kFloat);
  h = Convolve(outer, Activate(outer, h, "out.act", false), "out").contiguous();
  h = at::pixel_shuffle(h, m_Options.shuffle);
  return padY || padX ? h.narrow(2, 0, sizeY).narrow(3, 0, sizeX).contiguous() : h;
}

std::int64_t
UNet::NumberOfWeights() const
{
  std::int64_t count = 0;
  for (const auto & entry : m_Weights)
  {
    count += entry.second.numel();
  }
  return count;
}

std::int64_t
UNet::SizeMultiple() const
{
  return m_Options.shuffle << (m_Options.widths.size() - 1);
}

double
UNet::MemoryPerPixel(bool withGradient, bool brainFloat) const
{
  // Measured on networks of 64 channels: four layers of full size live at a time; a gradient keeps some 17 of them.
  constexpr double layers = 4.0;
  constexpr double keptLayers = 18.0;
  const double widest = m_Options.widths.front();
  return withGradient ? keptLayers * widest * sizeof(float)
                      : layers * widest * (brainFloat ? sizeof(c10::BFloat16) : sizeof(float));
}

NetworkPointer
MakeUNet(const std::string & options, const NamedTensors & weights)
{
  return std::make_shared<const UNet>(OptionsFromText<UNetOptions>(options), weights);
}

double
UNet::Operations(std::int64_t sizeY, std::int64_t sizeX) const
{
  double operations = 0.0;
  for (const auto & [name, weight] : m_Weights)
  {
    if (weight.dim() == 4)
    {
      const bool inLevels = name.rfind("down.", 0) == 0 || name.rfind("up.", 0) == 0;
      const auto level = inLevels ? std::stol(name.substr(name.find('.') + 1)) : 0L;
      const double scale = static_cast<double>(m_Options.shuffle << level);
      operations += 2.0 * static_cast<double>(weight.numel()) * static_cast<double>(sizeY * sizeX) / (scale * scale);
    }
  }
  return operations;
}
} // namespace tweedie
