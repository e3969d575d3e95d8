// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieIlvrEstimator_h
#define tweedieIlvrEstimator_h

#include "tweedieMethodSettings.h"

#include <memory>

namespace tweedie
{
class Estimator;

struct IlvrSettings final : SettingsOf<IlvrSettings>
{
  /** Eigenvalues of A^H A below this share of the largest count as not measured. With coils in MRI, less lets amplified
   * noise in and more leaves data out. */
  double threshold = 0.1;

  void Visit(OptionVisitor & v) override;
};

/** Ancestral sampling of the prior in which the measured part of every state is replaced (Song et al. 2021, appendix I;
 * Choi et al. 2021, algorithm 1),
 *
 *    x' = ancestral(x, D),   x <- (I - A^+ A) x' + A^+ (y + s' A n),   n ~ N(0, I),   at the end s' = 0
 *
 * The data take the noise of the state, s' A n: the published s' n in data space is the same where A A^H = I, and
 * leaves the wrong noise in the state elsewhere.
 *
 * Biased, as published: the noise of the data does not occur in it. Every sample ends with the measured part A^+ y,
 * neither shrunk nor spread, with its noise of deviation s_c / s_j in the direction of the singular value s_j; only the
 * threshold limits that. What was measured reaches the rest through D alone. Needs the decomposition of A^H A and white
 * noise. */
std::unique_ptr<Estimator> MakeIlvrEstimator();
} // namespace tweedie

#endif
