// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCountNumbers_h
#define tweedieCountNumbers_h

#include "tweedieRandom.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** Poisson numbers of these means >= 0 (double, [number of streams, ...]), by inversion; above a mean of 1000 rounded
 * normal ones, whose skewness of 0.03 is missing. Two draws of each stream. */
at::Tensor DrawPoisson(const at::Tensor & means, RandomStreams & random);

/** Binomial numbers: how many of counts (whole numbers >= 0, double, [number of streams, ...]) are kept, each with this
 * probability. By inversion; where the variance is above 1000 rounded normal ones. Two draws of each stream. */
at::Tensor DrawBinomial(const at::Tensor & counts, double probability, RandomStreams & random);
} // namespace tweedie

#endif
