// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMixingTime_h
#define tweedieMixingTime_h

#include "tweedieClosedFormProblem.h"

namespace tweedie
{
/** Sweeps of the split Gibbs chain of pnp-dm at a fixed rho that make one independent draw; NaN where the prior is not
 * Gaussian: between two modes a chain hardly ever changes. */
struct MixingTime
{
  double rho = 0.0;
  double measured = 0.0; ///< integrated autocorrelation time, mean over the unknowns; NaN: longer than the run can tell
  double exact = 0.0;    ///< the same from the matrix of the chain
  double slowest = 0.0;  ///< (1 + l) / (1 - l), l the largest eigenvalue of the chain
};

/** rho = share s_c / ||A||. For a Gaussian prior N(m, P) the chain is x' - m' = G (x - m') + noise with
 *
 *    G = P (P + rho^2 I)^-1 (I + rho^2 A^T A / s_c^2)^-1,   tau_i = (2 (I - G)^-1 S - S)_ii / S_ii
 *
 * S the posterior for the noise covariance s_c^2 I + rho^2 A A^T, its stationary law, and 1 - l its spectral gap
 * (Sokal 1997; Wu et al. 2024 for the chain). Measured over chains after a third of the sweeps as burn-in; 0 sweeps:
 * not measured (NaN). */
MixingTime PnpDmMixingTime(const ClosedFormProblem & problem,
                           double share,
                           std::int64_t chains,
                           std::int64_t sweeps,
                           const ProgressCallback & progress);
} // namespace tweedie

#endif
