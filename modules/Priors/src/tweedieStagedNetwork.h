// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieStagedNetwork_h
#define tweedieStagedNetwork_h

#include "tweedieNetworkLayers.h"

namespace tweedie
{
/** Features of the label of a noise level, cos(c f) and sin(c f), then two dense layers with SiLU:
 * f[i] = period^(-i/(n/2 - shift)), i < n/2. */
struct LabelEmbedding
{
  std::int64_t features; ///< n, even
  std::int64_t width;    ///< of the dense layers
  std::string first;     ///< names
  std::string second;
  double shift = 0.0;
  bool sineFirst = false;
  std::string frequencies = ""; ///< name of a tensor of f/(2 pi) [n/2] (Song et al. 2021) in place of the formula
};

struct NetworkStage
{
  std::vector<LayerPointer> layers;
  bool givesSkip = false; ///< its output is kept
  bool takesSkip = false; ///< what was kept last is appended to its input
  /** Of what the stage with one before gave, or of the image: (output + auxiliary)/sqrt(2) is the output. */
  LayerPointer auxiliary = nullptr;
};

/** A U-Net as a sequence of stages. Images are reflected at their far edges up to a multiple of SizeMultiple(): what
 * lies there is then an image with its noise, as in training. */
class StagedNetwork final : public DenoiserNetwork
{
public:
  struct Shape
  {
    std::int64_t channels;     ///< of the image
    std::int64_t outputs;      ///< at least as many: what follows (a learned variance) is left out
    std::int64_t sizeMultiple; ///< of the image
    std::int64_t width;        ///< of the layers of full size
    std::int64_t blocks;       ///< residual blocks of full size, on each side
  };

  StagedNetwork(WeightSource & source,
                const LabelEmbedding & embedding,
                const Shape & shape,
                std::vector<NetworkStage> stages);

  at::Tensor Forward(const at::Tensor & x, const at::Tensor & c, bool brainFloat) const override;
  std::int64_t
  ImageChannels() const override
  {
    return m_Shape.channels;
  }
  std::int64_t
  SizeMultiple() const override
  {
    return m_Shape.sizeMultiple;
  }
  double MemoryPerPixel(bool withGradient, bool brainFloat) const override;

private:
  at::Tensor Embed(const at::Tensor & c) const;

  std::string m_Family;
  LabelEmbedding m_Embedding;
  Shape m_Shape;
  std::vector<NetworkStage> m_Stages;
  at::Tensor m_Frequencies; ///< undefined: the formula
  at::Tensor m_FirstWeight;
  at::Tensor m_FirstBias;
  at::Tensor m_SecondWeight;
  at::Tensor m_SecondBias;
};
} // namespace tweedie

#endif
