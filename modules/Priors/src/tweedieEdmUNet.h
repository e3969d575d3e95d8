// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieEdmUNet_h
#define tweedieEdmUNet_h

#include "tweedieNetworkFamily.h"

namespace tweedie
{
/** SongUNet (DDPM++ and NCSN++ of Song et al. 2021) and DhariwalUNet (ADM) as Karras et al. 2022 ("EDM") arrange them,
 * without classes and without labels of augmentation. */
NetworkPointer MakeEdmUNet(const std::string & options, const NamedTensors & weights);
} // namespace tweedie

#endif
