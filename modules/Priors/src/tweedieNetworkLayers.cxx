// SPDX-License-Identifier: Apache-2.0
#include "tweedieNetworkLayers.h"

#include "tweedieError.h"
#include "tweedieOptionsJson.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
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

class Convolution final : public NetworkLayer
{
public:
  Convolution(WeightSource & source, const std::string & name, const ConvolutionShape & shape)
      : m_Weight(source.Take(name + ".weight", {shape.out, shape.in, shape.kernel, shape.kernel})),
        m_Bias(source.Take(name + ".bias", {shape.out})), m_Shape(shape)
  {
  }

  at::Tensor
  Run(const at::Tensor & x, const at::Tensor &) const override
  {
    if (m_Shape.padding == StridePadding::End)
    {
      return at::conv2d(at::constant_pad_nd(x, {0, 1, 0, 1}, 0.0), m_Weight, m_Bias, m_Shape.stride);
    }
    return at::conv2d(x, m_Weight, m_Bias, m_Shape.stride, m_Shape.kernel / 2);
  }

private:
  at::Tensor m_Weight;
  at::Tensor m_Bias;
  ConvolutionShape m_Shape;
};

/** [channels, 1, taps, taps]; the taps of each axis add up to sum. */
at::Tensor
FilterKernel(const std::vector<double> & taps, std::int64_t channels, double sum, const at::Tensor & like)
{
  auto line = at::tensor(taps, like.options());
  line = line / line.sum() * sum;
  const auto count = static_cast<std::int64_t>(taps.size());
  return at::outer(line, line).expand({channels, 1, count, count}).contiguous();
}

class FilteredConvolution final : public NetworkLayer
{
public:
  FilteredConvolution(WeightSource & source,
                      const std::string & name,
                      const ConvolutionShape & shape,
                      const std::vector<double> & taps)
      : m_Weight(source.Take(name + ".weight", {shape.out, shape.in, shape.kernel, shape.kernel})),
        m_Bias(source.Take(name + ".bias", {shape.out})), m_Taps(taps)
  {
  }

  at::Tensor
  Run(const at::Tensor & x, const at::Tensor &) const override
  {
    const auto padding = m_Weight.size(2) / 2 + static_cast<std::int64_t>(m_Taps.size() - 1) / 2;
    constexpr std::int64_t noPadding = 0; // a literal is a pointer too
    const auto wide = at::conv2d(x, m_Weight, {}, 1, padding);
    const auto channels = m_Weight.size(0);
    return at::conv2d(wide, FilterKernel(m_Taps, channels, 1.0, x), m_Bias, 2, noPadding, 1, channels);
  }

private:
  at::Tensor m_Weight;
  at::Tensor m_Bias;
  std::vector<double> m_Taps;
};

class ResamplingLayer final : public NetworkLayer
{
public:
  explicit ResamplingLayer(Resampling resampling) : m_Resampling(resampling) {}

  at::Tensor
  Run(const at::Tensor & x, const at::Tensor &) const override
  {
    return Resample(x, m_Resampling);
  }

private:
  Resampling m_Resampling;
};

class Activation final : public NetworkLayer
{
public:
  explicit Activation(const GroupNorm & norm) : m_Norm(norm) {}

  at::Tensor
  Run(const at::Tensor & x, const at::Tensor &) const override
  {
    return at::silu(m_Norm(x));
  }

private:
  GroupNorm m_Norm;
};

class ResidualBlock final : public NetworkLayer
{
public:
  ResidualBlock(WeightSource & source, const ResidualBlockNames & names, const ResidualBlockShape & shape)
      : m_Norm1(source, names.norm1, shape.in, shape.norm), m_Conv1(source, names.conv1, {shape.in, shape.out}),
        m_Norm2(source, names.norm2, shape.out, shape.norm), m_Conv2(source, names.conv2, {shape.out, shape.out}),
        m_Shape(shape)
  {
    const std::int64_t rows = shape.scalesAndShifts ? 2 * shape.out : shape.out;
    m_EmbeddingWeight = source.Take(names.embedding + ".weight", {rows, shape.embedding});
    m_EmbeddingBias = source.Take(names.embedding + ".bias", {rows});
    if (shape.projectsSkip || shape.in != shape.out)
    {
      m_Skip = MakeConvolution(source, names.skip, {shape.in, shape.out, 1});
    }
  }

  at::Tensor
  Run(const at::Tensor & x, const at::Tensor & embedding) const override
  {
    const auto resampled = [&](const at::Tensor & t) { return Resample(t, m_Shape.resampling, m_Shape.taps); };
    auto h = m_Conv1.Run(resampled(at::silu(m_Norm1(x))), embedding);
    const auto e = at::linear(embedding, m_EmbeddingWeight, m_EmbeddingBias).unsqueeze(2).unsqueeze(3);
    if (m_Shape.scalesAndShifts)
    {
      const auto parts = e.chunk(2, 1);
      h = m_Norm2(h) * (1.0 + parts[0]) + parts[1];
    }
    else
    {
      h = m_Norm2(h + e);
    }
    h = m_Conv2.Run(at::silu(h), embedding);
    const auto skip = resampled(x);
    h = h + (m_Skip ? m_Skip->Run(skip, embedding) : skip);
    return m_Shape.outputFactor == 1.0 ? h : h * m_Shape.outputFactor;
  }

private:
  GroupNorm m_Norm1;
  Convolution m_Conv1;
  GroupNorm m_Norm2;
  Convolution m_Conv2;
  at::Tensor m_EmbeddingWeight;
  at::Tensor m_EmbeddingBias;
  LayerPointer m_Skip;
  ResidualBlockShape m_Shape;
};
} // namespace

WeightSource::WeightSource(const std::string & family, const NamedTensors & weights)
    : m_Family(family), m_Left(weights.begin(), weights.end())
{
}

bool
WeightSource::Has(const std::string & name) const
{
  return m_Left.count(name) != 0;
}

at::Tensor
WeightSource::Take(const std::string & name, const std::vector<std::int64_t> & shape)
{
  const auto found = m_Left.find(name);
  if (found == m_Left.end())
  {
    throw DataError(m_Family + ": no tensor '" + name + "'; one of shape " + ShapeText(shape) + " required");
  }
  const auto tensor = found->second;
  if (tensor.sizes() != at::IntArrayRef(shape))
  {
    throw DataError(m_Family + ": tensor '" + name + "' has shape " + ShapeText(tensor.sizes()) + "; " +
                    ShapeText(shape) + " required");
  }
  m_Left.erase(found);
  return tensor.to(at::kFloat).contiguous();
}

void
WeightSource::RequireAllTaken() const
{
  if (m_Left.empty())
  {
    return;
  }
  std::string first = m_Left.begin()->first;
  for (const auto & entry : m_Left)
  {
    first = std::min(first, entry.first);
  }
  throw DataError(m_Family + ": " + std::to_string(m_Left.size()) + " tensor(s) that its options do not explain, '" +
                  first + "' the first; required the tensors of the architecture alone");
}

void
ReadFamilyOptions(const std::string & family,
                  const std::string & json,
                  const std::function<void(OptionVisitor &)> & visit)
{
  try
  {
    const auto object = nlohmann::json::parse(json);
    JsonReader reader(object);
    visit(reader);
    for (const auto & [key, value] : object.items())
    {
      if (std::find(reader.KnownNames().begin(), reader.KnownNames().end(), key) == reader.KnownNames().end())
      {
        throw DataError(family + ": option '" + key + "' given; none of that name known");
      }
    }
    for (const auto & key : reader.KnownNames())
    {
      if (!object.contains(key))
      {
        throw DataError(family + ": no option '" + key + "'; required");
      }
    }
    OptionValidator validator;
    visit(validator);
  }
  catch (const UsageError & e)
  {
    throw DataError(family + ": " + e.what());
  }
  catch (const nlohmann::json::exception & e)
  {
    throw DataError(family + ": options that are not JSON: " + e.what());
  }
}

void
RequireLevels(const std::string & family,
              const std::vector<double> & widths,
              const std::vector<const std::vector<double> *> & lists)
{
  constexpr std::size_t most = 12; // halvings of 4096 pixels
  if (widths.empty() || widths.size() > most)
  {
    throw DataError(family + ": " + std::to_string(widths.size()) + " levels given; 1 to 12 required");
  }
  for (const auto * list : lists)
  {
    if (list->size() != widths.size())
    {
      throw DataError(family + ": a list of " + std::to_string(list->size()) + " entries for " +
                      std::to_string(widths.size()) + " levels given; required one a level");
    }
  }
  const auto isFraction = [](double value) { return value != std::floor(value); };
  if (std::any_of(widths.begin(), widths.end(), isFraction))
  {
    throw DataError(family + ": a level of a fraction of a channel given; required whole numbers");
  }
}

std::int64_t
Normalisation::GroupsOf(std::int64_t channels) const
{
  return leastPerGroup > 0 ? std::min(groups, channels / leastPerGroup) : groups;
}

GroupNorm::GroupNorm(WeightSource & source, const std::string & name, std::int64_t channels, const Normalisation & norm)
    : gain(source.Take(name + ".weight", {channels})), offset(source.Take(name + ".bias", {channels})),
      groups(norm.GroupsOf(channels)), epsilon(norm.epsilon)
{
  if (groups < 1 || channels % groups != 0)
  {
    throw DataError(source.Family() + ": " + std::to_string(channels) + " channels of '" + name + "' in " +
                    std::to_string(groups) + " groups given; required groups of one size");
  }
}

at::Tensor
GroupNorm::operator()(const at::Tensor & x) const
{
  return at::group_norm(x, groups, gain, offset, epsilon);
}

at::Tensor
Resample(const at::Tensor & x, Resampling resampling, const std::vector<double> & taps)
{
  if (resampling == Resampling::None)
  {
    return x;
  }
  if (taps.size() == 2)
  {
    return resampling == Resampling::Down ? at::avg_pool2d(x, 2)
                                          : at::upsample_nearest2d(x, at::IntArrayRef({2 * x.size(2), 2 * x.size(3)}));
  }
  // Upwards only every other tap meets a sample along each axis.
  const auto channels = x.size(1);
  const auto kernel = FilterKernel(taps, channels, resampling == Resampling::Up ? 2.0 : 1.0, x);
  const auto padding = static_cast<std::int64_t>(taps.size() - 1) / 2;
  constexpr std::int64_t noMore = 0;
  return resampling == Resampling::Down ? at::conv2d(x, kernel, {}, 2, padding, 1, channels)
                                        : at::conv_transpose2d(x, kernel, {}, 2, padding, noMore, channels);
}

LayerPointer
MakeConvolution(WeightSource & source, const std::string & name, const ConvolutionShape & shape)
{
  return std::make_shared<Convolution>(source, name, shape);
}

LayerPointer
MakeFilteredConvolution(WeightSource & source,
                        const std::string & name,
                        const ConvolutionShape & shape,
                        const std::vector<double> & taps)
{
  return std::make_shared<FilteredConvolution>(source, name, shape, taps);
}

LayerPointer
MakeResampling(Resampling resampling)
{
  return std::make_shared<ResamplingLayer>(resampling);
}

LayerPointer
MakeActivation(WeightSource & source, const std::string & name, std::int64_t channels, const Normalisation & norm)
{
  return std::make_shared<Activation>(GroupNorm(source, name, channels, norm));
}

LayerPointer
MakeResidualBlock(WeightSource & source, const ResidualBlockNames & names, const ResidualBlockShape & shape)
{
  return std::make_shared<ResidualBlock>(source, names, shape);
}
} // namespace tweedie
