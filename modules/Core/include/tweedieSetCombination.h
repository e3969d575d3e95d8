// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSetCombination_h
#define tweedieSetCombination_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** Whether a tensor [batch..., channel, z, y, x] is a stack of images, one for each of several sets of coil maps:
 * complex, with more than one channel. */
bool IsStackOfSets(const at::Tensor & x);

/** The one image that is shown of such a stack,
 *
 *    (sum_s |x_s|^2)^(1/2) exp(i arg x_1),
 *
 * the root of the sum of squares with the phase of the first set, [..., 1, z, y, x]; any other tensor as it is. */
at::Tensor CombineSets(const at::Tensor & x);
} // namespace tweedie

#endif
