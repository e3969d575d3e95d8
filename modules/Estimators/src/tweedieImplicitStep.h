// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImplicitStep_h
#define tweedieImplicitStep_h

#include "tweedieEstimator.h"

namespace tweedie
{
/** One step of DDIM (Song, Meng and Ermon 2021, eq. 12 and 16) in the variables of this library:
 *
 *    x' = clean + s' (sqrt(1 - eta^2 (1 - a)) noise + eta sqrt(1 - a) z),   a = s'^2 / s^2
 *
 * The step to s' = 0 is clean. With clean = D, noise = (x - D) / s and eta = 1 it is the ancestral step
 * a x + (1 - a) D + s' sqrt(1 - a) z. */
at::Tensor ImplicitStep(
    const ChainContext & context, std::size_t level, const at::Tensor & clean, const at::Tensor & noise, double eta);

/** The ancestral step of the prior alone from x with D(x). */
at::Tensor
PriorStep(const ChainContext & context, std::size_t level, const at::Tensor & x, const at::Tensor & denoised);
} // namespace tweedie

#endif
