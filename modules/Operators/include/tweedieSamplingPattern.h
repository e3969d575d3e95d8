// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSamplingPattern_h
#define tweedieSamplingPattern_h

#include "tweedieOptions.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tweedie
{
struct SamplingPatternOptions
{
  std::string kind = "equispaced-fraction"; ///< one of SamplingPatternKinds()
  double acceleration = 4.0;
  double centerFraction = 0.08;
  double densityPower = 2.0; ///< poisson: how much wider apart samples lie at the edge than in the middle, less 1
  std::int64_t seed = 1;

  void Visit(OptionVisitor & v);
};

/** Measured samples of a Cartesian scan; y is the phase-encoding direction. */
struct SamplingPattern
{
  at::Tensor mask;                    ///< [y, x], float, zeros and ones
  std::int64_t lines = 0;             ///< whole ones along x; 0 where samples are not whole lines
  std::int64_t centerLines = 0;       ///< contiguous around DC (index floor(y / 2))
  double effectiveAcceleration = 1.0; ///< all samples over those that are measured, the centre among them
};

std::vector<std::string> SamplingPatternKinds();

/** Whole lines, but for poisson, of which round(centerFraction * rows) around the centre (index floor(rows / 2)):
 *
 *    equispaced-fraction  evenly from a random offset, floor(rows / acceleration) lines in all
 *    equispaced           every acceleration-th line beside the centre: fewer times less than acceleration in all
 *    random               floor(rows / acceleration) lines in all, each of the outer ones as likely
 *    variable-density     that many, drawn with a density ~ (1 - |k|)^2, |k| 1 at the edge
 *    gaussian             that many, drawn with a normal density of standard deviation rows / 6
 *    poisson              samples in both directions that keep a distance r (1 + densityPower |k|), r such that there
 *                         are rows columns / acceleration of them; a full ellipse in the middle
 *
 * (The equispaced ones as in fastMRI, Zbontar et al. 2018.) Throws UsageError for an unknown kind, an acceleration
 * below 1 or above rows, and where the centre alone is more than the acceleration allows. */
SamplingPattern MakeSamplingPattern(std::int64_t rows, std::int64_t columns, const SamplingPatternOptions & options);
} // namespace tweedie

#endif
