// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieAutocorrelation_h
#define tweedieAutocorrelation_h

#include <ATen/core/Tensor.h>

namespace tweedie
{
/** How many steps of a stationary chain are worth one independent draw: the integrated autocorrelation time
 *
 *    tau = 1 + 2 sum_{t = 1..M} rho(t),   M the smallest with M >= 5 max(tau(M), 1)
 *
 * (Madras and Sokal 1988; the window of Sokal 1997, eq. 3.19), rho about the mean over all steps and chains, averaged
 * over the chains. Its relative standard error is about sqrt(2 (2 M + 1) / (steps * chains)).
 *
 * series: [steps, chains, unknowns], real. Returns [unknowns] in double; not-a-number where no window fits into half of
 * the steps or an unknown does not move. Throws DataError for another shape. */
at::Tensor IntegratedAutocorrelationTime(const at::Tensor & series);
} // namespace tweedie

#endif
