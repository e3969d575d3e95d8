// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReferenceSamplers_h
#define tweedieReferenceSamplers_h

#include "tweedieReferenceSampler.h"

namespace tweedie
{
using ReferenceSamplerPointer = std::unique_ptr<ReferenceSampler>;

/** Preconditioned Crank-Nicolson (Cotter, Roberts, Stuart and White 2013), z white:
 *
 *    z' = sqrt(1 - b^2) z + b e,   accepted with min(1, p(y | z') / p(y | z)); b is tuned to a rate of 0.3 */
ReferenceSamplerPointer MakeCrankNicolsonSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options);

/** Metropolis-adjusted Langevin (Roberts and Tweedie 1996):
 *
 *    z' = z + h g(z) + sqrt(2 h) e,   g = grad log pi; h is tuned to a rate of 0.574 */
ReferenceSamplerPointer MakeLangevinSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options);

/** The No-U-Turn sampler (Hoffman and Gelman 2014) in its multinomial form (Betancourt 2017): a Hamiltonian path is
 * doubled, forwards or backwards at random, until it turns back, and a state of it is drawn by its weight. Step size by
 * dual averaging to a rate of 0.8, masses from the variances of the burn-in. */
ReferenceSamplerPointer MakeNoUTurnSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options);

/** Parallel tempering (Geyer 1991): Hamiltonian Monte Carlo (Neal 2011) of prior * p(y | x)^b on a ladder of powers b
 * whose neighbours exchange states. The step of each power is tuned to a rate of 0.78. */
ReferenceSamplerPointer MakeTemperedSampler(TargetDensityPointer target, const ReferenceSamplerOptions & options);
} // namespace tweedie

#endif
