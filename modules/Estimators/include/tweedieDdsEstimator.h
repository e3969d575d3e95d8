// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDdsEstimator_h
#define tweedieDdsEstimator_h

#include "tweedieMethodSettings.h"

#include <cstdint>
#include <memory>

namespace tweedie
{
class Estimator;

struct DdsSettings final : SettingsOf<DdsSettings>
{
  std::int64_t iterations = 5; ///< of conjugate gradients, from D
  double gamma = 0.0;          ///< weight of the data; 0: r^2 / s_c^2, with which the step is a proximal one
  double eta = 0.85;           ///< 0: deterministic, 1: ancestral

  void Visit(OptionVisitor & v) override;
};

/** Decomposed diffusion sampling (Chung, Lee and Ye 2024): a few steps of conjugate gradients from D, then DDIM,
 *
 *    (I + gamma A^H A) x0 = D + gamma A^H y,   gamma = r^2 / s_c^2,   r^2 that of the prior at this noise level
 *    x' = x0 + s' (sqrt(1 - eta^2 (1 - a)) (x - D) / s + eta sqrt(1 - a) z),   a = s'^2 / s^2
 *
 * No Jacobian. Noise that is not white weighs each sample, A^H W A for A^H A. The iteration ends before it converges
 * and so keeps near D what the data determine badly: a regulariser that no formula states.
 *
 * Biased: each level pulls D by the whole step to the data, and the noise (x - D) / s that is kept does not know of it.
 * With many levels the pulls add up: the data weigh more than once, the mean tends to the data and the variance to too
 * small. Needs a linear model. */
std::unique_ptr<Estimator> MakeDdsEstimator();
} // namespace tweedie

#endif
