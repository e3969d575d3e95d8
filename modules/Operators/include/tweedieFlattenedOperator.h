// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFlattenedOperator_h
#define tweedieFlattenedOperator_h

#include "tweedieLinearOperator.h"

namespace tweedie
{
/** A with its range as channels, {n, 1, 1, 1}: Stack then takes it beside operators to ranges of any other shape. */
LinearOperatorPointer FlattenRange(const LinearOperatorPointer & a);
} // namespace tweedie

#endif
