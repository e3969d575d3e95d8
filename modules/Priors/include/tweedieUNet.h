// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieUNet_h
#define tweedieUNet_h

#include "tweedieNetworkFamily.h"
#include "tweedieOptions.h"

namespace tweedie
{
/** Shape of the network. */
struct UNetOptions
{
  std::int64_t channels = 2;                                ///< of the image: 2 = real and imaginary part
  std::int64_t shuffle = 2;                                 ///< pixel-unshuffle of the first layer
  std::vector<double> widths = {64.0, 128.0, 160.0, 192.0}; ///< channels of each level, multiples of 16
  std::int64_t blocks = 2;                                  ///< residual blocks per level, on each side
  std::int64_t embedding = 192;                             ///< channels of the noise-level embedding

  void Visit(OptionVisitor & v);
};

/** A convolutional U-Net (Ronneberger et al. 2015) with residual blocks, conditioned on a noise level:
 *
 *    F(x, c):  pixel-unshuffle, 3x3 -> [blocks, 2x2 mean] per level -> blocks -> [2x up, skip, blocks] -> 3x3, shuffle
 *    block:    h = conv(act(x)), h = conv(act(h | c)), x + h;   act = SiLU of group norm, gain and offset from c
 *
 * x: [batch, channels, y, x]; c: [batch], any real label of the noise level (here ln(sigma)/4). Any image size: padded
 * with zeros to a multiple of SizeMultiple() and cropped again. Layers run channels-last; with bfloat16 the inner
 * layers run in that type and the first and last ones in float32, because the first sees noise far below the image. */
class UNet final : public DenoiserNetwork
{
public:
  /** Random weights (He et al. 2015; last layer of each block zero), reproducible from the seed. */
  UNet(const UNetOptions & options, std::uint64_t seed);

  /** Given weights, by name. Throws DataError when one is missing, mis-shaped or left over. */
  UNet(const UNetOptions & options, const NamedTensors & weights);

  /** Takes over the weights of a network with the same levels, or with fewer: a level that it lacks is added below its
   * deepest one as the identity, so that both compute the same. Throws DataError when the other levels differ. */
  void Adopt(const NamedTensors & weights);

  at::Tensor Forward(const at::Tensor & x, const at::Tensor & c, bool brainFloat = false) const override;

  /** Weights in a fixed order; changing them in place changes the network. */
  const NamedTensors &
  Weights() const
  {
    return m_Weights;
  }
  const UNetOptions &
  Options() const
  {
    return m_Options;
  }
  std::int64_t NumberOfWeights() const;
  std::int64_t
  ImageChannels() const override
  {
    return m_Options.channels;
  }
  std::int64_t SizeMultiple() const override;
  double MemoryPerPixel(bool withGradient, bool brainFloat) const override;
  bool
  HasBrainFloat() const override
  {
    return true;
  }
  /** Floating-point operations (multiply and add = 2) of one image of this size, convolutions alone. */
  double Operations(std::int64_t sizeY, std::int64_t sizeX) const;

private:
  struct Pass;

  void Declare(const std::string & name, std::vector<std::int64_t> shape);
  void DeclareBlock(const std::string & name, std::int64_t in, std::int64_t out);
  void DeclareAll();
  std::int64_t
  Width(std::size_t level) const
  {
    return static_cast<std::int64_t>(m_Options.widths[level]);
  }
  const at::Tensor & Weight(const std::string & name) const;
  at::Tensor Convolve(const Pass & pass, const at::Tensor & x, const std::string & name) const;
  at::Tensor Activate(const Pass & pass, const at::Tensor & x, const std::string & name, bool conditioned) const;
  at::Tensor Block(const Pass & pass, const at::Tensor & x, const std::string & name) const;
  at::Tensor Embed(const at::Tensor & c) const;
  at::Tensor Body(const Pass & pass, at::Tensor h) const;

  UNetOptions m_Options;
  NamedTensors m_Weights;
};

/** A row of the table of network families. */
NetworkPointer MakeUNet(const std::string & options, const NamedTensors & weights);
} // namespace tweedie

#endif
