// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuiteScore_h
#define tweedieSuiteScore_h

#include "tweedieComparison.h"
#include "tweedieVolumeEstimate.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
struct FeatureMaker;

/** What one method made of all slices of one simulated measurement. */
struct SuiteScore
{
  std::vector<double> psnr; ///< dB, per slice, over the whole slice
  std::vector<double> ssim;
  std::vector<double> gain;  ///< of the mean of the samples over one of them, dB, per slice
  std::vector<double> lpips; ///< of a network that the user named, per slice; empty: there is none
  double fid = std::numeric_limits<double>::quiet_NaN(); ///< of the same, all slices
  double predicted = 0.0;   ///< rms(s sqrt(1 + 1/n)) in the head, all slices; without the root where n is not known or
                            ///< the mean is not that of the samples
  double found = 0.0;       ///< rms(error) there, of the mean of the samples
  double coverage = 0.0;    ///< of the 90 % interval around it
  double foundBeside = 0.0; ///< the same two for the mean that the samples are drawn beside: RMP, 20 steps
  double coverageBeside = 0.0;
  double correlation = std::numeric_limits<double>::quiet_NaN(); ///< Pearson, |error| with s; and of the other mean
  double correlationBeside = std::numeric_limits<double>::quiet_NaN();
  std::int64_t pixels = 0; ///< behind the last seven; 0: no standard deviation
  double seconds = 0.0;
  double dataFit = std::numeric_limits<double>::quiet_NaN();
  std::int64_t networkEvaluations = 0;
  std::int64_t operatorEvaluations = 0;
  double networkSeconds = std::numeric_limits<double>::quiet_NaN();
  double operatorSeconds = std::numeric_limits<double>::quiet_NaN();
  double bareSeconds = std::numeric_limits<double>::quiet_NaN(); ///< of one call of the network for one image
  double lambda = 0.0;                                           ///< of TV
  std::map<std::string, std::vector<double>> figures;            ///< what one protocol scores beyond this, by name
  std::vector<std::string> warnings;
  std::string preset;  ///< of the settings; empty: the defaults
  std::string refusal; ///< why there is nothing of all this; empty: there is
};

/** How images are looked at; the defaults are for magnitudes. */
struct ScoreRules
{
  /** Images are clipped to it and counted from its lower end, and its width is the range; the gain of a mean over one
   * sample is then that of the whole slice. Absent: the range is the slice's maximum. */
  std::optional<ValueWindow> window;
  std::optional<double> peak;      ///< of PSNR and SSIM where there is no window
  std::optional<double> headAbove; ///< what belongs to the head; absent: above 5 % of the slice's maximum
};

/** Scores of an estimate against the noise-free truth; besideMean: the mean that samples are drawn beside, or empty;
 * features: of a network that the user named, or null. Standard deviations are judged in the head, not clipped. */
SuiteScore ScoreSlices(const Volume & truth,
                       const VolumeEstimate & estimate,
                       const Volume & besideMean = {},
                       const FeatureMaker * features = nullptr,
                       const ScoreRules & rules = {});

/** [slice, y, x], magnitude of complex images, double; as images are scored. */
at::Tensor ScoredSlices(const Volume & volume, const ScoreRules & rules = {}, std::int64_t channel = 0);

/** [slice, y, x], boolean: slice by slice the largest component of what belongs to the head, filled. */
at::Tensor HeadOf(const Volume & truth, const ScoreRules & rules = {});
} // namespace tweedie

#endif
