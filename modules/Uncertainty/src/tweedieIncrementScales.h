// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieIncrementScales_h
#define tweedieIncrementScales_h

#include "tweedieIncrementPrior.h"

namespace tweedie
{
/** Every law of an increment is a Gaussian of random variance s, u ~ N(0, s) (Andrews and Mallows 1974):
 *
 *    gauss s = scale^2;  laplace s ~ Exp(mean 2 scale^2), zero where there is no jump;  student-t s ~ 1 / Gamma
 *
 * one per increment and stream, [streams, n]; of the first element of a signal s = firstVariance. */
at::Tensor PriorScales(const IncrementPrior & prior, RandomStreams & random);

/** The same given the increments u [streams, n] (where there is a jump): of laplace 1 / s is inverse Gaussian with mean
 * 1 / (scale |u|) and shape 1 / scale^2, of student-t s is again 1 / Gamma. */
at::Tensor ScalesGiven(const IncrementPrior & prior, const at::Tensor & u, RandomStreams & random);

/** Exponential variances of the Laplace law, [streams, n]. */
at::Tensor LaplaceScales(const IncrementPrior & prior, RandomStreams & random);
} // namespace tweedie

#endif
