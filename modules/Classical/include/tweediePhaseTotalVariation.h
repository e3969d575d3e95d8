// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseTotalVariation_h
#define tweediePhaseTotalVariation_h

#include "tweediePhaseIterations.h"

namespace tweedie
{
struct PhaseTotalVariationOptions
{
  std::int64_t iterations = 100; ///< products with A^H A
  std::int64_t dualSteps = 20;   ///< on total variation for each
};

/** A local minimum near each start of
 *
 *    1/2 sum measured (b - |A x|)^2 + lambda TV(x),    x >= 0 where the object is so,
 *
 * by steps in which the phases are frozen: with v = x + A^H measured (b u / |u| - u) / L, u = A x, L = max d,
 *
 *    x <- argmin L/2 |x - v|^2 + lambda TV(x)
 *
 * TV: TotalVariation. lambda: a number or [starts], >= 0. Other arguments and the result as of IteratePhases between
 * waves. */
PhaseIterates RefineByTotalVariation(const LinearOperatorPointer & A,
                                     const at::Tensor & diagonal,
                                     const at::Tensor & amplitude,
                                     const at::Tensor & measured,
                                     const at::Tensor & starts,
                                     const PhaseConstraints & constraints,
                                     const at::Tensor & lambda,
                                     const PhaseTotalVariationOptions & options = {});
} // namespace tweedie

#endif
