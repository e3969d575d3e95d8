// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTPosterior.h"

#include "tweedieCTModel.h"
#include "tweedieDapsEstimator.h"
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieFlattenedOperator.h"
#include "tweedieLineIntegralNoise.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieOperatorCombinators.h"
#include "tweedieOptionsJson.h"
#include "tweediePlaneAverageDenoiser.h"
#include "tweediePosteriorMemory.h"
#include "tweediePosteriorRun.h"
#include "tweedieSliceDifferenceOperator.h"
#include "tweedieThreadScope.h"
#include "tweedieTransmissionLikelihood.h"

#include <ATen/ATen.h>

#include <cmath>
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

/** daps of a prior of Hounsfield units, where nothing else is asked for: down to 18 HU for a prior whose deviation is
 * 670 HU, and x0 spread as far as the next level. The default of other images ends at 40 HU with a draw that hides,
 * under white noise, where the error is large: on a slice beside the held-out ones (Cranium 51, 60 views) the
 * correlation of error and deviation is 0.2 with that and 0.5 with this. */
constexpr double lastDapsLevel = 0.026; // prior deviations
constexpr double dapsSpread = 1.0;

void
CompleteDaps(const Denoiser & prior, CTPosteriorOptions & options)
{
  if (options.method != "daps" && !(options.method == "rmp" && options.sampler == "daps"))
  {
    return;
  }
  if (options.sigmaMinimum == 0.0)
  {
    options.sigmaMinimum = lastDapsLevel * std::sqrt(prior.PriorVariance());
  }
  double & spread = options.Of<DapsSettings>().spread;
  spread = spread == 0.0 ? dapsSpread : spread;
}

/** Counts spread by a factor of hundreds: their noise would slow conjugate gradients of the image's side. */
ProximalOptions
DataSpaceSolver(const CTPosteriorOptions & options)
{
  ProximalOptions solver = InnerSolverOf(options);
  solver.dataSpace = true;
  return solver;
}

/** Gaussian data of a linear model. */
struct GaussianData
{
  at::Tensor values;
  at::Tensor deviation; ///< like the values
  at::Tensor used;      ///< likewise, zeros and ones; undefined: all
};

/** Differences of adjacent slices in units of the prior, and their deviation tau. */
struct Coupling
{
  LinearOperatorPointer differences; ///< null: none
  double deviation = 0.0;
};

Coupling
CouplingOf(const CTPosteriorOptions & options, const Grid & image, double attenuationAtOne)
{
  if (options.coupling == 0.0)
  {
    return {};
  }
  if (image.size.z < 2)
  {
    throw UsageError("--coupling: given " + std::to_string(options.coupling) +
                     " HU for one slice; required two slices at least");
  }
  const double tau = options.muWater * options.coupling / 1000.0 / attenuationAtOne;
  const Shape volume{1, image.size.z, image.size.y, image.size.x};
  return {std::make_shared<const SliceDifferenceOperator>(volume), tau};
}

/** y = A x + n, and with coupling 0 = D x + tau n. */
LikelihoodPointer
GaussianOf(const LinearOperatorPointer & A,
           const GaussianData & data,
           const Coupling & coupling,
           const CTPosteriorOptions & options)
{
  if (!coupling.differences)
  {
    return std::make_shared<const GaussianLikelihood>(
        A, data.values, data.deviation, data.used, DataSpaceSolver(options));
  }
  const LinearOperatorPointer D = FlattenRange(coupling.differences);
  const Shape more{1, D->RangeShape()[0], 1, 1, 1};
  const auto with = [&](const at::Tensor & values, double value) {
    return at::cat({values.reshape({1, -1, 1, 1, 1}), at::full(more, value, values.options())}, 1);
  };
  const at::Tensor used = data.used.defined() ? with(data.used, 1.0) : at::Tensor();
  return std::make_shared<const GaussianLikelihood>(Stack({FlattenRange(A), D}),
                                                    with(data.values, 0.0),
                                                    with(data.deviation, coupling.deviation),
                                                    used,
                                                    DataSpaceSolver(options));
}

/** Whether the chain or its sampler asks for the Gaussian itself and not only for what any likelihood can do. */
bool
NeedsGaussian(const CTPosteriorOptions & options)
{
  const auto asks = [&](const std::string & method)
  {
    const MethodNeeds needs = MakeEstimator(method)->Needs(options);
    return needs.linear || needs.gaussian;
  };
  return asks(options.method) || (options.samples > 0 && asks(options.sampler));
}

/** What is measured alone, and beside the coupling: the same object without one. */
struct CTLikelihood
{
  LikelihoodPointer data;
  LikelihoodPointer coupled;
};

CTLikelihood
LikelihoodOfCounts(const LinearOperatorPointer & A,
                   const at::Tensor & counts,
                   const CTScan & scan,
                   const Coupling & coupling,
                   const CTPosteriorOptions & options)
{
  if (options.noise)
  {
    throw UsageError("--noise: given for counts; required line integrals, whose noise is not known");
  }
  const bool isPoisson = options.likelihood == "poisson";
  TransmissionOptions transmission;
  transmission.form = isPoisson ? TransmissionForm::Poisson : TransmissionForm::Weighted;
  transmission.electronic = scan.electronic;
  transmission.modelDeviation = options.modelDeviation;
  transmission.proximal = DataSpaceSolver(options);
  if (isPoisson && coupling.differences)
  {
    transmission.factor = Scale(1.0 / coupling.deviation, coupling.differences);
  }
  const auto data = std::make_shared<const TransmissionLikelihood>(
      A, counts, Number(*scan.photons), Number(scan.scatter), at::Tensor(), transmission);
  if (isPoisson || (!coupling.differences && !NeedsGaussian(options)))
  {
    return {data, data};
  }
  return {data, GaussianOf(A, {data->LineIntegrals(), data->Deviations(), data->Used()}, coupling, options)};
}

CTLikelihood
LikelihoodOfLines(const LinearOperatorPointer & A,
                  const at::Tensor & lines,
                  const CTScan & scan,
                  const Coupling & coupling,
                  const CTPosteriorOptions & options)
{
  if (options.likelihood == "poisson")
  {
    throw UsageError("--likelihood: given poisson for line integrals; required counts");
  }
  const GaussianData data{
      lines, LineIntegralDeviation(scan, lines, options.noise, options.modelDeviation), at::Tensor()};
  const LikelihoodPointer alone = GaussianOf(A, data, {}, options);
  return {alone, coupling.differences ? GaussianOf(A, data, coupling, options) : alone};
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

/** What tells runs of other settings of this model apart, for checkpoints. */
std::string
IdentityOf(const CTPosteriorOptions & options, double attenuationAtOne)
{
  std::ostringstream text;
  text.precision(17);
  text << options.likelihood << ' ' << options.modelDeviation << ' ' << attenuationAtOne << ' ' << options.muWater
       << ' ' << options.coupling << ' ';
  return text.str();
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
  v.Visit(Field("coupling",
                "standard deviation of the difference of adjacent slices, a Gaussian factor beside prior and data that "
                "makes the volume one image; 0: none")
              .Unit("HU")
              .Range(0, 1e6),
          coupling);
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
  const Coupling coupling = CouplingOf(options, image, attenuationAtOne);
  const CTModel model(scan, image, coupling.differences != nullptr);
  const LinearOperatorPointer A = Scale(attenuationAtOne, model.Projector());
  const at::Tensor data = model.Batch(scan.projections).to(device);
  std::vector<std::string> warnings = scan.warnings;
  WarnOfUnseen(*A, data, warnings);
  const CTLikelihood likelihood = scan.isCounts ? LikelihoodOfCounts(A, data, scan, coupling, options)
                                                : LikelihoodOfLines(A, data, scan, coupling, options);
  PosteriorProblem problem;
  problem.prior = prior;
  problem.likelihood = likelihood.coupled;
  problem.device = device;
  problem.type = at::kFloat;
  problem.start = StartOf(startImage, image, 1, attenuationAtOne, problem.type);
  problem.identity = IdentityOf(options, attenuationAtOne);
  if (!model.IsSliceBySlice() && !coupling.differences && image.size.z > 1)
  {
    warnings.push_back("the prior sees slices one by one and these data hardly tie them: thin slices may drift apart; "
                       "--coupling ties them");
  }
  if (!model.IsSliceBySlice())
  {
    const auto plane = static_cast<double>(image.size.y * image.size.x);
    problem.prior =
        std::make_shared<PlaneAverageDenoiser>(prior, 0, SlicePlanes::AcrossZ, BatchWithin(*prior, plane, options));
    problem.start = problem.start.defined() ? problem.start.transpose(0, 2) : problem.start; // slices as a volume
  }
  CTPosteriorOptions chosen = options;
  chosen.nullSpace = options.nullSpace && !coupling.differences; // which is no measurement
  VolumeEstimate estimate = EstimateVolume(problem, chosen, attenuationAtOne, image, warnings, progress);
  estimate.summary.options = OptionsText(options);
  if (likelihood.data != likelihood.coupled)
  {
    const at::Tensor mean = model.ImageBatch(estimate.mean).to(device) / attenuationAtOne;
    estimate.summary.dataFit = likelihood.data->DataFit(mean).to(at::kDouble).mean().item<double>();
  }
  return estimate;
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
  CompleteDaps(*prior, resolved);
  const double attenuationAtOne = AttenuationOfHounsfield(*network->Card().hounsfieldAtOne, options.muWater);
  return ReconstructCTPosterior(scan, image, prior, attenuationAtOne, resolved, progress, startImage);
}
} // namespace tweedie
