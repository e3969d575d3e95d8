// SPDX-License-Identifier: Apache-2.0
#include "tweedieIncrementDenoiser.h"

#include "tweedieError.h"
#include "tweedieIncrementMessages.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>

namespace tweedie
{
namespace
{
/** work(messages, rows) for signals [B, n] of equal noise levels, few enough at a time; the parts in the order of B. */
at::Tensor
InParts(const IncrementPrior & prior,
        const IncrementGrid & grid,
        const at::Tensor & x,
        const at::Tensor & sigma,
        const std::function<at::Tensor(const IncrementMessages &, std::int64_t, std::int64_t)> & work)
{
  const at::Tensor levels = sigma.detach().to(at::kCPU, at::kDouble).reshape({-1}).expand({x.size(0)}).contiguous();
  const double * level = levels.data_ptr<double>();
  std::vector<at::Tensor> parts;
  for (std::int64_t first = 0; first < x.size(0);)
  {
    const IncrementLattice lattice(prior, grid, level[first]);
    const std::int64_t numbers = lattice.Points() * lattice.Points() * prior.length;
    const std::int64_t most = std::max<std::int64_t>(1, grid.largest / numbers);
    // Windows that cover all the range share one matrix.
    const std::int64_t limit = lattice.half == lattice.range ? x.size(0) : most;
    std::int64_t end = first + 1;
    while (end < x.size(0) && end - first < limit && level[end] == level[first])
    {
      ++end;
    }
    const IncrementMessages messages(prior, lattice, x.slice(0, first, end), level[first]);
    parts.push_back(work(messages, first, end));
    first = end;
  }
  return at::cat(parts);
}
} // namespace

IncrementDenoiser::IncrementDenoiser(const IncrementPrior & prior,
                                     std::vector<std::int64_t> shape,
                                     const IncrementGrid & grid)
    : m_Prior(prior), m_Shape(std::move(shape)), m_Grid(grid)
{
  RequireValid(prior);
  if (!std::isfinite(prior.IncrementVariance()))
  {
    throw UsageError("increment denoiser: given " + prior.Name() + " with " + std::to_string(prior.freedom) +
                     " degrees of freedom; required 3 or more, a law of finite variance");
  }
  if (c10::multiply_integers(m_Shape) != prior.length)
  {
    throw DataError("increment denoiser: given a shape of another size; required " + std::to_string(prior.length) +
                    " elements");
  }
}

std::string
IncrementDenoiser::Name() const
{
  return "IncrementDenoiser";
}

at::Tensor
IncrementDenoiser::Flat(const at::Tensor & x) const
{
  if (x.dim() < 1 || x.is_complex() || x.sizes().slice(1) != at::IntArrayRef(m_Shape))
  {
    std::ostringstream text;
    text << "increment denoiser: given a state of shape " << x.sizes() << "; required real [batch, "
         << at::IntArrayRef(m_Shape) << "]";
    throw DataError(text.str());
  }
  return x.flatten(1).to(at::kDouble);
}

at::Tensor
IncrementDenoiser::Denoise(const at::Tensor & x, const at::Tensor & sigma) const
{
  const auto mean = [](const IncrementMessages & messages, std::int64_t, std::int64_t) { return messages.Mean(); };
  return InParts(m_Prior, m_Grid, Flat(x), sigma, mean).reshape(x.sizes()).to(x.scalar_type());
}

at::Tensor
IncrementDenoiser::CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const
{
  const at::Tensor direction = Flat(u).unsqueeze(1);
  const auto product = [&](const IncrementMessages & messages, std::int64_t first, std::int64_t end)
  { return messages.CovarianceProduct(direction.slice(0, first, end)); };
  return InParts(m_Prior, m_Grid, Flat(x), sigma, product).reshape(u.sizes()).to(u.scalar_type());
}

at::Tensor
IncrementDenoiser::JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const
{
  return CovarianceProduct(x, sigma, v) / BroadcastSigma(sigma, v).square();
}

at::Tensor
IncrementDenoiser::Covariance(const at::Tensor & x, const at::Tensor & sigma) const
{
  const auto all = [](const IncrementMessages & messages, std::int64_t, std::int64_t) { return messages.Covariance(); };
  return InParts(m_Prior, m_Grid, Flat(x), sigma, all);
}

at::Tensor
IncrementDenoiser::CovarianceDraw(const at::Tensor & x, const at::Tensor & sigma, RandomStreams & random) const
{
  const auto [values, vectors] = at::linalg_eigh(Covariance(x, sigma));
  const at::Tensor noise = random.Normal({m_Prior.length}, at::kDouble) * values.clamp_min(0.0).sqrt();
  return at::matmul(vectors, noise.unsqueeze(-1)).reshape(x.sizes()).to(x.scalar_type());
}

at::Tensor
IncrementDenoiser::PriorMean() const
{
  return at::zeros(m_Shape, at::kDouble);
}

double
IncrementDenoiser::PriorVariance() const
{
  return m_Prior.firstVariance + m_Prior.IncrementVariance() * static_cast<double>(m_Prior.length - 1) / 2.0;
}
} // namespace tweedie
