// SPDX-License-Identifier: Apache-2.0
#include "tweedieLinearPosterior.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePlaneAverageDenoiser.h"
#include "tweediePosteriorMemory.h"
#include "tweediePosteriorRun.h"
#include "tweedieRealImageDenoiser.h"
#include "tweedieThreadScope.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
void
Require(const LinearMeasurement & measurement)
{
  if (!measurement.model || !measurement.data.defined())
  {
    throw DataError("linear: given no operator or no data; required both");
  }
  const LinearOperator & model = *measurement.model;
  const Shape domain = model.DomainShape();
  const Axes<std::int64_t> size = measurement.image.size;
  std::ostringstream text;
  if (domain.size() != 4 || Shape(domain.begin() + 1, domain.end()) != Shape{size.z, size.y, size.x})
  {
    text << "linear: given an operator of images " << at::IntArrayRef(domain) << " on a grid of " << size.z << " x "
         << size.y << " x " << size.x << "; required {channel, z, y, x} of that grid";
    throw DataError(text.str());
  }
  if (measurement.data.sizes() != at::IntArrayRef(model.RangeShape()))
  {
    text << "linear: given data " << measurement.data.sizes() << "; required " << at::IntArrayRef(model.RangeShape())
         << ", the range of " << model.Name();
    throw DataError(text.str());
  }
  if (!measurement.data.isfinite().all().item<bool>())
  {
    throw DataError("linear: given data that are not finite");
  }
  if (!(measurement.noise > 0.0) || !(measurement.scale > 0.0))
  {
    text << "linear: given noise " << measurement.noise << " and scale " << measurement.scale
         << "; required numbers above 0";
    throw DataError(text.str());
  }
}

/** The prior of the options, as images of that kind need it. */
DenoiserPointer
PriorOf(const DenoiserPointer & given, bool isComplex, PosteriorOptions & options)
{
  if (given)
  {
    return given;
  }
  const DenoiserPointer prior = LoadPriorOf(options);
  const auto * network = dynamic_cast<const NetworkDenoiser *>(prior.get());
  const bool isComplexPrior = network != nullptr && network->Card().ImageChannels() == 2;
  return isComplexPrior && !isComplex ? std::make_shared<const RealImageDenoiser>(prior) : prior;
}
} // namespace

VolumeEstimate
ReconstructLinear(const LinearMeasurement & measurement,
                  const std::shared_ptr<const Denoiser> & prior,
                  const PosteriorOptions & options,
                  const ProgressCallback & progress,
                  const Volume & startImage)
{
  ValidateOptions(options);
  Require(measurement);
  const ThreadScope threads(options.threads);
  PosteriorOptions resolved = options;
  const bool isComplex = measurement.model->RequiresComplex() || measurement.data.is_complex();
  const Grid & grid = measurement.image;
  const double noise = options.noise.value_or(measurement.noise);
  PosteriorProblem problem;
  problem.prior = PriorOf(prior, isComplex, resolved);
  problem.device = DeviceFromName(options.device);
  problem.type = isComplex ? at::kComplexFloat : at::kFloat;
  const at::Tensor data = measurement.data.to(problem.device, problem.type).unsqueeze(0) / measurement.scale;
  problem.likelihood = std::make_shared<GaussianLikelihood>(
      measurement.model, data, noise / measurement.scale, at::Tensor(), InnerSolverOf(resolved));
  const std::int64_t channels = measurement.model->DomainShape()[0];
  problem.start = StartOf(startImage, grid, channels, measurement.scale, problem.type);
  if (grid.size.z > 1)
  {
    const auto plane = static_cast<double>(grid.size.y * grid.size.x);
    problem.prior = std::make_shared<PlaneAverageDenoiser>(
        problem.prior, 0, SlicePlanes::AcrossZ, BatchWithin(*problem.prior, plane, resolved));
    problem.start = problem.start.defined() ? problem.start.transpose(0, 2) : problem.start; // slices as a volume
  }
  return EstimateVolume(problem, resolved, measurement.scale, grid, {}, progress);
}
} // namespace tweedie
