// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePredictiveCheck_h
#define tweediePredictiveCheck_h

#include "tweedieRankCalibration.h"
#include "tweedieUniformity.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** Measured numbers that a reconstruction was not given, against what its samples predict for them. */
struct PredictiveCheck
{
  std::int64_t numbers = 0;
  std::int64_t draws = 0;
  at::Tensor pit;                     ///< (rank + U)/(n + 1) of each number, [numbers]
  Uniformity uniformity;              ///< of those: histogram with its band, Kolmogorov-Smirnov
  std::vector<RankCoverage> coverage; ///< of rank intervals
  double score = 0.0;                 ///< fair ranked probability score, in the units of the numbers
};

/** observed [numbers], draws [n, numbers], both real (a complex number is two): draw i is A_h x_i + e_i of sample x_i
 * and noise e_i of its own. Probability integral transforms with random places among ties (Czado, Gneiting and Held
 * 2009): exactly uniform if the model is right. They are independent of each other only as far as noise, not the spread
 * of the samples, makes the draws: where the spread rules, p-values are too small and bands too narrow. levels: empty
 * for all that n draws have. */
PredictiveCheck CheckPrediction(const at::Tensor & observed,
                                const at::Tensor & draws,
                                const std::vector<double> & levels = {},
                                std::uint64_t seed = 0);
} // namespace tweedie

#endif
