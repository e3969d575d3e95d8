// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCaseScore_h
#define tweedieCaseScore_h

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tweedie
{
/** A reconstruction whose truth is known: one image each, real or complex; intervals are those of magnitudes where they
 * are complex. */
struct CaseImages
{
  at::Tensor truth;         ///< [shape...]
  at::Tensor mean;          ///< as the truth
  at::Tensor deviation;     ///< real, of the mean's magnitude; undefined: the method has none
  at::Tensor samples;       ///< [n, shape...]; undefined: none
  std::int64_t ranksOf = 0; ///< samples that ranks are counted in: with fewer, each rank is spread over its share; 0: n
  at::Tensor mask;          ///< pixels that are judged, bool
  bool isMeanOfSamples = true;
  std::vector<std::pair<std::string, at::Tensor>> regions; ///< masks by name
  /** Further numbers whose ranks are taken, [1 + n]: of the truth, then of each sample. */
  std::vector<std::pair<std::string, at::Tensor>> quantities;
};

/** The mean of a region. */
struct RegionScore
{
  double truth = 0.0;
  double estimate = 0.0;
  double deviation = 0.0; ///< over the samples
};

/** An error, what was predicted for it, and how much of both the data do not see; mean squares. */
struct SplitScore
{
  double measured = std::numeric_limits<double>::quiet_NaN(); ///< |P_r e|^2
  double unmeasured = std::numeric_limits<double>::quiet_NaN();
  double predictedMeasured = std::numeric_limits<double>::quiet_NaN(); ///< the same of the samples about their mean
  double predictedUnmeasured = std::numeric_limits<double>::quiet_NaN();
};

/** All that is kept of a case: numbers, no images. */
struct CaseScore
{
  static constexpr double notKnown = std::numeric_limits<double>::quiet_NaN();

  std::int64_t samples = 0; ///< behind the deviation; 0: not of samples
  std::int64_t pixels = 0;
  double psnr = notKnown;         ///< dB, inside the mask; peak: the truth's largest value there
  double found = notKnown;        ///< rms error
  double predicted = notKnown;    ///< rms of what the deviation says it is
  std::vector<double> covered;    ///< share inside the t intervals of CaseLevels()
  std::vector<double> rankShares; ///< share of pixels of each rank 0 ... n
  std::vector<double> missed;     ///< share of |error| > scale * deviation, of CaseScales()
  double rankedScore = notKnown;  ///< fair CRPS
  double calibration = notKnown;  ///< ENCE, and of an oracle: errors drawn from the deviations
  double calibrationOracle = notKnown;
  double spearman = notKnown; ///< of |error| with the deviation, and of the oracle
  double spearmanOracle = notKnown;
  double sparsification = notKnown; ///< AUSE, and of deviations that say nothing
  double sparsificationAtRandom = notKnown;
  double single = notKnown; ///< mean square error of one sample, and of their mean
  double mean = notKnown;
  std::map<std::string, std::int64_t> ranks; ///< of the truth among the samples
  std::map<std::string, RegionScore> regions;
  SplitScore split;
  double dataFit = notKnown;
  double seconds = 0.0;
  std::vector<std::string> warnings;
};

/** 0.05 ... 0.95. */
const std::vector<double> & CaseLevels();

/** Factors of the deviation that a calibration can choose, rising by 3 %: 0.02 ... 100 and some. */
const std::vector<double> & CaseScales();

/** Everything but split, data fit and time. seed: of ties, functionals, and the oracle. Throws DataError for one sample
 * alone, a mask or a region without a pixel or without a shape that fits. */
CaseScore ScoreCase(const CaseImages & images, std::uint64_t seed = 0);
} // namespace tweedie

#endif
