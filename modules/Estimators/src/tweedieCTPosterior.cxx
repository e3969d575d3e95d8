// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTPosterior.h"

#include "tweedieCTModel.h"
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieOperatorCombinators.h"
#include "tweediePlaneAverageDenoiser.h"
#include "tweediePosteriorRun.h"
#include "tweedieThreadScope.h"
#include "tweedieTransmissionLikelihood.h"

#include <ATen/ATen.h>

#include <sstream>

namespace tweedie
{
namespace
{
at::Tensor
Number(double value)
{
  return at::scalar_tensor(value, at::kDouble);
}

LikelihoodPointer
LikelihoodOfCounts(const LinearOperatorPointer & A,
                   const at::Tensor & counts,
                   const CTScan & scan,
                   const CTPosteriorOptions & options)
{
  if (options.noise)
  {
    throw UsageError("--noise: given for counts; required line integrals, whose noise is not known");
  }
  TransmissionOptions transmission;
  transmission.form = options.likelihood == "poisson" ? TransmissionForm::Poisson : TransmissionForm::Weighted;
  transmission.electronic = scan.electronic;
  transmission.modelDeviation = options.modelDeviation;
  transmission.proximal = InnerSolverOf(options);
  return std::make_shared<const TransmissionLikelihood>(
      A, counts, Number(*scan.photons), Number(scan.scatter), at::Tensor(), transmission);
}

/** Of a line integral l behind I0 photons: exp(l) / I0 + e^2 exp(2 l) / I0^2, the variance of the logarithm. */
LikelihoodPointer
LikelihoodOfLines(const LinearOperatorPointer & A,
                  const at::Tensor & lines,
                  const CTScan & scan,
                  const CTPosteriorOptions & options)
{
  if (options.likelihood == "poisson")
  {
    throw UsageError("--likelihood: given poisson for line integrals; required counts");
  }
  if (!options.noise && !scan.photons)
  {
    throw UsageError("--noise: not given for line integrals of unknown noise; required their standard deviation");
  }
  at::Tensor variance = at::zeros_like(lines);
  if (options.noise)
  {
    variance = at::full_like(lines, *options.noise * *options.noise);
  }
  else
  {
    const at::Tensor inverse = lines.clamp(-5.0, 50.0).exp() / *scan.photons;
    variance = inverse + scan.electronic * scan.electronic * inverse.square();
  }
  const at::Tensor deviation = (variance + options.modelDeviation * options.modelDeviation).sqrt();
  return std::make_shared<const GaussianLikelihood>(A, lines, deviation, at::Tensor(), InnerSolverOf(options));
}

/** Says how much of the image no ray meets. */
void
WarnOfUnseen(const LinearOperator & projector, const at::Tensor & data, std::vector<std::string> & warnings)
{
  const at::Tensor seen = projector.Adjoint(at::ones_like(data.narrow(0, 0, 1))).gt(0);
  const double unseen = 1.0 - seen.to(at::kDouble).mean().item<double>();
  if (unseen > 0.0)
  {
    std::ostringstream text;
    text.precision(2);
    text << 100.0 * unseen << " % of the voxels are met by no ray: what they hold is the prior's";
    warnings.push_back(text.str());
  }
}
} // namespace

void
CTPosteriorOptions::Visit(OptionVisitor & v)
{
  PosteriorOptions::Visit(v);
  v.Visit(Field("likelihood",
                "of counts: a weighted Gaussian of their logarithms, or poisson, for few counts (methods without "
                "exact draws)")
              .Choices({"weighted", "poisson"}),
          likelihood);
  v.Visit(Field("model-deviation", "what the projector is wrong by, of a line integral, beside the noise of counts")
              .Range(0, 10),
          modelDeviation);
  v.Visit(Field("mu-water", "attenuation of water, that Hounsfield units refer to").Unit("1/mm").Above(0).Range(0, 10),
          muWater);
}

VolumeEstimate
ReconstructCTPosterior(const CTScan & scan,
                       const Grid & image,
                       const std::shared_ptr<const Denoiser> & prior,
                       double attenuationAtOne,
                       const CTPosteriorOptions & options,
                       const ProgressCallback & progress,
                       const Volume & startImage)
{
  ValidateOptions(options);
  if (!(attenuationAtOne > 0.0))
  {
    throw UsageError("CT posterior: given an attenuation of " + std::to_string(attenuationAtOne) +
                     " for the prior's 1; required a number above 0");
  }
  const ThreadScope threads(options.threads);
  const c10::Device device = DeviceFromName(options.device);
  const CTModel model(scan, image);
  const LinearOperatorPointer A = Scale(attenuationAtOne, model.Projector());
  const at::Tensor data = model.Batch(scan.projections).to(device);
  std::vector<std::string> warnings = scan.warnings;
  WarnOfUnseen(*A, data, warnings);
  PosteriorProblem problem;
  problem.prior = prior;
  problem.likelihood =
      scan.isCounts ? LikelihoodOfCounts(A, data, scan, options) : LikelihoodOfLines(A, data, scan, options);
  problem.device = device;
  problem.type = at::kFloat;
  problem.start = StartOf(startImage, image, 1, attenuationAtOne, problem.type);
  if (!model.IsSliceBySlice())
  {
    problem.prior = std::make_shared<PlaneAverageDenoiser>(prior, 0, SlicePlanes::AcrossZ);
    problem.start = problem.start.defined() ? problem.start.transpose(0, 2) : problem.start; // slices as a volume
  }
  return EstimateVolume(problem, options, attenuationAtOne, image, warnings, progress);
}

VolumeEstimate
ReconstructCTPosterior(const CTScan & scan,
                       const Grid & image,
                       const CTPosteriorOptions & options,
                       const ProgressCallback & progress,
                       const Volume & startImage)
{
  ValidateOptions(options);
  CTPosteriorOptions resolved = options;
  const DenoiserPointer prior = LoadPriorOf(resolved);
  const auto * network = dynamic_cast<const NetworkDenoiser *>(prior.get());
  if (network == nullptr || !network->Card().hounsfieldAtOne)
  {
    throw DataError(options.prior + ": not trained on Hounsfield units; required a prior of CT (tweedie train "
                                    "--hounsfield)");
  }
  const double attenuationAtOne = AttenuationOfHounsfield(*network->Card().hounsfieldAtOne, options.muWater);
  return ReconstructCTPosterior(scan, image, prior, attenuationAtOne, resolved, progress, startImage);
}
} // namespace tweedie
