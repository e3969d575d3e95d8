// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseText_h
#define tweediePhaseText_h

#include "tweediePhaseScan.h"

#include <string>

namespace tweedie
{
/** A scan in one line: patterns, objects, pitch, oversampling and Fresnel number. */
std::string PhaseText(const PhaseScan & scan);
} // namespace tweedie

#endif
