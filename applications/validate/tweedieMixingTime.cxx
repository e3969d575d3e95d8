// SPDX-License-Identifier: Apache-2.0
#include "tweedieMixingTime.h"

#include "tweedieAutocorrelation.h"
#include "tweedieGaussianDenoiser.h"
#include "tweedieGaussianLikelihood.h"
#include "tweedieLinearOperator.h"
#include "tweediePnpDmEstimator.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace tweedie
{
namespace
{
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/** A^T A / s_c^2 over the unknowns. */
at::Tensor
Precision(const ClosedFormProblem & problem)
{
  const auto & likelihood = dynamic_cast<const GaussianLikelihood &>(*problem.problem.likelihood);
  const auto & model = dynamic_cast<const LinearOperator &>(likelihood.Model());
  const std::int64_t n = problem.posterior->Mean().numel();
  std::vector<std::int64_t> sizes{n};
  sizes.insert(sizes.end(), problem.problem.shape.begin(), problem.problem.shape.end());
  const at::Tensor columns = model.Adjoint(model.Forward(at::eye(n, at::kDouble).reshape(sizes)));
  return columns.reshape({n, n}).t() / likelihood.ComponentVariance().flatten()[0];
}

void
AddClosedForm(const at::Tensor & covariance, const at::Tensor & precision, MixingTime & time)
{
  const at::Tensor eye = at::eye(covariance.size(0), at::kDouble);
  const double square = time.rho * time.rho;
  const at::Tensor forgets = at::linalg_inv(eye + precision * square);
  // (P + rho^2)^-1 P = P (P + rho^2)^-1, both being functions of P.
  const at::Tensor g = at::matmul(at::linalg_solve(covariance + eye * square, covariance), forgets);
  // The data as seen through the detour z: A^T (s_c^2 + rho^2 A A^T)^-1 A = precision (I + rho^2 precision)^-1.
  const at::Tensor seen = at::matmul(precision, forgets);
  const at::Tensor law = at::matmul(at::linalg_inv(eye + at::matmul(covariance, seen)), covariance);
  const at::Tensor sums = at::matmul(at::linalg_inv(eye - g), law) * 2.0 - law;
  time.exact = (sums.diagonal() / law.diagonal()).mean().item<double>();
  const double largest = at::real(at::linalg_eigvals(g)).max().item<double>();
  time.slowest = (1.0 + largest) / (1.0 - largest);
}

double
Measured(const ClosedFormProblem & problem,
         double rho,
         std::int64_t chains,
         std::int64_t sweeps,
         const ProgressCallback & progress)
{
  EstimatorOptions options;
  options.method = "pnp-dm";
  options.steps = sweeps;
  options.samples = chains;
  options.batch = chains;
  options.start = "mean";
  options.sigmaMaximum = rho;
  options.sigmaMinimum = rho;
  options.Of<PnpDmSettings>().innerSteps = 1; // exact for a Gaussian
  std::vector<at::Tensor> path;
  const auto observer = [&](std::int64_t, std::size_t level, const ChainState & state)
  {
    if (static_cast<std::int64_t>(level) > sweeps / 3)
    {
      path.push_back(state.x.reshape({chains, -1}));
    }
  };
  RunEstimator(problem.problem, options, progress, observer);
  return IntegratedAutocorrelationTime(at::stack(path)).mean().item<double>();
}
} // namespace

MixingTime
PnpDmMixingTime(const ClosedFormProblem & problem,
                double share,
                std::int64_t chains,
                std::int64_t sweeps,
                const ProgressCallback & progress)
{
  const at::Tensor precision = Precision(problem);
  MixingTime time{share / std::sqrt(at::linalg_eigvalsh(precision).max().item<double>()), unknown, unknown, unknown};
  if (const auto * gaussian = dynamic_cast<const GaussianDenoiser *>(problem.problem.prior.get()))
  {
    AddClosedForm(gaussian->Covariance(), precision, time);
    time.measured = sweeps > 0 ? Measured(problem, time.rho, chains, sweeps, progress) : unknown;
  }
  return time;
}
} // namespace tweedie
