// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseWaves_h
#define tweediePhaseWaves_h

#include "tweedieLinearOperator.h"
#include "tweediePhaseScan.h"

namespace tweedie
{
/** The linear operator whose magnitudes a scan measures, of a scan without data too (its patterns' grid and number
 * count). support: [1 or objects, 1, 1, y, x]. */
LinearOperatorPointer MakePhaseWaves(const PhaseScan & scan, const at::Tensor & support);
} // namespace tweedie

#endif
