// SPDX-License-Identifier: Apache-2.0
#include "tweedieBrainProtocol.h"

#include "tweedieMRIMeasurement.h"
#include "tweedieSuiteProtocol.h"
#include "tweedieSuiteSupport.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr double noiseLevel = 0.02;
constexpr std::int64_t tvIterations = 5000; // the gap decides, not this

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

BrainConfiguration
ConfigurationOf(const std::string & name)
{
  const std::vector<BrainConfiguration> all = BrainConfigurations();
  return *std::find_if(all.begin(), all.end(), [&](const BrainConfiguration & one) { return one.name == name; });
}

const std::vector<SuiteMethod> &
BrainMethods()
{
  static const std::vector<SuiteMethod> methods = {{"zero-filled", "zero-filled", "zero-filled"},
                                                   {"sense", "SENSE, l2", "sense"},
                                                   {"tv", "total variation", "tv", 0, 0, "", "", true},
                                                   {"rmp-10", "RMP, 10 steps", "rmp", 10},
                                                   {"rmp-20", "RMP, 20 steps", "rmp", 20},
                                                   {"daps-8", "DAPS, 8 samples", "daps", 40, 8, "rmp-20"}};
  return methods;
}

class BrainProtocol final : public SuiteProtocol
{
public:
  explicit BrainProtocol(SuiteOptions options) : m_Options(std::move(options)) {}
  const SuiteOptions &
  Options() const override
  {
    return m_Options;
  }
  std::vector<SuiteConfiguration>
  Configurations() const override
  {
    const std::vector<BrainConfiguration> all = BrainConfigurations();
    return {all.begin(), all.end()};
  }
  std::vector<SuiteMethod>
  Methods(const SuiteConfiguration &) const override
  {
    return BrainMethods();
  }
  std::unique_ptr<SuiteMeasurement>
  Simulate(const SuiteConfiguration & configuration,
           const Volume & image,
           std::int64_t seed,
           const ProgressCallback & progress) const override
  {
    MRISimulationOptions options = ConfigurationOf(configuration.name).simulation;
    options.seed = seed;
    MRISimulation simulation = SimulateMRI(image, options, progress);
    return std::make_unique<MRIMeasurement>(
        std::move(simulation.scan), std::move(simulation.reference), m_Options, seed);
  }
  std::string
  Title() const override
  {
    return "Undersampled MRI of held-out brain slices";
  }
  std::string
  Data() const override
  {
    return "simulated complex k-space, noise 0.02 of the 99.9th percentile.";
  }
  std::string
  TableCaption() const override
  {
    return "PSNR of the magnitude over the whole slice, range: the slice's maximum; mean over slices and seeds. "
           "Standard deviation against error in the head (above 5 % of the maximum, filled).";
  }
  std::string
  RequirementCaption() const override
  {
    return "An exact sampler has std / error = 1, coverage 0.90 and a gain of 2.50 dB.";
  }
  std::string
  Settings() const override
  {
    return *m_Options.tvIterations == tvIterations ? "" : "tv-iterations " + std::to_string(*m_Options.tvIterations);
  }
  ReportTable Table(const std::vector<SuiteOutcome> & outcomes) const override;
  std::vector<SuiteRequirement> Requirements(const SuiteOutcome & outcome) const override;

private:
  SuiteOptions m_Options;
};

ReportTable
BrainProtocol::Table(const std::vector<SuiteOutcome> & outcomes) const
{
  std::vector<MRISuiteColumn> own;
  for (const std::string name : {"rmp-10", "rmp-20"})
  {
    own.push_back({{"gain-" + name, name + " − TV", "dB", 2, BestValue::None},
                   [name](const SuiteOutcome & outcome) { return outcome.GainOverTotalVariation(name); }});
  }
  const std::vector<MRISuiteColumn> deviations = MRIDeviationColumns();
  own.insert(own.end(), deviations.begin(), deviations.end());
  own.push_back({{"gain-mean", "mean of 8 − one", "dB", 2, BestValue::None},
                 [](const SuiteOutcome & outcome) { return Mean(outcome.Values("daps-8", &SuiteScore::gain)); }});
  own.push_back({{"lambda", "TV weight", "", 4, BestValue::None},
                 [](const SuiteOutcome & outcome) { return outcome.Lambda("tv"); }});
  return MRISuiteTable(BrainMethods(), own, outcomes);
}

std::vector<SuiteRequirement>
BrainProtocol::Requirements(const SuiteOutcome & outcome) const
{
  const double infinity = std::numeric_limits<double>::infinity();
  const BrainConfiguration configuration = ConfigurationOf(outcome.configuration.name);
  std::vector<SuiteRequirement> list{
      {"RMP, 20 steps, over TV [dB]", configuration.goal20, infinity, outcome.GainOverTotalVariation("rmp-20")}};
  if (!std::isnan(configuration.goal10))
  {
    list.push_back(
        {"RMP, 10 steps, over TV [dB]", configuration.goal10, infinity, outcome.GainOverTotalVariation("rmp-10")});
  }
  list.push_back(
      {"std / error, RMP with 20 steps", 0.75, 1.25, outcome.PooledRatio("daps-8", &SuiteScore::foundBeside)});
  list.push_back(
      {"its 90 % interval covers", 0.85, 0.96, outcome.PooledCoverage("daps-8", &SuiteScore::coverageBeside)});
  list.push_back({"std / error, mean of the samples", 0.75, 1.25, outcome.PooledRatio("daps-8", &SuiteScore::found)});
  list.push_back({"its 90 % interval covers", 0.85, 0.96, outcome.PooledCoverage("daps-8", &SuiteScore::coverage)});
  list.push_back({"mean of 8 over one sample [dB]", 1.5, 3.0, Mean(outcome.Values("daps-8", &SuiteScore::gain))});
  return list;
}
} // namespace

std::vector<BrainConfiguration>
BrainConfigurations()
{
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {MakeConfiguration(8, "equispaced-fraction", 4.0, 2.5, 2.0),
          MakeConfiguration(8, "random", 4.0, 2.5, 2.0),
          MakeConfiguration(8, "equispaced-fraction", 6.0, 2.5, 2.0),
          MakeConfiguration(8, "random", 6.0, 2.5, 2.0),
          MakeConfiguration(1, "variable-density", 3.0, 1.0, none),
          MakeConfiguration(1, "variable-density", 2.0, 0.0, none)};
}

void
RunBrainSuite(const SuiteOptions & options,
              const std::string & folder,
              const CommandLine & line,
              const ProgressCallback & progress)
{
  const SuiteDefaults defaults{
      "84:107", "64:72:8,116:124:8", 3, {0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064}, tvIterations};
  RunProtocol(BrainProtocol(Completed(options, defaults)), folder, line, progress);
}
} // namespace tweedie
