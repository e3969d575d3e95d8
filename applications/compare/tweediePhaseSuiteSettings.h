// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseSuiteSettings_h
#define tweediePhaseSuiteSettings_h

#include "tweediePhaseClassical.h"
#include "tweediePhasePosterior.h"
#include "tweediePhaseSimulation.h"
#include "tweedieSuiteOutcome.h"

#include <string>
#include <vector>

namespace tweedie
{
/** One way to measure objects o = (HU + 1000) / 2000. */
struct PhaseConfiguration : SuiteConfiguration
{
  PhaseSimulationOptions simulation;

  /** Whether the far field of an isolated object is measured, which knows neither its side nor its place. */
  bool
  IsIsolated() const
  {
    return simulation.experiment == "fourier";
  }
};

/** Of the suite phase: 1, 2 and 4 coded patterns, and the far field at twice the linear sampling. */
const std::vector<PhaseConfiguration> & PhaseConfigurations();
const PhaseConfiguration & PhaseConfigurationOf(const std::string & name);

/** In order. effort: noise levels; 0: classical; samples: chains whose mean is the result, else restarts of which one
 * is chosen. Those that are weighted follow the method of the same iterations. */
std::vector<SuiteMethod> PhaseSuiteMethods(const PhaseConfiguration & configuration);

/** Starts of a classical method, and restarts of an estimate of the mean. */
constexpr std::int64_t phaseRestarts = 4;

/** What a posterior method may start from beside noise. */
struct PhaseStarts
{
  static constexpr char truth[] = "truth"; ///< the object itself: a ceiling
  static constexpr char hio[] = "hio";     ///< the ends of a classical method
};

/** How a method runs, but for prior, device and seeds. */
struct PhaseMethodSettings
{
  PhaseClassicalOptions classical; ///< of a classical method, and of the start of a posterior one
  PhasePosteriorOptions posterior;
};

/** All that is tuned, in one place. */
PhaseMethodSettings PhaseSettings(const PhaseConfiguration & configuration, const SuiteMethod & method);
} // namespace tweedie

#endif
