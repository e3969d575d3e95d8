// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMonaiUNet_h
#define tweedieMonaiUNet_h

#include "tweedieNetworkFamily.h"

namespace tweedie
{
/** DiffusionModelUNet of MONAI in two dimensions, without conditioning. */
NetworkPointer MakeMonaiUNet(const std::string & options, const NamedTensors & weights);
} // namespace tweedie

#endif
