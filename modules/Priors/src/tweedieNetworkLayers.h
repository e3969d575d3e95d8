// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNetworkLayers_h
#define tweedieNetworkLayers_h

#include "tweedieNetworkFamily.h"
#include "tweedieOptions.h"

#include <functional>
#include <unordered_map>

namespace tweedie
{
/** The tensors of a file, each to be taken once by the layer that it belongs to. */
class WeightSource
{
public:
  WeightSource(const std::string & family, const NamedTensors & weights);

  bool Has(const std::string & name) const;
  /** float32, contiguous. Throws DataError where it is missing or of another shape. */
  at::Tensor Take(const std::string & name, const std::vector<std::int64_t> & shape);
  /** Throws DataError naming a tensor that no layer took. */
  void RequireAllTaken() const;

  const std::string &
  Family() const
  {
    return m_Family;
  }

private:
  std::string m_Family;
  std::unordered_map<std::string, at::Tensor> m_Left;
};

/** Options of a family out of the JSON of a model card. Throws DataError for an unknown or wrong one. */
void ReadFamilyOptions(const std::string & family,
                       const std::string & json,
                       const std::function<void(OptionVisitor &)> & visit);

/** Throws DataError unless there are 1 to 12 levels, of whole numbers, and as many entries in each of the lists. */
void RequireLevels(const std::string & family,
                   const std::vector<double> & widths,
                   const std::vector<const std::vector<double> *> & lists);

/** A step of a network; embedding: [batch, e], of the noise level. */
class NetworkLayer
{
public:
  virtual ~NetworkLayer() = default;
  virtual at::Tensor Run(const at::Tensor & x, const at::Tensor & embedding) const = 0;
};
using LayerPointer = std::shared_ptr<const NetworkLayer>;

/** Group normalisation (Wu and He 2018). */
struct Normalisation
{
  std::int64_t groups = 32;
  double epsilon = 1e-5;
  std::int64_t leastPerGroup = 0; ///< fewer groups where they would hold fewer channels than this

  std::int64_t GroupsOf(std::int64_t channels) const;
};

/** With weights name.weight and name.bias. Throws DataError where the groups do not divide the channels. */
struct GroupNorm
{
  GroupNorm(WeightSource & source, const std::string & name, std::int64_t channels, const Normalisation & norm);

  at::Tensor operator()(const at::Tensor & x) const;

  at::Tensor gain;
  at::Tensor offset;
  std::int64_t groups;
  double epsilon;
};

enum class Resampling
{
  None,
  Up,   ///< nearest neighbour, twice
  Down, ///< 2 x 2 mean
};

/** By the taps of a filter, applied along both axes (Karras et al. 2022 use {1, 1} and {1, 3, 3, 1}); {1, 1} is the
 * nearest neighbour and the mean. */
at::Tensor Resample(const at::Tensor & x, Resampling resampling, const std::vector<double> & taps = {1.0, 1.0});

/** Where the second row and column of a convolution with stride 2 look. */
enum class StridePadding
{
  BothSides,
  End ///< one zero after the last row and column, none before the first
};

struct ConvolutionShape
{
  std::int64_t in;
  std::int64_t out;
  std::int64_t kernel = 3;
  std::int64_t stride = 1;
  StridePadding padding = StridePadding::BothSides;
};

/** Weights name.weight, name.bias. */
LayerPointer MakeConvolution(WeightSource & source, const std::string & name, const ConvolutionShape & shape);

/** A 3 x 3 convolution, then the filter downwards; the edge is extended by zeros before the first (the fused order of
 * Karras et al. 2022). */
LayerPointer MakeFilteredConvolution(WeightSource & source,
                                     const std::string & name,
                                     const ConvolutionShape & shape,
                                     const std::vector<double> & taps);

LayerPointer MakeResampling(Resampling resampling);

/** SiLU of group norm. */
LayerPointer
MakeActivation(WeightSource & source, const std::string & name, std::int64_t channels, const Normalisation & norm);

/** Names of the parts, each with the name of the block before it. */
struct ResidualBlockNames
{
  std::string norm1;
  std::string conv1;
  std::string embedding;
  std::string norm2;
  std::string conv2;
  std::string skip;
};

struct ResidualBlockShape
{
  std::int64_t in;
  std::int64_t out;
  std::int64_t embedding;
  Normalisation norm = {};
  bool scalesAndShifts = false; ///< embedding as gain and offset after the second norm; else added before it
  Resampling resampling = Resampling::None;
  double outputFactor = 1.0;
  bool projectsSkip = false; ///< also where in = out
  std::vector<double> taps = {1.0, 1.0};
};

/** f (skip(r(x)) + conv2(a(conv1(r(act(x))), embedding))); r: resampling, f: outputFactor (He et al. 2016, Ho et al.
 * 2020, Dhariwal and Nichol 2021). */
LayerPointer
MakeResidualBlock(WeightSource & source, const ResidualBlockNames & names, const ResidualBlockShape & shape);

/** In which order the rows of a joint matrix of queries, keys and values run, outermost first. */
enum class AttentionOrder
{
  Parts, ///< query key value, head, channel
  Heads, ///< head, query key value, channel
  Woven, ///< head, channel, query key value
};

struct AttentionNames
{
  std::string norm; ///< empty: none
  std::string query;
  std::string key;
  std::string value; ///< the three empty: jointly
  std::string joint;
  std::string out; ///< empty: none
};

struct AttentionShape
{
  std::int64_t channels = 0;
  std::int64_t heads = 1;
  Normalisation norm = {};
  AttentionOrder order = AttentionOrder::Parts;
  std::vector<std::int64_t> trailing = {}; ///< extents of 1 after [out, in] of a matrix that is stored as a convolution
  double outputFactor = 1.0;
};

/** Of heads of so many channels, or else, where that is 0, their given number. Throws DataError where they do not
 * divide the width. */
std::int64_t HeadsOf(const std::string & family, std::int64_t width, std::int64_t headChannels, std::int64_t heads);

/** f (x + W softmax(q k^T / sqrt(d)) v) over all pixels (Vaswani et al. 2017). */
LayerPointer MakeAttention(WeightSource & source, const AttentionNames & names, const AttentionShape & shape);
} // namespace tweedie

#endif
