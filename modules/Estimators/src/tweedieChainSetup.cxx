// SPDX-License-Identifier: Apache-2.0
#include "tweedieCallBudget.h"
#include "tweedieChainRun.h"
#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieLinearOperator.h"
#include "tweedieModelFile.h"
#include "tweedieNoiseSchedule.h"
#include "tweedieOptionsJson.h"
#include "tweediePseudoInverse.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tweedie
{
namespace
{
constexpr double smallestSigma = 0.01; // of the prior's standard deviation: below, an image changes by less than 0.1 %

bool
StartsFromImage(const EstimatorOptions & options)
{
  return options.start != "zero" && options.start != "mean" && options.start != "noise";
}

/** Throws UsageError naming the methods that would run where this one does not. */
void
RequireNeeds(const PosteriorProblem & problem, const EstimatorOptions & options, const Estimator & estimator)
{
  const std::string missing = MissingNeed(estimator.Needs(options), problem);
  if (missing.empty())
  {
    return;
  }
  std::string others;
  for (const EstimatorRow & row : EstimatorTable())
  {
    EstimatorOptions automatic;
    automatic.method = row.name;
    if (MissingNeed(row.make()->Needs(automatic), problem).empty())
    {
      others += (others.empty() ? "" : ", ") + std::string(row.name);
    }
  }
  throw UsageError("method " + options.method + ": needs " + missing +
                   "; methods that run here: " + (others.empty() ? "none" : others));
}

void
CheckStart(PosteriorProblem & problem, const EstimatorOptions & options, std::int64_t images)
{
  if (!StartsFromImage(options))
  {
    problem.start = at::Tensor();
    return;
  }
  if (!problem.start.defined())
  {
    throw UsageError("--start: given " + options.start + " without an image; required zero, mean, noise or an image");
  }
  std::vector<std::int64_t> shape{images};
  shape.insert(shape.end(), problem.shape.begin(), problem.shape.end());
  const at::IntArrayRef given = problem.start.sizes();
  const bool fits = given == at::IntArrayRef(shape) || (given.size() == shape.size() && given[0] == 1 &&
                                                        given.slice(1) == at::IntArrayRef(shape).slice(1));
  if (!fits)
  {
    std::ostringstream message;
    message << "--start: given an image of shape " << given << "; required " << at::IntArrayRef(shape);
    throw DataError(message.str());
  }
}
/** "step 3 of 20, noise level 0.5". */
std::string
StepText(const ChainPlace & place)
{
  std::ostringstream text;
  text << "step " << place.level + 1 << " of " << place.schedule.size() - 1 << ", noise level "
       << place.schedule[place.level];
  return text.str();
}

std::string
FiniteRange(const at::Tensor & real)
{
  const at::Tensor values = real.masked_select(at::isfinite(real));
  std::ostringstream text;
  if (values.numel() > 0)
  {
    text << ", finite values from " << values.min().item<double>() << " to " << values.max().item<double>();
  }
  return text.str();
}
} // namespace

void
CompleteProblem(PosteriorProblem & problem, EstimatorOptions & options, const Estimator & estimator)
{
  if (!problem.prior)
  {
    throw UsageError("estimator: no prior was given; a denoiser is required");
  }
  ValidateOptions(options);
  if (problem.shape.empty() && problem.likelihood)
  {
    problem.shape = problem.likelihood->Model().DomainShape();
  }
  if (problem.shape.empty())
  {
    throw UsageError("estimator: neither a likelihood nor the shape of an image was given; one of them is required");
  }
  estimator.Complete(problem, options);
  if (options.guidance == "auto")
  {
    options.guidance = problem.conditioned ? "exact" : "proximal";
  }
  RequireNeeds(problem, options, estimator);
  const std::int64_t images = problem.likelihood ? problem.likelihood->BatchSize() : 1;
  const bool conditions = options.guidance == "exact" && estimator.UsesGuidance();
  if (conditions && images != 1)
  {
    throw UsageError("guidance exact: given data of " + std::to_string(images) + " images; one image is required");
  }
  if (estimator.DrawsSamples() && options.samples == 0)
  {
    options.samples = DefaultSamples;
  }
  CheckStart(problem, options, images);
  estimator.Validate(problem, options);
}

std::string
MissingNeed(const MethodNeeds & needs, const PosteriorProblem & problem)
{
  if (!problem.likelihood)
  {
    return needs.data ? "data" : "";
  }
  const auto * model = dynamic_cast<const LinearOperator *>(&problem.likelihood->Model());
  const auto * gaussian = dynamic_cast<const GaussianLikelihood *>(problem.likelihood.get());
  if ((needs.linear || needs.decomposition) && (model == nullptr || gaussian == nullptr))
  {
    return "a linear operator and Gaussian noise";
  }
  if (needs.gaussian && gaussian == nullptr)
  {
    return "Gaussian noise";
  }
  if (needs.decomposition && gaussian->ComponentVariance().numel() != gaussian->ComponentVariance().size(0))
  {
    return "white noise";
  }
  const at::TensorOptions kind = at::TensorOptions().dtype(problem.type).device(problem.device);
  if (needs.decomposition && !model->Decompose(kind))
  {
    return "an operator with a singular value decomposition (" + model->Name() + " has none)";
  }
  if (needs.decomposition && !VanishesUnsampled(*gaussian, kind))
  {
    return "a model with the sampling in it (" + model->Name() + " is not zero where no sample was taken)";
  }
  if (needs.jacobian && !problem.prior->HasJacobianProduct())
  {
    return "a prior with a Jacobian product (" + problem.prior->Name() + " has none)";
  }
  return needs.conditioned && !problem.conditioned ? "a prior in closed form, conditioned on the data" : "";
}

std::vector<double>
Estimator::Schedule(const PosteriorProblem & problem,
                    const EstimatorOptions & options,
                    std::vector<std::string> & warnings) const
{
  const Denoiser & prior = *problem.prior;
  double high = prior.SigmaMaximum();
  double low = prior.SigmaMinimum();
  if (prior.NeedsNoise())
  {
    const LevelRange range = NoisyLevels(options);
    high = std::min(high, range.high * std::sqrt(prior.PriorVariance()));
    low = std::max(low, range.low * std::sqrt(prior.PriorVariance()));
  }
  high = options.sigmaMaximum > 0.0 ? options.sigmaMaximum : high;
  low = options.sigmaMinimum > 0.0 ? options.sigmaMinimum : low;
  if (low <= 0.0)
  {
    low = smallestSigma * std::sqrt(prior.PriorVariance());
  }
  if (problem.start.defined() && options.startSigma > 0.0)
  {
    high = options.startSigma;
  }
  if (high > prior.SigmaMaximum() * (1.0 + 1e-9) || low < prior.SigmaMinimum() * (1.0 - 1e-9))
  {
    std::ostringstream warning;
    warning << "noise levels from " << high << " down to " << low << " leave the range of the prior, "
            << prior.SigmaMaximum() << " to " << prior.SigmaMinimum();
    warnings.push_back(warning.str());
  }
  return MakeNoiseSchedule(options.schedule, options.steps, high, low);
}

std::string
Fingerprint(const PosteriorProblem & problem, const EstimatorOptions & options)
{
  EstimatorOptions relevant = options;
  relevant.checkpoint.clear();
  relevant.checkpointSeconds = 0.0;
  std::ostringstream text;
  text.precision(17);
  text << OptionsText(relevant) << '\n' << problem.identity << '\n' << problem.prior->Name();
  text << ' ' << problem.prior->PriorVariance() << ' ' << at::toString(problem.type) << '\n';
  const auto addTensor = [&](const at::Tensor & tensor)
  {
    if (tensor.defined())
    {
      const at::Tensor plain = tensor.resolve_conj().to(at::kCPU).contiguous();
      text << tensor.sizes() << ' ' << Sha256(plain.data_ptr(), plain.nbytes()) << '\n';
    }
  };
  if (problem.likelihood)
  {
    std::vector<std::int64_t> shape{problem.likelihood->BatchSize()};
    shape.insert(shape.end(), problem.shape.begin(), problem.shape.end());
    const auto kind = at::TensorOptions().dtype(problem.type).device(problem.device);
    addTensor(problem.likelihood->Residual(at::zeros(shape, kind)));
  }
  addTensor(problem.start);
  const std::string all = text.str();
  return Sha256(all.data(), all.size());
}

void
RequireFiniteState(const at::Tensor & x, const ChainPlace & place)
{
  const at::Tensor real = x.is_complex() ? at::view_as_real(x.resolve_conj()) : x;
  // One number tells: a sum of finite numbers is finite unless they are huge.
  if (std::isfinite(real.sum().item<double>()))
  {
    return;
  }
  const at::Tensor finite = at::isfinite(real).reshape({x.size(0), -1}).all(1);
  if (!finite.all().item<bool>())
  {
    const std::int64_t bad = finite.logical_not().to(at::kInt).argmax().item<std::int64_t>();
    const std::int64_t chain = place.firstChain + bad;
    throw NumericalError(place.method + ": image " + std::to_string(chain / place.chainsPerImage) + ", chain " +
                         std::to_string(chain % place.chainsPerImage) + " is not finite after " + StepText(place) +
                         FiniteRange(real[bad]) + "; a prior and a step size that keep it finite are required");
  }
}

void
ThrowFailedStep(const std::string & message, const at::Tensor & x, const ChainPlace & place)
{
  const at::Tensor real = x.is_complex() ? at::view_as_real(x.resolve_conj()) : x;
  throw NumericalError(place.method + ": images from " + std::to_string(place.firstChain / place.chainsPerImage) +
                       " failed in " + StepText(place) + FiniteRange(real) + " before it: " + message);
}
} // namespace tweedie
