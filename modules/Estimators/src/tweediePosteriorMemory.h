// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePosteriorMemory_h
#define tweediePosteriorMemory_h

#include "tweedieDenoiser.h"
#include "tweediePosteriorOptions.h"

#include <cstdint>

namespace tweedie
{
/** How many images of that many pixels may go through the prior together: options.batch, or fewer where
 * options.maximumMemory is set,
 *
 *    n pixels (network + state) <= maximumMemory,    state: the chain, its draws and the solver's vectors.
 *
 * Volumes of the whole (data, mean, samples) are not counted. Throws UsageError where one image is too many. */
std::int64_t BatchWithin(const Denoiser & prior, double pixels, const PosteriorOptions & options);
} // namespace tweedie

#endif
