// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSamplingMask_h
#define tweedieSamplingMask_h

#include "tweedieOptions.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace tweedie
{
/** Which samples of a Cartesian scan are measured. */
struct SamplingMaskOptions
{
  std::string kind = "equispaced-fraction";
  double acceleration = 4.0;
  double centerFraction = 0.08;
  double densityPower = 2.0; ///< poisson: how much wider apart samples lie at the edge than in the middle, less 1
  std::int64_t seed = 1;

  void Visit(OptionVisitor & v);
};

struct SamplingMask
{
  at::Tensor mask;                    ///< [y, x], float, zeros and ones
  double effectiveAcceleration = 1.0; ///< all samples over those that are measured, the centre among them
};

/** Whole lines, but for poisson, of which round(centerFraction * rows) around the centre (index floor(rows / 2)):
 *
 *    random               each other line with the probability that makes the mean number rows / acceleration
 *    equispaced           every acceleration-th line beside the centre: fewer times less than acceleration in all
 *    equispaced-fraction  evenly, rows / acceleration lines in all
 *    gaussian             that many, drawn with a normal density of standard deviation rows / 6
 *    poisson              samples in both directions that keep a distance r (1 + densityPower |k|), |k| 1 at the edge,
 *                         r such that there are rows columns / acceleration of them; a full ellipse in the middle
 *
 * (random and the equispaced ones as in fastMRI, Zbontar et al. 2018.) Throws UsageError where the centre alone is more
 * than acceleration allows. */
SamplingMask MakeSamplingMask(std::int64_t rows, std::int64_t columns, const SamplingMaskOptions & options);
} // namespace tweedie

#endif
