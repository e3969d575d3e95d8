// SPDX-License-Identifier: Apache-2.0
#include "tweedieScalarLaws.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tweedie
{
namespace
{
constexpr double reach = 8.0; // prior deviations: a Gaussian leaves 1e-15 outside

/** q_k and d_k at a state x, and its level: [K, x...]. */
struct Parts
{
  at::Tensor weights, denoised, square;

  Parts(const at::Tensor & w, const at::Tensor & m, const at::Tensor & v, const at::Tensor & x, const at::Tensor & s)
  {
    std::vector<std::int64_t> column(static_cast<std::size_t>(x.dim()) + 1, 1);
    column.front() = -1;
    square = BroadcastSigma(s, x).square();
    const at::Tensor means = m.reshape(column);
    const at::Tensor variances = v.reshape(column);
    const at::Tensor total = variances + square;
    const at::Tensor away = x - means;
    weights = at::softmax(w.log().reshape(column) - total.log() * 0.5 - away.square() / total * 0.5, 0);
    denoised = means + away * variances / total;
  }
};
} // namespace

ScalarMixtureDenoiser::ScalarMixtureDenoiser(const std::vector<ScalarComponent> & components)
{
  const auto count = static_cast<std::int64_t>(components.size());
  m_Weights = at::empty({count}, at::kDouble);
  m_Means = at::empty({count}, at::kDouble);
  m_Variances = at::empty({count}, at::kDouble);
  for (std::int64_t k = 0; k < count; ++k)
  {
    const ScalarComponent & component = components[static_cast<std::size_t>(k)];
    m_Weights[k] = component.weight;
    m_Means[k] = component.mean;
    m_Variances[k] = component.deviation * component.deviation;
  }
  m_Weights = m_Weights / m_Weights.sum();
}

std::string
ScalarMixtureDenoiser::Name() const
{
  return "ScalarMixtureDenoiser";
}

at::Tensor
ScalarMixtureDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  const Parts parts(m_Weights, m_Means, m_Variances, x, sigma);
  return (parts.weights * parts.denoised).sum(0);
}

at::Tensor
ScalarMixtureDenoiser::CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const
{
  const Parts parts(m_Weights, m_Means, m_Variances, x, sigma);
  std::vector<std::int64_t> column(static_cast<std::size_t>(x.dim()) + 1, 1);
  column.front() = -1;
  const at::Tensor variances = m_Variances.reshape(column);
  const at::Tensor within = variances * parts.square / (variances + parts.square);
  const at::Tensor between = (parts.denoised - (parts.weights * parts.denoised).sum(0)).square();
  return (parts.weights * (within + between)).sum(0) * u;
}

at::Tensor
ScalarMixtureDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  return CovarianceProduct(x, sigma, v) / BroadcastSigma(sigma, v).square();
}

at::Tensor
ScalarMixtureDenoiser::PriorMean() const
{
  return at::full({1, 1, 1, 1, 1}, Mean(), at::kDouble);
}

double
ScalarMixtureDenoiser::Mean() const
{
  return (m_Weights * m_Means).sum().item<double>();
}

double
ScalarMixtureDenoiser::PriorVariance() const
{
  return (m_Weights * (m_Variances + (m_Means - Mean()).square())).sum().item<double>();
}

at::Tensor
ScalarMixtureDenoiser::LogDensity(const at::Tensor & x) const
{
  const at::Tensor each =
      m_Weights.log() - m_Variances.log() * 0.5 - (x.unsqueeze(-1) - m_Means).square() / m_Variances * 0.5;
  return at::logsumexp(each, -1);
}

at::Tensor
ScalarMixtureDenoiser::Draw(RandomStreams & random, at::IntArrayRef shape) const
{
  const at::Tensor cumulative = m_Weights.cumsum(0).slice(0, 0, m_Weights.numel() - 1);
  const at::Tensor chosen = random.Uniform(shape, at::kDouble).unsqueeze(-1).ge(cumulative).sum(-1);
  return m_Means.index({chosen}) + m_Variances.sqrt().index({chosen}) * random.Normal(shape, at::kDouble);
}

GridPosterior::GridPosterior(const ScalarMixtureDenoiser & prior, const Likelihood & likelihood, std::int64_t points)
    : m_Shape(likelihood.Model().DomainShape())
{
  const double half = reach * std::sqrt(prior.PriorVariance());
  m_Grid = at::linspace(prior.Mean() - half, prior.Mean() + half, points, at::kDouble);
  std::vector<std::int64_t> batch{points};
  batch.insert(batch.end(), m_Shape.begin(), m_Shape.end());
  at::Tensor x = at::full(batch, prior.Mean(), at::kDouble).flatten(1);
  // One unknown goes along the grid while the others rest: their share of the sum is a constant.
  std::vector<at::Tensor> rows;
  for (std::int64_t i = 0; i < x.size(1); ++i)
  {
    x.select(1, i).copy_(m_Grid);
    rows.push_back(prior.LogDensity(m_Grid) - likelihood.NegativeLog(x.reshape(batch)));
    x.select(1, i).fill_(prior.Mean());
  }
  m_LogWeight = at::stack(rows);
}

std::string
GridPosterior::Name() const
{
  return "GridPosterior";
}

at::Tensor
GridPosterior::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  const at::Tensor square = sigma.reshape({-1, 1, 1}).square();
  const at::Tensor away = x.flatten(1).unsqueeze(-1) - m_Grid; // [B, unknowns, points]
  const at::Tensor weight = at::softmax(m_LogWeight - away.square() / square * 0.5, -1);
  return at::matmul(weight, m_Grid).reshape(x.sizes());
}

at::Tensor
GridPosterior::Mean() const
{
  return at::matmul(at::softmax(m_LogWeight, -1), m_Grid).reshape(m_Shape);
}

at::Tensor
GridPosterior::Variance() const
{
  const at::Tensor away = m_Grid - Mean().reshape({-1, 1});
  return (at::softmax(m_LogWeight, -1) * away.square()).sum(-1).reshape(m_Shape);
}

double
GridPosterior::PriorVariance() const
{
  return Variance().mean().item<double>();
}
} // namespace tweedie
