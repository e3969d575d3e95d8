// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNetworkFamily_h
#define tweedieNetworkFamily_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/** F(x, c) of a learned prior; x: [batch, channels, y, x], c: [batch], the label of the noise level. */
class DenoiserNetwork
{
public:
  virtual ~DenoiserNetwork() = default;

  /** float32, of the shape of x, for any image size: extended to a multiple of SizeMultiple() and cropped again.
   * brainFloat: inner layers in bfloat16, where HasBrainFloat(). */
  virtual at::Tensor Forward(const at::Tensor & x, const at::Tensor & c, bool brainFloat) const = 0;

  virtual std::int64_t ImageChannels() const = 0;
  virtual std::int64_t SizeMultiple() const = 0;
  /** Bytes that a pixel of an image takes on its way, about; withGradient: and to be differentiated. */
  virtual double MemoryPerPixel(bool withGradient, bool brainFloat) const = 0;
  virtual bool
  HasBrainFloat() const
  {
    return false;
  }
};

using NetworkPointer = std::shared_ptr<const DenoiserNetwork>;

/** A family of networks: one row, one file pair. Weights bear the names that the family's own package gives them. */
struct NetworkFamily
{
  const char * name; ///< "architecture" of the model card
  const char * help;
  /** options: JSON, "network" of the card. Throws DataError for an option or a tensor that is unknown, missing, left
   * over or of another shape. */
  NetworkPointer (*make)(const std::string & options, const NamedTensors & weights);
};

const std::vector<NetworkFamily> & NetworkFamilies();

/** Throws DataError listing the families where there is none of that name. */
const NetworkFamily & FindNetworkFamily(const std::string & name);
} // namespace tweedie

#endif
