// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScalarLaws_h
#define tweedieScalarLaws_h

#include "tweedieDenoiser.h"
#include "tweedieLikelihood.h"

#include <vector>

namespace tweedie
{
/** One component of a law of one real number. */
struct ScalarComponent
{
  double weight;
  double mean;
  double deviation;
};

/** Prior of independent unknowns, all with the law sum_k w_k N(m_k, v_k):
 *
 *    q_k ~ w_k N(x; m_k, v_k + s^2),   d_k = m_k + v_k / (v_k + s^2) (x - m_k),   D = sum_k q_k d_k
 *    Var[x0 | x] = sum_k q_k (v_k s^2 / (v_k + s^2) + (d_k - D)^2) = s^2 dD/dx
 *
 * for real states of any shape. */
class ScalarMixtureDenoiser final : public Denoiser
{
public:
  /** Weights positive; normalised here. */
  explicit ScalarMixtureDenoiser(const std::vector<ScalarComponent> & components);

  std::string Name() const override;
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  bool
  HasJacobianProduct() const override
  {
    return true;
  }
  at::Tensor JacobianProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & v) const override;
  bool
  HasCovarianceProduct() const override
  {
    return true;
  }
  at::Tensor CovarianceProduct(const at::Tensor & x, const at::Tensor & sigma, const at::Tensor & u) const override;
  at::Tensor PriorMean() const override;
  double PriorVariance() const override;

  double Mean() const;

  /** Log density up to a constant, elementwise. */
  at::Tensor LogDensity(const at::Tensor & x) const;

  /** One draw per stream, [streams, shape...]. */
  at::Tensor Draw(RandomStreams & random, at::IntArrayRef shape) const;

private:
  at::Tensor m_Weights, m_Means, m_Variances; ///< [K]
};

/** The posterior of independent unknowns by quadrature, whatever the noise and the (elementwise) forward model:
 *
 *    E[x0 | x, y] = sum_g g p_g / sum_g p_g,   p_g = p(g) p(y | g) N(x; g, s^2)
 *
 * over an even grid g of 8 prior deviations on either side of the prior's mean. Exact to rounding for densities that
 * are smooth on the scale of the grid; s must not be smaller than its step. */
class GridPosterior final : public Denoiser
{
public:
  /** likelihood: a sum over the unknowns, asked for its value at each point of the grid. */
  GridPosterior(const ScalarMixtureDenoiser & prior, const Likelihood & likelihood, std::int64_t points = 1001);

  std::string Name() const override;
  at::Tensor Denoise(const at::Tensor & x, const at::Tensor & sigma) const override;
  double PriorVariance() const override;

  at::Tensor Mean() const;     ///< [shape...]
  at::Tensor Variance() const; ///< [shape...]

private:
  at::Tensor m_Grid;      ///< [points]
  at::Tensor m_LogWeight; ///< [unknowns, points]
  std::vector<std::int64_t> m_Shape;
};
} // namespace tweedie

#endif
