// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseKernels_h
#define tweediePhaseKernels_h

#include <complex>
#include <cstdint>

namespace tweedie
{
/** The inner loops of iterative phase retrieval over count pixels: g the iterate, p = P_M g, s the support (0 or 1);
 * real numbers: inside also p >= limit, which is 0, or -infinity where the object may be negative. */
#define TWEEDIE_PHASE_KERNELS(N, T)                                                                                    \
  /* g = p inside, 0 elsewhere */                                                                                      \
  void ErrorReduction(N * g, const N * p, const T * s, std::int64_t count, T limit);                                   \
  /* g = p inside, g - beta p elsewhere */                                                                             \
  void HybridInputOutput(N * g, const N * p, const T * s, std::int64_t count, T limit, T beta);                        \
  /* g = p inside, of which 2 p - g decides, beta g + (1 - 2 beta) p elsewhere */                                      \
  void RelaxedReflections(N * g, const N * p, const T * s, std::int64_t count, T limit, T beta);                       \
  /* out = a p + b g */                                                                                                \
  void Combine(N * out, const N * p, const N * g, std::int64_t count, T a, T b);                                       \
  /* g = a outside */                                                                                                  \
  void ReplaceOutside(N * g, const N * a, const T * s, std::int64_t count);

TWEEDIE_PHASE_KERNELS(float, float)
TWEEDIE_PHASE_KERNELS(double, double)
TWEEDIE_PHASE_KERNELS(std::complex<float>, float)
TWEEDIE_PHASE_KERNELS(std::complex<double>, double)
#undef TWEEDIE_PHASE_KERNELS
} // namespace tweedie

#endif
