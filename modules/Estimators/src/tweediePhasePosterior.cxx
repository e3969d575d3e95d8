// SPDX-License-Identifier: Apache-2.0
#include "tweediePhasePosterior.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieNonNegativeDenoiser.h"
#include "tweedieOptionsJson.h"
#include "tweediePhaseChains.h"
#include "tweediePhaseLikelihood.h"
#include "tweediePhaseOutcome.h"
#include "tweediePhasePrior.h"
#include "tweediePosteriorRun.h"
#include "tweedieRmpEstimator.h"
#include "tweedieThreadScope.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double flipLevel = 0.1; // of the prior's deviation, where no start level is given

/** Of daps under a network, in units of the noise that the patterns leave in a pixel: coded slice 50, noise 0.01, 38.2
 * dB with the level of other images, 41.1 with this; the deviation is 1.1 and 0.8 of the error. */
constexpr double lastDapsLevel = 0.4;
constexpr double usualDapsLevel = 0.06; // of the prior's deviation: DapsEstimator's own

/** Of a task of two runs. */
ProgressCallback
HalfOf(const ProgressCallback & progress, std::int64_t run, double seconds)
{
  if (!progress)
  {
    return {};
  }
  return [&progress, run, seconds](const ProgressReport & report)
  {
    ProgressReport whole = report;
    whole.step = run * report.steps + report.step;
    whole.steps = 2 * report.steps;
    whole.elapsedSeconds += seconds;
    return progress(whole);
  };
}

class PhasePosterior
{
public:
  PhasePosterior(const PhaseScan & scan,
                 DenoiserPointer prior,
                 double scale,
                 const PhasePosteriorOptions & options,
                 const Volume & start)
      : m_Scan(scan), m_Model(scan), m_Prior(std::move(prior)), m_Scale(scale), m_Options(options),
        m_Device(DeviceFromName(options.device)), m_DrawsSamples(MakeEstimator(options.method)->DrawsSamples())
  {
    m_Type = scan.isReal ? at::kFloat : at::kComplexFloat;
    if (!start.IsEmpty())
    {
      m_Start = StartsOf(start);
    }
  }

  std::int64_t
  Objects() const
  {
    return m_Model.Amplitude().size(0);
  }

  EstimatorOptions RunOf(std::int64_t object) const;

  PhaseOutcome
  Estimate(std::int64_t object, const ProgressCallback & progress) const
  {
    PhaseOutcome outcome;
    const bool isBoth = !m_DrawsSamples && m_Options.samples > 0;
    const at::Tensor reference =
        m_DrawsSamples ? at::Tensor() : Mean(object, outcome, isBoth ? HalfOf(progress, 0, 0.0) : progress);
    if (m_DrawsSamples || m_Options.samples > 0)
    {
      Samples(object, reference, outcome, isBoth ? HalfOf(progress, 1, outcome.summary.wallSeconds) : progress);
    }
    return outcome;
  }

private:
  static constexpr std::int64_t usualSamples = 8;

  at::Tensor StartsOf(const Volume & start) const;
  PosteriorProblem Problem(std::int64_t object, std::int64_t chains) const;
  at::Tensor OnItsSide(const at::Tensor & images) const;
  at::Tensor Mean(std::int64_t object, PhaseOutcome & outcome, const ProgressCallback & progress) const;
  void Samples(std::int64_t object,
               const at::Tensor & reference,
               PhaseOutcome & outcome,
               const ProgressCallback & progress) const;
  double Amplitudes(std::int64_t object) const;
  double PixelNoise(std::int64_t object) const;
  EstimatorOptions SamplerRun(std::int64_t object) const;
  void NoteModes(const PhaseEnds & ends, const at::Tensor & kept, Summary & summary) const;

  const PhaseScan & m_Scan;
  PhaseModel m_Model;
  DenoiserPointer m_Prior;
  double m_Scale;
  const PhasePosteriorOptions & m_Options;
  c10::Device m_Device;
  bool m_DrawsSamples;
  at::ScalarType m_Type;
  at::Tensor m_Start; // [objects, chains, 1, 1, y, x] in units of the prior
};

at::Tensor
PhasePosterior::StartsOf(const Volume & start) const
{
  if (start.GetGrid().size != m_Scan.object.size)
  {
    throw DataError("--start: given an image of another size than the object; one of its size required");
  }
  start.RequireFinite("--start");
  const at::Tensor values = TensorView(start);
  if (values.is_complex() && m_Scan.isReal)
  {
    throw DataError("--start: given a complex image for a real object; required a real one");
  }
  return values.permute({1, 0, 2, 3}).unsqueeze(2).unsqueeze(2).to(m_Type) / m_Scale;
}

PosteriorProblem
PhasePosterior::Problem(std::int64_t object, std::int64_t chains) const
{
  PhaseLikelihoodOptions likelihood;
  likelihood.form = m_Options.likelihood;
  likelihood.noise = m_Options.noise;
  likelihood.proximalSteps = m_Options.proximalSteps;
  likelihood.proximal = InnerSolverOf(m_Options);
  likelihood.device = m_Device;
  PosteriorProblem problem;
  problem.prior = m_Prior;
  problem.likelihood = MakePhaseLikelihood(m_Scan, m_Model, object, chains, m_Scale, likelihood);
  problem.type = m_Type;
  problem.device = m_Device;
  std::ostringstream identity;
  identity.precision(17);
  identity << m_Options.likelihood << ' ' << m_Options.proximalSteps << ' ' << m_Scale << ' ' << object << ' ';
  problem.identity = identity.str();
  if (!m_Start.defined())
  {
    return problem;
  }
  const at::Tensor given = m_Start[object];
  problem.start = given.index_select(0, at::arange(chains, at::kLong).remainder(given.size(0))).to(m_Device);
  problem.start = OnItsSide(problem.start);
  return problem;
}

/** Images, or where the patterns do not tell an object from its flip and the prior may, those that it takes. */
at::Tensor
PhasePosterior::OnItsSide(const at::Tensor & images) const
{
  if (m_Options.flip != "prior" || !AmbiguitiesOf(m_Scan).flip)
  {
    return images;
  }
  const double level =
      m_Options.startSigma > 0.0 ? m_Options.startSigma : flipLevel * std::sqrt(m_Prior->PriorVariance());
  return ChooseFlips(images, *m_Prior, level, m_Options.seed);
}

/** Objects have streams of their own. Restarts differ by the noise that they start from; rmp by the closed chain is 0.3
 * to 1.6 dB better here than by the decoupled one (four coded slices beside the held-out ones, noise 0.05). */
EstimatorOptions
PhasePosterior::RunOf(std::int64_t object) const
{
  EstimatorOptions run = m_Options;
  run.seed = m_Options.seed + object;
  run.start = run.start == "zero" ? "noise" : run.start;
  if (!run.checkpoint.empty() && Objects() > 1)
  {
    run.checkpoint += "." + std::to_string(object);
  }
  auto & propagation = run.Of<RmpSettings>().propagation;
  propagation = propagation == "auto" ? "closed" : propagation;
  return run;
}

/** How many of an object were measured. */
double
PhasePosterior::Amplitudes(std::int64_t object) const
{
  return m_Model.Measured().defined() ? m_Model.Measured()[object].sum().item<double>()
                                      : static_cast<double>(m_Model.Amplitude()[object].numel());
}

/** Amplitudes tell half of a wave: the noise of a pixel is sqrt(2) that of an amplitude over (A^H A)^(1/2). In units of
 * the prior. */
double
PhasePosterior::PixelNoise(std::int64_t object) const
{
  const at::Tensor deviation = m_Model.Deviation();
  const double amplitude = m_Options.noise
                               ? *m_Options.noise
                               : deviation.narrow(0, object, 1).square().mean().sqrt().to(at::kDouble).item<double>();
  return std::sqrt(2.0 / m_Model.Diagonal().mean().to(at::kDouble).item<double>()) * amplitude / m_Scale;
}

/** The share of flipped ends, where the patterns know no side. */
void
PhasePosterior::NoteModes(const PhaseEnds & ends, const at::Tensor & kept, Summary & summary) const
{
  if (AmbiguitiesOf(m_Scan).flip)
  {
    summary.figures["mode-share-flipped"] = ends.flipped.masked_select(kept).to(at::kDouble).mean().item<double>();
  }
}

at::Tensor
PhasePosterior::Mean(std::int64_t object, PhaseOutcome & outcome, const ProgressCallback & progress) const
{
  PosteriorProblem problem = Problem(object, m_Options.restarts);
  PhaseEnds ends =
      RunPhaseChains(problem, CompletedRun(problem, RunOf(object), m_Options), Amplitudes(object), progress);
  const std::int64_t best = ends.Best();
  outcome.mean = OnItsSide(ends.images.narrow(0, best, 1));
  outcome.summary = ends.summary;
  outcome.summary.networkEvaluations *= m_Options.restarts;
  outcome.summary.operatorEvaluations *= m_Options.restarts;
  outcome.summary.dataFit = ends.dataFit[best].item<double>();
  auto & figures = outcome.summary.figures;
  figures["chains-kept"] = ends.Kept().to(at::kDouble).mean().item<double>();
  figures["data-fit-worst"] = ends.dataFit.max().item<double>();
  const at::Tensor kept = ends.Kept();
  ends.Align(outcome.mean, AmbiguitiesOf(m_Scan));
  NoteModes(ends, kept, outcome.summary);
  return outcome.mean;
}

/** The options of the method that draws samples. */
EstimatorOptions
PhasePosterior::SamplerRun(std::int64_t object) const
{
  EstimatorOptions run = RunOf(object);
  if (!m_DrawsSamples)
  {
    run.method = run.sampler;
    run.guidance = "auto";
    run.steps = run.sampleSteps;
    run.checkpoint += run.checkpoint.empty() ? "" : ".samples";
  }
  if (run.method == "daps" && run.sigmaMinimum == 0.0 && m_Prior->NeedsNoise())
  {
    const double usual = usualDapsLevel * std::sqrt(m_Prior->PriorVariance());
    run.sigmaMinimum = std::max(m_Prior->SigmaMinimum(), std::min(usual, lastDapsLevel * PixelNoise(object)));
  }
  return run;
}

void
PhasePosterior::Samples(std::int64_t object,
                        const at::Tensor & reference,
                        PhaseOutcome & outcome,
                        const ProgressCallback & progress) const
{
  const std::int64_t count = m_Options.samples > 0 ? m_Options.samples : usualSamples;
  PosteriorProblem problem = Problem(object, count);
  const EstimatorOptions run = SamplerRun(object);
  PhaseEnds ends = RunPhaseChains(problem, CompletedRun(problem, run, m_Options), Amplitudes(object), progress);
  const at::Tensor kept = ends.Kept();
  ends.Align(reference.defined() ? reference : OnItsSide(ends.images.narrow(0, ends.Best(), 1)), AmbiguitiesOf(m_Scan));
  const at::Tensor index = kept.nonzero().squeeze(1).to(ends.images.device());
  const at::Tensor samples = ends.images.index_select(0, index);
  outcome.samples = m_Options.keepSamples ? samples : at::Tensor();
  Summary & summary = outcome.summary;
  if (m_DrawsSamples)
  {
    outcome.mean = samples.mean(0, true);
    summary = ends.summary;
    summary.networkEvaluations = summary.operatorEvaluations = 0;
    summary.dataFit = problem.likelihood->Select(at::zeros({1}, at::kLong).to(m_Device))
                          ->DataFit(outcome.mean)
                          .to(at::kDouble)
                          .item<double>();
  }
  else
  {
    summary.wallSeconds += ends.summary.wallSeconds;
    summary.networkSeconds += ends.summary.networkSeconds;
    summary.operatorSeconds += ends.summary.operatorSeconds;
  }
  summary.networkEvaluations += ends.summary.networkEvaluations * count;
  summary.operatorEvaluations += ends.summary.operatorEvaluations * count;
  summary.samples = samples.size(0);
  summary.deviationOf = run.method;
  summary.figures["samples-kept"] = kept.to(at::kDouble).mean().item<double>();
  summary.figures["data-fit-worst"] = ends.dataFit.max().item<double>();
  NoteModes(ends, kept, summary);
  if (samples.size(0) > 1)
  {
    NoteDeviations(outcome, samples, reference);
    summary.deviationKind = DeviationKind::Posterior;
  }
  else
  {
    summary.deviationKind = DeviationKind::None;
    summary.warnings.push_back("one chain alone fits the data: no standard deviation");
  }
}
} // namespace

void
PhasePosteriorOptions::Visit(OptionVisitor & v)
{
  PosteriorOptions::Visit(v);
  v.Visit(Field("likelihood",
                "amplitude: Gaussian of amplitudes, of counts that of their roots; poisson: of the counts themselves "
                "(methods without draws)")
              .Choices({"amplitude", "poisson"}),
          likelihood);
  v.Visit(Field("restarts", "chains of a mean, of which the best fit counts; --start hio: from ends of that method")
              .Range(1, 10000),
          restarts);
  v.Visit(Field("proximal-steps", "with frozen phases, inside a step of a method").Range(1, 10000), proximalSteps);
  v.Visit(Field("non-negative", "cut the prior of an object that is not negative at zero"), nonNegative);
  v.Visit(Field("flip", "far field, of an image and its flip: the one that is likelier under the prior, or as it is")
              .Choices({"prior", "keep"}),
          flip);
}

VolumeEstimate
ReconstructPhasePosterior(const PhaseScan & scan,
                          const std::shared_ptr<const Denoiser> & prior,
                          double scale,
                          const PhasePosteriorOptions & options,
                          const ProgressCallback & progress,
                          const Volume & startImage)
{
  ValidateOptions(options);
  const ThreadScope threads(options.threads);
  const bool isCut = options.nonNegative && scan.isReal && scan.isNonNegative;
  const DenoiserPointer used = isCut ? std::make_shared<const NonNegativeDenoiser>(prior) : prior;
  const PhasePosterior posterior(scan, used, scale, options, startImage);
  std::vector<PhaseOutcome> outcomes;
  double seconds = 0.0;
  for (std::int64_t i = 0; i < posterior.Objects(); ++i)
  {
    const auto part = [&, i](const ProgressReport & report)
    {
      ProgressReport whole = report;
      whole.step = i * report.steps + report.step;
      whole.steps = posterior.Objects() * report.steps;
      whole.elapsedSeconds += seconds;
      return progress(whole);
    };
    outcomes.push_back(posterior.Estimate(i, progress ? ProgressCallback(part) : progress));
    seconds += outcomes.back().summary.wallSeconds;
  }
  VolumeEstimate result = JoinOutcomes(outcomes, scale, scan.object);
  result.summary.options = OptionsText(options);
  auto & warnings = result.summary.warnings;
  warnings.insert(warnings.begin(), scan.warnings.begin(), scan.warnings.end());
  for (std::int64_t i = 0; i < posterior.Objects(); ++i)
  {
    RemoveCheckpoints(posterior.RunOf(i));
  }
  return result;
}

VolumeEstimate
ReconstructPhasePosterior(const PhaseScan & scan,
                          const PhasePosteriorOptions & options,
                          const ProgressCallback & progress,
                          const Volume & startImage)
{
  ValidateOptions(options);
  PhasePosteriorOptions resolved = options;
  const auto [prior, scale] = PriorOfScan(scan, resolved);
  return ReconstructPhasePosterior(scan, prior, scale, resolved, progress, startImage);
}
} // namespace tweedie
