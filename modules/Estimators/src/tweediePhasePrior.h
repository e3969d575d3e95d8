// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhasePrior_h
#define tweediePhasePrior_h

#include "tweedieDenoiser.h"
#include "tweediePhasePosterior.h"

#include <utility>

namespace tweedie
{
/** The prior of a file, and what its 1 is in the units of the scan. Throws DataError for a prior of other images. */
std::pair<DenoiserPointer, double> PriorOfScan(const PhaseScan & scan, PhasePosteriorOptions & options);
} // namespace tweedie

#endif
