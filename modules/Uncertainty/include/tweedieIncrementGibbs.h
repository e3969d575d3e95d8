// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieIncrementGibbs_h
#define tweedieIncrementGibbs_h

#include "tweedieIncrementPrior.h"
#include "tweedieReferenceSampler.h"

namespace tweedie
{
/** Real linear data y = A x + n, n ~ N(0, noise^2). */
struct LinearData
{
  at::Tensor matrix; ///< A [m, n]
  at::Tensor data;   ///< y [m]
  double noise = 1.0;
};

/** Draws from the posterior of a signal with independent increments by Gibbs sampling of the variances s_i of its
 * increments and of the increments given them, the latter exactly by perturb and solve (Papandreou and Yuille 2010):
 *
 *    u = S^1/2 e + S B^T (B S B^T + noise^2)^-1 (y - B S^1/2 e - noise f),   B = A (sums),  e, f ~ N(0, I)
 *
 * Where the law has an atom, whether there is a jump is drawn one place at a time with all increments integrated out
 * (Bohra, Pla, Giovannelli and Unser 2023). Chains start from draws of the prior. Dense: for some hundred unknowns.
 * Throws DataError for shapes that do not fit or a noise that is not positive, Aborted when progress returns false. */
ReferenceDraws SampleIncrementPosterior(const IncrementPrior & prior,
                                        const LinearData & data,
                                        const ReferenceSamplerOptions & options,
                                        const ProgressCallback & progress = {});
} // namespace tweedie

#endif
