// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMRISimulation.h"
#include "tweedieMRIStudy.h"
#include "tweedieOptionsJson.h"
#include "tweedieReplicas.h"
#include "tweedieSimulatedKind.h"

#include <utility>

namespace tweedie
{
namespace
{
class MRIScanOfSlice final : public SimulatedScan
{
public:
  MRIScanOfSlice(MRISimulation simulation, const PosteriorOptions & options)
      : m_Truth(std::move(simulation.reference)), m_Options(options), m_Study(std::move(simulation.scan), options)
  {
  }
  const Volume &
  Truth() const override
  {
    return m_Truth;
  }
  Volume
  ModelTruth() const override
  {
    return m_Truth;
  }
  const ScanStudy &
  Study() const override
  {
    return m_Study;
  }
  SimulatedEstimate
  Reconstruct(const SimulatedMethod & method, std::int64_t seed, const ProgressCallback & progress) const override
  {
    const VolumeEstimate estimate =
        method.isClassical ? Classical(method, seed, progress)
                           : ReconstructPosterior(m_Study.Scan(), RunOptionsOf(m_Options, method, seed), progress);
    return {estimate, estimate.mean, estimate.samples};
  }

private:
  VolumeEstimate
  Classical(const SimulatedMethod & method, std::int64_t seed, const ProgressCallback & progress) const
  {
    MRIClassicalOptions options;
    options.method = method.name;
    options.samples = method.samples;
    options.keepSamples = method.samples > 0;
    options.seed = seed;
    const auto once = [&](const MRIScan & scan) { return ReconstructClassical(scan, options, {}); };
    ReplicaOptions replicas;
    replicas.replicas = method.replicas;
    return method.replicas > 1 ? ReconstructWithReplicas(m_Study.Scan(), replicas, once, progress)
                               : ReconstructClassical(m_Study.Scan(), options, progress);
  }

  Volume m_Truth;
  const PosteriorOptions & m_Options;
  MRIStudy m_Study;
};

class MRIKind final : public SimulatedKind
{
public:
  std::string
  Name() const override
  {
    return "mri";
  }
  std::string
  Units() const override
  {
    return "a.u.";
  }
  ScoreRules
  Rules() const override
  {
    return {};
  }
  bool
  IsLinear() const override
  {
    return true;
  }
  std::vector<std::string>
  ClassicalNames() const override
  {
    std::vector<std::string> names;
    for (const ClassicalMethodInfo & info : ClassicalMethods())
    {
      names.emplace_back(info.name);
    }
    return names;
  }
  void
  AddFlags(CommandLine & line) override
  {
    m_Posterior.steps = 40;
    line.Add("Measurement", m_Simulation, {"seed"});
    line.Add("Measurement", m_Stated);
    line.Add("Posterior methods", m_Posterior, HiddenPosteriorFlags());
  }
  void
  Check(CommandLine &) override
  {
    if (!(m_Simulation.noise > 0.0))
    {
      throw UsageError("--noise: given 0; required a noise level: without noise there is nothing to be sure of");
    }
  }
  PosteriorOptions &
  Posterior() override
  {
    return m_Posterior;
  }
  const PosteriorOptions &
  Posterior() const override
  {
    return m_Posterior;
  }
  std::string
  Protocol() const override
  {
    return m_Simulation.mask + ", acceleration " + PlainNumber(m_Simulation.acceleration) + ", " +
           std::to_string(m_Simulation.coils) + (m_Simulation.coils == 1 ? " coil" : " coils") + ", noise " +
           PlainNumber(m_Simulation.noise) + m_Stated.Text();
  }
  ProtocolFacts
  Facts(const Grid & image) const override
  {
    return ProtocolFacts{{"measurement", "mri"},
                         {"mask", m_Simulation.mask.rfind("equispaced", 0) == 0 ? "equispaced" : "irregular"},
                         {"acceleration", PlainNumber(m_Simulation.acceleration)},
                         {"coils", std::to_string(m_Simulation.coils)},
                         {"noise", PlainNumber(m_Simulation.noise)}} +
           m_Stated.Facts() + GridFacts(image);
  }
  std::string
  Settings() const override
  {
    return OptionsText(m_Simulation) + OptionsText(m_Stated) + OptionsText(m_Posterior);
  }
  std::unique_ptr<SimulatedScan>
  Simulate(const Volume & slice, std::int64_t seed, const ProgressCallback & progress) const override
  {
    MRISimulationOptions options = m_Simulation;
    options.seed = seed;
    MRISimulation simulation = SimulateMRI(slice, options, progress);
    simulation.scan.noise = *simulation.scan.noise * m_Stated.factor; // Check: there is one
    return std::make_unique<MRIScanOfSlice>(std::move(simulation), m_Posterior);
  }

private:
  MRISimulationOptions m_Simulation;
  StatedNoise m_Stated;
  PosteriorOptions m_Posterior;
};
} // namespace

void
StatedNoise::Visit(OptionVisitor & v)
{
  v.Visit(Field("stated-noise-factor",
                "reconstruct with a noise level of so many times that of the data: what does the report say of it?")
              .Above(0)
              .Range(0, 100),
          factor);
}

std::string
StatedNoise::Text() const
{
  return factor == 1.0 ? "" : ", stated as " + PlainNumber(factor) + " times that";
}

ProtocolFacts
StatedNoise::Facts() const
{
  return factor == 1.0 ? ProtocolFacts() : ProtocolFacts{{"stated-noise-factor", PlainNumber(factor)}};
}

std::vector<std::string>
HiddenPosteriorFlags()
{
  return {"prior",
          "method",
          "samples",
          "seed",
          "noise",
          "keep-samples",
          "checkpoint",
          "checkpoint-seconds",
          "null-space",
          "threads",
          "start",
          "start-sigma"};
}

std::unique_ptr<SimulatedKind>
MakeSimulatedMRI()
{
  return std::make_unique<MRIKind>();
}
} // namespace tweedie
