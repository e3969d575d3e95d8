// SPDX-License-Identifier: Apache-2.0
#include "tweedieCompareFeatures.h"

#include "tweedieCompareInput.h"
#include "tweedieDevice.h"
#include "tweedieFeatureNetwork.h"
#include "tweedieModelFile.h"

#include <filesystem>

namespace tweedie
{
std::shared_ptr<const FeatureMaker>
LoadFeatureMaker(const std::string & path, bool unbiased, const std::string & device)
{
  if (path.empty())
  {
    return nullptr;
  }
  FeatureMaker maker;
  maker.features = [network = FeatureNetwork(path, DeviceFromName(device))](const at::Tensor & images)
  { return network.Features(images); };
  maker.unbiased = unbiased;
  return std::make_shared<const FeatureMaker>(std::move(maker));
}

std::string
FeatureMeaning(const std::string & path, bool unbiased)
{
  if (path.empty())
  {
    return "";
  }
  return "LPIPS (Zhang et al. 2018, eq. 1, weights 1) over all maps, and FID (Heusel et al. 2017, eq. 6) over the last "
         "output, averaged over space, of " +
         std::filesystem::path(path).filename().string() + " (SHA-256 " + FileSha256(path) + "), " +
         (unbiased ? "FID extrapolated to infinitely many slices (Chong and Forsyth 2020)"
                   : "FID of these few slices, mostly bias") +
         "; whole slices, 0 to the reference's maximum as 0 to 1. Values of two networks cannot be compared.";
}
} // namespace tweedie
