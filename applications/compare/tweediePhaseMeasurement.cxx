// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseProtocol.h"

#include "tweedieOptionsJson.h"
#include "tweediePhaseModel.h"
#include "tweediePhaseTotalVariation.h"
#include "tweedieProgressPart.h"
#include "tweedieResamplingOperators.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>

namespace tweedie
{
namespace
{
constexpr std::int64_t binning = 2;

/** Slices of half as many pixels along each side. */
Volume
Binned(const Volume & image)
{
  Grid grid = image.GetGrid();
  const BlockAverageOperator average({1, 1, grid.size.y, grid.size.x}, {binning, binning});
  const at::Tensor small = average.Forward(SliceBatch(image).to(at::kDouble));
  grid.size.y /= binning;
  grid.size.x /= binning;
  grid.spacing.y *= binning;
  grid.spacing.x *= binning;
  return VolumeFromSliceBatch(small.to(at::kFloat), grid);
}

PhaseScan
OneObject(const PhaseScan & scan, std::int64_t z)
{
  PhaseScan one = scan;
  one.patterns = scan.patterns.Slices(z, 1);
  one.object.size.z = 1;
  return one;
}

at::Tensor
ObjectOf(const Volume & volume, std::size_t z)
{
  return SliceBatch(volume).narrow(0, static_cast<std::int64_t>(z), 1);
}

/** [channels, 1, 1, y, x] of a volume of one slice. */
at::Tensor
ChannelsOf(const Volume & volume)
{
  return SliceBatch(volume).transpose(0, 1).contiguous();
}

/** ||A x| - b|^2 over the variance, over the number of amplitudes. */
double
DataFitOf(const PhaseModel & model, const at::Tensor & x)
{
  const at::Tensor error = (model.Wave()->Forward(x.to(at::kComplexDouble)).abs() - model.Amplitude());
  return (error / model.Deviation()).square().mean().item<double>();
}

/** Transforms of a pattern in a call of the operator: a step with frozen phases goes there and back as often as the
 * options say (exact inner draws of daps alike); of four calls of dps three go there and one, for the gradient, there
 * and back. */
double
TransformsOfCall(const PhasePosteriorOptions & options)
{
  return options.method == "dps" ? 1.25 : 2.0 * static_cast<double>(options.proximalSteps);
}
} // namespace

PhaseMeasurement::PhaseMeasurement(const PhaseConfiguration & configuration,
                                   const Volume & image,
                                   const SuiteOptions & options,
                                   std::int64_t seed,
                                   const ProgressCallback & progress)
    : m_Configuration(configuration), m_Options(options), m_Seed(seed)
{
  PhaseSimulationOptions simulation = configuration.simulation;
  simulation.seed = seed;
  const Volume small = Binned(image);
  const PhaseScan scan = SimulatePhase(small, simulation, {}, progress);
  for (std::int64_t z = 0; z < scan.object.size.z; ++z)
  {
    m_Scans.push_back(OneObject(scan, z));
  }
  m_Truth = PhaseObject(small, scan);
  m_Pattern = VolumeFromTensor(TensorView(scan.patterns).narrow(0, 0, 1), scan.patterns.GetGrid());
}

std::vector<std::pair<std::string, Volume>>
PhaseMeasurement::Data() const
{
  return {{"pattern", m_Pattern}};
}

std::int64_t
PhaseMeasurement::SeedOf(std::size_t z, std::int64_t restart) const
{
  constexpr std::int64_t slices = 1000;
  constexpr std::int64_t chains = 100;
  return (m_Seed * slices + static_cast<std::int64_t>(z)) * chains + restart;
}

double
PhaseMeasurement::Patterns() const
{
  return static_cast<double>(m_Scans.front().patterns.Channels());
}

PhaseRetrieval
PhaseMeasurement::Classical(const PhaseClassicalOptions & options,
                            std::size_t z,
                            const ProgressCallback & progress) const
{
  std::vector<PhaseRetrieval> & known = m_Classical[options.method];
  if (known.empty())
  {
    known.resize(m_Scans.size());
  }
  PhaseRetrieval & found = known[z];
  if (!found.result.defined())
  {
    PhaseClassicalOptions run = options;
    run.seed = SeedOf(z, 0);
    const VolumeEstimate estimate = ReconstructPhaseClassical(m_Scans[z], run, progress);
    found.result = SliceBatch(estimate.mean);
    found.ends = ChannelsOf(estimate.samples);
    found.transforms = static_cast<double>(estimate.summary.operatorEvaluations) / static_cast<double>(run.starts);
    found.summary = estimate.summary;
  }
  return found;
}

PhaseRetrieval
PhaseMeasurement::Refined(PhaseClassicalOptions options,
                          double lambda,
                          std::size_t z,
                          const PhaseRetrieval & from) const
{
  const auto begin = std::chrono::steady_clock::now();
  const at::NoGradGuard noGrad;
  const PhaseModel model(m_Scans[z]);
  PhaseTotalVariationOptions refinement;
  refinement.iterations = *m_Options.tvIterations;
  const PhaseIterates refined = RefineByTotalVariation(model.Wave(),
                                                       model.Diagonal(),
                                                       model.Amplitude(),
                                                       model.Measured(),
                                                       from.ends,
                                                       {},
                                                       at::scalar_tensor(lambda, at::kDouble),
                                                       refinement);
  PhaseRetrieval found = from;
  found.ends = refined.image;
  const auto best = refined.residual.argmin().item<std::int64_t>();
  found.result = refined.image.narrow(0, best, 1);
  found.transforms += static_cast<double>(refined.transforms);
  options.totalVariation = true;
  options.lambda = lambda;
  found.summary.options = OptionsText(options);
  found.summary.method += " + tv";
  found.summary.operatorEvaluations += refined.transforms * from.ends.size(0);
  found.summary.dataFit = DataFitOf(model, found.result);
  const auto least = refined.residual[best].item<double>();
  found.summary.figures["residual"] = least;
  found.summary.figures["residual-spread"] = refined.residual.max().item<double>() - least;
  found.summary.wallSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return found;
}

/** [restarts or 1, 1, 1, y, x], or undefined: noise. */
at::Tensor
PhaseMeasurement::StartsOf(const PhaseMethodSettings & settings, std::size_t z, const ProgressCallback & progress) const
{
  if (settings.posterior.start == PhaseStarts::truth)
  {
    return ObjectOf(m_Truth, z);
  }
  return settings.posterior.start == PhaseStarts::hio ? Classical(settings.classical, z, progress).ends : at::Tensor();
}

/** Of restarts one by one the end of the least data fit. */
PhaseRetrieval
PhaseMeasurement::Restarted(const PhaseMethodSettings & settings,
                            std::size_t z,
                            const ProgressCallback & progress) const
{
  const at::Tensor starts = StartsOf(settings, z, progress);
  PhaseRetrieval found;
  std::vector<at::Tensor> ends;
  PhasePosteriorOptions options = settings.posterior;
  double worst = 0.0;
  for (std::int64_t r = 0; r < phaseRestarts; ++r)
  {
    options.seed = SeedOf(z, r);
    const Volume start =
        starts.defined() ? VolumeFromSliceBatch(starts.narrow(0, r % starts.size(0), 1), m_Scans[z].object) : Volume();
    const VolumeEstimate estimate =
        ReconstructPhasePosterior(m_Scans[z], options, ProgressOfPart(progress, r, phaseRestarts), start);
    worst = std::max(worst, estimate.summary.dataFit);
    ends.push_back(SliceBatch(estimate.mean));
    Summary all = found.summary;
    if (r == 0 || estimate.summary.dataFit < all.dataFit)
    {
      found.result = ends.back();
      all = estimate.summary;
      all.wallSeconds = found.summary.wallSeconds;
      all.networkEvaluations = found.summary.networkEvaluations;
      all.operatorEvaluations = found.summary.operatorEvaluations;
    }
    all.wallSeconds += estimate.summary.wallSeconds;
    all.networkEvaluations += estimate.summary.networkEvaluations;
    all.operatorEvaluations += estimate.summary.operatorEvaluations;
    found.summary = all;
  }
  found.ends = at::cat(ends);
  found.summary.figures["data-fit-worst"] = worst;
  found.networkCalls = static_cast<double>(found.summary.networkEvaluations) / static_cast<double>(phaseRestarts);
  found.transforms = Patterns() * TransformsOfCall(options) * static_cast<double>(found.summary.operatorEvaluations) /
                     static_cast<double>(phaseRestarts);
  return found;
}

/** The mean of samples. */
PhaseRetrieval
PhaseMeasurement::Sampled(const PhaseMethodSettings & settings, std::size_t z, const ProgressCallback & progress) const
{
  PhasePosteriorOptions options = settings.posterior;
  options.seed = SeedOf(z, 0);
  const at::Tensor starts = StartsOf(settings, z, progress);
  std::vector<at::Tensor> ofChains; // a channel for each: the ends in turn
  for (std::int64_t i = 0; starts.defined() && i < options.samples; ++i)
  {
    ofChains.push_back(starts.narrow(0, i % starts.size(0), 1));
  }
  const Volume start = ofChains.empty() ? Volume() : VolumeFromSliceBatch(at::cat(ofChains, 1), m_Scans[z].object);
  const VolumeEstimate estimate = ReconstructPhasePosterior(m_Scans[z], options, progress, start);
  PhaseRetrieval found;
  found.summary = estimate.summary;
  found.result = SliceBatch(estimate.mean);
  found.ends = ChannelsOf(estimate.samples);
  found.areSamples = true;
  const auto & figures = estimate.summary.figures;
  const auto turned = figures.find("mode-share-flipped");
  found.turned = turned == figures.end() ? 0.0 : turned->second;
  found.kept = figures.at("samples-kept");
  const auto chains = static_cast<double>(options.samples);
  found.networkCalls = static_cast<double>(estimate.summary.networkEvaluations) / chains;
  found.transforms =
      Patterns() * TransformsOfCall(options) * static_cast<double>(estimate.summary.operatorEvaluations) / chains;
  return found;
}

VolumeEstimate
PhaseMeasurement::Reconstruct(const SuiteMethod & method,
                              double lambda,
                              const Volume & /*start*/,
                              const ProgressCallback & progress) const
{
  PhaseMethodSettings settings = PhaseSettings(m_Configuration, method);
  settings.posterior.prior = m_Options.prior;
  settings.posterior.device = m_Options.device;
  std::vector<PhaseRetrieval> found;
  for (std::size_t z = 0; z < m_Scans.size(); ++z)
  {
    const ProgressCallback part =
        ProgressOfPart(progress, static_cast<std::int64_t>(z), static_cast<std::int64_t>(m_Scans.size()));
    if (method.effort == 0)
    {
      const PhaseRetrieval ends = Classical(settings.classical, z, part);
      found.push_back(method.isWeighted ? Refined(settings.classical, lambda, z, ends) : ends);
    }
    else
    {
      found.push_back(method.samples > 0 ? Sampled(settings, z, part) : Restarted(settings, z, part));
    }
  }
  m_Last = std::move(found);
  return AlignedEstimate(m_Truth, m_Last, m_Configuration.IsIsolated());
}

SuiteScore
PhaseMeasurement::Score(const VolumeEstimate & estimate,
                        const Volume & /*besideMean*/,
                        const FeatureMaker * features) const
{
  return ScorePhase(m_Truth, estimate, m_Last, m_Configuration.IsIsolated(), features);
}
} // namespace tweedie
