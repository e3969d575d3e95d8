// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFeatureNetwork_h
#define tweedieFeatureNetwork_h

#include "tweedieScriptModule.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <string>
#include <vector>

namespace tweedie
{
/** A network that makes features of images, for the metrics of tweedieFeatureMetrics.h. It is a ScriptModule: a file
 * with code, which the user names and which is run.
 *
 * Its forward takes images [n, channels, y, x], float32, brightness 0 to 1 (any other scaling is the module's own
 * matter), and returns one tensor [n, ...] or a list or tuple of them. Features is thread-safe. */
class FeatureNetwork
{
public:
  /** Loads the module onto the device, in evaluation mode. Throws DataError for a file that is missing, is no
   * TorchScript, or has no forward. */
  FeatureNetwork(const std::string & path, c10::Device device);

  /** Features of images [n, 1 or 3, y, x], real and finite, handed to the network as they are, 16 at a time. Greyscale
   * images are tried as one channel first; where the network refuses that, they are repeated to three.
   *
   * Returns one tensor [n, ...] per output, on the CPU, without derivative. Throws DataError for other images, for
   * images that the network refuses, and for outputs that are not real tensors [n, ...]. */
  std::vector<at::Tensor> Features(const at::Tensor & images) const;

private:
  c10::Device m_Device;
  ScriptModule m_Network;
};
} // namespace tweedie

#endif
