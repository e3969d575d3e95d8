// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIPosterior.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieMRILikelihood.h"
#include "tweedieMRIModel.h"
#include "tweedieMRINoise.h"
#include "tweedieMRIUnits.h"
#include "tweedieModelFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieOptionsJson.h"
#include "tweediePriorTable.h"
#include "tweedieThreadScope.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

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

at::Tensor
StartImage(const Volume & image, const MRIScan & scan, double scale)
{
  if (image.IsEmpty())
  {
    return {};
  }
  if (image.GetGrid().size != scan.kspace.GetGrid().size || image.Channels() != 1)
  {
    throw DataError("--start: given an image of another size than the scan; one channel of the scan's size is "
                    "required");
  }
  image.RequireFinite("--start");
  return SliceBatch(image).to(at::kComplexFloat) / scale;
}

Volume
Scaled(const at::Tensor & batch, double scale, const Grid & grid)
{
  return batch.defined() ? VolumeFromSliceBatch(batch * scale, grid) : Volume();
}

std::string
OptionsText(MRIPosteriorOptions options)
{
  nlohmann::json object = nlohmann::json::object();
  JsonWriter writer(object);
  options.Visit(writer);
  return object.dump();
}
} // namespace

void
MRIPosteriorOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("prior", "model file of the prior"), prior);
  EstimatorOptions::Visit(v);
  v.Visit(Field("noise", "standard deviation of a complex k-space sample; absent: from the scan, else estimated")
              .Unit("data units")
              .Above(0),
          noise);
  v.Visit(Field("threads", "of the computation; 0: all").Range(0, 4096), threads);
  v.Visit(Field("device", "where tensors live").Choices({"cpu", "cuda"}), device);
  v.Visit(Field("inner-solver",
                "equations inside a step: by a decomposition of whole sampled lines, or by conjugate "
                "gradients")
              .Choices({"direct", "iterative"}),
          innerSolver);
  v.Visit(Field("precision", "of the network's inner layers; auto: bfloat16 where the processor has it")
              .Choices({"auto", "float32", "bfloat16"}),
          precision);
}

VolumeEstimate
ReconstructPosterior(const MRIScan & scan,
                     const std::shared_ptr<const Denoiser> & prior,
                     const MRIPosteriorOptions & options,
                     const ProgressCallback & progress,
                     const Volume & startImage)
{
  ValidateOptions(options);
  const ThreadScope threads(options.threads);
  const c10::Device device = DeviceFromName(options.device);
  RequireConsistentScan(scan);
  std::vector<std::string> warnings = scan.warnings;
  const double noise = MRINoiseLevel(scan, options.noise, warnings);
  const double scale = MRIScale(scan, device);
  ProximalOptions solver;
  solver.tolerance = options.innerTolerance;
  solver.maximumIterations = options.innerIterations;
  solver.decompose = options.innerSolver == "direct";
  PosteriorProblem problem;
  problem.prior = prior;
  problem.likelihood = MakeMRILikelihood(ScaledScan(scan, noise, scale), noise / scale, device, solver);
  problem.device = device;
  problem.start = StartImage(startImage, scan, scale);
  problem.identity = options.checkpoint.empty() || options.prior.empty()
                         ? ""
                         : FileFingerprint(options.prior) + ' ' + options.precision;
  const EstimatorOptions run = WithLevels(options, *prior);
  const PosteriorEstimate estimate = EstimatePosterior(problem, run, progress);
  const Grid & grid = scan.kspace.GetGrid();
  VolumeEstimate result;
  result.mean = Scaled(estimate.mean, scale, grid);
  result.standardDeviation = Scaled(estimate.standardDeviation, scale, grid);
  result.magnitudeStandardDeviation = Scaled(estimate.magnitudeStandardDeviation, scale, grid);
  result.phaseStandardDeviation = Scaled(estimate.phaseStandardDeviation, 1.0, grid);
  if (estimate.samples.defined())
  {
    result.samples = VolumeFromTensor(estimate.samples.squeeze(3).squeeze(2) * scale, grid);
  }
  result.summary = estimate.summary;
  result.summary.options = OptionsText(options);
  result.summary.warnings.insert(result.summary.warnings.begin(), warnings.begin(), warnings.end());
  RemoveCheckpoints(options);
  return result;
}

VolumeEstimate
ReconstructPosterior(const MRIScan & scan,
                     const MRIPosteriorOptions & options,
                     const ProgressCallback & progress,
                     const Volume & startImage)
{
  ValidateOptions(options);
  if (options.prior.empty())
  {
    throw UsageError("--prior: given none; the path of a model file is required");
  }
  const c10::Device device = DeviceFromName(options.device);
  const bool brainFloat = IsBrainFloat(options.precision, device);
  MRIPosteriorOptions resolved =
      options; // what "auto" became: for the summary, and so that no checkpoint mixes the two
  resolved.precision = brainFloat ? "bfloat16" : "float32";
  return ReconstructPosterior(scan, LoadPrior(options.prior, device, brainFloat), resolved, progress, startImage);
}
} // namespace tweedie
