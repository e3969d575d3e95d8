// SPDX-License-Identifier: Apache-2.0
#include "tweedieBrainProtocol.h"

#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieReportTable.h"

namespace tweedie
{
namespace
{
constexpr double noiseLevel = 0.02;

BrainConfiguration
MakeConfiguration(std::int64_t coils, const std::string & mask, double acceleration, double goal20, double goal10)
{
  BrainConfiguration configuration;
  const std::string number = FormatNumber(acceleration, 0);
  const std::string coilText = coils == 1 ? "1 coil" : std::to_string(coils) + " coils";
  configuration.name = (coils == 1 ? "coil" : "coils") + std::to_string(coils) + '-' + mask + '-' + number;
  configuration.label = coilText + ", " + mask + ", " + number;
  configuration.simulation.coils = coils;
  configuration.simulation.mask = mask;
  configuration.simulation.acceleration = acceleration;
  configuration.simulation.noise = noiseLevel;
  configuration.goal20 = goal20;
  configuration.goal10 = goal10;
  return configuration;
}
} // namespace

std::vector<BrainConfiguration>
BrainConfigurations()
{
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {MakeConfiguration(8, "equispaced", 4.0, 2.5, 2.0),
          MakeConfiguration(8, "random", 4.0, 2.5, 2.0),
          MakeConfiguration(8, "equispaced", 6.0, 2.5, 2.0),
          MakeConfiguration(8, "random", 6.0, 2.5, 2.0),
          MakeConfiguration(1, "variable-density", 3.0, 1.0, none),
          MakeConfiguration(1, "variable-density", 2.0, 0.0, none)};
}

const std::vector<BrainMethod> &
BrainMethods()
{
  static const std::vector<BrainMethod> methods = {{"zero-filled", "zero-filled", "zero-filled", 0, 0, ""},
                                                   {"sense", "SENSE, l2", "sense", 0, 0, ""},
                                                   {"tv", "total variation", "tv", 0, 0, ""},
                                                   {"rmp-10", "RMP, 10 steps", "rmp", 10, 0, ""},
                                                   {"rmp-20", "RMP, 20 steps", "rmp", 20, 0, ""},
                                                   {"daps-8", "DAPS, 8 samples", "daps", 40, 8, "rmp-20"}};
  return methods;
}

VolumeEstimate
ReconstructBrain(const MRIScan & scan,
                 const BrainMethod & method,
                 const SuiteOptions & options,
                 std::int64_t seed,
                 double lambda,
                 const ProgressCallback & progress)
{
  if (method.steps == 0)
  {
    MRIClassicalOptions classical;
    classical.method = method.method;
    classical.device = options.device;
    if (method.method == "tv")
    {
      classical.lambda = lambda;
      classical.iterations = 5000; // the gap decides, not this
      classical.tolerance = 1e-4;
    }
    return ReconstructClassical(scan, classical, progress);
  }
  PosteriorOptions posterior;
  posterior.method = method.method;
  posterior.prior = options.prior;
  posterior.steps = method.steps;
  posterior.samples = method.samples;
  posterior.keepSamples = method.samples > 0;
  posterior.seed = seed;
  posterior.device = options.device;
  return ReconstructPosterior(scan, posterior, progress);
}
} // namespace tweedie
