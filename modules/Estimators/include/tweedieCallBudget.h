// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCallBudget_h
#define tweedieCallBudget_h

#include "tweedieDenoiser.h"
#include "tweedieEstimatorOptions.h"

#include <cstdint>

namespace tweedie
{
constexpr std::int64_t DefaultSamples = 8; ///< of a sampler that is not told how many

/** Denoiser calls that a noise level costs an image at most: those of a step, times the chains, with what the method
 * does under this prior where the options leave it open. Without the samples that may be drawn beside rmp. */
std::int64_t CallsPerLevel(const DenoiserPointer & prior, EstimatorOptions options);

/** The number of noise levels that so many calls pay for, calls / CallsPerLevel rounded down: it gives methods the same
 * cost. Throws UsageError where that is less than one. */
std::int64_t LevelsWithin(std::int64_t calls, const DenoiserPointer & prior, const EstimatorOptions & options);
} // namespace tweedie

#endif
