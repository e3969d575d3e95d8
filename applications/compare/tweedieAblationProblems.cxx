// SPDX-License-Identifier: Apache-2.0
#include "tweedieAblationProblems.h"

#include "tweedieDynamicRangeModel.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieOperatorCombinators.h"
#include "tweediePoissonLikelihood.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t unknowns = 64;
constexpr std::uint64_t seedOfProblems = 78;
constexpr double background = 3.0; // of the counts, in prior deviations: 0.1 % of the prior is below no light at all
const Shape shape{1, 1, 1, unknowns};

/** Eight levels, each for eight unknowns. */
at::Tensor
Levels(double low, double high)
{
  return at::logspace(std::log10(low), std::log10(high), 8, 10.0, at::kDouble).repeat({8}).reshape({1, 1, 1, 1, -1});
}

ProximalOptions
Solver()
{
  ProximalOptions solver;
  solver.tolerance = 1e-6;
  solver.maximumIterations = 30;
  return solver;
}

/** Poisson numbers of these means by the inverse distribution function; mean below 100. */
at::Tensor
Counts(const at::Tensor & mean, RandomStreams & random)
{
  const at::Tensor uniform = random.Uniform(mean.sizes().slice(1), at::kDouble);
  at::Tensor probability = (-mean).exp();
  at::Tensor below = probability.clone();
  at::Tensor counts = at::zeros_like(mean);
  for (int k = 1; k < 300; ++k)
  {
    counts = counts + uniform.ge(below);
    probability = probability * mean / k;
    below = below + probability;
  }
  return counts;
}

LikelihoodPointer
GaussianData(const ForwardModelPointer & model,
             const at::Tensor & truth,
             const at::Tensor & noise,
             RandomStreams & random)
{
  const at::Tensor clean = model->Apply(truth);
  const at::Tensor data = clean + noise * random.NormalLike(clean);
  return std::make_shared<const GaussianLikelihood>(model, data, noise, at::Tensor(), Solver());
}

LikelihoodPointer
PoissonData(const at::Tensor & truth, RandomStreams & random)
{
  // 1 to 30 counts where the prior's mean is: a noise of 1 / sqrt(3 gain) of it.
  const at::Tensor gain = Levels(1.0 / 3.0, 10.0);
  const at::Tensor offset = at::full({1, 1, 1, 1, 1}, background, at::kDouble);
  const at::Tensor counts = Counts(gain * (truth + offset).clamp_min(0.0), random);
  PoissonOptions options;
  options.proximal = Solver();
  return std::make_shared<const PoissonLikelihood>(Identity(shape), counts, gain, offset, at::Tensor(), options);
}

AblationProblem
MakeProblem(const std::string & name, const std::string & label, const std::vector<ScalarComponent> & law)
{
  const auto prior = std::make_shared<const ScalarMixtureDenoiser>(law);
  RandomStreams random(seedOfProblems, {0});
  const at::Tensor truth = prior->Draw(random, shape);
  AblationProblem result{name, label, {}, {}, {}};
  result.problem.prior = prior;
  if (name == "poisson")
  {
    result.problem.likelihood = PoissonData(truth, random);
  }
  else
  {
    const ForwardModelPointer model = name == "saturating"
                                          ? ForwardModelPointer(std::make_shared<const DynamicRangeModel>(shape, 1.0))
                                          : Identity(shape);
    result.problem.likelihood = GaussianData(model, truth, Levels(0.3, 3.0), random);
  }
  const auto posterior = std::make_shared<const GridPosterior>(*prior, *result.problem.likelihood);
  result.problem.conditioned = posterior;
  result.problem.start = result.problem.likelihood->Residual(at::zeros_like(truth));
  result.problem.shape = shape;
  result.problem.type = at::kDouble;
  result.mean = posterior->Mean();
  result.deviation = posterior->Variance().sqrt();
  return result;
}
} // namespace

std::vector<AblationProblem>
AblationProblems()
{
  const std::vector<ScalarComponent> normal{{1.0, 0.0, 1.0}};
  return {MakeProblem("gaussian", "Gaussian", normal),
          MakeProblem("skewed", "skewed", {{0.5, -0.7, 0.25}, {0.3, 0.1, 0.5}, {0.2, 1.6, 1.0}}),
          MakeProblem("two-modes", "two modes", {{0.6, -0.8, 0.35}, {0.4, 1.2, 0.35}}),
          MakeProblem("poisson", "Poisson counts", normal),
          MakeProblem("saturating", "saturating detector", normal)};
}

double
AblationError(const AblationProblem & problem, const at::Tensor & mean)
{
  return ((mean.squeeze(0) - problem.mean) / problem.deviation).square().mean().sqrt().item<double>();
}
} // namespace tweedie
