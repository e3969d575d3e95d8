// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFeatureMetrics_h
#define tweedieFeatureMetrics_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Perceptual metrics: distances between features that some network has made of images. What they mean depends on that
 * network; values of two networks cannot be compared. Arithmetic in double on the CPU; no derivative. Feature sets are
 * real, [samples, features]. DataError for other shapes, different numbers of features, fewer than 2 samples and
 * non-finite values. */

/** Squared Frechet distance of the normal distributions with the means m and covariances C of the two sets,
 *
 *    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^(1/2) C2 C1^(1/2))^(1/2))
 *
 * (Dowson and Landau 1982; with Inception features the FID of Heusel et al. 2017, eq. 6). C has n - 1 in the
 * denominator; sets with fewer samples than features are allowed, but then, as for every small set, the value is
 * mostly bias: it falls about as 1/n towards the distance of the distributions. */
double FrechetDistance(const at::Tensor & a, const at::Tensor & b);

/** How UnbiasedFrechetDistance extrapolates. */
struct FrechetExtrapolation
{
  std::int64_t sizes = 15; ///< subsets, in equal steps up to the whole sets; at least 3
  double smallest = 0.1;   ///< fraction of each set in the smallest subset; inside (0, 1)
  std::uint64_t seed = 0;  ///< of the choice of subsets
};

/** The Frechet distance extrapolated to infinitely many samples: the value at 1/n = 0 of a line fitted to the distances
 * of random subsets against 1/n (FID_infinity: Chong and Forsyth 2020). They cut one set and keep the
 * reference; here both are cut to the same fraction, because a reference set is finite too and its bias is as large.
 *
 * What remains is of order 1/n^2 in the smallest subset: for n barely above d, a twentieth of the plain bias or so. May
 * be slightly negative, as an unbiased estimate of zero must. DataError also where the smallest subset has no more
 * samples than features, because the bias is not in proportion to 1/n there; UsageError for options out of range. */
double UnbiasedFrechetDistance(const at::Tensor & a, const at::Tensor & b, const FrechetExtrapolation & options = {});

/** Unbiased squared maximum mean discrepancy with the kernel k(x, y) = (x.y/d + 1)^3, d features:
 *
 *    mean over i != j of k(a_i, a_j) + mean over i != j of k(b_i, b_j) - 2 mean of k(a_i, b_j)
 *
 * (Gretton et al. 2012, eq. 3; with Inception features the KID of Binkowski et al. 2018). Unbiased for any number of
 * samples, thus negative half of the time for equal distributions. */
double KernelDistance(const at::Tensor & a, const at::Tensor & b);

/** Perceptual distance of pairs of images from their feature maps (LPIPS: Zhang et al. 2018, eq. 1),
 *
 *    sum over layers of mean over space of sum_c w_c (u_c - v_c)^2,    u = a / (|a| + 1e-10),  v = b / (|b| + 1e-10),
 *
 * |.| over channels. w_c multiplies the square, as in the published weights (the square of eq. 1's w).
 *
 * a, b: per layer a real tensor [images, channels, ...], equal shapes. weights: per layer one tensor with a number >= 0
 * per channel (any shape of that many elements), or an empty list: 1 everywhere. Returns [images] in double. DataError
 * for lists and shapes that do not fit, non-finite features and negative weights. */
at::Tensor PerceptualDistance(const std::vector<at::Tensor> & a,
                              const std::vector<at::Tensor> & b,
                              const std::vector<at::Tensor> & weights = {});
} // namespace tweedie

#endif
