// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRINoise_h
#define tweedieMRINoise_h

#include "tweedieMRIScan.h"

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** Noise sigma of a complex sample from the corners of k-space, or a trajectory's outermost tenth: |n|^2 / sigma^2 is
 * exponential, so its median is log 2; the median is blind to the few samples that hold signal. An upper bound where
 * signal reaches the corners. Throws DataError where the corners are zero. */
double EstimateMRINoise(const MRIScan & scan);

/** The given noise, else the scan's, else the estimate, with a warning that says so. */
double MRINoiseLevel(const MRIScan & scan, const std::optional<double> & given, std::vector<std::string> & warnings);
} // namespace tweedie

#endif
