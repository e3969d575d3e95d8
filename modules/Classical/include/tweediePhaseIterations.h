// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseIterations_h
#define tweediePhaseIterations_h

#include "tweedieLinearOperator.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>

namespace tweedie
{
/** What is demanded of an object. */
struct PhaseConstraints
{
  bool isReal = true;
  bool isNonNegative = true; ///< of a real object
};

struct PhaseIterationOptions
{
  std::string method = "hio"; ///< er | hio | oss | raar | difference-map
  std::int64_t iterations = 1000;
  double beta = 0.9;
  double finish = 0.05;        ///< share of the iterations, the last, that are er; oss has none
  std::int64_t stages = 10;    ///< oss
  std::int64_t shrinkWrap = 0; ///< iterations between two supports; 0: the support stays
  /** Called now and then with (iterations done, of); false stops with Aborted. */
  std::function<bool(std::int64_t, std::int64_t)> progress;
};

struct PhaseIterates
{
  at::Tensor image;            ///< [starts, 1, 1, y, x], that of the least residual on the way
  at::Tensor residual;         ///< [starts], double: sum | |A x| - b | / sum b
  std::int64_t transforms = 0; ///< of Fourier, a start
};

/** Iterative phase retrieval of an isolated object from the amplitudes b of its far field, from several starts side by
 * side:
 *
 *    P_M g = F^-1(b F g / |F g|),   p = P_M g,   inside: in the support, and p >= 0 where the object is real so
 *    er              g <- p inside, 0 elsewhere                         (Gerchberg and Saxton 1972; Fienup 1978)
 *    hio             g <- p inside, g - beta p elsewhere                (Fienup 1982, eq. 44)
 *    oss             hio, then F^-1 exp(-k^2 / 2 a^2) F g outside the support, a from N to 1 in stages
 *                    (Rodriguez et al. 2013, eqs. 3 and 4; without their return to the best iterate, which the residual
 *                    does not tell under noise: 64 x 64 pixels, noise 0.05: 17.4 dB so, 16.5 with it and a down to 1 /
 * N) raar            g <- p inside, of which 2 p - g decides, beta g + (1 - 2 beta) p elsewhere        (Luke 2005)
 *    difference-map  g <- g + beta (P_S((1 + 1/beta) p - g/beta) - P_M((1 - 1/beta) P_S g + g/beta))   (Elser 2003)
 *
 * The result is the x = P_S P_M g of the least residual, looked at every ten iterations and at the end. Shrink-wrap
 * (Marchesini et al. 2003): the support becomes where |x|, blurred by 3 and later 1.5 pixels, exceeds a fifth of its
 * maximum, within the one given.
 *
 * amplitude: [rows, columns], zero frequency at floor(N / 2); measured: zeros and ones like it, or undefined; support:
 * [y, x] zeros and ones; starts: [starts, 1, 1, y, x], real for a real object, else complex, in the precision of the
 * work. Throws DataError, UsageError for an unknown method or numbers out of range, Aborted. */
PhaseIterates IteratePhases(const at::Tensor & amplitude,
                            const at::Tensor & measured,
                            const at::Tensor & support,
                            const at::Tensor & starts,
                            const PhaseConstraints & constraints,
                            const PhaseIterationOptions & options);

/** The same methods (but oss and shrink-wrap) between the waves u = A x of allowed objects and those of the measured
 * amplitudes, for any operator with A^H A = diag(d):
 *
 *    P_S u = A C d^-1 A^H u,   C: real part, >= 0     hio   u <- u + P_S((1 + beta) P_M u - u) - beta P_M u
 *
 * (Bauschke, Combettes and Luke 2002). diagonal: d, [1, 1, 1, y, x]; amplitude, measured: [1, patterns, 1, y, x]. */
PhaseIterates IteratePhases(const LinearOperatorPointer & A,
                            const at::Tensor & diagonal,
                            const at::Tensor & amplitude,
                            const at::Tensor & measured,
                            const at::Tensor & starts,
                            const PhaseConstraints & constraints,
                            const PhaseIterationOptions & options);

/** Random objects in a support [y, x] to start from: uniform numbers, for complex objects with uniform phases, scaled
 * to the energy of the pattern. Start i is a function of seed and i alone. */
at::Tensor RandomPhaseStarts(
    const at::Tensor & support, double energy, std::int64_t starts, std::uint64_t seed, at::ScalarType type);
} // namespace tweedie

#endif
