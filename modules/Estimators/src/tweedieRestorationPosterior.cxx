// SPDX-License-Identifier: Apache-2.0
#include "tweedieRestorationPosterior.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePlaneAverageDenoiser.h"
#include "tweediePosteriorMemory.h"
#include "tweediePosteriorRun.h"
#include "tweedieRealImageDenoiser.h"
#include "tweedieRestorationLikelihood.h"
#include "tweedieRestorationTasks.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <sstream>

namespace tweedie
{
namespace
{
/** A voxel whose edges differ by more is another one across the slices. */
constexpr double equalEdges = 1.2;

/** Beyond the first and the last slice, for a network: 16 are worth no more. */
constexpr std::int64_t mirroredSlices = 8;

/** What the averaged planes presume, in words. */
std::vector<std::string>
PlaneWarnings(const Grid & grid)
{
  std::vector<std::string> warnings{"the task couples the slices, across which a prior of slices knows nothing: it is "
                                    "asked for slices across all three axes, and its answers are averaged"};
  const auto edges = grid.spacing.Xyz();
  const auto [least, most] = std::minmax_element(edges.begin(), edges.end());
  if (*most > equalEdges * *least)
  {
    std::ostringstream text;
    text << "the voxels to restore have edges of " << edges[0] << ", " << edges[1] << " and " << edges[2]
         << " mm: to the prior, slices across the volume look stretched";
    warnings.push_back(text.str());
  }
  return warnings;
}
} // namespace

void
RestorationPosteriorOptions::Visit(OptionVisitor & v)
{
  PosteriorOptions::Visit(v);
  v.Visit(Field("poisson-form", "of Poisson data: a Gaussian of the counts, or exact (methods without exact draws)")
              .Choices({"gaussian", "exact"}),
          poissonForm);
}

// A network of one complex channel serves real images of one channel.
DenoiserPointer
LoadRestorationPrior(const RestorationMeasurement & measurement, RestorationPosteriorOptions & options)
{
  const DenoiserPointer prior = LoadPriorOf(options);
  const Volume & data = measurement.data;
  const auto * network = dynamic_cast<const NetworkDenoiser *>(prior.get());
  const bool isComplexPrior = network != nullptr && network->Card().ImageChannels() == 2;
  return isComplexPrior && !data.IsComplex() && data.Channels() == 1 ? std::make_shared<RealImageDenoiser>(prior)
                                                                     : prior;
}

VolumeEstimate
ReconstructRestoration(const RestorationMeasurement & measurement,
                       const std::shared_ptr<const Denoiser> & prior,
                       const RestorationPosteriorOptions & options,
                       const ProgressCallback & progress,
                       const Volume & startImage)
{
  ValidateOptions(options);
  const ThreadScope threads(options.threads);
  const c10::Device device = DeviceFromName(options.device);
  measurement.data.RequireFinite("restoration: data");
  std::vector<std::string> warnings = measurement.warnings;
  const double noise = measurement.countsPerUnit ? 1.0 : RestorationNoiseLevel(measurement, options.noise, warnings);
  PosteriorProblem problem;
  problem.prior = prior;
  problem.likelihood =
      MakeRestorationLikelihood(measurement, noise, options.poissonForm, device, InnerSolverOf(options));
  problem.device = device;
  problem.type = measurement.data.IsComplex() ? at::kComplexFloat : at::kFloat;
  problem.start = StartOf(startImage, measurement.image, measurement.data.Channels(), measurement.scale, problem.type);
  if (CouplesSlices(ReadTaskOptions(measurement)))
  {
    const Axes<std::int64_t> size = measurement.image.size;
    const auto plane = static_cast<double>(std::max({size.y * size.x, size.z * size.x, size.z * size.y}));
    problem.prior = std::make_shared<PlaneAverageDenoiser>(
        prior, prior->NeedsNoise() ? mirroredSlices : 0, SlicePlanes::Three, BatchWithin(*prior, plane, options));
    problem.start = problem.start.defined() ? problem.start.transpose(0, 2) : problem.start; // slices as a volume
    const std::vector<std::string> planes = PlaneWarnings(measurement.image);
    warnings.insert(warnings.end(), planes.begin(), planes.end());
  }
  return EstimateVolume(problem, options, measurement.scale, measurement.image, warnings, progress);
}

VolumeEstimate
ReconstructRestoration(const RestorationMeasurement & measurement,
                       const RestorationPosteriorOptions & options,
                       const ProgressCallback & progress,
                       const Volume & startImage)
{
  ValidateOptions(options);
  RestorationPosteriorOptions resolved = options;
  const DenoiserPointer prior = LoadRestorationPrior(measurement, resolved);
  return ReconstructRestoration(measurement, prior, resolved, progress, startImage);
}
} // namespace tweedie
