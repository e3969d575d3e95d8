// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuiteScore_h
#define tweedieSuiteScore_h

#include "tweedieVolumeEstimate.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace tweedie
{
/** What one method made of all slices of one simulated measurement. */
struct SuiteScore
{
  std::vector<double> psnr; ///< magnitude, dB, per slice, over the whole slice
  std::vector<double> ssim;
  std::vector<double> gain; ///< of the mean of the samples over one of them, dB, per slice, in the head
  double predicted = 0.0;   ///< rms(s sqrt(1 + 1/n)) in the head, all slices
  double found = 0.0;       ///< rms(error) there, of the mean of the samples
  double coverage = 0.0;    ///< of the 90 % interval around it
  double foundBeside = 0.0; ///< the same two for the mean that the samples are drawn beside: RMP, 20 steps
  double coverageBeside = 0.0;
  std::int64_t pixels = 0; ///< behind the last five; 0: no standard deviation
  double seconds = 0.0;
  double dataFit = std::numeric_limits<double>::quiet_NaN();
  std::int64_t networkEvaluations = 0;
  double lambda = 0.0; ///< of TV
  std::vector<std::string> warnings;
};

/** Scores of an estimate against the noise-free truth; besideMean: the mean that samples are drawn beside, or empty.
 * The head: above 5 % of the slice's maximum, filled. */
SuiteScore ScoreSlices(const Volume & truth, const VolumeEstimate & estimate, const Volume & besideMean = {});
} // namespace tweedie

#endif
