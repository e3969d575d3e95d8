// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSampleDistance_h
#define tweedieSampleDistance_h

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tweedie
{
/** Unit vectors [count, dimensions], uniform on the sphere; the same for the same seed. */
at::Tensor UnitDirections(std::int64_t count, std::int64_t dimensions, std::uint64_t seed);

/** Distance of two sets of samples along given directions u [L, d]:
 *
 *    1/L sum_u (int_0^1 |F_u^-1(q) - G_u^-1(q)|^p dq)^(1/p)
 *
 * F_u, G_u: the empirical laws of u^T x and u^T z, also of unequal counts. x [n, d], z [m, d], real; p >= 1. Does not
 * vanish for two sets of one law: print that floor beside it. Throws DataError for other shapes. */
double SlicedWasserstein(const at::Tensor & x, const at::Tensor & z, const at::Tensor & directions, double order = 1.0);

/** Along `directions` random ones. */
double SlicedWasserstein(
    const at::Tensor & x, const at::Tensor & z, std::int64_t directions, double order, std::uint64_t seed);

enum class DiscrepancyKernel
{
  InverseMultiquadric, ///< (1 + |x - z|^2 / h^2)^(-1/2): heavy tails (Gorham and Mackey 2017)
  Gaussian             ///< exp(-|x - z|^2 / (2 h^2))
};

struct Discrepancy
{
  double squared;   ///< unbiased: may be negative
  double bandwidth; ///< h: the median distance in the pool of both sets
  double pValue;    ///< of equal laws: (1 + permutations with at least `squared`) / (1 + permutations)
};

/** Unbiased squared maximum mean discrepancy (Gretton et al. 2012),
 *
 *    sum_{i != j} k(x_i, x_j) / (n (n - 1)) + sum_{i != j} k(z_i, z_j) / (m (m - 1)) - 2 sum_ij k(x_i, z_j) / (n m)
 *
 * x [n, d], z [m, d], two or more each; (n + m)^2 numbers are held. 0 permutations: pValue 1. */
Discrepancy MaximumMeanDiscrepancy(const at::Tensor & x,
                                   const at::Tensor & z,
                                   DiscrepancyKernel kernel,
                                   std::int64_t permutations = 200,
                                   std::uint64_t seed = 0);

/** Fair energy score of samples [n, d] for a truth [d], lower is better: the ranked probability score of vectors
 * (Gneiting and Raftery 2007),
 *
 *    1/n sum_i |x_i - x| - 1/(2 n (n - 1)) sum_{i != j} |x_i - x_j| */
double EnergyScore(const at::Tensor & truth, const at::Tensor & samples);
} // namespace tweedie

#endif
