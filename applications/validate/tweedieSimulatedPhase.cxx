// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieInputImage.h"
#include "tweedieOptionsJson.h"
#include "tweediePhaseAlignment.h"
#include "tweediePhaseClassical.h"
#include "tweediePhaseSimulation.h"
#include "tweediePhaseStudy.h"
#include "tweedieReplicas.h"
#include "tweedieSimulatedKind.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <utility>

namespace tweedie
{
namespace
{
/** Each channel as near to the truth as the patterns leave open. */
Volume
Aligned(const Volume & images, const Volume & truth, const PhaseAmbiguities & ambiguities)
{
  const at::Tensor reference = SliceBatch(truth);
  const at::Tensor candidates = SliceBatch(images).transpose(0, 1).contiguous();
  const at::Tensor aligned = AlignPhases(reference.to(candidates.scalar_type()), candidates, ambiguities).image;
  return VolumeFromSliceBatch(aligned.transpose(0, 1), images.GetGrid());
}

class PhaseScanOfSlice final : public SimulatedScan
{
public:
  PhaseScanOfSlice(const PhaseScan & scan, Volume truth, const PhasePosteriorOptions & options)
      : m_Scan(scan), m_Truth(std::move(truth)), m_Options(options), m_Study(scan, options),
        m_Ambiguities(AmbiguitiesOf(scan))
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
                           : ReconstructPhasePosterior(m_Scan, RunOptionsOf(m_Options, method, seed), progress);
    VolumeEstimate shown = estimate;
    shown.mean = Aligned(estimate.mean, m_Truth, m_Ambiguities);
    if (!estimate.samples.IsEmpty())
    {
      ShowSamples(estimate, shown);
    }
    return {shown, estimate.mean, shown.samples}; // the data do not tell how they stand
  }

private:
  /** Samples stand as the truth does, and their mean and deviation are of that. */
  void
  ShowSamples(const VolumeEstimate & estimate, VolumeEstimate & shown) const
  {
    const at::Tensor kept = TensorView(Aligned(estimate.samples, m_Truth, m_Ambiguities));
    // One chain alone fits the data: the method is sure of it, and is judged as that.
    const at::Tensor samples = kept.size(0) > 1 ? kept : at::cat({kept, kept});
    shown.samples = VolumeFromTensor(samples, m_Truth.GetGrid());
    const bool isMean = estimate.summary.deviationOf == estimate.summary.method;
    shown.mean = isMean ? VolumeFromTensor(samples.mean(0, true), m_Truth.GetGrid()) : shown.mean;
    const auto spread = [&](const at::Tensor & values)
    { return VolumeFromTensor(values.std(at::IntArrayRef{0}, true, true), m_Truth.GetGrid()); };
    (samples.is_complex() ? shown.magnitudeStandardDeviation : shown.standardDeviation) = spread(samples.abs());
  }
  VolumeEstimate
  Classical(const SimulatedMethod & method, std::int64_t seed, const ProgressCallback & progress) const
  {
    PhaseClassicalOptions options;
    options.method = method.name;
    options.seed = seed;
    const auto once = [&](const PhaseScan & scan) { return ReconstructPhaseClassical(scan, options, {}); };
    ReplicaOptions replicas;
    replicas.replicas = method.replicas;
    return method.replicas > 1 ? ReconstructWithReplicas(m_Scan, replicas, once, progress)
                               : ReconstructPhaseClassical(m_Scan, options, progress);
  }

  PhaseScan m_Scan;
  Volume m_Truth;
  const PhasePosteriorOptions & m_Options;
  PhaseStudy m_Study;
  PhaseAmbiguities m_Ambiguities;
};

/** The same patterns with another noise level, or as if by counts of factor^2 times less. */
PhaseScan
WithStatedNoise(PhaseScan scan, double factor)
{
  if (!scan.isCounts)
  {
    scan.noise = *scan.noise * factor; // Check: there is one
    return scan;
  }
  const double fewer = 1.0 / (factor * factor);
  scan.patterns = VolumeFromTensor(TensorView(scan.patterns) * fewer, scan.patterns.GetGrid());
  scan.countsPerUnit = *scan.countsPerUnit * fewer;
  scan.dark *= fewer;
  return scan;
}

/** What simulate phase takes from the image. */
struct WindowOptions
{
  std::vector<double> size;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("size", "central part of each slice, zero beyond it; all of it if not given").Unit("X,Y"), size);
  }
};

class PhaseKind final : public SimulatedKind
{
public:
  std::string
  Name() const override
  {
    return "phase";
  }
  std::string
  Units() const override
  {
    return m_Simulation.hounsfield ? "(HU + 1000) / 2000" : "units of the image";
  }
  ScoreRules
  Rules() const override
  {
    ScoreRules rules;
    if (m_Simulation.hounsfield)
    {
      rules.headAbove = 0.25; // -500 HU
    }
    return rules;
  }
  bool
  IsLinear() const override
  {
    return false;
  }
  std::vector<std::string>
  ClassicalNames() const override
  {
    std::vector<std::string> names;
    for (const PhaseClassicalRow & row : PhaseClassicalTable())
    {
      names.emplace_back(row.name);
    }
    return names;
  }
  void
  AddFlags(CommandLine & line) override
  {
    m_Posterior.steps = 40;
    m_Simulation.experiment = "coded";
    line.Add("Measurement", m_Window);
    line.Add("Measurement", m_Simulation, {"seed"});
    line.Add("Measurement", m_Stated);
    line.Add("Posterior methods", m_Posterior, HiddenPosteriorFlags());
  }
  void
  Check(CommandLine &) override
  {
    if (m_Simulation.noiseModel == "gaussian" && !(m_Simulation.noise > 0.0))
    {
      throw UsageError("--noise: given 0; required a noise level, or --noise-model poisson: without noise there is "
                       "nothing to be sure of");
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
    const bool isCoded = m_Simulation.experiment == "coded";
    return m_Simulation.experiment +
           (isCoded ? ", " + std::to_string(m_Simulation.patterns) + " patterns"
                    : ", oversampling " + PlainNumber(m_Simulation.oversampling)) +
           (m_Simulation.noiseModel == "gaussian" ? ", noise " + PlainNumber(m_Simulation.noise)
                                                  : ", " + PlainNumber(m_Simulation.photons) + " photons") +
           m_Stated.Text();
  }
  ProtocolFacts
  Facts(const Grid & image) const override
  {
    const bool isCoded = m_Simulation.experiment == "coded";
    const bool isGaussian = m_Simulation.noiseModel == "gaussian";
    return ProtocolFacts{{"measurement", "phase"},
                         {"experiment", m_Simulation.experiment},
                         isCoded ? ProtocolFact{"patterns", std::to_string(m_Simulation.patterns)}
                                 : ProtocolFact{"oversampling", PlainNumber(m_Simulation.oversampling)},
                         isGaussian ? ProtocolFact{"noise", PlainNumber(m_Simulation.noise)}
                                    : ProtocolFact{"photons", PlainNumber(m_Simulation.photons)}} +
           m_Stated.Facts() + ProtocolFacts{PixelsFact(image)};
  }
  std::string
  Settings() const override
  {
    return OptionsText(m_Window) + OptionsText(m_Simulation) + OptionsText(m_Stated) + OptionsText(m_Posterior);
  }
  Volume
  Prepared(const Volume & slices) const override
  {
    return WindowOf(slices, m_Window.size);
  }
  std::unique_ptr<SimulatedScan>
  Simulate(const Volume & slice, std::int64_t seed, const ProgressCallback & progress) const override
  {
    PhaseSimulationOptions options = m_Simulation;
    options.seed = seed;
    const PhaseScan scan = WithStatedNoise(SimulatePhase(slice, options, {}, progress), m_Stated.factor);
    return std::make_unique<PhaseScanOfSlice>(scan, PhaseObject(slice, scan), m_Posterior);
  }

private:
  WindowOptions m_Window;
  PhaseSimulationOptions m_Simulation;
  StatedNoise m_Stated;
  PhasePosteriorOptions m_Posterior;
};
} // namespace

std::unique_ptr<SimulatedKind>
MakeSimulatedPhase()
{
  return std::make_unique<PhaseKind>();
}
} // namespace tweedie
