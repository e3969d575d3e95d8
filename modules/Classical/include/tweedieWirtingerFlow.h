// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieWirtingerFlow_h
#define tweedieWirtingerFlow_h

#include "tweediePhaseIterations.h"

namespace tweedie
{
struct WirtingerFlowOptions
{
  bool isTruncated = false;
  std::int64_t iterations = 2500;
  std::int64_t powerIterations = 50; ///< of the start; 0: starts stay as they are
  double step = 0.2;                 ///< mu, at most
  /** Called now and then with (iterations done, of); false stops with Aborted. */
  std::function<bool(std::int64_t, std::int64_t)> progress;
};

/** Wirtinger flow from amplitudes b of waves u = A x with A^H A about I, for m amplitudes of the energy E = |b|^2 and
 * several starts side by side (Candes, Li and Soltanolkotabi 2015, eqs. 2.3, 2.4 and algorithm 1):
 *
 *    x <- x - mu_t (m / E) A^H (|u|^2 - b^2) u,    mu_t = min(1 - e^(-t / 330), mu)
 *
 * started at sqrt(E) times the leading eigenvector of A^H diag(b^2) A, by power iterations from each start. Truncated
 * (Chen and Candes 2017, eqs. 13 to 17, with their constants): the Poisson gradient of the amplitudes that make sense
 *
 *    x <- x + 2 mu A^H 1 (b^2 - |u|^2) u / |u|^2,  1: 0.3 <= s <= 5 and |b^2 - |u|^2| <= 5 s mean|b^2 - |u|^2|
 *    s = sqrt(m) |u| / |x|;  the start leaves out b^2 > 9 mean(b^2)
 *
 * Of a real object the real part is taken at each step. A step after which the misfit of the intensities has grown by a
 * tenth is not taken, and those of that start are halved from there on. What was not measured counts nowhere. Arguments
 * and errors as for IteratePhases between waves; the constraint of no negative value is not used. */
PhaseIterates FlowPhases(const LinearOperatorPointer & A,
                         const at::Tensor & amplitude,
                         const at::Tensor & measured,
                         const at::Tensor & starts,
                         const PhaseConstraints & constraints,
                         const WirtingerFlowOptions & options = {});
} // namespace tweedie

#endif
