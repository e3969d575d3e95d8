// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieIncrementMessages_h
#define tweedieIncrementMessages_h

#include "tweedieIncrementDenoiser.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Lattice and windows for one noise level. */
struct IncrementLattice
{
  double step;
  std::int64_t half;  ///< a window has 2 half + 1 points
  std::int64_t range; ///< points of the lattice on either side of 0

  IncrementLattice(const IncrementPrior & prior, const IncrementGrid & grid, double sigma);

  std::int64_t
  Points() const
  {
    return 2 * half + 1;
  }
};

/** The messages of a few signals [B, n] under noise sigma. */
class IncrementMessages
{
public:
  IncrementMessages(const IncrementPrior & prior, const IncrementLattice & lattice, const at::Tensor & x, double sigma);

  /** E[x0 | x], [B, n]. */
  at::Tensor Mean() const;

  /** Cov[x0 | x] u for directions u [B, D, n]. */
  at::Tensor CovarianceProduct(const at::Tensor & u) const;

  /** Cov[x0 | x], [B, n, n], from E[x0_j | x0_i, x] for j > i: a quarter of the work of a product per element. */
  at::Tensor Covariance() const;

private:
  /** sum over g of K(g' - g) message(g) from window i to window i + 1, and its transpose; [B, D, G]. */
  at::Tensor Forth(std::size_t i, const at::Tensor & message) const;
  at::Tensor Back(std::size_t i, const at::Tensor & message) const;
  at::Tensor Kernel(const IncrementPrior & prior, const at::Tensor & offset) const;

  void PassForth();
  void PassBack();
  std::vector<at::Tensor> TangentsForth(const at::Tensor & u) const;
  std::vector<at::Tensor> TangentsBack(const at::Tensor & u) const;

  IncrementLattice m_Lattice;
  std::size_t m_Length;
  at::Tensor m_Center;                ///< of the windows, [B, n]
  at::Tensor m_Place;                 ///< points of a window about its centre [G]
  std::vector<at::Tensor> m_Evidence; ///< e_i, [B, 1, G]
  std::vector<at::Tensor> m_Kernels;  ///< [B or 1, to, from]
  std::vector<at::Tensor> m_Forth;    ///< a_i, sum 1
  std::vector<at::Tensor> m_Back;     ///< b_i, sum 1
  at::Tensor m_First;                 ///< N(g; 0, v_0) of the first window
};
} // namespace tweedie

#endif
