// SPDX-License-Identifier: Apache-2.0
#include "tweediePosteriorRun.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieModelFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieNullSpace.h"
#include "tweedieOptionsJson.h"
#include "tweediePosteriorMemory.h"
#include "tweediePriorTable.h"
#include "tweedieSetCombination.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <numeric>
#include <sstream>

namespace tweedie
{
namespace
{
/** Of closed-form priors, in prior deviations; a network's range is that of the run loop. */
constexpr double highestLevel = 10.0;
constexpr double lowestLevel = 0.01;

std::string
FileFingerprint(const std::string & path)
{
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return Sha256(bytes.data(), bytes.size());
}

/** What the options say of prior and data beyond those of the chain. */
std::string
PriorIdentity(const PosteriorOptions & options)
{
  std::ostringstream text;
  text.precision(17);
  text << options.innerSolver << ' ' << options.noise.value_or(0.0);
  if (!options.prior.empty())
  {
    text << ' ' << FileFingerprint(options.prior) << ' ' << options.precision;
  }
  return text.str();
}

EstimatorOptions
WithLevels(EstimatorOptions options, const Denoiser & prior)
{
  if (prior.NeedsNoise())
  {
    return options;
  }
  const double deviation = std::sqrt(prior.PriorVariance());
  if (options.sigmaMaximum == 0.0)
  {
    options.sigmaMaximum = std::min(prior.SigmaMaximum(), highestLevel * deviation);
  }
  if (options.sigmaMinimum == 0.0)
  {
    options.sigmaMinimum = std::max(prior.SigmaMinimum(), lowestLevel * deviation);
  }
  return options;
}

Volume
Scaled(const at::Tensor & batch, double scale, const Grid & grid)
{
  return batch.defined() ? VolumeFromSliceBatch(batch * scale, grid) : Volume();
}

/** Means: those of the sets of maps, combined; and they themselves, where there are several. */
void
SetMean(VolumeEstimate & result, const at::Tensor & mean, double scale, const Grid & grid)
{
  result.mean = Scaled(CombineSets(mean), scale, grid);
  if (IsStackOfSets(mean))
  {
    result.sets = Scaled(mean, scale, grid);
  }
}

/** Samples [sample, slice, channel, 1, y, x], or [sample, 1, channel, z, y, x], as channels of a volume, sample by
 * sample. */
Volume
SampleVolume(const at::Tensor & samples, double scale, const Grid & grid)
{
  if (!samples.defined())
  {
    return {};
  }
  const bool volumes = samples.size(1) == 1;
  const at::Tensor planes = volumes ? samples.squeeze(1) : samples.squeeze(3).permute({0, 2, 1, 3, 4});
  return VolumeFromTensor(planes.flatten(0, 1) * scale, grid);
}

bool
IsLinear(const PosteriorProblem & problem)
{
  return problem.likelihood && dynamic_cast<const LinearOperator *>(&problem.likelihood->Model()) != nullptr;
}
} // namespace

DenoiserPointer
LoadPriorOf(PosteriorOptions & options)
{
  if (options.prior.empty())
  {
    throw UsageError("--prior: given none; the path of a model file is required");
  }
  const c10::Device device = DeviceFromName(options.device);
  const auto prior = LoadPrior(options.prior, device, IsBrainFloat(options.precision, device));
  options.precision = prior->UsesBrainFloat() ? "bfloat16" : "float32";
  return prior;
}

ProximalOptions
InnerSolverOf(const PosteriorOptions & options)
{
  ProximalOptions solver;
  solver.tolerance = options.innerTolerance;
  solver.maximumIterations = options.innerIterations;
  solver.maximumSteps = options.innerIterations;
  solver.decompose = options.innerSolver == "direct";
  return solver;
}

at::Tensor
StartOf(const Volume & image, const Grid & grid, std::int64_t channels, double scale, at::ScalarType type)
{
  if (image.IsEmpty())
  {
    return {};
  }
  if (image.GetGrid().size != grid.size || image.Channels() != channels)
  {
    throw DataError("--start: given an image of another size than the one to reconstruct; " + std::to_string(channels) +
                    " channel(s) of its size required");
  }
  image.RequireFinite("--start");
  return SliceBatch(image).to(type) / scale;
}

EstimatorOptions
CompletedRun(PosteriorProblem & problem, const EstimatorOptions & given, const PosteriorOptions & options)
{
  if (!options.checkpoint.empty())
  {
    problem.identity += PriorIdentity(options);
  }
  EstimatorOptions run = WithLevels(given, *problem.prior);
  if (problem.likelihood && problem.likelihood->BatchSize() > 1) // one image is a volume, whose prior takes slices
  {
    const Shape image = problem.likelihood->Model().DomainShape();
    const double pixels = std::accumulate(image.begin() + 1, image.end(), 1.0, std::multiplies<>());
    run.batch = BatchWithin(*problem.prior, pixels, options);
  }
  return run;
}

VolumeEstimate
EstimateVolume(PosteriorProblem problem,
               const PosteriorOptions & options,
               double scale,
               const Grid & grid,
               const std::vector<std::string> & warnings,
               const ProgressCallback & progress)
{
  EstimatorOptions run = CompletedRun(problem, options, options);
  run.keepSamples = run.keepSamples || options.nullSpace;
  PosteriorEstimate estimate = EstimatePosterior(problem, run, progress);
  VolumeEstimate result;
  if (options.nullSpace && estimate.samples.defined() && IsLinear(problem))
  {
    const NullSpace unseen = NullSpaceOf(*problem.likelihood, estimate.samples);
    result.nullSpaceShare = VolumeFromSliceBatch(unseen.share, grid);
    estimate.summary.figures["null-space-share"] = unseen.total;
  }
  estimate.samples = options.keepSamples ? estimate.samples : at::Tensor();
  SetMean(result, estimate.mean, scale, grid);
  result.standardDeviation = Scaled(estimate.standardDeviation, scale, grid);
  result.magnitudeStandardDeviation = Scaled(estimate.magnitudeStandardDeviation, scale, grid);
  result.phaseStandardDeviation = Scaled(estimate.phaseStandardDeviation, 1.0, grid);
  result.samples = SampleVolume(CombineSets(estimate.samples), scale, grid);
  result.summary = estimate.summary;
  result.summary.options = OptionsText(options);
  result.summary.warnings.insert(result.summary.warnings.begin(), warnings.begin(), warnings.end());
  RemoveCheckpoints(options);
  return result;
}
} // namespace tweedie
