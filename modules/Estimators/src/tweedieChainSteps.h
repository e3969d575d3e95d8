// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieChainSteps_h
#define tweedieChainSteps_h

#include "tweedieEstimator.h"

namespace tweedie
{
/** The point a chain starts from before any noise: zero, the prior's mean or the given image. [B, shape...] */
at::Tensor ChainOrigin(const ChainContext & context);

/** One step of the reverse SDE dx = (x - D_y) / s^2 d(s^2) + dw, its linear part integrated exactly:
 *
 *    x' = a x + (1 - a) D_y(x, s) + s' sqrt(1 - a) z,    a = s'^2 / s^2
 *
 * secondOrder: D_y interpolated linearly in log s between both ends of the step, the far end predicted by the first
 * order step with the same z (Heun). The step to s' = 0 is D_y. */
void AncestralStep(const ChainContext & context, std::size_t level, bool secondOrder, ChainState & state);
} // namespace tweedie

#endif
