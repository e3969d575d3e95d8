// SPDX-License-Identifier: Apache-2.0
#include "tweedieJensenGap.h"

#include "tweedieClosedFormModels.h"
#include "tweedieClosedFormPriors.h"
#include "tweedieError.h"
#include "tweedieGaussianDenoiser.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numeric>

namespace tweedie
{
namespace
{
constexpr std::int64_t states = 2000;
constexpr std::uint64_t seedOfStates = 81;
constexpr double s = ClosedFormNoise;

/** log N(residual; 0, covariance) per row. */
at::Tensor
LogNormal(const at::Tensor & residual, const at::Tensor & covariance)
{
  const at::Tensor factor = at::linalg_cholesky(covariance);
  const at::Tensor white = at::linalg_solve_triangular(factor, residual.t(), false);
  const double constant =
      factor.diagonal().log().sum().item<double>() + 0.5 * static_cast<double>(residual.size(1)) * std::log(2.0 * M_PI);
  return white.square().sum(0) * -0.5 - constant;
}

JensenGap
GapAt(const ClosedFormProblem & problem,
      const GaussianDenoiser & prior,
      const at::Tensor & matrix,
      const at::Tensor & data,
      double sigma)
{
  std::vector<std::uint64_t> streams(static_cast<std::size_t>(states));
  std::iota(streams.begin(), streams.end(), std::uint64_t{0});
  RandomStreams random(seedOfStates, streams);
  const at::Tensor noise = random.Normal(problem.truth.sizes(), at::kDouble);
  const at::Tensor x = (problem.truth + sigma * noise).reshape({states, 1, 1, ClosedFormSide, ClosedFormSide});
  const at::Tensor denoised = prior.Denoise(x, at::scalar_tensor(sigma, at::kDouble)).flatten(1);
  const at::Tensor P = prior.Covariance();
  const at::Tensor eye = at::eye(P.size(0), at::kDouble);
  const at::Tensor C = at::linalg_solve(P + eye * (sigma * sigma), P) * (sigma * sigma);
  const at::Tensor residual = data - at::matmul(denoised, matrix.t());
  const at::Tensor white = at::eye(matrix.size(0), at::kDouble) * (s * s);
  const at::Tensor wide = at::matmul(at::matmul(matrix, C), matrix.t()) + white;
  const at::Tensor exact = LogNormal(residual, wide);
  const at::Tensor taken = LogNormal(residual, white);
  const auto [values, vectors] = at::linalg_eigh(C);
  const at::Tensor away = random.Normal({P.size(0)}, at::kDouble) * values.clamp_min(0.0).sqrt();
  const double m = static_cast<double>(matrix.size(0));
  const double moment =
      at::linalg_matrix_norm(matrix, 2).item<double>() * away.square().sum(1).sqrt().mean().item<double>();
  JensenGap gap;
  gap.sigma = sigma;
  gap.density = (exact.exp() - taken.exp()).abs().mean().item<double>();
  gap.published = m / std::sqrt(2.0 * M_PI * s * s) * std::exp(-1.0 / (2.0 * s * s)) * moment;
  gap.bound = std::pow(2.0 * M_PI * s * s, -m / 2.0) * std::exp(-0.5) / s * moment;
  gap.logarithm = (exact - taken).abs().mean().item<double>();
  return gap;
}
} // namespace

std::vector<JensenGap>
JensenGaps(const ClosedFormProblem & problem, const at::Tensor & matrix, const at::Tensor & data)
{
  const auto * prior = dynamic_cast<const GaussianDenoiser *>(problem.problem.prior.get());
  if (prior == nullptr)
  {
    throw UsageError("Jensen gap: given " + problem.name + "; required a Gaussian prior");
  }
  std::vector<JensenGap> gaps;
  for (const double sigma : {0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0})
  {
    gaps.push_back(GapAt(problem, *prior, matrix, data, sigma));
  }
  return gaps;
}
} // namespace tweedie
