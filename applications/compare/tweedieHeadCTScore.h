// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieHeadCTScore_h
#define tweedieHeadCTScore_h

#include "tweedieCTGeometry.h"
#include "tweedieSuiteScore.h"

namespace tweedie
{
/** Names in SuiteScore::figures: of each slice, but for the last two of all. */
struct HeadCTFigures
{
  static constexpr char headPsnr[] = "psnr-head";            ///< dB, as SuiteScore::psnr but inside the head
  static constexpr char softBias[] = "soft-tissue-bias";     ///< mean error where the truth is soft tissue, HU
  static constexpr char softPixels[] = "soft-tissue-pixels"; ///< behind it
  static constexpr char unmeasured[] = "variance-unmeasured";
  static constexpr char variance[] = "variance";
};

/** Window [-1000, 1000] HU; the head is above -500 HU. */
ScoreRules HeadCTRules();

/** ScoreSlices by those rules, and the figures; images in Hounsfield units, views: of parallel beams in the plane of
 * the slices. */
SuiteScore ScoreHeadCT(const Volume & truth,
                       const VolumeEstimate & estimate,
                       const Volume & besideMean,
                       const FeatureMaker * features,
                       const CTGeometry & views);

/** The frequencies of a slice that no view of parallel beams measures, [y, x], boolean, zero frequency at [0, 0]. By
 * the Fourier slice theorem a view whose detector lies along e measures the frequencies k = s e, all s. A frequency
 * counts as measured where its direction is within half a step of a view's, modulo 180 degrees; the step: the smallest
 * angle between neighbouring views. */
at::Tensor UnmeasuredFrequencies(const CTGeometry & views, const Grid & image);
} // namespace tweedie

#endif
