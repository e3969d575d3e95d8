// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormPicture.h"

#include "tweedieError.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieGaussianMixtureDenoiser.h"
#include "tweedieReportTable.h"
#include "tweedieResamplingOperators.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr double noise = 0.35;
constexpr double datum = 0.1;
constexpr std::uint64_t seedOfDraws = 5;
constexpr std::int64_t shownPaths = 2;  // of samplers; more hide what they end in
constexpr std::int64_t shownStarts = 3; // of methods that draw nothing
const Shape shape{1, 1, 1, 2};

/** The two modes of the prior, N(mean, R diag(long^2, short^2) R^T), R a rotation by an angle in radian. */
struct Mode
{
  double weight, x1, x2, longSide, shortSide, angle;

  at::Tensor
  Mean() const
  {
    return at::tensor({x1, x2}, at::kDouble);
  }
  at::Tensor
  Covariance() const
  {
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    const at::Tensor rotation = at::tensor({c, -s, s, c}, at::kDouble).reshape({2, 2});
    const at::Tensor values = at::tensor({longSide * longSide, shortSide * shortSide}, at::kDouble);
    return at::matmul(rotation * values, rotation.t());
  }
};
constexpr Mode modes[] = {{0.6, -1.3, 1.2, 0.9, 0.35, 0.35}, {0.4, 1.3, -0.9, 0.75, 0.3, 1.9}};

/** Chains of a run, state by state. */
struct Paths
{
  std::vector<at::Tensor> states; ///< [shown, 2]

  void
  operator()(std::int64_t first, std::size_t, const ChainState & state)
  {
    if (first == 0)
    {
      const std::int64_t shown = std::min(shownPaths, state.x.size(0));
      states.push_back(state.x.slice(0, 0, shown).detach().clone().reshape({shown, 2}));
    }
  }
  void
  AddTo(std::vector<at::Tensor> & paths) const
  {
    const at::Tensor all = at::stack(states, 1); // [shown, levels + 1, 2]
    for (std::int64_t i = 0; i < all.size(0); ++i)
    {
      paths.push_back(all[i]);
    }
  }
};

std::string
Figures(const ClosedFormProblem & problem, const PosteriorEstimate & estimate)
{
  const at::Tensor exact = problem.posterior->MarginalVariance();
  const at::Tensor error = (estimate.mean.squeeze(0) - problem.posterior->Mean()).square() / exact;
  std::string text = "off " + FormatNumber(error.mean().sqrt().item<double>(), 2);
  if (estimate.standardDeviation.defined())
  {
    const at::Tensor ratio = estimate.standardDeviation.squeeze(0).square() / exact;
    text += ", var " + FormatNumber(ratio.mean().item<double>(), 2);
  }
  return text;
}
} // namespace

ClosedFormProblem
TwoPixelProblem()
{
  std::vector<at::Tensor> means, covariances;
  for (const Mode & mode : modes)
  {
    means.push_back(mode.Mean().reshape(shape));
    covariances.push_back(mode.Covariance());
  }
  const auto prior = std::make_shared<const GaussianMixtureDenoiser>(
      at::tensor({modes[0].weight, modes[1].weight}, at::kDouble), at::stack(means), at::stack(covariances));
  const auto model = std::make_shared<const BlockAverageOperator>(shape, std::vector<std::int64_t>{1, 2});
  const at::Tensor data = at::full({1, 1, 1, 1, 1}, datum, at::kDouble);
  ProximalOptions solver;
  solver.tolerance = 1e-10;
  solver.maximumIterations = 200;
  solver.decompose = true;
  ClosedFormProblem result;
  result.name = "two-pixels";
  result.label = "two pixels, their mean measured";
  const auto posterior = prior->Conditioned(at::full({1, 2}, 0.5, at::kDouble), data.reshape({1}), noise * noise);
  result.posterior = posterior;
  result.problem.prior = prior;
  result.problem.likelihood = std::make_shared<const GaussianLikelihood>(model, data, noise, at::Tensor(), solver);
  result.problem.conditioned = posterior;
  result.problem.shape = shape;
  result.problem.type = at::kDouble;
  result.largestDeviation = std::sqrt(std::get<0>(at::linalg_eigh(prior->Covariance())).max().item<double>());
  result.smallestDeviation = posterior->MarginalVariance().sqrt().min().item<double>();
  return result;
}

at::Tensor
TwoPixelLogPrior(const at::Tensor & x)
{
  std::vector<at::Tensor> parts;
  for (const Mode & mode : modes)
  {
    const at::Tensor away = x - mode.Mean();
    const at::Tensor square = (at::matmul(away, at::linalg_inv(mode.Covariance())) * away).sum(-1);
    parts.push_back(square * -0.5 + std::log(mode.weight / (mode.longSide * mode.shortSide)));
  }
  return at::logsumexp(at::stack(parts), 0);
}

TwoPixelRun
RunTwoPixels(const ClosedFormProblem & problem,
             const ClosedFormMethod & method,
             std::int64_t draws,
             const ProgressCallback & progress)
{
  EstimatorOptions options = ClosedFormOptions(problem, method, draws, 1);
  options.steps = 100;
  options.keepSamples = true;
  const bool isSampler = MakeEstimator(options.method)->DrawsSamples();
  TwoPixelRun run;
  run.label = method.label;
  const auto once = [&]
  {
    Paths paths;
    PosteriorEstimate estimate = RunEstimator(problem.problem, options, progress, std::ref(paths));
    paths.AddTo(run.paths);
    return estimate;
  };
  try
  {
    const PosteriorEstimate estimate = once();
    run.mean = estimate.mean.flatten();
    run.figures = Figures(problem, estimate);
    run.samples = isSampler ? estimate.samples.reshape({-1, 2}) : at::Tensor();
    options.start = "noise";
    for (options.seed = 1; !isSampler && options.seed <= shownStarts; ++options.seed)
    {
      once();
    }
  }
  catch (const UsageError & refused)
  {
    run.figures = refused.what();
  }
  return run;
}

TwoPixelRun
ExactTwoPixels(const ClosedFormProblem & problem, std::int64_t draws)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(draws));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  RandomStreams random(seedOfDraws, streams);
  const at::Tensor samples = problem.posterior->Draw(random).reshape({-1, 2});
  PosteriorEstimate estimate;
  estimate.mean = samples.mean(0, true).reshape({1, 1, 1, 1, 2});
  estimate.standardDeviation = samples.std(0).reshape({1, 1, 1, 1, 2});
  return {"exact draws", Figures(problem, estimate), samples, estimate.mean.flatten(), {}};
}
} // namespace tweedie
