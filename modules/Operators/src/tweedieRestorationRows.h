// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRestorationRows_h
#define tweedieRestorationRows_h

#include "tweedieOperatorTable.h"

namespace tweedie
{
/** The rows of image restoration in the OperatorTable: resampling, blur, inpainting. */
std::vector<OperatorRow> RestorationRows();
} // namespace tweedie

#endif
