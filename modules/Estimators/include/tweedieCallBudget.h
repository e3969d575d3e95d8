// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCallBudget_h
#define tweedieCallBudget_h

#include "tweedieDenoiser.h"
#include "tweediePosteriorOptions.h"

#include <cstdint>

namespace tweedie
{
constexpr std::int64_t DefaultSamples = 8; ///< of a sampler that is not told how many

/** Denoiser calls that options.steps noise levels cost an image at most: those of a chain, times the chains, with what
 * the method does under this prior where the options leave it open. Without the samples that may be drawn beside rmp.
 */
std::int64_t CallsPerImage(const DenoiserPointer & prior, EstimatorOptions options);

/** The largest number of noise levels whose CallsPerImage are no more than that: it gives methods the same cost. Throws
 * UsageError where that is less than one. */
std::int64_t LevelsWithin(std::int64_t calls, const DenoiserPointer & prior, const EstimatorOptions & options);

/** Sets samples and steps of options.method so that an image costs at most that many network calls:
 *
 *    a sampler        2 to 8 samples of at least 12 calls, all alike
 *    rmp              half for the mean over 2 or 4 noisy states, half for the samples of options.sampler beside it
 *    pnp-dm           the square root of a sample's share in each iteration's reverse diffusion
 *    red-diff         up to 10 steps of Adam a level
 *    another point    one chain */
void SpendCalls(std::int64_t calls, const DenoiserPointer & prior, PosteriorOptions & options);
} // namespace tweedie

#endif
