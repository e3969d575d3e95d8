// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDiffusersUNet_h
#define tweedieDiffusersUNet_h

#include "tweedieNetworkFamily.h"

namespace tweedie
{
/** UNet2DModel of Hugging Face diffusers with its layers DownBlock2D, AttnDownBlock2D, UpBlock2D, AttnUpBlock2D and
 * UNetMidBlock2D, positional embedding, unconditional. */
NetworkPointer MakeDiffusersUNet(const std::string & options, const NamedTensors & weights);
} // namespace tweedie

#endif
