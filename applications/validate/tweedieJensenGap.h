// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieJensenGap_h
#define tweedieJensenGap_h

#include "tweedieClosedFormProblem.h"

#include <vector>

namespace tweedie
{
/** What dps leaves out at a noise level. */
struct JensenGap
{
  double sigma = 0.0;
  double density = 0.0;   ///< mean over states of |p(y | x_t) - p(y | D)|
  double published = 0.0; ///< the bound as it is printed
  double bound = 0.0;     ///< with the Lipschitz constant of the density
  double logarithm = 0.0; ///< mean over states of |log p(y | x_t) - log p(y | D)|
};

/** For a Gaussian prior and m linear data of noise s, at states x_t = truth + sigma n, where both sides are known:
 *
 *    p(y | x_t) = E[p(y | x0) | x_t] = N(y; A D, A C A^T + s^2),   dps takes N(y; A D, s^2),   D, C of x0 given x_t
 *    published:  m / sqrt(2 pi s^2) exp(-1 / (2 s^2)) ||A|| E|x0 - D|        (Chung et al. 2023, theorem 1)
 *    bound:      (2 pi s^2)^(-m/2) exp(-1/2) / s ||A|| E|x0 - D|
 *
 * The factor of the published one is no Lipschitz constant of N(y; ., s^2): it may be crossed. */
std::vector<JensenGap>
JensenGaps(const ClosedFormProblem & problem, const at::Tensor & matrix, const at::Tensor & data);
} // namespace tweedie

#endif
