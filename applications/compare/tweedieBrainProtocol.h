// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieBrainProtocol_h
#define tweedieBrainProtocol_h

#include "tweedieMRISimulation.h"
#include "tweedieSuite.h"
#include "tweedieVolumeEstimate.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** One way to measure, and by how much RMP is meant to be better than TV there. */
struct BrainConfiguration
{
  std::string name;  ///< "coils8-equispaced-4"
  std::string label; ///< "8 coils, equispaced, 4"
  MRISimulationOptions simulation;
  double goal20 = 0.0; ///< dB, RMP with 20 steps over TV
  double goal10 = std::numeric_limits<double>::quiet_NaN();
};

/** 8 coils at 4 and 6, equispaced and random; one coil, variable density, at 3 and 2. */
std::vector<BrainConfiguration> BrainConfigurations();

/** One way to reconstruct. */
struct BrainMethod
{
  std::string name;  ///< "rmp-20"
  std::string label; ///< "RMP, 20 steps"
  std::string method;
  std::int64_t steps = 0;
  std::int64_t samples = 0;
  std::string beside; ///< of samples: the method whose mean their deviation goes with, earlier in the list
};

/** zero-filled, sense, tv, rmp-10, rmp-20, daps-8. */
const std::vector<BrainMethod> & BrainMethods();

/** Reconstructs a scan by one method; lambda is the weight of TV. */
VolumeEstimate ReconstructBrain(const MRIScan & scan,
                                const BrainMethod & method,
                                const SuiteOptions & options,
                                std::int64_t seed,
                                double lambda,
                                const ProgressCallback & progress);
} // namespace tweedie

#endif
