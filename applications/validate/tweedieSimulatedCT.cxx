// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTClassical.h"
#include "tweedieCTGeometryOptions.h"
#include "tweedieCTSimulation.h"
#include "tweedieCTStudy.h"
#include "tweedieError.h"
#include "tweedieHeadCTScore.h"
#include "tweedieHounsfieldEstimate.h"
#include "tweedieOptionsJson.h"
#include "tweedieReplicas.h"
#include "tweedieSimulatedKind.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <utility>

namespace tweedie
{
namespace
{
class CTScanOfSlice final : public SimulatedScan
{
public:
  CTScanOfSlice(CTScan scan, const Volume & slice, const CTPosteriorOptions & options)
      : m_Scan(std::move(scan)), m_Options(options), m_Study(m_Scan, slice.GetGrid(), options),
        m_Truth(VolumeFromTensor(TensorView(slice).clamp_min(-1000.0), slice.GetGrid())) // as it was simulated
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
    return VolumeFromTensor(AttenuationOfHounsfield(TensorView(m_Truth), m_Options.muWater), m_Truth.GetGrid());
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
        method.isClassical
            ? Classical(method, seed, progress)
            : ReconstructCTPosterior(m_Scan, m_Truth.GetGrid(), RunOptionsOf(m_Options, method, seed), progress);
    return {InHounsfield(estimate, m_Options.muWater), estimate.mean, estimate.samples};
  }

private:
  VolumeEstimate
  Classical(const SimulatedMethod & method, std::int64_t seed, const ProgressCallback & progress) const
  {
    CTClassicalOptions options;
    options.method = method.name;
    options.samples = method.samples;
    options.keepSamples = method.samples > 0;
    options.seed = seed;
    options.modelDeviation = m_Options.modelDeviation;
    const auto once = [&](const CTScan & scan) { return ReconstructCTClassical(scan, m_Truth.GetGrid(), options, {}); };
    ReplicaOptions replicas;
    replicas.replicas = method.replicas;
    return method.replicas > 1 ? ReconstructWithReplicas(m_Scan, replicas, once, progress)
                               : ReconstructCTClassical(m_Scan, m_Truth.GetGrid(), options, progress);
  }

  CTScan m_Scan;
  const CTPosteriorOptions & m_Options;
  CTStudy m_Study;
  Volume m_Truth; ///< Hounsfield units
};

/** The same line integrals as if they had been measured by counts of factor^2 times less, whose logarithms have a
 * deviation of factor times what is there. */
CTScan
WithStatedNoise(CTScan scan, double factor)
{
  const double fewer = 1.0 / (factor * factor);
  scan.projections = VolumeFromTensor(TensorView(scan.projections) * fewer, scan.projections.GetGrid());
  scan.photons = *scan.photons * fewer;
  scan.scatter *= fewer;
  scan.electronic /= factor;
  return scan;
}

/** Views without a file: all of them on half a circle. */
struct ViewOptions
{
  CTGeometryOptions geometry;

  ViewOptions()
  {
    geometry.type = "parallel";
    geometry.views = 60;
  }
  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("views", "parallel beams over half a circle, or the arc").Range(1, 100000), geometry.views);
    v.Visit(Field("arc", "of the views; not given: 180").Unit("degrees").Above(0).Range(0, 360), geometry.arc);
  }
};

class CTKind final : public SimulatedKind
{
public:
  std::string
  Name() const override
  {
    return "ct";
  }
  std::string
  Units() const override
  {
    return "HU";
  }
  ScoreRules
  Rules() const override
  {
    return HeadCTRules();
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
    for (const CTClassicalRow & row : CTClassicalTable())
    {
      names.emplace_back(row.name);
    }
    return names;
  }
  void
  AddFlags(CommandLine & line) override
  {
    std::vector<std::string> hidden = HiddenPosteriorFlags();
    hidden.emplace_back("mu-water"); // that of the simulation
    m_Posterior.steps = 40;
    line.Add("Measurement", m_Views);
    line.Add("Measurement", m_Simulation, {"seed", "rows", "row-pitch", "units"});
    line.Add("Measurement", m_Stated);
    line.Add("Posterior methods", m_Posterior, hidden);
  }
  void
  Check(CommandLine &) override
  {
    if (!m_Simulation.photons)
    {
      throw UsageError("--photons: not given; required a mean count: without noise there is nothing to be sure of");
    }
    m_Posterior.muWater = m_Simulation.muWater;
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
    return std::to_string(m_Views.geometry.views) + " parallel views over " +
           PlainNumber(m_Views.geometry.arc.value_or(180.0)) + " degrees, " + PlainNumber(*m_Simulation.photons) +
           " photons, electronic noise " + PlainNumber(m_Simulation.electronic) + m_Stated.Text();
  }
  ProtocolFacts
  Facts(const Grid & image) const override
  {
    return ProtocolFacts{{"measurement", "ct"},
                         {"beam", "parallel"},
                         {"views", std::to_string(m_Views.geometry.views)},
                         {"arc", PlainNumber(m_Views.geometry.arc.value_or(180.0))},
                         {"electronic-noise", PlainNumber(m_Simulation.electronic)},
                         {"model-deviation", PlainNumber(m_Posterior.modelDeviation)},
                         {"photons", PlainNumber(*m_Simulation.photons)}} +
           m_Stated.Facts() + GridFacts(image);
  }
  std::string
  Settings() const override
  {
    return OptionsText(m_Views) + OptionsText(m_Simulation) + OptionsText(m_Stated) + OptionsText(m_Posterior);
  }
  std::unique_ptr<SimulatedScan>
  Simulate(const Volume & slice, std::int64_t seed, const ProgressCallback & progress) const override
  {
    CTSimulationOptions options = m_Simulation;
    options.seed = seed;
    return std::make_unique<CTScanOfSlice>(
        WithStatedNoise(SimulateCT(slice, MakeCTGeometry(m_Views.geometry), options, progress), m_Stated.factor),
        slice,
        m_Posterior);
  }

private:
  ViewOptions m_Views;
  CTSimulationOptions m_Simulation;
  StatedNoise m_Stated;
  CTPosteriorOptions m_Posterior;
};
} // namespace

std::unique_ptr<SimulatedKind>
MakeSimulatedCT()
{
  return std::make_unique<CTKind>();
}
} // namespace tweedie
