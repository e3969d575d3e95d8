// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRmpEstimator_h
#define tweedieRmpEstimator_h

#include "tweedieMethodSettings.h"

#include <cstdint>
#include <memory>
#include <string>

namespace tweedie
{
class Estimator;

struct RmpSettings final : SettingsOf<RmpSettings>
{
  /** auto | closed | decoupled | natural-gradient; auto: decoupled for a prior that needs noise, else closed */
  std::string propagation = "auto";
  std::int64_t draws = 8;          ///< decoupled: L, noisy states that D_y is averaged over; 1 above sqrt(v)
  std::int64_t naturalSteps = 20;  ///< T_in of the natural-gradient loop
  std::int64_t naturalSamples = 1; ///< L; 0: the gradient is taken at the mean
  double naturalStepSize = 0.2;    ///< s1
  /** variance (Lam of v) | high-noise | low-noise (the two published limits) | learned */
  std::string precision = "variance";
  double precisionStepSize = 0.2; ///< learned: s2
  double zeta = 1.0; ///< natural-gradient with guidance dps: weight of the data in gamma_k; 0: no balancing

  void Visit(OptionVisitor & v) override;

  bool
  SearchesVariance() const override
  {
    return true;
  }
};

/** Reverse mean propagation (arXiv 2410.05646): closed one-step form, its decoupled sibling, or the natural-gradient
 * inner loop; see tweedieMeanPropagation.h. The VP form is the same chain on a VP schedule: with x = x_vp / sqrt(ab)
 * the means E[x_k | x_{k+1}, y], the precision and the start of the inner loop go over into each other, and natural
 * gradients do not depend on the variables. */
std::unique_ptr<Estimator> MakeRmpEstimator();
} // namespace tweedie

#endif
