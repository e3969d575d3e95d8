// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilMaps.h"
#include "tweedieMRIMeasurement.h"
#include "tweedieMRIModel.h"
#include "tweedieMRISimulation.h"
#include "tweedieSuiteProtocol.h"
#include "tweedieSuiteSupport.h"
#include "tweedieTrajectory.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

namespace tweedie
{
namespace
{
constexpr std::int64_t coils = 8;
constexpr double noiseLevel = 0.02;
constexpr std::int64_t tvIterations = 1000; // the gap decides, not this

/** One way to measure: lines of an acceleration, or spokes. */
struct CoilsConfiguration : SuiteConfiguration
{
  double acceleration = 1.0;
  std::int64_t spokes = 0;
  double goal = -std::numeric_limits<double>::infinity(); ///< dB, posterior means over the best classical one
};

CoilsConfiguration
Lines(double acceleration, double goal)
{
  CoilsConfiguration one;
  const std::string number = FormatNumber(acceleration, 0);
  one.name = "lines-" + number;
  one.label = "every " + number + "th line";
  one.acceleration = acceleration;
  one.goal = goal;
  return one;
}

CoilsConfiguration
Spokes(std::int64_t spokes)
{
  CoilsConfiguration one;
  one.name = "spokes-" + std::to_string(spokes);
  one.label = std::to_string(spokes) + " spokes";
  one.spokes = spokes;
  one.goal = 1.5;
  return one;
}

std::vector<CoilsConfiguration>
AllConfigurations()
{
  return {Lines(4.0, -std::numeric_limits<double>::infinity()),
          Lines(6.0, 1.5),
          Lines(8.0, 1.5),
          Spokes(40),
          Spokes(24),
          Spokes(16)};
}

CoilsConfiguration
ConfigurationOf(const std::string & name)
{
  const auto all = AllConfigurations();
  return *std::find_if(all.begin(), all.end(), [&](const CoilsConfiguration & one) { return one.name == name; });
}

const std::vector<SuiteMethod> &
CoilsMethods()
{
  static const std::vector<SuiteMethod> methods = {{"sense", "SENSE, l2", "sense"},
                                                   {"tv", "total variation", "tv", 0, 0, "", "", true},
                                                   {"wavelet", "wavelets", "wavelet", 0, 0, "", "", true},
                                                   {"rmp-20", "RMP, 20 steps", "rmp", 20},
                                                   {"daps-8", "DAPS, 8 samples", "daps", 40, 8, "rmp-20"}};
  return methods;
}

/** Mean PSNR of a method above that of the better of total variation and wavelets, dB. */
double
GainOverClassical(const SuiteOutcome & outcome, const std::string & method)
{
  const auto mean = [&](const std::string & name) { return Mean(outcome.Values(name, &SuiteScore::psnr)); };
  return mean(method) - std::max(mean("tv"), mean("wavelet"));
}

class CoilsProtocol final : public SuiteProtocol
{
public:
  explicit CoilsProtocol(SuiteOptions options) : m_Options(std::move(options)) {}

  const SuiteOptions &
  Options() const override
  {
    return m_Options;
  }
  std::vector<SuiteConfiguration>
  Configurations() const override
  {
    const auto all = AllConfigurations();
    return {all.begin(), all.end()};
  }
  std::vector<SuiteMethod>
  Methods(const SuiteConfiguration &) const override
  {
    return CoilsMethods();
  }
  std::unique_ptr<SuiteMeasurement> Simulate(const SuiteConfiguration & configuration,
                                             const Volume & image,
                                             std::int64_t seed,
                                             const ProgressCallback & progress) const override;
  std::string
  Title() const override
  {
    return "MRI of held-out brain slices with coil maps of one's own";
  }
  std::string
  Data() const override
  {
    return "8 simulated coils with smooth phase, noise 0.02 of the 99.9th percentile; the maps are those of ESPIRiT "
           "from "
           "the centre of the same data.";
  }
  std::string
  TableCaption() const override
  {
    return "PSNR of the magnitude over the whole slice, range: the slice's maximum; mean over slices and seeds. "
           "Standard deviation against error in the head (above 5 % of the maximum, filled). Total variation and "
           "wavelets each with the best of their weights, chosen on other slices.";
  }
  std::string
  RequirementCaption() const override
  {
    return "An exact sampler has std / error = 1 and coverage 0.90.";
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

/** Radial readouts that reach half a cycle per pixel both ways. */
Volume
SpokesOver(const Grid & grid, std::int64_t spokes)
{
  TrajectoryOptions options;
  options.size = std::max(grid.size.x, grid.size.y);
  options.readouts = spokes;
  const double whole = static_cast<double>(options.size);
  const at::Tensor k = MakeTrajectory(options);
  return TrajectoryVolume(at::stack({k.select(2, 0) * static_cast<double>(grid.size.x) / whole,
                                     k.select(2, 1) * static_cast<double>(grid.size.y) / whole},
                                    2));
}

std::unique_ptr<SuiteMeasurement>
CoilsProtocol::Simulate(const SuiteConfiguration & configuration,
                        const Volume & image,
                        std::int64_t seed,
                        const ProgressCallback & progress) const
{
  const CoilsConfiguration one = ConfigurationOf(configuration.name);
  MRISimulationOptions options;
  options.coils = coils;
  options.noise = noiseLevel;
  options.seed = seed;
  options.acceleration = one.acceleration;
  Volume trajectory;
  if (one.spokes > 0)
  {
    trajectory = SpokesOver(image.GetGrid(), one.spokes);
  }
  MRISimulation simulation = SimulateMRI(image, options, progress, trajectory);
  simulation.scan.sensitivities = EstimateCoilMaps(simulation.scan, CoilMapOptions(), progress).maps;
  return std::make_unique<MRIMeasurement>(std::move(simulation.scan), std::move(simulation.reference), m_Options, seed);
}

ReportTable
CoilsProtocol::Table(const std::vector<SuiteOutcome> & outcomes) const
{
  std::vector<MRISuiteColumn> own;
  for (const std::string name : {"rmp-20", "daps-8"})
  {
    own.push_back({{"gain-" + name, name + " − best classical", "dB", 2, BestValue::None},
                   [name](const SuiteOutcome & outcome) { return GainOverClassical(outcome, name); }});
  }
  const std::vector<MRISuiteColumn> deviations = MRIDeviationColumns();
  own.insert(own.end(), deviations.begin(), deviations.end());
  own.push_back({{"lambda-tv", "TV weight", "", 4, BestValue::None},
                 [](const SuiteOutcome & outcome) { return outcome.Lambda("tv"); }});
  own.push_back({{"lambda-wavelet", "wavelet weight", "", 4, BestValue::None},
                 [](const SuiteOutcome & outcome) { return outcome.Lambda("wavelet"); }});
  return MRISuiteTable(CoilsMethods(), own, outcomes);
}

std::vector<SuiteRequirement>
CoilsProtocol::Requirements(const SuiteOutcome & outcome) const
{
  const double infinity = std::numeric_limits<double>::infinity();
  const double goal = ConfigurationOf(outcome.configuration.name).goal;
  std::vector<SuiteRequirement> list;
  if (goal > -infinity)
  {
    for (const char * method : {"rmp-20", "daps-8"})
    {
      list.push_back({outcome.Method(method).label + ", over the best of TV and wavelets [dB]",
                      goal,
                      infinity,
                      GainOverClassical(outcome, method)});
    }
  }
  list.push_back(
      {"std / error, RMP with 20 steps", 0.8, 1.25, outcome.PooledRatio("daps-8", &SuiteScore::foundBeside)});
  list.push_back({"std / error, mean of the samples", 0.8, 1.25, outcome.PooledRatio("daps-8", &SuiteScore::found)});
  return list;
}
} // namespace

void
RunCoilsSuite(const SuiteOptions & options,
              const std::string & folder,
              const CommandLine & line,
              const ProgressCallback & progress)
{
  const SuiteDefaults defaults{
      "84:107", "64:72:8,116:124:8", 1, {0.001, 0.002, 0.004, 0.008, 0.016, 0.032}, tvIterations};
  RunProtocol(CoilsProtocol(Completed(options, defaults)), folder, line, progress);
}
} // namespace tweedie
