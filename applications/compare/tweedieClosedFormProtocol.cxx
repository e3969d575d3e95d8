// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormProtocol.h"

#include "tweedieBlurKernels.h"
#include "tweedieCirculantBlurOperator.h"
#include "tweedieDapsEstimator.h"
#include "tweedieDpsEstimator.h"
#include "tweedieError.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieGaussianMixtureDenoiser.h"
#include "tweedieMRIOperators.h"
#include "tweedieRmpEstimator.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t side = 4;
constexpr std::int64_t unknowns = side * side;
constexpr double noise = 0.3;
constexpr std::uint64_t seedOfProblems = 77;
const Shape shape{1, 1, side, side};

at::Tensor
Normal(std::uint64_t stream, at::IntArrayRef sizes)
{
  return RandomStreams(seedOfProblems, {stream}).Normal(sizes, at::kDouble).squeeze(0);
}

/** Eigenvalues from 0.05 to 2 along random directions, times scale. */
at::Tensor
Covariance(std::uint64_t stream, double scale)
{
  const at::Tensor basis = std::get<0>(at::linalg_qr(Normal(stream, {unknowns, unknowns})));
  const at::Tensor values = at::logspace(std::log10(0.05), std::log10(2.0), unknowns, 10.0, at::kDouble) * scale;
  return at::matmul(basis * values, basis.t());
}

LinearOperatorPointer
Half()
{
  const at::Tensor mask = at::remainder(at::arange(unknowns, at::kDouble), 2.0).reshape({1, 1, 1, side, side});
  return std::make_shared<SamplingMaskOperator>(shape, mask);
}

LinearOperatorPointer
Blur()
{
  return std::make_shared<CirculantBlurOperator>(shape, GaussianKernel(3, 0.7));
}

at::Tensor
MatrixOf(const LinearOperatorPointer & model)
{
  return model->Forward(at::eye(unknowns, at::kDouble).reshape({unknowns, 1, 1, side, side}))
      .reshape({unknowns, unknowns})
      .t()
      .contiguous();
}

/** Data of one draw of the prior, and everything that follows from them. */
template <typename TPrior>
ClosedFormProblem
MakeProblem(const std::string & name,
            const std::string & label,
            const std::shared_ptr<const TPrior> & prior,
            const LinearOperatorPointer & model)
{
  RandomStreams random(seedOfProblems, {100});
  const at::Tensor truth = prior->Draw(random);
  const at::Tensor matrix = MatrixOf(model);
  const at::Tensor measured = at::matmul(matrix, matrix.new_ones({unknowns})).abs().gt(0).to(at::kDouble);
  const at::Tensor clean = model->Forward(truth);
  const at::Tensor data = (clean + noise * random.NormalLike(clean)) * measured.reshape(clean.sizes().slice(1));
  // Rows that measure nothing would count as data that are exactly zero: left out of the exact posterior.
  const at::Tensor rows = measured.nonzero().flatten();
  ClosedFormProblem result;
  result.name = name;
  result.label = label;
  const auto posterior =
      prior->Conditioned(matrix.index_select(0, rows), data.flatten().index_select(0, rows), noise * noise);
  result.posterior = posterior;
  ProximalOptions solver;
  solver.tolerance = 1e-10;
  solver.maximumIterations = 200;
  solver.decompose = true;
  result.problem.prior = prior;
  result.problem.likelihood =
      std::make_shared<const GaussianLikelihood>(model, data, noise, measured.reshape({1, 1, 1, side, side}), solver);
  result.problem.conditioned = posterior;
  result.problem.shape = shape;
  result.problem.type = at::kDouble;
  result.largestDeviation = std::sqrt(std::get<0>(at::linalg_eigh(prior->Covariance())).max().template item<double>());
  result.smallestDeviation = posterior->MarginalVariance().sqrt().min().template item<double>();
  return result;
}

std::shared_ptr<const GaussianMixtureDenoiser>
Mixture()
{
  // Neither operator sees the modes well apart: they alternate from row to row, which the blur takes away, and nearly
  // only in the columns that are not measured. Both posteriors keep two modes.
  const at::Tensor rows = at::tensor({1.0, -1.0, 1.0, -1.0}, at::kDouble).reshape({side, 1});
  const at::Tensor columns = at::tensor({1.0, 0.1, 1.0, 0.1}, at::kDouble).reshape({1, side});
  const at::Tensor apart = (rows * columns).reshape(shape);
  const at::Tensor covariance = Covariance(4, 0.5);
  return std::make_shared<const GaussianMixtureDenoiser>(
      at::tensor({0.6, 0.4}, at::kDouble), at::stack({-apart, apart}), at::stack({covariance, covariance}));
}

ClosedFormMethod
Variant(const std::string & name, const std::string & method, const std::string & label)
{
  ClosedFormMethod variant{name, label, {}};
  variant.options.method = method;
  return variant;
}
} // namespace

std::vector<ClosedFormProblem>
ClosedFormProblems()
{
  const auto gaussian = std::make_shared<const GaussianDenoiser>(Normal(1, shape), Covariance(2, 1.0));
  const auto mixture = Mixture();
  return {MakeProblem("gaussian-mask", "Gaussian prior, half of the pixels", gaussian, Half()),
          MakeProblem("gaussian-blur", "Gaussian prior, blur", gaussian, Blur()),
          MakeProblem("mixture-mask", "mixture prior, half of the pixels", mixture, Half()),
          MakeProblem("mixture-blur", "mixture prior, blur", mixture, Blur())};
}

std::vector<ClosedFormMethod>
ClosedFormMethods()
{
  std::vector<ClosedFormMethod> methods;
  for (const EstimatorRow & row : EstimatorTable())
  {
    methods.push_back(Variant(row.name, row.name, row.name));
  }
  methods.push_back(Variant("rmp-pigdm", "rmp", "rmp, pigdm with the covariance product"));
  methods.back().options.guidance = "pigdm";
  methods.push_back(Variant("rmp-proximal", "rmp", "rmp, proximal"));
  methods.back().options.guidance = "proximal";
  methods.push_back(Variant("dps-plain", "dps", "dps, un-normalised"));
  methods.back().options.Of<DpsSettings>().normalize = false;
  methods.push_back(Variant("daps-scalar", "daps", "daps, scalar r^2"));
  methods.back().options.covariance = "scalar";
  methods.push_back(Variant("daps-released", "daps", "daps, ODE, r = sigma, released weight 50"));
  DapsSettings & released = methods.back().options.Of<DapsSettings>();
  released.estimate = "flow";
  released.radius = "sigma";
  released.dataWeight = 50.0;
  return methods;
}

EstimatorOptions
ClosedFormOptions(const ClosedFormProblem & problem,
                  const ClosedFormMethod & method,
                  std::int64_t draws,
                  std::int64_t seed)
{
  EstimatorOptions options = method.options;
  options.steps = 200;
  options.samples = draws;
  options.start = "mean";
  options.schedule = "geometric";
  options.sigmaMaximum = 50.0 * problem.largestDeviation;
  options.sigmaMinimum = 0.05 * problem.smallestDeviation;
  options.batch = draws;
  options.seed = seed;
  return options;
}

ClosedFormScore
ScoreClosedForm(const ClosedFormProblem & problem,
                const ClosedFormMethod & method,
                std::int64_t draws,
                std::int64_t seed,
                const ProgressCallback & progress)
{
  const EstimatorOptions options = ClosedFormOptions(problem, method, draws, seed);
  ClosedFormScore score;
  try
  {
    const PosteriorEstimate estimate = RunEstimator(problem.problem, options, progress);
    const at::Tensor exact = problem.posterior->MarginalVariance();
    const at::Tensor error = (estimate.mean.squeeze(0) - problem.posterior->Mean()).square() / exact;
    const bool isSampled = estimate.standardDeviation.defined();
    score.meanError = error.mean().sqrt().item<double>();
    score.varianceRatio = isSampled ? (estimate.standardDeviation.squeeze(0).square() / exact).mean().item<double>()
                                    : std::numeric_limits<double>::quiet_NaN();
    score.meanFloor = isSampled ? std::sqrt(score.varianceRatio / static_cast<double>(draws)) : 0.0;
    score.networkEvaluations =
        estimate.summary.networkEvaluations / std::max<std::int64_t>(estimate.summary.samples, 1);
    score.seconds = estimate.summary.wallSeconds;
  }
  catch (const UsageError & refused)
  {
    score.refusal = refused.what();
  }
  catch (const NumericalError & failed)
  {
    score.refusal = failed.what();
  }
  return score;
}
} // namespace tweedie
