// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIPosterior.h"

#include "tweedieChannelwiseDenoiser.h"
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieMRILikelihood.h"
#include "tweedieMRIModel.h"
#include "tweedieMRINoise.h"
#include "tweedieMRIUnits.h"
#include "tweediePlaneAverageDenoiser.h"
#include "tweediePosteriorMemory.h"
#include "tweediePosteriorRun.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr double leastMap = 0.5; // of 1: what soft cropping makes of an eigenvalue at the limit of hard cropping

/** Where sets have maps in some slice (of a volume too), [set, 1, y, x]; the first is an image everywhere, as the only
 * one of one set. */
at::Tensor
SupportOf(const MRIScan & scan)
{
  const at::Tensor strength = MRIMaps(scan).abs().square().sum(2).sqrt(); // [slice, set, z, y, x]
  at::Tensor support = (strength > leastMap * strength.max()).any(0).any(1, true).to(at::kFloat);
  support[0].fill_(1.0);
  return support;
}
} // namespace

VolumeEstimate
ReconstructPosterior(const MRIScan & scan,
                     const std::shared_ptr<const Denoiser> & prior,
                     const PosteriorOptions & options,
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
  const Grid & grid = ImageGridOf(scan);
  PosteriorProblem problem;
  problem.prior =
      scan.mapSets > 1 ? std::make_shared<const ChannelwiseDenoiser>(prior, scan.mapSets, SupportOf(scan)) : prior;
  problem.likelihood = MakeMRILikelihood(ScaledScan(scan, noise, scale), noise / scale, device, InnerSolverOf(options));
  problem.device = device;
  problem.start = StartOf(startImage, grid, scan.mapSets, scale, problem.type);
  if (scan.trajectory.Channels() == 3)
  {
    const auto plane = static_cast<double>(grid.size.y * grid.size.x);
    problem.prior = std::make_shared<PlaneAverageDenoiser>(
        problem.prior, 0, SlicePlanes::AcrossZ, BatchWithin(*prior, plane, options));
    problem.start = problem.start.defined() ? problem.start.transpose(0, 2) : problem.start; // slices as a volume
  }
  return EstimateVolume(problem, options, scale, grid, warnings, progress);
}

VolumeEstimate
ReconstructPosterior(const MRIScan & scan,
                     const PosteriorOptions & options,
                     const ProgressCallback & progress,
                     const Volume & startImage)
{
  ValidateOptions(options);
  PosteriorOptions resolved = options;
  const DenoiserPointer prior = LoadPriorOf(resolved);
  return ReconstructPosterior(scan, prior, resolved, progress, startImage);
}
} // namespace tweedie
