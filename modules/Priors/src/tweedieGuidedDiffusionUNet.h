// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGuidedDiffusionUNet_h
#define tweedieGuidedDiffusionUNet_h

#include "tweedieNetworkFamily.h"

namespace tweedie
{
/** UNetModel of guided-diffusion ("ADM", Dhariwal and Nichol 2021) in two dimensions, without classes. */
NetworkPointer MakeGuidedDiffusionUNet(const std::string & options, const NamedTensors & weights);
} // namespace tweedie

#endif
