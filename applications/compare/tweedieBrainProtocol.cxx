// SPDX-License-Identifier: Apache-2.0
#include "tweedieBrainProtocol.h"

#include "tweedieDeviationCheck.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMetrics.h"
#include "tweedieReportTable.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double noiseLevel = 0.02;
constexpr double headFraction = 0.05;
constexpr std::int64_t similarityWindow = 11;

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

/** [slice, y, x], magnitude, double. */
at::Tensor
Slices(const Volume & volume, std::int64_t channel = 0)
{
  const at::Tensor view = TensorView(volume).select(0, channel);
  return (view.is_complex() ? view.abs() : view).to(at::kDouble);
}

/** Of what is scored: the magnitude of complex images, real ones as they are. */
const Volume &
Deviation(const VolumeEstimate & estimate)
{
  return estimate.mean.IsComplex() ? estimate.magnitudeStandardDeviation : estimate.standardDeviation;
}

void
ScoreSamples(const at::Tensor & truth,
             const at::Tensor & head,
             const VolumeEstimate & estimate,
             const Volume & besideMean,
             BrainResult & result)
{
  const at::Tensor mean = Slices(estimate.mean);
  const auto squaredError = [&](const at::Tensor & image, std::int64_t z)
  { return (image[z] - truth[z]).square().masked_select(head[z]).mean().item<double>(); };
  const std::int64_t samples = estimate.samples.Channels();
  for (std::int64_t z = 0; z < truth.size(0); ++z)
  {
    double decibels = 0.0;
    for (std::int64_t s = 0; s < samples; ++s)
    {
      decibels += 10.0 * std::log10(squaredError(Slices(estimate.samples, s), z)) / static_cast<double>(samples);
    }
    result.gain.push_back(decibels - 10.0 * std::log10(squaredError(mean, z)));
  }
  const double factor = std::sqrt(1.0 + 1.0 / static_cast<double>(samples));
  const at::Tensor deviation = Slices(Deviation(estimate));
  const DeviationCheck check = CheckDeviation(mean - truth, deviation, samples, factor, head);
  result.predicted = check.predicted;
  result.found = check.found;
  result.coverage = check.coverage;
  if (!besideMean.IsEmpty())
  {
    const DeviationCheck beside = CheckDeviation(Slices(besideMean) - truth, deviation, samples, factor, head);
    result.foundBeside = beside.found;
    result.coverageBeside = beside.coverage;
  }
  result.pixels = head.sum().item<std::int64_t>();
}
} // namespace

std::vector<BrainConfiguration>
BrainConfigurations()
{
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {MakeConfiguration(8, "equispaced", 4.0, 2.5, 2.0),
          MakeConfiguration(8, "random", 4.0, 2.5, 2.0),
          MakeConfiguration(8, "equispaced", 6.0, 2.5, 2.0),
          MakeConfiguration(8, "random", 6.0, 2.5, 2.0),
          MakeConfiguration(1, "variable-density", 3.0, 1.0, none),
          MakeConfiguration(1, "variable-density", 2.0, 0.0, none)};
}

const std::vector<BrainMethod> &
BrainMethods()
{
  static const std::vector<BrainMethod> methods = {{"zero-filled", "zero-filled", "zero-filled", 0, 0, ""},
                                                   {"sense", "SENSE, l2", "sense", 0, 0, ""},
                                                   {"tv", "total variation", "tv", 0, 0, ""},
                                                   {"rmp-10", "RMP, 10 steps", "rmp", 10, 0, ""},
                                                   {"rmp-20", "RMP, 20 steps", "rmp", 20, 0, ""},
                                                   {"daps-8", "DAPS, 8 samples", "daps", 40, 8, "rmp-20"}};
  return methods;
}

VolumeEstimate
ReconstructBrain(const MRIScan & scan,
                 const BrainMethod & method,
                 const SuiteOptions & options,
                 std::int64_t seed,
                 double lambda,
                 const ProgressCallback & progress)
{
  if (method.steps == 0)
  {
    MRIClassicalOptions classical;
    classical.method = method.method;
    classical.device = options.device;
    if (method.method == "tv")
    {
      classical.lambda = lambda;
      classical.iterations = 5000; // the gap decides, not this
      classical.tolerance = 1e-4;
    }
    return ReconstructClassical(scan, classical, progress);
  }
  PosteriorOptions posterior;
  posterior.method = method.method;
  posterior.prior = options.prior;
  posterior.steps = method.steps;
  posterior.samples = method.samples;
  posterior.keepSamples = method.samples > 0;
  posterior.seed = seed;
  posterior.device = options.device;
  return ReconstructPosterior(scan, posterior, progress);
}

BrainResult
ScoreBrain(const Volume & truth, const VolumeEstimate & estimate, const Volume & besideMean)
{
  BrainResult result;
  const at::Tensor reference = Slices(truth);
  const at::Tensor mean = Slices(estimate.mean);
  const bool hasWindow = reference.size(1) >= similarityWindow && reference.size(2) >= similarityWindow;
  for (std::int64_t z = 0; z < reference.size(0); ++z)
  {
    result.psnr.push_back(PeakSignalToNoiseRatio(reference[z], mean[z]));
    result.ssim.push_back(hasWindow ? StructuralSimilarity(reference[z], mean[z])
                                    : std::numeric_limits<double>::quiet_NaN());
  }
  if (!estimate.samples.IsEmpty() && !Deviation(estimate).IsEmpty())
  {
    ScoreSamples(reference, ForegroundMask(reference, headFraction), estimate, besideMean, result);
  }
  result.seconds = estimate.summary.wallSeconds;
  result.dataFit = estimate.summary.dataFit;
  result.networkEvaluations = estimate.summary.networkEvaluations;
  result.warnings = estimate.summary.warnings;
  return result;
}
} // namespace tweedie
