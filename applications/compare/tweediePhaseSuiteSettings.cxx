// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseSuiteSettings.h"

#include "tweedieReportTable.h"

#include <algorithm>

namespace tweedie
{
namespace
{
PhaseConfiguration
MakeConfiguration(std::int64_t patterns, double noise)
{
  PhaseConfiguration configuration;
  const std::string sigma = FormatNumber(noise, 2);
  const std::string number = std::to_string(patterns);
  const bool isCoded = patterns > 0;
  configuration.name = (isCoded ? "coded-" + number : "fourier") + '-' + sigma;
  configuration.label = (isCoded ? number + (patterns == 1 ? " coded pattern" : " coded patterns") : "far field, 2 x") +
                        ", noise " + sigma;
  configuration.simulation.experiment = isCoded ? "coded" : "fourier";
  configuration.simulation.patterns = std::max<std::int64_t>(patterns, 1);
  configuration.simulation.oversampling = 2.0;
  configuration.simulation.support = "square";
  configuration.simulation.noise = noise;
  configuration.simulation.hounsfield = true;
  return configuration;
}

struct Classical
{
  const char * method;
  const char * label;
  bool isForIsolated; ///< alone
};

constexpr Classical classicalMethods[] = {{"er", "ER", false},
                                          {"hio", "HIO", false},
                                          {"oss", "OSS", true},
                                          {"raar", "RAAR", false},
                                          {"difference-map", "difference map", false},
                                          {"wirtinger-flow", "Wirtinger flow", false}};
} // namespace

const std::vector<PhaseConfiguration> &
PhaseConfigurations()
{
  static const std::vector<PhaseConfiguration> configurations{MakeConfiguration(1, 0.01),
                                                              MakeConfiguration(2, 0.05),
                                                              MakeConfiguration(2, 0.01),
                                                              MakeConfiguration(4, 0.05),
                                                              MakeConfiguration(0, 0.05),
                                                              MakeConfiguration(0, 0.01)};
  return configurations;
}

const PhaseConfiguration &
PhaseConfigurationOf(const std::string & name)
{
  const auto & all = PhaseConfigurations();
  return *std::find_if(all.begin(), all.end(), [&](const PhaseConfiguration & one) { return one.name == name; });
}

std::vector<SuiteMethod>
PhaseSuiteMethods(const PhaseConfiguration & configuration)
{
  std::vector<SuiteMethod> methods;
  for (const Classical & one : classicalMethods)
  {
    if (configuration.IsIsolated() || !one.isForIsolated)
    {
      const std::string name = one.method;
      const std::string label = one.label;
      methods.push_back({name, label, name});
      methods.push_back({name + "-tv", label + " + TV", name, 0, 0, "", "", true});
    }
  }
  methods.push_back({"rmp-20", "RMP, 20 calls", "rmp", 20});
  methods.push_back({"daps-8", "DAPS, 8 samples", "daps", 40, 8});
  methods.push_back({"dps-4", "DPS, 4 samples", "dps", 200, 4});
  methods.push_back({"pnp-dm-4", "PnP-DM, 4 samples", "pnp-dm", 20, 4});
  if (configuration.IsIsolated())
  {
    methods.push_back({"daps-hio", "HIO, flip by the prior, DAPS", "daps", 40, 8});
  }
  if (configuration.IsIsolated() && configuration.simulation.noise < 0.02)
  {
    methods.push_back({"rmp-hio", "HIO, flip by the prior, RMP", "rmp", 20});
    methods.push_back({"rmp-truth", "RMP from the truth: a ceiling", "rmp", 20});
  }
  return methods;
}

PhaseMethodSettings
PhaseSettings(const PhaseConfiguration & /*configuration*/, const SuiteMethod & method)
{
  PhaseMethodSettings settings;
  settings.classical.method = method.effort == 0 ? method.method : std::string(PhaseStarts::hio);
  settings.classical.starts = phaseRestarts;
  settings.classical.keepStarts = true;
  PhasePosteriorOptions & posterior = settings.posterior;
  posterior.restarts = 1; // one by one, so that each end is known
  if (method.effort > 0)
  {
    posterior.method = method.method;
    posterior.steps = method.effort;
    posterior.samples = method.samples;
    posterior.keepSamples = method.samples > 0;
  }
  if (method.name == "rmp-hio" || method.name == "rmp-truth")
  {
    posterior.start = method.name == "rmp-hio" ? PhaseStarts::hio : PhaseStarts::truth;
    posterior.startSigma = 0.2;
  }
  if (method.name == "daps-hio")
  {
    posterior.start = PhaseStarts::hio;
    posterior.startSigma = 0.3; // slice 50, noise 0.05: 23.5 dB, from noise 18.8
  }
  return settings;
}
} // namespace tweedie
