// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCentralWindow_h
#define tweedieCentralWindow_h

#include "tweedieVolume.h"

namespace tweedie
{
/** The central rows x columns of every slice, zero where they reach beyond it: pixel floor(N / 2) of either size is the
 * same point in space. Throws UsageError unless both are positive. */
Volume CentralWindow(const Volume & volume, std::int64_t rows, std::int64_t columns);
} // namespace tweedie

#endif
