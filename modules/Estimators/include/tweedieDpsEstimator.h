// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDpsEstimator_h
#define tweedieDpsEstimator_h

#include "tweedieMethodSettings.h"

#include <memory>

namespace tweedie
{
class Estimator;

struct DpsSettings final : SettingsOf<DpsSettings>
{
  double zeta = 1.0;        ///< step length of the normalised form
  bool normalize = true;    ///< step zeta / ||r|| of the published form; false: the un-normalised guidance
  bool secondOrder = false; ///< un-normalised: two denoiser calls per step

  void Visit(OptionVisitor & v) override;
};

/** Ancestral sampling with the data gradient through the denoiser (Chung et al. 2023, algorithm 1). */
std::unique_ptr<Estimator> MakeDpsEstimator();
} // namespace tweedie

#endif
