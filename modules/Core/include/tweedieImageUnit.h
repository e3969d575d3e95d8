// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageUnit_h
#define tweedieImageUnit_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** The unit of the priors: the 99.9th percentile of |x| over all elements, the order statistic of rank
 * floor(0.999 (n - 1)). */
double ImageUnit(const at::Tensor & x);
} // namespace tweedie

#endif
