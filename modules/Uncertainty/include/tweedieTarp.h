// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTarp_h
#define tweedieTarp_h

#include "tweedieUniformity.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** A point to measure distances from: `point` of the data (their adjoint image, a simple reconstruction) plus `spread`
 * times standard normal numbers of stream `number`. It must depend on the data: from other references TARP cannot see
 * a sampler that ignores them. point: real or complex. */
at::Tensor TarpReference(const at::Tensor & point, double spread, std::uint64_t seed, std::int64_t number);

/** Expected coverage of the balls about random points (tests of accuracy with random points, Lemos et al. 2023). */
struct Tarp
{
  std::vector<double> level;    ///< alpha = k/(n + 1), k = 0 ... n + 1
  std::vector<double> coverage; ///< share of the cases with fewer than k samples nearer to the reference than the truth
  double area = 0.0;            ///< int |coverage - alpha| d alpha
  double excess = 0.0;          ///< int (coverage - alpha) d alpha: above 0 where samples are too far from the data
  Uniformity uniformity;        ///< of (rank + U)/(n + 1): Kolmogorov-Smirnov
};

/** ranks [cases]: how many of the samples are nearer to the reference than the truth is (DistanceQuantity). */
Tarp CheckTarp(const at::Tensor & ranks, std::int64_t samples, std::uint64_t seed = 0);
} // namespace tweedie

#endif
