// SPDX-License-Identifier: Apache-2.0
#include "tweedieNetworkFamily.h"

#include "tweedieDiffusersUNet.h"
#include "tweedieEdmUNet.h"
#include "tweedieError.h"
#include "tweedieGuidedDiffusionUNet.h"
#include "tweedieMonaiUNet.h"
#include "tweedieUNet.h"

namespace tweedie
{
const std::vector<NetworkFamily> &
NetworkFamilies()
{
  static const std::vector<NetworkFamily> families = {
      {"unet", "Tweedie's own, of tweedie train", MakeUNet},
      {"diffusers-unet2d", "UNet2DModel of Hugging Face diffusers", MakeDiffusersUNet},
      {"guided-diffusion", "UNetModel of guided-diffusion (ADM)", MakeGuidedDiffusionUNet},
      {"monai-diffusion-unet", "DiffusionModelUNet of MONAI", MakeMonaiUNet},
      {"edm-unet", "SongUNet and DhariwalUNet of EDM (DDPM++, NCSN++, ADM)", MakeEdmUNet},
  };
  return families;
}

const NetworkFamily &
FindNetworkFamily(const std::string & name)
{
  std::string known;
  for (const auto & family : NetworkFamilies())
  {
    if (family.name == name)
    {
      return family;
    }
    known += (known.empty() ? "" : ", ") + std::string(family.name);
  }
  throw DataError("architecture '" + name + "' given; one of " + known + " required");
}
} // namespace tweedie
