// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieRankCalibration_h
#define tweedieRankCalibration_h

#include "tweedieTailProbability.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tweedie
{
/** The rank of a truth among its samples: how many of them are below, 0 ... n. If the truth has the law of the samples,
 * each rank has probability 1/(n + 1), whatever that law is. A truth that equals samples is put before, between or
 * after them at random.
 *
 * truth [cases], samples [cases, n]; returns [cases] (int64). */
at::Tensor RanksOf(const at::Tensor & truth, const at::Tensor & samples, std::uint64_t seed = 0);

/** How often the interval between two order statistics of the samples held the truth. */
struct RankCoverage
{
  double level = 0.0; ///< exact: (n + 1 - 2 k)/(n + 1) for [x_(k), x_(n + 1 - k)]
  double covered = 0.0;
  double low = 0.0; ///< band of `covered` for exact samples and independent cases
  double high = 1.0;
  bool isInside = false;
};

/** Ranks among `samples` samples; for each level the widest interval of no more than it, or all that so many samples
 * have (at most 50) where no levels are given. Cases that share an object or a slice are dependent: GroupBootstrap then
 * has their band. Throws UsageError for a level below 2/(n + 1), or of more than (n - 1)/(n + 1). */
std::vector<RankCoverage> CoverageOfRanks(const at::Tensor & ranks,
                                          std::int64_t samples,
                                          const std::vector<double> & levels = {},
                                          double bandLevel = 0.99);

/** Simulation-based calibration of one quantity (Talts et al. 2018): the histogram of ranks. */
struct RankHistogram
{
  std::int64_t cases = 0;
  std::int64_t samples = 0;
  std::vector<std::int64_t> counts; ///< of B bins of (L + 1)/B ranks
  CountBand band{0, 0};             ///< of one bin, 99 %
  double chiSquare = 0.0;           ///< sum (counts - N/B)^2 / (N/B)
  double pValue = 1.0;              ///< by chi^2 with B - 1 degrees of freedom
};

/** Throws UsageError unless bins divides samples + 1 and a bin expects 5 cases or more. */
RankHistogram HistogramOfRanks(const at::Tensor & ranks, std::int64_t samples, std::int64_t bins);

/** The same as a curve, which needs no bins: F(z), the share of ranks below z (L + 1), with the band that an exact
 * sampler leaves anywhere with probability 1 - level (Saeilynoja, Buerkner and Vehtari 2022). */
struct RankCurve
{
  std::vector<double> position; ///< z
  std::vector<double> found;    ///< F(z)
  std::vector<double> low;
  std::vector<double> high;
  double pValue = 1.0; ///< below 1 - level where the curve leaves the band anywhere
};

/** The law of the curve's largest departure is simulated once for each (cases, samples), with a fixed seed. */
RankCurve CurveOfRanks(const at::Tensor & ranks, std::int64_t samples, double level = 0.95);
} // namespace tweedie

#endif
