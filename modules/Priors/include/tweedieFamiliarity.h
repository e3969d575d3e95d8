// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFamiliarity_h
#define tweedieFamiliarity_h

#include "tweedieDenoiser.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Noise levels at which an image is shown to a denoiser to see whether it knows its kind, in prior deviations. High
 * enough that what is left of white noise in a posterior sample plays no part. */
const std::vector<double> & FamiliarityLevels();

/** Denoising error over the noise where an image is not empty (above 1/20 of the prior's unit):
 *
 *    rho(s) = mean |D(x + s n, s) - x|^2 / s^2        of a real component
 *
 * which is MMSE(s) / s^2 for images that the denoiser was trained on, and larger for others. images [n, shape...] in
 * units of the prior, real or complex as it takes them; n from a fixed seed. [n, levels], double; not-a-number for an
 * empty image. */
at::Tensor DenoisingErrors(const Denoiser & denoiser, const at::Tensor & images, std::uint64_t seed = 1);

/** Quantiles [level][probability of StatisticProbabilities()] over images. */
std::vector<std::vector<double>> FamiliarityQuantiles(const Denoiser & denoiser, const at::Tensor & images);
} // namespace tweedie

#endif
