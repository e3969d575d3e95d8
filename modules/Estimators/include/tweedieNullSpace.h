// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieNullSpace_h
#define tweedieNullSpace_h

#include "tweedieLikelihood.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
struct NullSpace
{
  at::Tensor share;   ///< of each pixel, [batch, 1, z, y, x]
  double total = 0.0; ///< of all: the ratio of the sums over pixels
};

/** How much of the samples' variance lies in directions that a linear forward model A does not see:
 *
 *    share = sum_i |n_i|^2 / sum_i |d_i|^2,    d_i = x_i - mean x,    n_i = d_i - A^+ A d_i
 *
 * pixel by pixel, cut off at 1: n_i is orthogonal to the rest as a whole and not in each pixel, where hardly anything
 * varies the ratio says little.
 * A^+ A d is MeasuredPart.
 *
 * samples: [sample, batch, channel, z, y, x], two or more. Source: Bhadra, Kelkar, Brooks and
 * Anastasio (2021), section on hallucination maps, where A^+ is the pseudo-inverse. */
NullSpace NullSpaceOf(const Likelihood & likelihood, const at::Tensor & samples);
} // namespace tweedie

#endif
