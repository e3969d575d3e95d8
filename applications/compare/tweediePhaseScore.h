// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseScore_h
#define tweediePhaseScore_h

#include "tweedieSuiteScore.h"
#include "tweedieVolumeEstimate.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace tweedie
{
/** What a method made of the patterns of one object, as it came: it may stand the other way around, and elsewhere. */
struct PhaseRetrieval
{
  at::Tensor result;       ///< [1, 1, 1, y, x]: the end of the least residual, or the mean of the samples
  at::Tensor ends;         ///< [chains, 1, 1, y, x]: of all starts; samples: those that were kept, all standing alike
  bool areSamples = false; ///< whose spread is the standard deviation
  double turned = 0.0;     ///< share of the samples that were flipped so that they stand alike
  double kept = 1.0;       ///< share of the chains that fit the data
  double networkCalls = 0; ///< of one chain
  double transforms = 0;   ///< of Fourier, of one chain
  Summary summary;         ///< of all chains together
};

/** Names in SuiteScore::figures: of each slice. */
struct PhaseFigures
{
  static constexpr char unaligned[] = "psnr-unaligned";   ///< dB, of the result as it came
  static constexpr char best[] = "psnr-best-end";         ///< dB, of the aligned end that is nearest to the truth
  static constexpr char mean[] = "psnr-mean-end";         ///< dB, mean over the aligned ends
  static constexpr char success[] = "success";            ///< 1 or 0: of the result
  static constexpr char successOfEnds[] = "success-ends"; ///< share of the ends
  static constexpr char flipped[] = "flipped";            ///< 1 or 0: of the result
  static constexpr char flippedEnds[] = "flipped-ends";   ///< share of the ends, as they came
  static constexpr char kept[] = "kept";
  static constexpr char networkCalls[] = "network-calls"; ///< of a chain
  static constexpr char transforms[] = "transforms";      ///< of a chain
};

/** An end has succeeded where |x - o| / |o| is at most this, aligned: by choice. On the judged slices that is a PSNR of
 * 22.4 to 24.3 dB; error reduction, which stagnates, ends at 14 dB. */
constexpr double phaseSuccess = 0.2;

/** Peak 1, the range of objects from air to 1000 HU; the head is above -500 HU. */
ScoreRules PhaseRules();

/** Results of all slices as the truth stands, with the standard deviations of the samples, moved alike: zero where one
 * sample alone was kept. isIsolated: flip and shift are not told by the patterns. truth: real. */
VolumeEstimate AlignedEstimate(const Volume & truth, const std::vector<PhaseRetrieval> & retrievals, bool isIsolated);

/** ScoreSlices of the aligned estimate, and the figures. */
SuiteScore ScorePhase(const Volume & truth,
                      const VolumeEstimate & aligned,
                      const std::vector<PhaseRetrieval> & retrievals,
                      bool isIsolated,
                      const FeatureMaker * features);
} // namespace tweedie

#endif
