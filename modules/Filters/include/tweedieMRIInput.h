// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIInput_h
#define tweedieMRIInput_h

#include "tweedieMRIScan.h"

namespace tweedie
{
/** A scan out of the inputs of a filter, whose memory it shares. mask: what is not zero was measured; empty: the lines
 * of k-space that are not zero. sensitivities: empty for one coil. */
MRIScan MRIScanOfInputs(const Volume & kspace, const Volume & mask, const Volume & sensitivities);
} // namespace tweedie

#endif
