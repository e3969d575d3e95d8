// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBrainProtocol_h
#define tweedieBrainProtocol_h

#include "tweedieMRISimulation.h"
#include "tweedieSuiteOutcome.h"

#include <limits>
#include <vector>

namespace tweedie
{
/** One way to measure, and by how much RMP is meant to be better than TV there. */
struct BrainConfiguration : SuiteConfiguration
{
  MRISimulationOptions simulation;
  double goal20 = 0.0; ///< dB, RMP with 20 steps over TV
  double goal10 = std::numeric_limits<double>::quiet_NaN();
};

/** Of the suite mri-brain: 8 coils at 4 and 6, equispaced and random; one coil, variable density, at 3 and 2. */
std::vector<BrainConfiguration> BrainConfigurations();
} // namespace tweedie

#endif
